"""Mutual information of continuous columns, from bins of equal mass.

The mutual information of two continuous variables is infinite where one is a function of the
other, which is what a disentangled code is. Estimators of the continuous quantity (A. Kraskov,
H. Stögbauer and P. Grassberger, "Estimating mutual information", Physical Review E 69, 2004) then
grow with the number of samples and have no largest value to divide by. So every column is cut at
its own quantiles into `BINS` bins: the information is that of the bins, its largest value the
entropy log `BINS`, and no monotone scaling changes it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transect.measure.pairs import ranks

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
