"""How much each code matters for each factor, read from regression trees."""

import numpy as np
from numpy.typing import NDArray

from transect.space.denormals import denormals
from transect.space.seeds import library_seed, random_generator

TREES = 50
"""Trees of a forest."""

TREE_ROWS = 300
"""Rows that a tree is grown on, drawn anew for each.

Trees grown on all rows become deeper with every row, and what they put down to noise with them. Of
one size they tell the same story at 500 rows and at 5000, in the same time.
"""

LEAF_ROWS = 5
"""Fewest rows in a leaf."""

FOLDS = 3
"""Parts of the rows; each is predicted by a forest grown on the others."""


@denormals(flushed=False)
def importance(
    codes: NDArray[np.float64], factors: NDArray[np.float64], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the importance matrix (d, k) and the held-out R² of each factor (k,).

    For each factor, a random forest predicts its value from all codes. The importance of a code is
    the drop of the squared error at splits on that code, as a share of the drop at all splits
    (L. Breiman et al., "Classification and Regression Trees", 1984), averaged over folds; a column
    sums to 1, and to 0 where no code differs between rows. R² is 1 − squared error ÷ variance over
    rows that the forest was not grown on, and at least 0.

    Args:
        codes: (n, d), n at least 2 `FOLDS`.
        factors: (n, k), no constant column.
        seed: Seed of folds and forests.

    Example:
        >>> grid = np.mgrid[0:20, 0:20].reshape(2, -1).T.astype(float)
        >>> matrix, explained = importance(grid, grid, seed=0)
        >>> matrix.round(2)
        array([[1., 0.],
               [0., 1.]])
    """
    # It takes a second to import, also for those who only ask for other measures.
    from sklearn.ensemble import RandomForestRegressor  # noqa: PLC0415

    rows = len(codes)
    fold = random_generator(seed).permutation(rows) % FOLDS
    varies = np.ptp(codes, axis=0) > 0
    matrix = np.zeros((codes.shape[1], factors.shape[1]))
    explained = np.zeros(factors.shape[1])
    if not varies.any():
        return matrix, explained
    for factor, values in enumerate(factors.T):
        predicted = np.empty(rows)
        for part in range(FOLDS):
            held = fold == part
            forest = RandomForestRegressor(
                TREES,
                min_samples_leaf=LEAF_ROWS,
                max_samples=min(TREE_ROWS, int((~held).sum())),
                random_state=library_seed(seed, 1),
            ).fit(codes[~held][:, varies], values[~held])
            matrix[varies, factor] += forest.feature_importances_ / FOLDS
            predicted[held] = forest.predict(codes[held][:, varies])
        explained[factor] = 1 - np.mean((predicted - values) ** 2) / values.var()
    return matrix, np.maximum(explained, 0.0)


def disentanglement_of(matrix: NDArray[np.float64]) -> float:
    """Return whether each code matters for one factor alone, in [0, 1], from importances (d, k).

    Eastwood & Williams (2018), section 2: 1 − the entropy of a code's importances to base k,
    averaged over codes by their share of all importance. NaN with one factor, where nothing can
    be mixed up, and 0 where no code matters.

    Example:
        A code for each of two factors, and one that serves both and is as important:

        >>> round(disentanglement_of(np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])), 3)
        0.667
    """
    if matrix.shape[1] < 2:
        return float("nan")
    return _concentration(matrix)


def completeness_of(matrix: NDArray[np.float64]) -> float:
    """Return whether each factor needs one code alone, in [0, 1], from importances (d, k).

    Eastwood & Williams (2018), section 2: 1 − the entropy of a factor's importances to base d,
    averaged over factors by their share of all importance. NaN with one code.

    Example:
        A factor that is spread over two of four codes:

        >>> completeness_of(np.array([[0.5], [0.5], [0.0], [0.0]]))
        0.5
    """
    if matrix.shape[0] < 2:
        return float("nan")
    return _concentration(matrix.T)


def _concentration(matrix: NDArray[np.float64]) -> float:
    weights = matrix.sum(axis=1)
    if weights.sum() == 0:
        return 0.0
    shares = matrix / np.where(weights > 0, weights, 1.0)[:, None]
    surprise = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    certainty = 1 + (shares * surprise).sum(axis=1) / np.log(matrix.shape[1])
    return float(certainty @ weights / weights.sum())
