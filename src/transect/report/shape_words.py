"""The shape of the embedding in words, computed from the numbers.

Each finding is a claim and the numbers that it rests on. The rules, for a world of k factors:

**Dimension.** The embedding is k-dimensional where at least two of the three estimators lie in
[k − 0.2, k + 0.3]; it has fewer dimensions where two lie below, more where two lie above, and
otherwise the estimators disagree.

**The hole.** A loop is the boundary where the points on it are at most half as far from the
boundary as all points are, in the median.

| loops of the model, β₁ | the claim |
|---|---|
| 1 or more, the longest is the boundary, no loop of the oracle is | the hole survives |
| 1 or more, the longest is the boundary, as in the oracle | a loop, maybe not for the hole |
| 1 or more, the longest is not the boundary | a loop, but not around the hole |
| 0, the hole leaves a ring | the hole does not show |
| 0, it leaves none | no loop, and none was to be expected |
| any, there is one factor | none would be the hole, which is a gap |

A hole leaves a ring where there are two factors and it keeps clear of the edge of the factor space.
Where most random halves of the codes find another number of loops, the claim says so.

**Axes.** The verdict of `transect.measure.embedding.alignment`.

**Ways.** On a transect a way keeps better to the truth where its mean nMSE is at least 5 % smaller.
"""

from typing import NamedTuple

import numpy as np

from transect.measure.embedding.alignment import READABLE
from transect.measure.key import Key, Source, transect_group
from transect.report.data import ReportData
from transect.report.dimension import dimension_kind, dimension_places
from transect.report.sentences import bracket, number
from transect.space import FactorSpace
from transect.space.hole import Hole

ESTIMATORS = {
    "two_nn": "two-NN",
    "maximum_likelihood": "maximum likelihood",
    "local_pca": "local PCA",
}
"""Name of the number: name of the estimator of the dimension."""

NEAR = 0.5
"""Share of the usual distance from the boundary up to which a loop counts as the boundary."""

CLEAR = 0.05
"""Share by which one way's error must be smaller to be called so."""

VERDICTS = {
    "aligned": "Each factor has an axis of the embedding to itself",
    "rotated": "The embedding is a rotated copy of the factors",
    "sheared": "The embedding is a sheared copy of the factors: their paths cross askew",
    "bent": "The embedding is a bent copy of the factors: their paths curve, but cross squarely",
    "entangled": "The embedding entangles the factors",
    "unrelated": "The embedding has nothing to do with the factors",
}
"""Kind of an alignment: the claim."""

SHARES = {
    "as_it_stands": "from one axis each",
    "after_rotation": "after the best rotation",
    "linear": "by a linear map",
    "curved": "by a smooth map",
}
"""Name of a share of the factors: how it is read from the codes."""

INTERPOLATIONS = {"straight": "straight interpolation", "geodesic": "geodesic"}
"""Name of each interpolation across the hole."""

ONE_TO_SIX = ("one", "two", "three", "four", "five", "six")


class Finding(NamedTuple):
    """What was found of the embedding.

    Attributes:
        claim: One sentence.
        detail: The numbers that it rests on; may be empty.
    """

    claim: str
    detail: str


def findings(data: ReportData) -> list[Finding]:
    """Return what was found of the embedding, in words; nothing where nothing was measured."""
    made = (_dimension(data), _hole(data), _axes(data), _ways(data), _missing(data))
    return [finding for finding in made if finding is not None]


def shape_value(data: ReportData, name: str, source: Source = Source.MODEL) -> float:
    """Return a number of the embedding; nan where there is none."""
    return data.metric(Key(name, "embedding", source))


def with_interval(data: ReportData, name: str, source: Source = Source.MODEL) -> str:
    """Return a number of the embedding with its interval, as `2.05 (1.98 to 2.11)`."""
    found = data.interval(Key(name, "embedding", source))
    return number(found.mean) + bracket(found)


def way_value(data: ReportData, transect: str, name: str) -> float:
    """Return a number of the ways across the hole along a transect; nan where there is none."""
    return data.metric(Key(name, transect_group(transect, "embedding")))


