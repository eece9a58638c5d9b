"""Error attribution: the shares of encoder and decoder in the excess error inside the hole.

An image in the hole is reconstructed with error e from the encoder's code and with error b from the
best code for the truth (`transect.measure.code.best_code`); o and o_b are the same errors of the
oracle. The excess over the oracle splits exactly:

    e − o = [(e − b) − (o − o_b)] + [b − o_b]
            encoder's part          decoder's part

The encoder's part is what a better code would have saved, beyond what it would have saved the
oracle; the decoder's part is what no code can save, beyond what none can save the oracle. Without
an oracle it is e = (e − b) + b: the whole error is the excess.

A share is the mean of a part ÷ the mean excess. The shares add up to 1. Where a part is negative,
since that half of the model does better than that of its oracle, its share is below 0 and the other
above 1.
"""

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from transect.measure.statistics import (
    Interval,
    bootstrap_interval,
    check_values,
    interval,
    resampled_means,
)

AttributionVerdict = Literal["encoder", "decoder", "both", "neither"]
"""Which half of the model causes most of the excess; see `verdict`."""

CodeComparison = Literal["better", "worse", "as well"]

CONVERGED = 0.9
"""Share of the points at which the search for the best code must have converged."""

AGREED = 0.8
"""Share of the points at which two starts must end as low as the best."""

MENDED = 0.9
"""Share of what the best codes save from which refined codes are as good as they are."""

COLUMNS = ("amortised.nmse", "best_code.nmse", "oracle_amortised.nmse", "oracle_best_code.nmse")
"""What e, b, o and o_b are called in a table of points; the last two need an oracle."""

Errors = NDArray[np.float64]


class Parts(NamedTuple):
    """The two parts of the excess of each image.

    Attributes:
        encoder: (n,), the encoder's part; may be negative.
        decoder: (n,), the decoder's part; may be negative.
    """

    encoder: Errors
    decoder: Errors


class Attribution(NamedTuple):
    """The parts of the mean excess, each with its interval, and the verdict.

    Attributes:
        excess: Mean excess over the oracle; without one the mean error.
        encoder: Mean of the encoder's part.
        decoder: Mean of the decoder's part.
        encoder_share: The encoder's part ÷ the excess; nan where there is no excess.
        decoder_share: The decoder's part ÷ the excess.
        verdict: See `verdict`.
    """

    excess: Interval
    encoder: Interval
    decoder: Interval
    encoder_share: Interval
    decoder_share: Interval
    verdict: AttributionVerdict


def attribution_parts(
    error: ArrayLike,
    best: ArrayLike,
    oracle_error: ArrayLike | None = None,
    oracle_best: ArrayLike | None = None,
) -> Parts:
    """Return the encoder's and the decoder's part of each image's excess.

    Args:
        error: (n,), e, errors with the encoder's codes.
        best: (n,), b, errors with the best codes.
        oracle_error: (n,), o, the oracle's errors with its own codes; none without an oracle.
        oracle_best: (n,), o_b, the oracle's errors with its best codes; none without an oracle.

    Raises:
        ValueError: Values are not flat, empty or not finite, lengths differ, or of the oracle's
            errors only one is given.

    Example:
        >>> parts = attribution_parts([0.5], [0.25], [0.25], [0.125])
        >>> parts.encoder, parts.decoder
        (array([0.125]), array([0.125]))
    """
    if (oracle_error is None) != (oracle_best is None):
        raise ValueError("oracle_error and oracle_best are needed together, got one of them")
    e, b = _check(error, "error"), _check(best, "best")
    o, o_b = np.zeros_like(e), np.zeros_like(e)
    if oracle_error is not None and oracle_best is not None:
        o, o_b = _check(oracle_error, "oracle_error"), _check(oracle_best, "oracle_best")
    sizes = [len(values) for values in (e, b, o, o_b)]
    if len(set(sizes)) > 1:
        raise ValueError(f"all errors need to be of the same images, got {sizes} of them")
    return Parts(encoder=(e - b) - (o - o_b), decoder=b - o_b)


def column_parts(table: pd.DataFrame) -> Parts:
    """Return the parts of a table of points.

    Args:
        table: One row an image, with the `COLUMNS`.

    Raises:
        ValueError: As in `attribution_parts`.

    Example:
        >>> column_parts(pd.DataFrame({"amortised.nmse": [0.5], "best_code.nmse": [0.25]}))
        Parts(encoder=array([0.25]), decoder=array([0.25]))
    """
    return attribution_parts(*(table[name] for name in COLUMNS if name in table))


