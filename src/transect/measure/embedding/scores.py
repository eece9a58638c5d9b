"""Every measure of codes at once: disentanglement, alignment, neighborhoods and shape.

A measure that refuses the codes or factors is left out, with its reason, and the others are still
returned. Measures need different things of a factor:

- MIG and the scores of FactorVAE and β-VAE need values that can be told apart, so they also take
  categories, such as shapes.
- All others need an order. Categories are left out of them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.embedding.alignment import Kind, alignment, verdict
from transect.measure.embedding.covariance import correlation, covariance, entanglement
from transect.measure.embedding.dimension import intrinsic_dimension, spectrum, thickness
from transect.measure.embedding.disentanglement import dci, linear_r2, mcc, mig, sap
from transect.measure.embedding.fixed_factor import beta_vae_score, factor_vae_score
from transect.measure.embedding.neighborhood import neighborhood
from transect.measure.embedding.topology import topology
from transect.measure.key import Key, Number
from transect.measure.statistics import Interval
from transect.space.seeds import check_seed, random_generator

MOST_ROWS = 5000
"""Rows, drawn at random, that measures of neighbourhoods see at most: their time grows faster than
the number of rows, and in many dimensions with its square."""

_FACTORS, _LATENTS = "needs at least two factors", "needs at least two latents"
_WITHOUT_PAIRS = {
    "disentanglement": f"{_FACTORS} with an order",
    "completeness": _LATENTS,
    "factor_vae": _FACTORS,
    "beta_vae": _FACTORS,
    "crossing_angle": f"{_FACTORS} with an order",
}
"""Why a measure of pairs is NaN, by its name."""


@dataclass(frozen=True)
class CodeScores:
    """What was measured of codes.

    Attributes:
        values: By name of a measure (`transect.measure.catalogue.EMBEDDING_MEASURES`): its value.
        intervals: By name, for measures that have one: the 95 % interval, low and high.
        missing: By name: why a measure could not be computed.
        notes: What was left out of some measures, each one sentence.
        verdict: How the codes lie to the factors in one word; None where it is not known.
        loop_rows: Rows of the codes along the longest loop; empty where there is none.
        rows: Number of codes.
        latents: Number of latents.
        factors: Names of the factors that were used.
    """

    values: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    missing: dict[str, str]
    notes: tuple[str, ...]
    verdict: Kind | None
    loop_rows: NDArray[np.int64] = field(repr=False)
    rows: int
    latents: int
    factors: tuple[str, ...]

    def numbers(self, group: str = "embedding") -> dict[Key, Number]:
        """Return all numbers and the verdict by their keys.

        Args:
            group: The group of the keys.
        """
        found: dict[Key, Number] = {}
        for name, value in self.values.items():
            found[Key(name, group)] = value
            if name in self.intervals:
                low, high = self.intervals[name]
                found |= {Key(name, group, end="low"): low, Key(name, group, end="high"): high}
        return found if self.verdict is None else found | {Key("verdict", group): self.verdict}

    def reasons(self) -> list[str]:
        """Return why measures are missing, those of one reason together: `mig, sap: …`."""
        together: dict[str, list[str]] = {}
        for name, reason in self.missing.items():
            together.setdefault(reason, []).append(name)
        return [f"{', '.join(names)}: {reason}" for reason, names in together.items()]


def measure_codes(
    codes: ArrayLike,
    factors: ArrayLike | Mapping[str, ArrayLike],
    *,
    discrete: Collection[str] = (),
    periods: Mapping[str, float] | None = None,
    most_rows: int = MOST_ROWS,
    seed: int = 0,
) -> CodeScores:
    """Return every measure of codes with known factors.

    A constant factor is left out. Each measure is described in the module that computes it.

    Args:
        codes: (n, d); (n,) is one latent.
        factors: The values of each factor by its name, each (n,), or an array (n, k), whose
            columns are named `f0`, `f1`, …. Strings are categories.
        discrete: Names of factors whose numbers are categories, which have no order.
        periods: Length of the full turn of each periodic factor in its unit, by name.
        most_rows: Rows that measures of neighbourhoods see at most, at least 2.
        seed: Seed of everything that is drawn at random.

    Raises:
        ValueError: Rows differ or are fewer than 2, a value is missing or not finite, or a
            name is not that of a factor.

    Example:
        >>> points = np.random.default_rng(0).random((500, 2))
        >>> found = measure_codes(points @ [[1, -1], [1, 1]], points)
        >>> found.verdict, round(found.values["mig"], 1), round(found.values["two_nn"])
        ('rotated', 0.0, 2)
    """
    measuring = _Measuring(
        codes,
        factors,
        discrete=discrete,
        periods=periods or {},
        most_rows=most_rows,
        seed=seed,
    )
    measuring.measure()
    return measuring.scores()


class _Measuring:
    """Codes, factors, and what has been found of them so far."""

    def __init__(
        self,
        codes: ArrayLike,
        factors: ArrayLike | Mapping[str, ArrayLike],
        *,
        discrete: Collection[str],
        periods: Mapping[str, float],
        most_rows: int,
        seed: int,
    ) -> None:
        if most_rows < 2:
            raise ValueError(f"most_rows needs at least 2, got {most_rows}")
        self.codes, self.seed = _check_codes(codes), check_seed(seed)
        columns = _named(factors)
        for name in (*discrete, *periods):
            if name not in columns:
                raise ValueError(f"no factor {name!r}; choose from {', '.join(columns)}")
        self.notes: list[str] = []
        read = {
            name: _check_factor(column, name, len(self.codes)) for name, column in columns.items()
        }
        unordered = {name for name in read if name in discrete or read[name].dtype.kind == "U"}
        self.names = [name for name in read if self._varies(name, read[name])]
        # A category is known by its place in the sorted values, which no measure takes for a size.
        self.factors = np.array(
            [
                np.unique(read[name], return_inverse=True)[1] if name in unordered else read[name]
                for name in self.names
            ],
            dtype=np.float64,
        ).T.reshape(len(self.codes), len(self.names))
        self.categories = [place for place, name in enumerate(self.names) if name in unordered]
        ordered = [place for place, name in enumerate(self.names) if name not in unordered]
        self.ordered = self.factors[:, ordered]
        self.periods = [periods.get(self.names[place]) for place in ordered]
        if self.categories:
            self.notes.append(
                f"Only MIG and the scores of FactorVAE and β-VAE use "
                f"{', '.join(self.names[place] for place in self.categories)}: "
                "categories have no order."
            )
        self.near = np.arange(len(self.codes))
        if len(self.codes) > most_rows:
            draw = random_generator(seed, 4)
            self.near = np.sort(draw.permutation(len(self.codes))[:most_rows])
            self.notes.append(
                "Alignment, dimension, neighborhoods, thickness and topology are those of "
                f"{most_rows} of the {len(self.codes)} rows, drawn at random."
            )
        self.values: dict[str, float] = {}
        self.intervals: dict[str, tuple[float, float]] = {}
        self.missing: dict[str, str] = {}
        self.verdict: Kind | None = None
        self.loop_rows = np.empty(0, dtype=np.int64)

    def measure(self) -> None:
        for text, function in _FUNCTIONS.items():
            names = text.split()
            if text.endswith("_*"):
                latents = range(1, self.codes.shape[1] + 1)
                names = [text.replace("*", str(latent)) for latent in latents]
            try:
                found = function(self)
            except ValueError as error:
                self.missing |= dict.fromkeys(names, str(error))
                continue
            for name, value in zip(names, found, strict=True):
                self._keep(name, value)

    def scores(self) -> CodeScores:
        return CodeScores(
            values=self.values,
            intervals=self.intervals,
            missing=self.missing,
            notes=tuple(self.notes),
            verdict=self.verdict,
            loop_rows=self.loop_rows,
            rows=len(self.codes),
            latents=self.codes.shape[1],
            factors=tuple(self.names),
        )

    def _keep(self, name: str, value: float | Interval) -> None:
        if isinstance(value, Interval):
            self.intervals[name] = value.low, value.high
        mean = float(value.mean if isinstance(value, Interval) else value)
        if np.isnan(mean):
            self.missing[name] = _WITHOUT_PAIRS[name]
        else:
            self.values[name] = mean

    def _varies(self, name: str, column: NDArray) -> bool:
        varies = bool((column != column[0]).any())
        if not varies:
            value = column[0] if column.dtype.kind == "U" else f"{column[0]:g}"
            self.notes.append(f"The factor {name} is {value} in every row and is left out.")
        return varies

    def grouped(self) -> NDArray[np.float64]:
        if not self.names:
            raise ValueError("needs a factor that varies, and all are constant")
        for place in self.categories:
            different = len(np.unique(self.factors[:, place]))
            if 4 * different > len(self.codes):
                raise ValueError(
                    f"categories need to repeat, {self.names[place]} has {different} different "
                    f"values in {len(self.codes)} rows"
                )
        return self.factors

    def with_order(self) -> NDArray[np.float64]:
        if not self.ordered.shape[1]:
            raise ValueError("needs a factor that varies and has an order, and none does")
        return self.ordered

    def several_latents(self) -> NDArray[np.float64]:
        if self.codes.shape[1] < 2:
            raise ValueError(_LATENTS)
        return self.codes


_Values = Sequence[float | Interval]


def _dimension(data: _Measuring) -> _Values:
    found = intrinsic_dimension(data.codes[data.near], seed=data.seed)
    return [found.two_nn, found.maximum_likelihood, found.local_pca]


def _thickness(data: _Measuring) -> _Values:
    dimension = min(data.with_order().shape[1], data.codes.shape[1])
    return [thickness(data.codes[data.near], dimension)]


def _shares_of_variance(data: _Measuring) -> _Values:
    variances = spectrum(data.codes)
    if not variances.any():
        raise ValueError("all codes are equal")
    return (variances / variances.sum()).tolist()


def _topology(data: _Measuring) -> _Values:
    found = topology(data.codes[data.near], seed=data.seed)
    if found.loop_rows:
        data.loop_rows = data.near[found.loop_rows[0]]
    return [found.components, found.loops, found.agreement, found.longest, found.next]


def _alignment(data: _Measuring) -> _Values:
    found = alignment(data.codes[data.near], data.with_order()[data.near], data.periods)
    data.verdict = verdict(found).kind
    means = (found.as_it_stands, found.after_rotation, found.linear, found.curved, found.bend)
    return [*(float(of_factors.mean()) for of_factors in means), found.crossing]


def _neighborhood(data: _Measuring) -> _Values:
    return neighborhood(data.codes[data.near], data.with_order()[data.near], data.periods)


_FUNCTIONS: dict[str, Callable[[_Measuring], _Values]] = {
    "two_nn maximum_likelihood local_pca": _dimension,
    "thickness": _thickness,
    "variance_*": _shares_of_variance,
    "components loops loops_agreement loop_longest loop_next": _topology,
    "covariance": lambda data: [covariance(data.several_latents())],
    "correlation": lambda data: [correlation(data.several_latents())],
    "entanglement": lambda data: [entanglement(data.several_latents())],
    "mig": lambda data: [mig(data.codes, data.grouped(), data.categories)],
    "sap": lambda data: [sap(data.codes, data.with_order())],
    "disentanglement completeness informativeness": lambda data: dci(
        data.codes, data.with_order(), data.seed
    ),
    "factor_vae": lambda data: [
        factor_vae_score(data.codes, data.grouped(), discrete=data.categories, seed=data.seed)
    ],
    "beta_vae": lambda data: [
        beta_vae_score(data.codes, data.grouped(), discrete=data.categories, seed=data.seed)
    ],
    "mcc": lambda data: [mcc(data.codes, data.with_order())],
    "mcc_rank": lambda data: [mcc(data.codes, data.with_order(), rank=True)],
    "r2_factors r2_codes": lambda data: linear_r2(data.codes, data.with_order()),
    "as_it_stands after_rotation linear curved bend crossing_angle": _alignment,
    "trustworthiness continuity": _neighborhood,
}
"""The function that returns the values of some measures, by their names in this order.