def way_errors(data: ReportData) -> dict[str, tuple[float, float]]:
    """Return the mean nMSE along the straight and the shortest way, by transect."""
    found = {}
    for line in data.lines:
        straight, shortest = (
            way_value(data, line.name, f"{way}_nmse") for way in ("straight", "geodesic")
        )
        if np.isfinite([straight, shortest]).all():
            found[line.name] = (straight, shortest)
    return found


def loop_places(data: ReportData) -> str:
    """Return how far the longest loop, and all points, lie from the boundary, if known."""
    loop, every = (shape_value(data, name) for name in ("loop_boundary", "loop_boundary_random"))
    if np.isnan([loop, every]).any():
        return ""
    return (
        f"In the median its points lie {number(loop, 2)} radii of the hole from the boundary, "
        f"all points {number(every, 2)}."
    )


def stretch_inside(data: ReportData) -> str:
    """Return how much more the embedding is stretched inside the hole; empty if unknown."""
    ratio = shape_value(data, "stretch_removed")
    if np.isnan(ratio):
        return ""
    return f"Inside the hole the median stretch is {number(ratio)} times that outside."


def _dimension(data: ReportData) -> Finding | None:
    values = np.array([shape_value(data, name) for name in ESTIMATORS])
    if np.isnan(values).all():
        return None
    factors = data.space.dimension
    size = f"{_spell(factors)}-dimensional"
    claim = {
        "as many": f"The embedding is {size}, as the factor space is.",
        "fewer": f"The embedding is less than {size}.",
        "more": f"The embedding is more than {size}.",
        "undecided": f"Whether the embedding is {size} is unsure: the estimators disagree.",
    }[dimension_kind(dimension_places(values[np.isfinite(values)], factors))]
    detail = f"Dimension by {_estimates(data)}, with 95 % intervals over halves of the codes."
    oracle = _estimates(data, Source.ORACLE)
    thick = shape_value(data, "thickness")
    if np.isfinite(thick):
        detail += f" The codes lie {number(100 * thick, 2)} % of their extent off a smooth sheet."
    return Finding(claim, detail + (f" Of its oracle: by {oracle}." if oracle else ""))


def _estimates(data: ReportData, source: Source = Source.MODEL) -> str:
    return ", ".join(
        f"{words} {with_interval(data, name, source)}"
        for name, words in ESTIMATORS.items()
        if np.isfinite(shape_value(data, name, source))
    )


def _hole(data: ReportData) -> Finding | None:
    loops = shape_value(data, "loops")
    if np.isnan(loops):
        return None
    claim = _hole_claim(data, int(loops))
    agreement, oracle = (
        shape_value(data, "loops_agreement"),
        shape_value(data, "loops", Source.ORACLE),
    )
    beside = f", of its oracle {oracle:.0f}" if np.isfinite(oracle) else ""
    detail = f"β₁ is {loops:.0f}{beside}"
    if np.isfinite(agreement):
        claim += " Most random halves of the codes find another number." if agreement < 0.5 else ""
        detail += f"; {100 * agreement:.0f} % of random halves of the codes find as many"
    detail += (
        f". Death ÷ birth of the longest loop is {with_interval(data, 'loop_longest')}, "
        f"of the next {with_interval(data, 'loop_next')}."
    )
    return Finding(claim, f"{detail} {loop_places(data)}".strip())


def _hole_claim(data: ReportData, loops: int) -> str:
    has = "The embedding has " + ("no loop" if not loops else f"{_spell(loops)} loop")
    has += "s" if loops > 1 else ""
    if data.hole is None or data.space.dimension < 2:
        gap = ", and none would be the hole: along one factor it leaves a gap."
        return has + ("; nothing was removed." if data.hole is None else gap)
    if not loops:
        return f"{has}, {_no_loop(data.hole, data.space)}"
    longest = "longest of them" if loops > 1 else "loop"
    boundary = _is_boundary(data)
    if boundary is None:
        return f"{has}; whether it is the boundary of the hole was not measured."
    if not boundary:
        return f"{has}, but not around the hole: the {longest} does not follow the boundary."
    if _is_boundary(data, Source.ORACLE):
        return f"{has} along the boundary, but so has its oracle: the hole need not be its cause."
    return f"The hole survives in the embedding: the {longest} is its boundary."