def attribution(parts: Parts, *, resamples: int = 2000, seed: int = 0) -> Attribution:
    """Return the mean parts and their shares of the mean excess, and the verdict.

    Both parts are resampled on the same images, so what makes an image hard for both halves
    does not widen the interval of a share. The intervals tell of the choice of images only.

    Args:
        parts: From `attribution_parts`.
        resamples: How often the images are drawn anew, at least 1.
        seed: Seed of these draws.

    Raises:
        ValueError: An option is out of range.

    Example:
        >>> found = attribution(Parts(encoder=np.array([0.1, 0.1]), decoder=np.array([0.3, 0.3])))
        >>> found.decoder_share.mean.__round__(6), found.verdict
        (0.75, 'decoder')
    """
    columns = np.column_stack([parts.encoder, parts.decoder])
    both, drawn = columns.mean(axis=0), resampled_means(columns, resamples, seed)
    count = len(columns)
    excess = interval(float(both.sum()), drawn.sum(axis=1), count)
    encoder, decoder = (interval(float(both[k]), drawn[:, k], count) for k in range(2))
    whole, ratios = _shares(both[None])[0], _shares(drawn)
    shares = [interval(float(whole[k]), ratios[:, k], count) for k in range(2)]
    return Attribution(excess, encoder, decoder, shares[0], shares[1], verdict(excess, *shares))


def verdict(
    excess: Interval, encoder_share: Interval, decoder_share: Interval
) -> AttributionVerdict:
    """Return which half of the model causes most of the excess, by the intervals.

    `neither` if the interval of the excess does not lie wholly above 0; else `encoder` or
    `decoder` if the interval of its share lies wholly above ½; else `both`. One image has no
    interval, so its excess is attributed to neither.

    Args:
        excess: The mean excess.
        encoder_share: The encoder's share of it.
        decoder_share: The decoder's share.

    Example:
        >>> large, small = Interval(0.8, 0.7, 0.9, 9), Interval(0.2, 0.1, 0.3, 9)
        >>> verdict(Interval(1.0, 0.9, 1.1, 9), encoder_share=large, decoder_share=small)
        'encoder'
    """
    if not excess.low > 0:
        return "neither"
    if encoder_share.low > 0.5:
        return "encoder"
    return "decoder" if decoder_share.low > 0.5 else "both"


def compare_codes(
    error: ArrayLike, other: ArrayLike, *, resamples: int = 2000, seed: int = 0
) -> CodeComparison:
    """Return whether images from other codes are better than those from the encoder's codes.

    They are `better` or `worse` if the bootstrap interval of the mean difference of the errors
    lies wholly on one side of 0, else `as well`.

    Args:
        error: (n,), errors with the encoder's codes.
        other: (n,), errors of the same images with the other codes.
        resamples: How often the images are drawn anew, at least 1.
        seed: Seed of these draws.

    Raises:
        ValueError: Values are not flat, empty or not finite, or lengths differ.

    Example:
        >>> compare_codes([0.2, 0.3, 0.4], [0.1, 0.1, 0.1])
        'better'
    """
    own, others = _check(error, "error"), _check(other, "other")
    if own.shape != others.shape:
        raise ValueError(f"error and other need the same images, got {len(own)} and {len(others)}")
    gap = bootstrap_interval(others - own, resamples, seed)
    return "better" if gap.high < 0 else "worse" if gap.low > 0 else "as well"


def is_search_doubtful(converged: float, agreement: float) -> bool:
    """Return whether some of the best codes may have been missed.

    Args:
        converged: Share of the points at which the search converged.
        agreement: Share of the points at which two starts or more ended as low as the best.

    Example:
        >>> is_search_doubtful(0.98, 0.93), is_search_doubtful(0.98, 0.5)
        (False, True)
    """
    return converged < CONVERGED or agreement < AGREED


def refinement_mends(error: float, refined: float, best: float) -> bool:
    """Return whether refined codes save nearly all that the best codes save.

    Args:
        error: Mean error with the encoder's codes.
        refined: Mean error with the refined codes.
        best: Mean error with the best codes.

    Example:
        >>> refinement_mends(0.5, refined=0.11, best=0.1), refinement_mends(0.5, 0.3, best=0.1)
        (True, False)
    """
    return error > best and (error - refined) / (error - best) > MENDED


def _shares(parts: Errors) -> Errors:
    """Return the share of each mean part (k, 2), nan where there is no excess."""
    excess = parts.sum(axis=1, keepdims=True)
    return np.divide(parts, excess, out=np.full_like(parts, np.nan), where=excess != 0)


def _check(values: ArrayLike, name: str) -> Errors:
    array = check_values(values, name)
    if np.isinf(array).any():
        row = int(np.flatnonzero(np.isinf(array))[0])
        raise ValueError(f"{name} needs finite numbers, got {array[row]} in row {row}")
    return array
