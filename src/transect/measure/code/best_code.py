"""The code from which a decoder draws an image best, whatever its encoder says.

    z* = argmin_z |g(z) − x|²

with g the decoder and x the true image, by descents (`transect.measure.code.descent`) from several
starts. The problem is not convex, so that a descent ends in a local minimum:
`BestCodes.agreement` tells how many starts led to an error as small. `choose_starts` finds the
starts among many candidates.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.code.descent import (
    Descents,
    blocks,
    check_options,
    check_size,
    decoded,
    flat_images,
    squared,
)
from transect.measure.embedding.cloud import check_cloud
from transect.measure.embedding.geometry import Decoder

SCREENED = 32
"""Candidates of least error, of an image, among which its starts are chosen."""

ALIKE = 0.01
"""Descents whose error exceeds the best by no more than this share of it agree with the best."""

STEPS = 20
"""Steps of a descent at most, those that are not taken counted too."""

TOLERANCE = 1e-3
"""Share of the squared error up to which a promised or made gain counts as none."""


class BestCodes(NamedTuple):
    """The best codes that were found, one an image.

    Attributes:
        codes: (n, latent).
        error: (n,), nMSE of the decoded images: 0 is perfect.
        converged: (n,), whether the descent that ended best has converged.
        agreement: (n,), in (0, 1], share of the starts that ended within `ALIKE` of the best
            error. Low where the error has many valleys and a better code may have been missed.
    """

    codes: NDArray[np.float64]
    error: NDArray[np.float64]
    converged: NDArray[np.bool_]
    agreement: NDArray[np.float64]


def best_codes(
    decoder: Decoder,
    images: ArrayLike,
    starts: ArrayLike,
    *,
    steps: int = STEPS,
    tolerance: float = TOLERANCE,
) -> BestCodes:
    """Return for each image the best of the codes that descents from several starts reach.

    No descent ends higher than it starts, so the best error is at most that of each start.

    Args:
        decoder: See `transect.measure.embedding.geometry`.
        images: (n, …), the true images, of the size that the decoder gives.
        starts: (n, s, latent), s codes an image, at least 1.
        steps: Steps of a descent at most, at least 1.
        tolerance: Share of the squared error that counts as no gain, above 0.

    Raises:
        ValueError: Images or starts are not finite or do not belong together, an option is out
            of range, or the decoder gives something else than finite images of that size.

    Example:
        A decoder that draws the code on the diagonal reaches (1, 3) best at (2, 2):

        >>> found = best_codes(lambda z: z.expand(-1, 2), [[1.0, 3.0]], [[[0.0], [7.0]]])
        >>> found.codes.round(1).tolist(), found.error.round(3), found.agreement
        ([[2.0]], array([0.2]), array([1.]))
    """
    truth, places = flat_images(images), np.asarray(starts, dtype=np.float64)
    if places.ndim != 3 or len(places) != len(truth) or 0 in places.shape:
        raise ValueError(
            f"starts need the shape (n, s, latent) of {len(truth)} images, s and latent at "
            f"least 1, got {places.shape}"
        )
    if not np.isfinite(places).all():
        raise ValueError("starts need finite numbers, got NaN or infinity")
    check_options(steps, tolerance)
    check_size(decoder, places[0, 0], truth)
    count, each, latent = places.shape
    descents = Descents(
        decoder, truth, np.repeat(np.arange(count), each), places.reshape(-1, latent), tolerance
    )
    for _ in range(steps):
        descents.step()
    descents.settle()
    error = descents.error.reshape(count, each)
    first = np.arange(count), error.argmin(axis=1)
    best = error[first]
    return BestCodes(
        codes=descents.codes.reshape(places.shape)[first],
        error=_share(best, squared(truth)),
        converged=descents.converged.reshape(count, each)[first],
        agreement=(error <= (1 + ALIKE) * best[:, None]).mean(axis=1),
    )


def _share(error: NDArray[np.float64], energy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the nMSE; of a blank truth it is 0 for no error, else infinite."""
    blank = np.full_like(error, np.inf)
    blank[error == 0] = 0
    return np.divide(error, energy, out=blank, where=energy > 0)


def choose_starts(
    decoder: Decoder, images: ArrayLike, pool: ArrayLike, own: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return two starts an image among many candidates, (n, 2, latent).

    Every candidate is decoded. Of the `SCREENED` that come closest to the image the first start
    is the best, and the second the best of the half that lies farther from the first.

    Args:
        decoder: See `transect.measure.embedding.geometry`.
        images: (n, …), the true images, of the size that the decoder gives.
        pool: (m, latent), candidates of all images, at least 1.
        own: (n, k, latent), candidates of each image alone; nan where there is none.

    Raises:
        ValueError: Images or pool are not finite, shapes do not match, or the decoder gives
            something else than finite images of that size.

    Example:
        >>> pool = [[0.0], [1.0], [5.0], [6.0]]
        >>> choose_starts(lambda z: z * z, [[25.5]], pool).ravel().tolist()
        [5.0, 1.0]
    """
    truth, codes = flat_images(images), check_cloud(pool)
    check_size(decoder, codes[0], truth)
    errors = _screen(decoder, truth, codes)
    most = min(SCREENED, len(codes))
    near = np.argpartition(errors, most - 1, axis=1)[:, :most]
    errors, candidates = np.take_along_axis(errors, near, axis=1), codes[near]
    if own is not None:
        extra = np.asarray(own, dtype=np.float64)
        if extra.ndim != 3 or (len(extra), extra.shape[2]) != (len(truth), codes.shape[1]):
            raise ValueError(
                f"own needs the shape (n, k, latent), ({len(truth)}, k, {codes.shape[1]}), "
                f"got {extra.shape}"
            )
        errors = np.concatenate([errors, _own_errors(decoder, truth, extra)], axis=1)
        candidates = np.concatenate([candidates, np.nan_to_num(extra)], axis=1)
    rows = np.arange(len(truth))
    first = candidates[rows, errors.argmin(axis=1)]
    distance = np.linalg.norm(candidates - first[:, None], axis=2)
    distance[np.isinf(errors)] = np.nan
    near = distance < np.nanmedian(distance, axis=1, keepdims=True)
    errors[near] = np.inf
    return np.stack([first, candidates[rows, errors.argmin(axis=1)]], axis=1)


def _screen(
    decoder: Decoder, truth: NDArray[np.float32], codes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the squared error of every code for every image, (n, m), roughly."""
    energy = squared(truth)
    errors = np.empty((len(truth), len(codes)))
    for block in blocks(len(codes)):
        drawn = decoded(decoder, codes[block])
        errors[:, block] = energy[:, None] + squared(drawn) - 2 * (truth @ drawn.T)
    return errors


def _own_errors(
    decoder: Decoder, truth: NDArray[np.float32], own: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the squared error of each image's own codes, (n, k), infinite where one is nan."""
    known = np.isfinite(own).all(axis=2)
    errors = np.full(known.shape, np.inf)
    rows, places = np.nonzero(known)
    for block in blocks(len(rows)):
        chosen = rows[block], places[block]
        errors[chosen] = squared(decoded(decoder, own[chosen]) - truth[chosen[0]])
    return errors