def _no_loop(hole: Hole, space: FactorSpace) -> str:
    if leaves_ring(hole, space):
        return "so the hole does not show: none is wider than the gaps between the codes."
    if space.dimension != 2:
        return f"and a hole among {_spell(space.dimension)} factors need not leave one."
    return "and the hole need not leave one: it reaches the edge of the factor space."


def leaves_ring(hole: Hole, space: FactorSpace) -> bool:
    """Return whether what is left of two factors runs around the hole: it is clear of the edge."""
    if space.dimension != 2:
        return False
    along = np.linspace(0, 1, 201)
    edges = [
        np.insert(along[:, None], factor, end, axis=1)
        for factor in range(2)
        if not space.factors[factor].periodic
        for end in (0.0, 1.0)
    ]
    return not any(hole.contains(space.from_unit(edge)).any() for edge in edges)


def _is_boundary(data: ReportData, source: Source = Source.MODEL) -> bool | None:
    loop, every = (
        shape_value(data, name, source) for name in ("loop_boundary", "loop_boundary_random")
    )
    return None if np.isnan([loop, every]).any() else bool(loop <= NEAR * every)


def _axes(data: ReportData) -> Finding | None:
    claim = VERDICTS.get(data.text(Key("verdict", "embedding")))
    if claim is None:
        return None
    shares = ", ".join(
        f"{100 * shape_value(data, name):.0f} % {words}" for name, words in SHARES.items()
    )
    detail = f"In the mean over the factors can be read {shares}."
    if shape_value(data, "curved") >= READABLE:
        bend, angle = shape_value(data, "bend"), shape_value(data, "crossing_angle")
        path = f"As one factor moves, the path of the codes bends by {bend:.0f}°"
        cross = f" and crosses the others at {angle:.0f}°" if np.isfinite(angle) else ""
        detail += f" {path}{cross}."
    oracle = data.text(Key("verdict", "embedding", Source.ORACLE))
    return Finding(f"{claim}.", detail + (f" Its oracle is {oracle}." if oracle else ""))


def _ways(data: ReportData) -> Finding | None:
    errors = way_errors(data)
    if not errors:
        return None
    better = {name: _better(*pair) for name, pair in errors.items()}
    kinds = set(better.values()) - {""}
    if not kinds:
        claim = (
            "Across the hole the straight interpolation is as close to the truth as the geodesic."
        )
    elif len(kinds) == 1:
        others = [name for name, kind in better.items() if not kind]
        but = f", except on {', '.join(others)}, where both are alike" if others else ""
        claim = f"Across the hole the {INTERPOLATIONS[kinds.pop()]} keeps closer to the truth{but}."
    else:
        straight, geodesic = (
            ", ".join(name for name, one in better.items() if one == kind)
            for kind in INTERPOLATIONS
        )
        claim = (
            "Across the hole neither interpolation keeps closer to the truth throughout: "
            f"the straight one does on {straight}, the geodesic on {geodesic}."
        )
    listed = "; ".join(
        f"{name} {number(straight)} and {number(geodesic)}"
        for name, (straight, geodesic) in errors.items()
    )
    return Finding(claim, f"Mean nMSE along the straight interpolation and the geodesic: {listed}.")


def _better(straight: float, geodesic: float) -> str:
    """Return the interpolation of clearly less error, or nothing."""
    if geodesic <= (1 - CLEAR) * straight and geodesic < straight:
        return "geodesic"
    return "straight" if straight <= (1 - CLEAR) * geodesic and straight < geodesic else ""


def _missing(data: ReportData) -> Finding | None:
    told = {
        source.label: data.text(Key("missing", "embedding", source))
        for source in (Source.MODEL, Source.ORACLE)
        if data.text(Key("missing", "embedding", source))
    }
    if not told:
        return None
    listed = " ".join(f"Of the {hand}: {reasons}." for hand, reasons in told.items())
    return Finding("Some of the embedding could not be measured.", listed)


def _spell(count: int) -> str:
    return ONE_TO_SIX[count - 1] if 1 <= count <= 6 else str(count)
