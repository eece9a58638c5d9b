"""Whether each known factor has a code of its own, for continuous factors.

Codes are (n, d) and factors (n, k), row by row; values at random places, with or without a hole
among them. All measures are in [0, 1]. All but the linear ones (`linear_r2`, and `mcc` unless of
ranks) see ranks only, so that no monotone scaling of a code or a factor changes them.

- `mig`: gap of mutual information between the best code of a factor and the next
- `sap`: the same gap of squared correlations
- `dci`: disentanglement, completeness and informativeness, from random forests
- `mcc`: mean correlation after the best pairing of codes with factors
- `linear_r2`: share of variance explained linearly, each way

**Factors that depend on each other.** Cutting a region out of a box makes its factors dependent, so
that even the factors themselves, taken as codes, leave a gap below 1. `mig` and `sap` divide by the
gap that the factors themselves leave (K. Watcharasupat and A. Lerch, "Evaluation of latent space
disentanglement in the presence of interdependent attributes", 2021, give the argument). On
independent factors that changes nothing.

All raise `ValueError` for fewer than two rows, NaN, infinite values, a constant factor, or where
the numbers of rows differ. Constant codes carry nothing: they score 0.

**Mutual information** is taken of bins of equal mass. That of two continuous variables is infinite
where one is a function of the other, which is what a disentangled code is. Estimators of the
continuous quantity (A. Kraskov, H. Stögbauer and P. Grassberger, "Estimating mutual information",
Physical Review E 69, 2004) then grow with the number of samples and have no largest value to divide
by. So every column is cut at its own quantiles into `BINS` bins: the information is that of the
bins, its largest value the entropy log `BINS`, and no monotone scaling changes it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from transect.measure.embedding.cloud import check_paired, correlation, ranks, standardised
from transect.measure.embedding.importance import (
    FOLDS,
    completeness_of,
    disentanglement_of,
    importance,
)

BINS = 10
"""Bins of a column.

A table of 10×10 cells is the finest in round numbers whose bias can be removed at 500 samples (five
in a cell of independent columns): with 20 bins a fifth of the answer at 500 is bias.
"""


def equal_mass_bins(
    columns: NDArray[np.float64], discrete: Sequence[int] = (), bins: int = BINS
) -> NDArray[np.int64]:
    """Return the bin of each value in its column, (n, k).

    A column of at most `bins` different values, or a discrete one, keeps each as its own bin.
    Otherwise the bins hold equally many values, up to ties, which stay together; with an odd number
    of rows the middle one is alone, so that −x falls into the mirrored bins of x.

    Args:
        columns: (n, k).
        discrete: Columns that keep their values, however many there are.
        bins: Bins of the others.

    Example:
        >>> equal_mass_bins(np.array([[0.3], [0.1], [0.3]])).ravel()
        array([1, 0, 1])
    """
    count = len(columns)
    found = np.empty(columns.shape, dtype=np.int64)
    middle = 2 * ranks(columns) - 1 - count  # exact: ranks are multiples of a half
    for column, values in enumerate(columns.T):
        distinct, own = np.unique(values, return_inverse=True)
        if len(distinct) > bins and column not in discrete:
            steps = np.ceil(np.abs(middle[:, column]) * bins / (2 * count))
            own = np.unique(np.sign(middle[:, column]) * steps, return_inverse=True)[1]
        found[:, column] = own
    return found


def information_share(
    sources: NDArray[np.int64], targets: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return I(source; target) / H(target) for each pair of binned columns, (d, k), in [0, 1].

    Entropies are those of the observed frequencies plus (K − 1) / 2n for K occupied cells
    (G. Miller, "Note on the bias of information estimates", 1955), which takes the bias of
    first order out of independent columns and leaves a determined target at exactly 1.

    Args:
        sources: (n, d), bins from `equal_mass_bins`.
        targets: (n, k), the same; a target with one bin has no entropy and share 0.

    Example:
        >>> bins = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
        >>> information_share(bins, bins).round(6)
        array([[1., 0.],
               [0., 1.]])
    """
    width = int(targets.max()) + 1
    source = np.array([[_entropy(one)] for one in sources.T])
    target = np.array([_entropy(other) for other in targets.T])
    joint = np.array([[_entropy(one * width + other) for other in targets.T] for one in sources.T])
    share = np.divide(source + target - joint, target, out=np.zeros_like(joint), where=target > 0)
    return np.clip(share, 0.0, 1.0)


