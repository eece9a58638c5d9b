"""Is a held-out image among the training images? Then it says nothing of what a model makes anew.

Images repeat where a factor comes round (an orientation of 0 and of 2π), where shapes are
symmetric (a square turned by π/2), where a factor has no effect (the orientation of a disc), or
where a data set holds an image twice.
"""

from collections.abc import Callable
from hashlib import blake2b

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.neighbors import Neighbors

SAME = 0.002
"""Largest nMSE of two drawings of the same shape, as two orientations of a symmetric one are."""

FAR = 0.1
"""Points differ in a factor by more than this share of its range where their images, alike up to
`SAME`, are the same by symmetry; nearer ones are neighbours, whose images are alike anyhow."""

_ROWS_A_BLOCK = 1024
_CELLS = 4
_CANDIDATES = 16

Images = Callable[[NDArray[np.int64]], NDArray[np.uint8]]


def repeated_images(images: Images, trained: ArrayLike, unit: ArrayLike) -> NDArray[np.bool_]:
    """Return which images are trained on although their points are held out, (n,).

    Such an image equals a training image in every pixel, or up to `SAME` that of a point far away
    in the factor space.

    Equal pixels are found by their hash. Similar images are looked for by the sums over a few
    blocks of pixels, each divided by the square root of the block's size: by the inequality of
    Cauchy and Schwarz these differ by no more than the images do.

    Args:
        images: Returns the images of some rows (k,), uint8 (k, h, w).
        trained: (n,) whether a row is trained on.
        unit: Points (n, d) in units of the box.

    Example:
        >>> images = np.eye(3, dtype=np.uint8)[[0, 1, 1]][:, None]
        >>> repeated_images(images.__getitem__, [True, True, False], [[0.0], [0.5], [1.0]])
        array([False, False,  True])
    """
    seen, points = np.asarray(trained, dtype=bool), np.asarray(unit, dtype=np.float64)
    found = np.zeros(len(seen), dtype=bool)
    if seen.all() or not seen.any():
        return found
    known, wanted = np.flatnonzero(seen), np.flatnonzero(~seen)
    prints, features, energies = _read(images, len(seen))
    trained_prints = {prints[row] for row in known}
    found[wanted] = [prints[row] in trained_prints for row in wanted]
    wanted = wanted[~found[wanted]]
    neighbors, count = Neighbors(features[known]), min(_CANDIDATES, len(known))
    for start in range(0, len(wanted), _ROWS_A_BLOCK):
        rows = wanted[start : start + _ROWS_A_BLOCK]
        reach = np.sqrt(SAME * energies[rows])
        distance, place = neighbors.nearest(features[rows], count)
        near = distance <= reach[:, None]
        one, other = rows[np.nonzero(near)[0]], known[place[near]]
        far = np.abs(points[one] - points[other]).max(axis=1) > FAR
        one, other = one[far], other[far]
        found[one[_alike_rows(images, one, other)]] = True
    return found


def _read(
    images: Images, count: int
) -> tuple[list[bytes], NDArray[np.float64], NDArray[np.float64]]:
    """Return the hash of each image, its block sums (n, k) and its energy (n,)."""
    prints: list[bytes] = []
    features, energies = [], []
    for start in range(0, count, _ROWS_A_BLOCK):
        block = images(np.arange(start, min(start + _ROWS_A_BLOCK, count)))
        prints += [blake2b(one.tobytes(), digest_size=16).digest() for one in block]
        values = block.astype(np.float32)
        down, across = (_blocks(length) for length in block.shape[1:])
        features.append((down @ (values @ across.T)).reshape(len(block), -1).astype(np.float64))
        flat = values.reshape(len(block), -1)
        energies.append(np.einsum("ij,ij->i", flat, flat).astype(np.float64))
    return prints, np.concatenate(features), np.concatenate(energies)


def _blocks(length: int) -> NDArray[np.float32]:
    """Return what sums pixels over a few blocks of a side, (blocks, length)."""
    block = np.arange(length) * _CELLS // length
    sums = (block == np.unique(block)[:, None]).astype(np.float32)
    return sums / np.sqrt(sums.sum(axis=1, keepdims=True))


def alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which images of two stacks (n, h, w) are the same up to `SAME`, (n,).

    Example:
        >>> alike(np.array([[[255, 0]], [[0, 9]]]), np.array([[[254, 0]], [[9, 0]]]))
        array([ True, False])
    """
    first = one.astype(np.float32)
    gap = np.square(first - other).sum(axis=(1, 2), dtype=np.float64)
    return gap <= SAME * np.square(first).sum(axis=(1, 2), dtype=np.float64)


def _alike_rows(
    images: Images, rows: NDArray[np.int64], others: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which rows have the image of their other up to `SAME`."""
    found = np.zeros(len(rows), dtype=bool)
    for start in range(0, len(rows), _ROWS_A_BLOCK):
        block = slice(start, start + _ROWS_A_BLOCK)
        found[block] = alike(images(rows[block]), images(others[block]))
    return found
