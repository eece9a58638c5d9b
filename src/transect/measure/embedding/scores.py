"""Every measure of codes at once: disentanglement, alignment, dimension and topology.

A measure that refuses the codes or factors is left out, with its reason, and the others are still
returned. Measures need different things of a factor:

- MIG and the scores of FactorVAE and β-VAE need values that can be told apart, so they also take
  categories, such as shapes.
- All others need an order. Categories are left out of them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.embedding.alignment import Kind, alignment, verdict
from transect.measure.embedding.covariance import correlation, covariance, entanglement
from transect.measure.embedding.dimension import intrinsic_dimension, spectrum, thickness
from transect.measure.embedding.disentanglement import dci, linear_r2, mcc, mig, sap
from transect.measure.embedding.fixed_factor import beta_vae_score, factor_vae_score
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
                f"Alignment, dimension, thickness and topology are those of {most_rows} of the "
                f"{len(self.codes)} rows, drawn at random."
            )
        self.values: dict[str, float] = {}
        self.intervals: dict[str, tuple[float, float]] = {}
        self.missing: dict[str, str] = {}
        self.verdict: Kind | None = None
        self.loop_rows = np.empty(0, dtype=np.int64)

    def measure(self) -> None:
        seed, z = self.seed, self.codes
        self._try(["two_nn", "maximum_likelihood", "local_pca"], self._dimension)
        self._try(["thickness"], self._thickness)
        self._try([f"variance_{place + 1}" for place in range(z.shape[1])], self._spectrum)
        loops = ["components", "loops", "loops_agreement", "loop_longest", "loop_next"]
        self._try(loops, self._topology)
        for name, of in (
            ("covariance", covariance),
            ("correlation", correlation),
            ("entanglement", entanglement),
        ):
            self._try([name], lambda name=name, of=of: {name: of(self._several_latents())})
        self._try(["mig"], lambda: {"mig": mig(z, self._grouped(), self.categories)})
        self._try(["sap"], lambda: {"sap": sap(z, self._ordered())})
        self._try(
            ["disentanglement", "completeness", "informativeness"],
            lambda: dci(z, self._ordered(), seed)._asdict(),
        )
        for name, score in (("factor_vae", factor_vae_score), ("beta_vae", beta_vae_score)):
            self._try(
                [name],
                lambda name=name, score=score: {
                    name: score(z, self._grouped(), discrete=self.categories, seed=seed)
                },
            )
        self._try(["mcc"], lambda: {"mcc": mcc(z, self._ordered())})
        self._try(["mcc_rank"], lambda: {"mcc_rank": mcc(z, self._ordered(), rank=True)})
        self._try(["r2_factors", "r2_codes"], self._linear)
        shares = ["as_it_stands", "after_rotation", "linear", "curved", "bend", "crossing_angle"]
        self._try(shares, self._alignment)

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

    def _try(self, names: list[str], measure: Callable[[], Mapping[str, float | Interval]]) -> None:
        try:
            found = measure()
        except ValueError as error:
            self.missing |= dict.fromkeys(names, str(error))
            return
        for name in names:
            value = found[name]
            if isinstance(value, Interval):
                self.intervals[name] = value.low, value.high
                value = value.mean
            if np.isnan(value):
                self.missing[name] = _WITHOUT_PAIRS[name]
            else:
                self.values[name] = float(value)

    def _varies(self, name: str, column: NDArray) -> bool:
        varies = bool((column != column[0]).any())
        if not varies:
            value = column[0] if column.dtype.kind == "U" else f"{column[0]:g}"
            self.notes.append(f"The factor {name} is {value} in every row and is left out.")
        return varies

    def _grouped(self) -> NDArray[np.float64]:
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

    def _ordered(self) -> NDArray[np.float64]:
        if not self.ordered.shape[1]:
            raise ValueError("needs a factor that varies and has an order, and none does")
        return self.ordered

    def _several_latents(self) -> NDArray[np.float64]:
        if self.codes.shape[1] < 2:
            raise ValueError(_LATENTS)
        return self.codes

    def _dimension(self) -> dict[str, Interval]:
        found = intrinsic_dimension(self.codes[self.near], seed=self.seed)
        return {
            "two_nn": found.two_nn,
            "maximum_likelihood": found.maximum_likelihood,
            "local_pca": found.local_pca,
        }

    def _thickness(self) -> dict[str, float]:
        sheet = min(self._ordered().shape[1], self.codes.shape[1])
        return {"thickness": thickness(self.codes[self.near], sheet)}

    def _spectrum(self) -> dict[str, float]:
        variances = spectrum(self.codes)
        if not variances.any():
            raise ValueError("all codes are equal")
        shares = variances / variances.sum()
        return {f"variance_{place + 1}": float(share) for place, share in enumerate(shares)}

    def _topology(self) -> dict[str, float | Interval]:
        found = topology(self.codes[self.near], seed=self.seed)
        if found.loop_rows:
            self.loop_rows = self.near[found.loop_rows[0]]
        return {
            "components": found.components,
            "loops": found.loops,
            "loops_agreement": found.agreement,
            "loop_longest": found.longest,
            "loop_next": found.next,
        }

    def _linear(self) -> dict[str, float]:
        found = linear_r2(self.codes, self._ordered())
        return {"r2_factors": found.factors, "r2_codes": found.codes}

    def _alignment(self) -> dict[str, float]:
        ordered = self._ordered()[self.near]
        found = alignment(self.codes[self.near], ordered, self.periods)
        self.verdict = verdict(found).kind
        names = ("as_it_stands", "after_rotation", "linear", "curved", "bend")
        means = {name: float(getattr(found, name).mean()) for name in names}
        return means | {"crossing_angle": found.crossing}


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
