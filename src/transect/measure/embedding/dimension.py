"""How many dimensions an embedding has: of the whole cloud of codes, and around each code.

Three estimators, which fail in different ways:

- `two_nn` sees the finest scale, so noise of the size of the spacing raises it.
- `maximum_likelihood` looks at k neighbours; it is low at the edge of a manifold, where they lie on
  one side, and where the manifold is narrower than its neighbourhoods.
- `local_pca` counts the directions in which neighbours spread. A whole number at each code; bends
  that fit into a neighbourhood raise it.

Codes that are equal up to rounding count once in all of them, since a distance of 0 has no
logarithm, and one in the last digits a meaningless one.

An embedding of a k-factor world has as many dimensions as factors if at least two estimates lie in
[k − 0.2, k + 0.3]; it has fewer if two lie below, more if two lie above, and otherwise the
estimators disagree (`compare_dimension`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.embedding.cloud import check_cloud, distinct_codes, random_halves
from transect.measure.neighbors import Neighbors
from transect.measure.statistics import Interval, interval
from transect.space.denormals import denormals

Cloud = NDArray[np.float64]

SIGNIFICANT = 0.05
"""A local direction counts if its variance is more than this share of the largest one."""

BELOW, ABOVE = 0.2, 0.3
"""How far an estimate may lie below and above the number of factors and still mean it."""

DimensionVerdict = Literal["as many", "more", "fewer", "undecided"]

_POINTS_A_BLOCK = 512


@dataclass(frozen=True)
class Dimension:
    """The intrinsic dimension of a cloud of codes by three estimators, over random halves.

    Attributes:
        two_nn: See `two_nn`.
        maximum_likelihood: See `maximum_likelihood`.
        local_pca: The mean of `local_pca` over the codes.
    """

    two_nn: Interval
    maximum_likelihood: Interval
    local_pca: Interval


def intrinsic_dimension(codes: ArrayLike, halves: int = 20, seed: int = 0) -> Dimension:
    """Return the intrinsic dimension of a cloud of codes by three estimators, with intervals.

    Half of the points lie farther apart and so see the manifold at a coarser scale, which is why
    only the spread of the halves makes the intervals: it is laid about the estimate of all codes.

    Args:
        codes: (n, latent), at least 102 of them different.
        halves: Number of random halves, at least 2.
        seed: Seed of the halves.

    Raises:
        ValueError: Codes are not a table of finite numbers, too few differ, or there are too few
            halves.

    Example:
        >>> manifold = np.pad(np.random.default_rng(0).random((2000, 2)), [(0, 0), (0, 1)])
        >>> found = intrinsic_dimension(manifold, halves=2)
        >>> [round(one.mean, 1) for one in (found.two_nn, found.local_pca)]
        [2.0, 2.0]
    """
    if halves < 2:
        raise ValueError(f"halves needs at least 2, got {halves}")
    points = distinct_codes(codes, least=102).points
    parts = [points[half] for half in random_halves(len(points), halves, seed)]

    def with_interval(estimate: Callable[[Cloud], float]) -> Interval:
        whole = estimate(points)
        of_halves = np.array([estimate(part) for part in parts])
        return interval(whole, whole + of_halves - of_halves.mean(), halves)

    return Dimension(
        two_nn=with_interval(two_nn),
        maximum_likelihood=with_interval(maximum_likelihood),
        local_pca=with_interval(lambda part: float(local_pca(part).mean())),
    )


@denormals(flushed=False)
def two_nn(codes: ArrayLike) -> float:
    """Return the dimension by the ratio of the distances to the two nearest neighbours.

    E. Facco et al., "Estimating the intrinsic dimension of datasets by a minimal neighborhood
    information", Scientific Reports 7 (2017): where the density hardly changes over two
    neighbours, r₂/r₁ follows a Pareto law with exponent d. d is the slope of the line through the
    origin fitted to −log(1 − F) over log(r₂/r₁), without the largest tenth of the ratios. Codes
    that are not a table of finite numbers with 10 different rows raise `ValueError`.

    Args:
        codes: (n, latent), at least 10 of them different.

    Example:
        >>> generator = np.random.default_rng(0)
        >>> round(two_nn(generator.random((2000, 1)) * [1, 2, 3]), 1)  # a straight line in space
        1.0
    """
    from skdim.id import TwoNN  # noqa: PLC0415 - slow to import, and the rules do without

    return float(TwoNN().fit(_different(codes, least=10)[0]).dimension_)


@denormals(flushed=False)
def maximum_likelihood(codes: ArrayLike, neighbors: int = 20) -> float:
    """Return the dimension that makes the distances to the nearest neighbours most likely.

    E. Levina and P. Bickel, "Maximum likelihood estimation of intrinsic dimension", NeurIPS 2004,
    equation 8, 1/d̂(x) = Σ_{j<k} log(T_k/T_j) / (k−1) around each code; then the harmonic mean over
    the codes, which is the maximum of the joint likelihood (D. MacKay and Z. Ghahramani, comments
    on that paper, 2005). Codes that are not a table of finite numbers, or with too few different
    rows for the neighbours, raise `ValueError`.

    Args:
        codes: (n, latent), more of them different than `neighbors`.
        neighbors: k, at least 3. Levina and Bickel average over 10 to 20.

    Example:
        >>> angle = np.random.default_rng(0).random((2000, 2)) * 2 * np.pi
        >>> torus = np.concatenate([np.cos(angle), np.sin(angle)], axis=1)  # in four dimensions
        >>> round(maximum_likelihood(torus), 1)
        2.0
    """
    from skdim.id import MLE  # noqa: PLC0415

    points, _ = _different(codes, least=_check_neighbors(neighbors) + 1)
    return float(MLE().fit(points, n_neighbors=neighbors).dimension_)


def local_pca(codes: ArrayLike, neighbors: int = 50) -> NDArray[np.int64]:
    """Return in how many directions the neighbours of each code spread, (n,).

    K. Fukunaga and D. Olsen, "An algorithm for finding intrinsic dimensionality of data", IEEE
    Transactions on Computers C-20 (1971): the number of eigenvalues of the neighbours' covariance
    above 5 % of the largest one (`SIGNIFICANT`). Codes that are not a table of finite numbers, or
    with too few different rows for the neighbours, raise `ValueError`.

    Args:
        codes: (n, latent), at least `neighbors` of them different.
        neighbors: Size of a neighbourhood, the code included, at least 3.

    Example:
        >>> angle = np.linspace(0, 6, 500)
        >>> np.unique(local_pca(np.column_stack([np.cos(angle), np.sin(angle)]), neighbors=20))
        array([1])
    """
    points, place = _different(codes, least=_check_neighbors(neighbors))
    variances = _local_variances(points, neighbors)
    return (variances > SIGNIFICANT * variances[:, :1]).sum(axis=1)[place]


def spectrum(codes: ArrayLike) -> NDArray[np.float64]:
    """Return the variances of the codes along their principal axes, (latent,), largest first.

    A manifold that is bent has as many large ones as the space that it is bent into has dimensions:
    the spectrum bounds the intrinsic dimension from above. Codes that are not a table of finite
    numbers raise `ValueError`.

    Args:
        codes: (n, latent).

    Example:
        >>> spectrum([[3, 0], [-3, 0], [0, 1], [0, -1]])
        array([4.5, 0.5])
    """
    return _variances(check_cloud(codes)[None])[0]


def thickness(codes: ArrayLike, dimension: int = 2, neighbors: int | None = None) -> float:
    """Return how thick the manifold is that the codes lie on, as a share of its extent.

    The RMS distance of a code's neighbours from the plane that fits them best, in the median over
    the codes, ÷ the RMS distance of all codes from their mean. 0 is a smooth manifold without
    noise. A manifold with radius of curvature R adds about h²/(8R) for neighbourhoods of radius h;
    noise thicker than the neighbourhoods is underestimated.

    Args:
        codes: (n, latent), at least `neighbors` of them different.
        dimension: Dimension of the planes, from 1 to latent.
        neighbors: Size of a neighbourhood, the code included, above `dimension`; a fiftieth of the
            different codes, and at least 50, if left out.

    Raises:
        ValueError: Codes are not a table of finite numbers, too few differ, or an option is out of
            range.

    Example:
        >>> manifold = np.pad(np.random.default_rng(0).random((500, 2)), [(0, 0), (0, 1)])
        >>> round(thickness(manifold), 12)
        0.0
    """
    if neighbors is not None and neighbors <= dimension:
        raise ValueError(f"neighbors needs more than dimension = {dimension}, got {neighbors}")
    points, place = _different(codes, least=50 if neighbors is None else neighbors)
    if not 1 <= dimension <= points.shape[1]:
        raise ValueError(f"dimension needs 1 to latent = {points.shape[1]}, got {dimension}")
    variances = _local_variances(points, neighbors or max(50, len(points) // 50))
    across = np.sqrt(variances[:, dimension:].sum(axis=1))
    return float(np.median(across[place]) / np.sqrt(spectrum(codes).sum()))


def dimension_band(factors: int) -> tuple[float, float]:
    """Return the least and the greatest estimate that means as many dimensions as factors."""
    return factors - BELOW, factors + ABOVE


def dimension_places(estimates: Sequence[float] | NDArray[np.floating], factors: int) -> list[int]:
    """Return for each estimate of the dimension −1 below the band, 0 in it and 1 above.

    Example:
        >>> dimension_places([1.5, 1.9, 2.5], factors=2)
        [-1, 0, 1]
    """
    low, high = dimension_band(factors)
    return [int(value > high) - int(value < low) for value in estimates]


def compare_dimension(
    estimates: Sequence[float] | NDArray[np.floating], factors: int
) -> DimensionVerdict:
    """Return whether an embedding has as many dimensions as factors; two estimators decide.

    Args:
        estimates: The dimension by each estimator, all finite.
        factors: Number of factors of the world.

    Example:
        >>> compare_dimension([1.9, 2.1, 3.0], factors=2), compare_dimension([1.5, 2, 3], factors=2)
        ('as many', 'undecided')
    """
    places = dimension_places(estimates, factors)
    if places.count(0) > 1:
        return "as many"
    if places.count(1) > 1:
        return "more"
    return "fewer" if places.count(-1) > 1 else "undecided"


def _different(codes: ArrayLike, least: int) -> tuple[Cloud, NDArray[np.int64]]:
    """Return the different codes, and the place of each code among them.

    A column of zeros is added to codes of one column: it changes no distance, and the estimators
    ask for two.
    """
    points, _, place = distinct_codes(codes, least)
    if points.shape[1] == 1:
        points = np.pad(points, [(0, 0), (0, 1)])
    return points, place


def _check_neighbors(neighbors: int) -> int:
    if neighbors < 3:
        raise ValueError(f"neighbors needs at least 3, got {neighbors}")
    return neighbors


def _local_variances(points: Cloud, neighbors: int) -> NDArray[np.float64]:
    """Return the variances of each point's neighbourhood along its principal axes, (n, d)."""
    _, near = Neighbors(points).nearest(points, neighbors)
    blocks = range(0, len(points), _POINTS_A_BLOCK)
    return np.concatenate(
        [_variances(points[near[start : start + _POINTS_A_BLOCK]]) for start in blocks]
    )


def _variances(clouds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the variances along the principal axes of clouds (m, k, d), largest first, (m, d)."""
    centered = clouds - clouds.mean(axis=1, keepdims=True)
    covariance = np.swapaxes(centered, 1, 2) @ centered / clouds.shape[1]
    return np.maximum(np.linalg.eigvalsh(covariance)[:, ::-1], 0)  # rounding may leave -1e-17
