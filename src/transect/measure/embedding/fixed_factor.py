"""Whether fixing one factor can be told from the codes: the scores of FactorVAE and β-VAE.

Both draw batches of rows that share the value of one factor, and have a simple classifier predict
from their codes which factor it is. The papers render new images for each batch. Here the rows are
given, so a batch is drawn from the rows with equal values of the factor; a factor with more values
than `transect.measure.embedding.disentanglement.BINS` is cut into that many bins of equal mass,
and the rows of a bin count as equal.

**Held-out rows.** A batch from few rows has the peculiarities of these rows, which a classifier can
learn. So the rows are split into two random halves. A classifier is fitted to batches of one half
and scored on batches of the other; the score is the mean of both directions. On codes that have
nothing to do with the factors it is the chance level, 1 ÷ number of factors.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.embedding.cloud import check_paired, standardised
from transect.measure.embedding.disentanglement import BINS, equal_mass_bins
from transect.space.denormals import denormals
from transect.space.seeds import random_generator

BATCHES = 5000
"""Batches of each half: the standard error of an accuracy is at most 0.005."""

BATCH = 64
"""Rows, or pairs of rows, of a batch (F. Locatello et al., "Challenging common assumptions in the
unsupervised learning of disentangled representations", 2019, appendix)."""

LEAST_ROWS = 4 * BINS
"""On average two rows of each bin in each half."""

_BATCHES_A_BLOCK = 500

Rows = NDArray[np.int64]


def factor_vae_score(
    codes: ArrayLike,
    factors: ArrayLike,
    *,
    discrete: Sequence[int] = (),
    batches: int = BATCHES,
    batch: int = BATCH,
    least_variance: float = 0.0,
    seed: int = 0,
) -> float:
    """Return the FactorVAE score, the accuracy of a majority vote, in [0, 1].

    H. Kim and A. Mnih, "Disentangling by factorising" (2018), section 4. In a batch with one factor
    fixed, the latent with the smallest variance, relative to its variance over all rows, casts a
    vote for this factor. Each latent stands for the factor that most of its votes are for; the
    score is the share of held-out votes for the factor that their latent stands for. NaN with one
    factor, and 0 where no latent varies. With fewer latents than factors it is at most d ÷ k.

    Args:
        codes: (n, d).
        factors: (n, k).
        discrete: Columns of factors whose values are never binned.
        batches: Votes of each half, shared equally among the factors; at least one for each.
        batch: Rows of a batch, at least 2.
        least_variance: Latents with a smaller variance have no vote, at least 0. The paper leaves
            out collapsed latents in this way, with 0.05 where the codes have unit variance; by
            default only constant latents have none, so that no scaling of a latent counts.
        seed: Seed of the halves and batches.

    Raises:
        ValueError: Fewer than 40 rows, a factor whose values do not repeat, an option out of range,
            or broken input.

    Example:
        >>> points = np.random.default_rng(0).random((500, 2))
        >>> factor_vae_score(-np.exp(points[:, ::-1]), points)
        1.0
        >>> turned = points @ np.array([[1, -1], [1, 1]])
        >>> round(factor_vae_score(turned, points), 1)
        0.5
    """
    if not 0 <= least_variance < np.inf:
        raise ValueError(f"least_variance needs a finite number from 0, got {least_variance}")
    z, halves, generator = _prepare(
        codes,
        factors,
        discrete=discrete,
        batches=batches,
        rows=batch,
        least_variance=least_variance,
        seed=seed,
    )
    if len(halves[0]) < 2:
        return float("nan")
    if not z.shape[1]:
        return 0.0
    tables = []
    for half in halves:
        votes = np.zeros((len(half), z.shape[1]))
        for factor, groups in enumerate(half):
            for rows in groups.batches(batches // len(half), batch, generator):
                latent = z[rows].var(axis=1).argmin(axis=1)
                votes[factor] += np.bincount(latent, minlength=z.shape[1])
        tables.append(votes)
    latents = np.arange(z.shape[1])
    first, second = (votes.argmax(axis=0) for votes in tables)
    right = tables[1][first, latents].sum() + tables[0][second, latents].sum()
    return float(right / (tables[0].sum() + tables[1].sum()))


def beta_vae_score(
    codes: ArrayLike,
    factors: ArrayLike,
    *,
    discrete: Sequence[int] = (),
    batches: int = BATCHES,
    batch: int = BATCH,
    seed: int = 0,
) -> float:
    """Return the β-VAE score, the accuracy of a linear classifier, in [0, 1].

    I. Higgins et al., "beta-VAE: learning basic visual concepts with a constrained variational
    framework" (2017), section 3. A batch holds pairs of rows that share the value of one factor;
    its features are the means of |z − z′| over the pairs, one for each latent. A linear classifier,
    here a multinomial logistic regression on standardised features, predicts the factor. NaN with
    one factor, and 0 where no latent varies.

    Args:
        codes: (n, d).
        factors: (n, k).
        discrete: Columns of factors whose values are never binned.
        batches: Batches of each half, shared equally among the factors; at least one for each.
        batch: Pairs of a batch, at least 1.
        seed: Seed of the halves and pairs.

    Raises:
        ValueError: Fewer than 40 rows, a factor whose values do not repeat, an option out of range,
            or broken input.

    Example:
        >>> points = np.random.default_rng(0).random((500, 2))
        >>> round(beta_vae_score(-np.exp(points[:, ::-1]), points), 2)
        1.0
        >>> turned = points @ np.array([[1, -1], [1, 1]])
        >>> round(beta_vae_score(turned, points), 1)
        0.5
    """
    z, halves, generator = _prepare(
        codes,
        factors,
        discrete=discrete,
        batches=batches,
        rows=batch + 1,
        least_variance=0.0,
        seed=seed,
    )
    if len(halves[0]) < 2:
        return float("nan")
    if not z.shape[1]:
        return 0.0
    labels = np.repeat(np.arange(len(halves[0])), batches // len(halves[0]))
    features = [
        np.concatenate(
            [
                np.abs(z[first] - z[second]).mean(axis=1)
                for groups in half
                for first, second in groups.pairs(batches // len(half), batch, generator)
            ]
        )
        for half in halves
    ]
    one = _accuracy(features[0], features[1], labels)
    other = _accuracy(features[1], features[0], labels)
    return (one + other) / 2


class _Groups:
    """Rows of one half, by the value of one factor; values of a single row are left out.

    Args:
        rows: (m,), the rows of the half.
        values: (n,), the value or bin of every row.
    """

    def __init__(self, rows: Rows, values: NDArray[np.int64]) -> None:
        found, counts = np.unique(values[rows], return_counts=True)
        kept = rows[np.isin(values[rows], found[counts > 1])]
        self.rows = kept[np.argsort(values[kept], kind="stable")]
        sizes = counts[counts > 1]
        self._size = np.repeat(sizes, sizes)
        self._start = np.repeat(np.cumsum(sizes) - sizes, sizes)

    def batches(self, count: int, size: int, generator: np.random.Generator) -> Iterator[Rows]:
        """Yield rows (m, size), each batch of one value; a value is as frequent as its rows."""
        for block in _blocks(count):
            value = generator.integers(len(self.rows), size=(block, 1))
            within = generator.integers(self._size[value], size=(block, size))
            yield self.rows[self._start[value] + within]

    def pairs(
        self, count: int, size: int, generator: np.random.Generator
    ) -> Iterator[tuple[Rows, Rows]]:
        """Yield two arrays of rows (m, size): different rows of one value, side by side."""
        for block in _blocks(count):
            first = generator.integers(len(self.rows), size=(block, size))
            start, number = self._start[first], self._size[first]
            step = generator.integers(1, number)
            yield self.rows[first], self.rows[start + (first - start + step) % number]


def _blocks(count: int) -> Iterator[int]:
    for done in range(0, count, _BATCHES_A_BLOCK):
        yield min(_BATCHES_A_BLOCK, count - done)


def _prepare(
    codes: ArrayLike,
    factors: ArrayLike,
    *,
    discrete: Sequence[int],
    batches: int,
    rows: int,
    least_variance: float,
    seed: int,
) -> tuple[NDArray[np.float64], list[list[_Groups]], np.random.Generator]:
    """Return the latents that take part with variance 1, and the groups by half and factor.

    Raises:
        ValueError: Too few rows, a factor whose values do not repeat, an option out of range, or
            broken input.
    """
    z, v = check_paired(codes, factors, rows=LEAST_ROWS)
    if batches < v.shape[1]:
        raise ValueError(f"batches needs one for each of {v.shape[1]} factors, got {batches}")
    if rows < 2:
        raise ValueError(f"batch is too small to compare rows, got {rows}")
    scaled = standardised(z)
    size = np.abs(z).max() or 1.0  # so that squares neither vanish nor overflow
    spread = (z / size).std(axis=0)
    active = scaled.any(axis=0) & (spread >= np.sqrt(least_variance) / size)
    bins = equal_mass_bins(v, discrete)
    generator = random_generator(seed, 3)
    order = generator.permutation(len(z))
    halves = [[_Groups(half, column) for column in bins.T] for half in np.array_split(order, 2)]
    for half in halves:
        for factor, groups in enumerate(half):
            if not len(groups.rows):
                raise ValueError(
                    f"factors need values that repeat, column {factor} has "
                    f"{len(np.unique(bins[:, factor]))} different ones in {len(z)} rows"
                )
    return scaled[:, active], halves, generator


@denormals(flushed=False)
def _accuracy(
    fitted: NDArray[np.float64], held: NDArray[np.float64], labels: NDArray[np.int64]
) -> float:
    # It takes a second to import, also for those who only ask for other measures.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    mean, spread = fitted.mean(axis=0), fitted.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(max_iter=1000).fit((fitted - mean) / scale, labels)
    return float(np.mean(model.predict((held - mean) / scale) == labels))