def _entropy(bins: NDArray[np.int64]) -> float:
    shares = np.unique(bins, return_counts=True)[1] / len(bins)
    return float(-(shares * np.log(shares)).sum()) + (len(shares) - 1) / (2 * len(bins))


LEAST_CEILING = 0.05
"""Largest gap of a factor below which it has no gap: another factor as good as determines it."""


class DCI(NamedTuple):
    """Disentanglement, completeness and informativeness.

    Attributes:
        disentanglement: Whether each code serves one factor alone; NaN with one factor.
        completeness: Whether each factor is served by one code alone; NaN with one code.
        informativeness: Share of the factors' variance that the codes predict, held out.
    """

    disentanglement: float
    completeness: float
    informativeness: float


class LinearR2(NamedTuple):
    """Share of variance explained by linear regression, each way.

    Attributes:
        factors: Of the factors from all codes, the mean over factors.
        codes: Of the codes from all factors, summed over codes before it is divided, so that
            a code that hardly moves hardly counts.
    """

    factors: float
    codes: float


def mig(codes: ArrayLike, factors: ArrayLike, discrete: Sequence[int] = ()) -> float:
    """Return the mutual information gap, in [0, 1].

    R. Chen et al., "Isolating sources of disentanglement in variational autoencoders" (2018),
    section 4: the mean over factors v of [I(z₁; v) − I(z₂; v)] / H(v), where z₁ and z₂ are the two
    codes that know most of v. Information is that of ten bins of equal mass a column, with the
    bias of first order removed; `transect.measure.embedding.disentanglement` says why. A single
    code has a gap to 0.

    Args:
        codes: (n, d).
        factors: (n, k).
        discrete: Columns of factors whose values are never binned.

    Example:
        >>> points = np.random.default_rng(0).random((500, 2))
        >>> mig(-np.exp(points[:, ::-1]), points)  # another order, sign and scaling
        1.0
        >>> turned = points @ np.array([[1, -1], [1, 1]])
        >>> round(mig(turned, points), 1)
        0.0
    """
    z, v = check_paired(codes, factors)
    v = equal_mass_bins(v, discrete)
    # A code in fewer bins than a factor has values could not determine it.
    z = equal_mass_bins(z, bins=max(BINS, int(v.max()) + 1))
    return _gap(information_share(z, v), information_share(v, v))


def sap(codes: ArrayLike, factors: ArrayLike, rank: bool = True) -> float:
    """Return the separated attribute predictability, in [0, 1].

    A. Kumar, P. Sattigeri and A. Balakrishnan, "Variational inference of disentangled latent
    concepts from unlabeled observations" (2018), section 3: the mean over factors of the gap
    between the two codes that predict it best, each alone. The prediction is linear, with R² =
    squared correlation as its score.

    Args:
        codes: (n, d).
        factors: (n, k).
        rank: Whether to correlate ranks, so that monotone scaling doesn't count; False gives the
            values of the paper and of other implementations for continuous factors.

    Example:
        >>> points = np.random.default_rng(0).random((500, 2))
        >>> sap(np.exp(5 * points), points)
        1.0
        >>> round(sap(np.exp(5 * points), points, rank=False), 1)
        0.7
    """
    z, v = check_paired(codes, factors)
    return _gap(correlation(z, v, rank) ** 2, correlation(v, v, rank) ** 2)


def mcc(codes: ArrayLike, factors: ArrayLike, rank: bool = False) -> float:
    """Return the mean correlation coefficient, in [0, 1].

    A. Hyvärinen and H. Morioka, "Unsupervised feature extraction by time-contrastive learning and
    nonlinear ICA" (2016), where it measures recovered sources: the mean over factors of
    |correlation| with the code that the factor is paired with, in the pairing that makes it
    largest. Factors left without a code, where there are more factors than codes, count 0. On noise
    it is not 0 but about the mean of the largest of d values of size 1/√n.

    Args:
        codes: (n, d).
        factors: (n, k).
        rank: Whether to correlate ranks (Spearman) in place of values (Pearson). Of values, a
            curved scaling of a code lowers it.

    Example:
        >>> points = np.random.default_rng(0).random((500, 2))
        >>> mcc(-3 * points[:, ::-1], points)
        1.0
        >>> mcc(points[:, :1], points)
        0.5
    """
    z, v = check_paired(codes, factors)
    strength = np.abs(correlation(z, v, rank))
    pairs = linear_sum_assignment(strength, maximize=True)
    return _rounded(float(strength[pairs].sum() / v.shape[1]))