`*` stands for the number of a latent. A measure is added by its function, its entry in
`transect.measure.catalogue` and a line here.
"""


def _check_codes(codes: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(codes)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"codes need real numbers, got {_sort_of(array)}")
    array = array.astype(np.float64)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"codes need the shape (n, latents), got {array.shape}")
    if len(array) < 2:
        raise ValueError(f"codes need at least 2 rows, got {len(array)}")
    if not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(
            f"codes need finite numbers, got {array[row, column]} in row {row}, latent {column} "
            "(counted from 0)"
        )
    return array


def _named(factors: ArrayLike | Mapping[str, ArrayLike]) -> dict[str, NDArray]:
    if isinstance(factors, Mapping):
        columns = {str(name): np.asarray(column) for name, column in factors.items()}
        if not columns:
            raise ValueError("factors need at least one column, got none")
        return columns
    array = np.asarray(factors)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"factors need the shape (n, factors), got {array.shape}")
    return {f"f{place}": column for place, column in enumerate(array.T)}


def _check_factor(column: NDArray, name: str, rows: int) -> NDArray:
    """Return a factor as floats, or as strings where it holds categories.

    Raises:
        ValueError: It is neither, its rows differ in number, or a value is missing.
    """
    if column.ndim != 1:
        raise ValueError(f"the factor {name} needs the shape (n,), got {column.shape}")
    if len(column) != rows:
        raise ValueError(
            f"codes and factors need as many rows, got {rows} codes and {len(column)} of {name}"
        )
    if column.dtype.kind in "biuf":
        values = column.astype(np.float64)
        wrong = ~np.isfinite(values)
    elif column.dtype.kind == "U" or all(isinstance(value, str) for value in column):
        values = column.astype(np.str_)
        wrong = np.char.str_len(np.char.strip(values)) == 0
    else:
        raise ValueError(f"the factor {name} needs numbers or strings, got {_sort_of(column)}")
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            f"the factor {name} needs a value in every row, got {column[row]!s:.20} in row {row} "
            "(counted from 0)"
        )
    return values


def _sort_of(array: NDArray) -> str:
    if array.dtype.kind != "O":
        return f"an array of {array.dtype}"
    kinds = sorted({type(value).__name__ for value in array.ravel()})
    return f"values of the types {', '.join(kinds)}"
