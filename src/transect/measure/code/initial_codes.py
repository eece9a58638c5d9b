"""Where searches for the best codes start."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.code.descent import blocks, check_size, decoded, flat_images, squared
from transect.measure.embedding.cloud import check_cloud
from transect.measure.embedding.geometry import Decoder

SCREENED = 32
"""Candidates of least error, of an image, among which its starts are chosen."""


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
