"""The shape of the embedding in words, computed from the numbers.

Each finding is a claim and the numbers that it rests on. The rules are those of
`transect.measure.embedding`: `dimension`, `topology`, `alignment` and `interpolation`.
"""

from typing import NamedTuple

import numpy as np

from transect.measure.embedding.alignment import READABLE
from transect.measure.embedding.dimension import compare_dimension
from transect.measure.embedding.interpolation import closer_interpolation
from transect.measure.embedding.topology import (
    BoundaryMatch,
    is_stable,
    leaves_ring,
    loops_verdict,
)
from transect.measure.key import Key, Source, transect_group
from transect.report.data import ReportData
from transect.report.sentences import bracket, number

ESTIMATORS = {
    "two_nn": "two-NN",
    "maximum_likelihood": "maximum likelihood",
    "local_pca": "local PCA",
}
"""Name of the number: name of the estimator of the dimension."""

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
    }[compare_dimension(values[np.isfinite(values)], factors)]
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
        if not is_stable(agreement):
            claim += " Most random halves of the codes find another number."
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
    ring, space = leaves_ring(data.hole, data.space), data.space
    reason = (
        f"a hole among {_spell(space.dimension)} factors need not leave one."
        if space.dimension != 2
        else "the hole need not leave one: it reaches the edge of the factor space."
    )
    longest = "longest of them" if loops > 1 else "loop"
    matches = [_match(data, source) for source in (Source.MODEL, Source.ORACLE)]
    return {
        "hole": f"The hole survives in the embedding: the {longest} is its boundary.",
        "as in oracle": f"{has} along the boundary, but so has its oracle: the hole need not be "
        "its cause.",
        "elsewhere": f"{has}, but not around the hole: the {longest} does not follow the boundary.",
        "unknown": f"{has}; whether it is the boundary of the hole was not measured.",
        "no loop": f"{has}, so the hole does not show: none is wider than the gaps between the "
        "codes.",
        "none expected": f"{has}, and {reason}",
    }[loops_verdict(loops, matches[0], ring=ring, oracle_match=matches[1])]


def _match(data: ReportData, source: Source) -> BoundaryMatch | None:
    loop, every = (
        shape_value(data, name, source) for name in ("loop_boundary", "loop_boundary_random")
    )
    return None if np.isnan([loop, every]).any() else BoundaryMatch(loop, every)


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
    better = {name: closer_interpolation(*pair) for name, pair in errors.items()}
    kinds = {kind for kind in better.values() if kind is not None}
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
