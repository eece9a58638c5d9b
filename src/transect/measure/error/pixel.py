"""Errors of a reconstruction, pixel by pixel; one number an image.

With x the true image, x̂ the reconstruction, pixels i in [0, 1]:

- `bce` = mean_i −[x log x̂ + (1−x) log(1−x̂)], nats a pixel
- `excess_bce` = bce(x, x̂) − bce(x, x)
- `nmse` = Σ_i (x−x̂)² / Σ_i x²
- `soft_iou` = Σ_i min(x, x̂) / Σ_i max(x, x̂)
- `ssim` = mean over windows of (2μμ̂+C₁)(2σ_xx̂+C₂) / ((μ²+μ̂²+C₁)(σ²+σ̂²+C₂))

All take two stacks (n, h, w), of any real type with values in [0, 1], and compute in float64, some
rows at a time. All raise `ValueError` where the shapes differ or are not (n, h, w), or where a
value is NaN or outside [0, 1], and name its row.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.image.checks import check_range, check_stack

EPSILON = 1e-7
"""Reconstructions are clipped to [EPSILON, 1 − EPSILON] before a logarithm is taken.

It is the smallest power of ten for which 1 − EPSILON differs from 1 in float32, where a saturated
sigmoid gives exactly 0 or 1, and what Keras, and so the original, clips to. The cross-entropy of a
pixel is therefore at most 16.12 nats.
"""

WINDOW = 11
"""Side of the Gaussian window of `ssim`, in pixels."""

_TRUTH, _RECONSTRUCTION = "images of the truth", "images of the reconstruction"
_PIXELS_A_BLOCK = 1 << 15  # a few float64 arrays of this size stay in a second-level cache

Block = NDArray[np.float64]


def bce(truth: ArrayLike, reconstruction: ArrayLike) -> NDArray[np.float64]:
    """Return the binary cross-entropy of each image, (n,), nats a pixel.

    Its floor is the entropy of the truth, which is above 0 where the truth has grey pixels; see
    `excess_bce`. Reconstructions are clipped to [1e-7, 1 − 1e-7] (`EPSILON`). A blank truth is
    nothing special.

    Args:
        truth: (n, h, w), in [0, 1].
        reconstruction: (n, h, w), in [0, 1].

    Example:
        >>> bce([[[1.0, 0.0]]], [[[0.5, 0.5]]]).round(4)  # log 2
        array([0.6931])
    """
    return _by_rows({"bce": _bce}, truth, reconstruction)["bce"]


def excess_bce(truth: ArrayLike, reconstruction: ArrayLike) -> NDArray[np.float64]:
    """Return by how much the cross-entropy of each image exceeds its floor, (n,), nats a pixel.

    bce(x, x̂) − bce(x, x), both clipped alike: 0 for a perfect reconstruction and never negative
    (it is the mean Kullback–Leibler divergence of the pixels, taken as Bernoulli probabilities).

    Args:
        truth: (n, h, w), in [0, 1].
        reconstruction: (n, h, w), in [0, 1].

    Example:
        >>> excess_bce([[[0.5, 0.5]]], [[[0.5, 0.5]]])
        array([0.])
    """
    blocks = {"bce": _bce, "floor": _floor}
    return _excess(_by_rows(blocks, truth, reconstruction))


def nmse(truth: ArrayLike, reconstruction: ArrayLike) -> NDArray[np.float64]:
    """Return the squared error of each image as a share of the truth's energy, (n,).

    0 is perfect and 1 is what an empty image gets. Where the truth is blank it is 0 for a blank
    reconstruction and infinite for any other.

    Args:
        truth: (n, h, w), in [0, 1].
        reconstruction: (n, h, w), in [0, 1].

    Example:
        >>> nmse([[[1.0, 0.5]]], [[[1.0, 0.0]]])  # 0.25 / 1.25
        array([0.2])
    """
    return _by_rows({"nmse": _nmse}, truth, reconstruction)["nmse"]


def soft_iou(truth: ArrayLike, reconstruction: ArrayLike) -> NDArray[np.float64]:
    """Return the soft intersection over union of each image, (n,), in [0, 1]; 1 is perfect.

    Where the truth is blank it is 1 for a blank reconstruction and 0 for any other.

    Args:
        truth: (n, h, w), in [0, 1].
        reconstruction: (n, h, w), in [0, 1].

    Example:
        >>> soft_iou([[[1.0, 0.5]]], [[[0.25, 0.5]]])  # (0.25 + 0.5) / (1 + 0.5)
        array([0.5])
    """
    return _by_rows({"soft_iou": _soft_iou}, truth, reconstruction)["soft_iou"]


def ssim(truth: ArrayLike, reconstruction: ArrayLike) -> NDArray[np.float64]:
    """Return the structural similarity of each image, (n,), in [-1, 1]; 1 is perfect.

    Z. Wang et al., "Image quality assessment: from error visibility to structural similarity",
    IEEE Transactions on Image Processing 13 (2004), equation 13, with the paper's constants:
    Gaussian window of 11×11 pixels and σ = 1.5 px, K₁ = 0.01, K₂ = 0.03, data range 1. Only
    windows that lie in the image count; moments are the weighted ones, without Bessel's
    correction. Two blank images have similarity 1. Images with a side below 11 px are refused
    with a `ValueError`.

    Args:
        truth: (n, h, w), in [0, 1]; h and w at least 11.
        reconstruction: (n, h, w), in [0, 1].

    Example:
        Two flat images 0 and 1 differ in luminance only, C₁ / (1 + C₁) with C₁ = 1e-4:

        >>> float(ssim(np.zeros((1, 16, 16)), np.ones((1, 16, 16)))[0].round(8))
        9.999e-05
    """
    return _by_rows({"ssim": _ssim}, truth, reconstruction)["ssim"]


def psnr(truth: ArrayLike, reconstruction: ArrayLike) -> NDArray[np.float64]:
    """Return the peak signal-to-noise ratio of each image, (n,), dB.

    −10 log₁₀ of the mean of (x−x̂)² over pixels, since the peak is 1. It is infinite where the
    reconstruction is the truth.

    Args:
        truth: (n, h, w), in [0, 1].
        reconstruction: (n, h, w), in [0, 1].

    Example:
        >>> psnr([[[0.5, 0.5]]], [[[0.6, 0.4]]]).round(6)
        array([20.])
    """
    return _by_rows({"psnr": _psnr}, truth, reconstruction)["psnr"]


def pixel_errors(truth: ArrayLike, reconstruction: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """Return every pixel measure of a run by name, each (n,), in one pass over the images.

    Images with a side below 11 px, the window of `ssim`, are refused with a `ValueError`.

    Args:
        truth: (n, h, w), in [0, 1]; h and w at least 11.
        reconstruction: (n, h, w), in [0, 1].

    Example:
        >>> images = np.eye(16)[None]
        >>> {name: float(error[0]) for name, error in pixel_errors(images, images).items()
        ...  if name != "bce"}
        {'excess_bce': 0.0, 'nmse': 0.0, 'soft_iou': 1.0, 'ssim': 1.0}
    """
    errors = _by_rows(_MEASURES | {"floor": _floor}, truth, reconstruction)
    errors["excess_bce"] = np.maximum(errors["bce"] - errors.pop("floor"), 0.0)
    return errors


def _by_rows(
    measures: dict[str, Callable[[Block, Block], Block]],
    truth: ArrayLike,
    reconstruction: ArrayLike,
) -> dict[str, NDArray[np.float64]]:
    x, y = check_stack(truth, _TRUTH), check_stack(reconstruction, _RECONSTRUCTION)
    if x.shape != y.shape:
        raise ValueError(
            f"truth and reconstruction need the same shape (n, h, w), got {x.shape} and {y.shape}"
        )
    if "ssim" in measures and min(x.shape[1:]) < WINDOW:
        raise ValueError(
            f"ssim needs images of at least {WINDOW}×{WINDOW} pixels, got {x.shape[1:]}"
        )
    errors = {name: np.empty(len(x)) for name in measures}
    step = max(1, _PIXELS_A_BLOCK // (x.shape[1] * x.shape[2]))
    for start in range(0, len(x), step):
        rows = slice(start, start + step)
        pair = (
            check_range(x[rows].astype(np.float64), _TRUTH, start),
            check_range(y[rows].astype(np.float64), _RECONSTRUCTION, start),
        )
        for name, measure in measures.items():
            errors[name][rows] = measure(*pair)
    return errors


def _bce(x: Block, y: Block) -> Block:
    y = np.clip(y, EPSILON, 1 - EPSILON)
    background = np.log(1 - y)
    return -(x * (np.log(y) - background) + background).mean(axis=(1, 2))


def _floor(x: Block, y: Block) -> Block:
    return _bce(x, x)


def _excess(errors: dict[str, Block]) -> Block:
    return np.maximum(errors["bce"] - errors["floor"], 0.0)  # rounding may leave -1e-17


def _nmse(x: Block, y: Block) -> Block:
    error = np.square(x - y).sum(axis=(1, 2))
    energy = np.square(x).sum(axis=(1, 2))
    blank = np.where(error > 0, np.inf, 0.0)
    # Energy so small that the quotient has no number is as good as none.
    with np.errstate(over="ignore"):
        return np.divide(error, energy, out=blank, where=energy > 0)


def _psnr(x: Block, y: Block) -> Block:
    with np.errstate(divide="ignore"):
        return -10 * np.log10(np.square(x - y).mean(axis=(1, 2)))


def _soft_iou(x: Block, y: Block) -> Block:
    union = np.maximum(x, y).sum(axis=(1, 2))
    intersection = np.minimum(x, y).sum(axis=(1, 2))
    return np.divide(intersection, union, out=np.ones_like(union), where=union > 0)


def _ssim(x: Block, y: Block) -> Block:
    down, across = _window_matrix(x.shape[1]), _window_matrix(x.shape[2]).T

    def windowed(values: Block) -> Block:
        rows = values.reshape(-1, values.shape[2]) @ across  # one product is faster than n
        return down @ rows.reshape(len(values), -1, across.shape[1])

    mean_x, mean_y = windowed(x), windowed(y)
    product, squares = mean_x * mean_y, mean_x**2 + mean_y**2
    variances = windowed(x * x + y * y) - squares
    covariance = windowed(x * y) - product
    c1, c2 = 0.01**2, 0.03**2
    luminance = (2 * product + c1) / (squares + c1)
    return (luminance * (2 * covariance + c2) / (variances + c2)).mean(axis=(1, 2))


def _window_matrix(size: int) -> Block:
    """Return the matrix (size − 10, size) whose product takes the Gaussian mean of each window."""
    weights = np.exp(-0.5 * (np.arange(-(WINDOW // 2), WINDOW // 2 + 1) / 1.5) ** 2)
    matrix = np.zeros((size - WINDOW + 1, size))
    for row in range(len(matrix)):
        matrix[row, row : row + WINDOW] = weights / weights.sum()
    return matrix


_MEASURES: dict[str, Callable[[Block, Block], Block]] = {
    "bce": _bce,
    "nmse": _nmse,
    "soft_iou": _soft_iou,
    "ssim": _ssim,
}
"""Name in the catalogue: the measure of some rows."""