def dci(codes: ArrayLike, factors: ArrayLike, seed: int = 0) -> DCI:
    """Return disentanglement, completeness and informativeness, each in [0, 1].

    C. Eastwood and C. Williams, "A framework for the quantitative evaluation of disentangled
    representations" (2018), section 2, with random forests as there; on ranks of both sides.
    Informativeness is R² on rows held out, in place of the error there, so that 1 is best.
    `ValueError` for fewer than 6 rows.

    Args:
        codes: (n, d).
        factors: (n, k).
        seed: Seed of folds and forests.

    Example:
        >>> points = np.random.default_rng(0).random((500, 2))
        >>> [round(score, 2) for score in dci(-np.exp(points[:, ::-1]), points)]
        [1.0, 1.0, 1.0]
    """
    z, v = check_paired(codes, factors, rows=2 * FOLDS)
    matrix, explained = importance(ranks(z), ranks(v), seed)
    return DCI(disentanglement_of(matrix), completeness_of(matrix), float(explained.mean()))


def linear_r2(codes: ArrayLike, factors: ArrayLike) -> LinearR2:
    """Return how well a linear map explains factors by codes, and codes by factors.

    R² adjusted for the number of columns that explain, 1 − (1 − R²)(n − 1)/(n − p − 1) (M. Ezekiel,
    "Methods of correlation analysis", 1930), so that noise gets about 0 whatever p is; at least 0.
    Both are 1 for any invertible linear map: how much of that is a rotation says
    `transect.measure.embedding.alignment`. `ValueError` where n is not above p + 1.

    Args:
        codes: (n, d).
        factors: (n, k).

    Example:
        A map of two factors to three codes on a manifold, and one that loses a factor:

        >>> points = np.random.default_rng(0).random((500, 2))
        >>> LinearR2(*np.round(linear_r2(points @ [[1, 2, 0], [0, 1, 1]], points), 6).tolist())
        LinearR2(factors=1.0, codes=1.0)
        >>> LinearR2(*np.round(linear_r2(points[:, :1], points), 1).tolist())
        LinearR2(factors=0.5, codes=1.0)
    """
    z, v = check_paired(codes, factors)
    z, v = check_paired(z, v, rows=max(z.shape[1], v.shape[1]) + 2)
    weight = (z / (np.abs(z).max() or 1.0)).var(axis=0)
    share = explained_linearly(v, z)
    of_codes = float(share @ weight / weight.sum()) if weight.any() else 0.0
    return LinearR2(float(explained_linearly(z, v).mean()), of_codes)


def explained_linearly(
    sources: NDArray[np.float64], targets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the adjusted R² of each target from all sources, (k,), in [0, 1]; see `linear_r2`.

    Args:
        sources: (n, p), n above p + 1.
        targets: (n, k); a constant one has 0.

    Example:
        >>> explained_linearly(np.arange(4.0)[:, None], np.array([[0.0], [2.0], [4.0], [6.0]]))
        array([1.])
    """
    source, target = standardised(sources), standardised(targets)
    fit = source @ np.linalg.lstsq(source, target, rcond=None)[0]
    unexplained = np.where(target.any(axis=0), ((target - fit) ** 2).mean(axis=0), 1.0)
    return adjusted(1 - unexplained, len(source), source.shape[1])


def adjusted(r2: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    """Return R² adjusted for the number of columns that explain, at least 0; see `linear_r2`.

    Args:
        r2: R² on the rows that were fitted.
        rows: Number of rows, above `columns` + 1.
        columns: Number of columns that explain.

    Example:
        >>> adjusted(np.array([1.0, 0.5]), rows=5, columns=1).round(3)
        array([1.   , 0.333])
    """
    return np.clip(1 - (1 - r2) * (rows - 1) / (rows - columns - 1), 0.0, 1.0)


def _gap(scores: NDArray[np.float64], own: NDArray[np.float64]) -> float:
    """Return the mean gap between the two best rows of each column, relative to that of `own`."""
    ordered = np.sort(np.vstack([np.zeros_like(scores[:1]), scores]), axis=0)
    gap = ordered[-1] - ordered[-2]
    others = np.where(np.eye(len(own), dtype=bool), 0.0, own)
    ceiling = 1 - others.max(axis=0)
    apart = ceiling > LEAST_CEILING
    relative = np.divide(gap, ceiling, out=np.zeros_like(gap), where=apart)
    return _rounded(float(np.minimum(relative, 1.0).mean()))


def _rounded(score: float) -> float:
    return round(score, 12)  # a sum of products is 1 only up to rounding
