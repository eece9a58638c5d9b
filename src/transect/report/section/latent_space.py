"""The latent space: where the codes lie, traversals, the loop around the hole, the stretch.

Each finding is a claim and the numbers that it rests on. The rules are those of
`transect.measure.embedding`: `dimension`, `topology` and `alignment`.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from transect.measure.catalogue import EMBEDDING_MEASURES, Measure, measure
from transect.measure.embedding.alignment import READABLE
from transect.measure.embedding.dimension import compare_dimension
from transect.measure.embedding.topology import (
    BoundaryMatch,
    is_stable,
    leaves_ring,
    loops_verdict,
)
from transect.measure.key import Key, Source
from transect.report.codes import directions, draw_points, label_axes, read_codes
from transect.report.data import ReportData, split_counts
from transect.report.image_grid import Pixels, paste, show
from transect.report.parts import CaptionedFigure, Cell, Finding, Section, Table
from transect.report.planes import draw_outline, log_norm, map_axes, planes, value_map
from transect.report.style import (
    DOTS_PER_INCH,
    FOREGROUND,
    HOLE,
    LOOP,
    SPLIT_COLORS,
    WIDTH,
    clear_frame,
    new_figure,
    short,
    styled,
)
from transect.report.words import MISSING, bracket, number
from transect.space import FactorSpace
from transect.space.hole import Hole

TITLE = "Latent space"

ESTIMATORS = {
    "two_nn": "two-NN",
    "maximum_likelihood": "maximum likelihood",
    "local_pca": "local PCA",
}
"""Name of the number: name of the estimator of the dimension."""

VERDICTS = {
    "aligned": "Each factor has an axis of the embedding to itself",
    "rotated": "The embedding is a rotated copy of the factors",
    "sheared": "The embedding is a sheared copy of the factors: they cross at oblique angles",
    "bent": "The embedding is a bent copy of the factors: they curve, but cross at right angles",
    "entangled": "The embedding entangles the factors",
    "unrelated": "The embedding is unrelated to the factors",
}
"""Kind of an alignment: the claim."""

SHARES = {
    "as_it_stands": "from one axis each",
    "after_rotation": "after the best rotation",
    "linear": "by a linear map",
    "curved": "by a smooth map",
}
"""Name of a share of the factors: how it is read from the codes."""

ONE_TO_SIX = ("one", "two", "three", "four", "five", "six")

SOLID_PANELS = ((0.0, 0.0, 0.62, 0.98), (0.63, 0.5, 0.35, 0.46), (0.63, 0.0, 0.35, 0.46))
"""Left, bottom, width and height of each panel in three dimensions, as shares of the figure.

An automatic layout keeps far too much room around axes of three dimensions.
"""

NAMES = 0.72
"""Inches for the names of the traversals, as long as their factors' are short."""


def section(data: ReportData) -> Section:
    """Return the latent space; empty for a model without codes."""
    table = embedding_table(data)
    return Section(TITLE, _figures(data), tuple(findings(data)), () if table is None else (table,))


def _figures(data: ReportData) -> Iterator[CaptionedFigure]:
    points, flat = data.points, not planes(data.space)
    if points is None or not data.codes:
        return
    shown = directions(read_codes(points))
    projected = (
        ""
        if len(data.codes) <= 3
        else f" Of {len(data.codes)} latents the first three principal components are shown; "
        f"they hold {100 * shown.explained:.0f} % of the variance."
    )
    yield CaptionedFigure(
        TITLE,
        "embedding",
        "Embedding",
        embedding(points, data.transects, data.space),
        "Each dot is the code of one image. If the removed codes fill the gap in the manifold of "
        "the others, the encoder places images that it was not trained on between those that it "
        f"was trained on.{projected}",
        f"Codes of {len(points)} points in {len(data.codes)} latents: "
        f"{split_counts(points)}.{projected}",
    )
    if data.traversals:
        steps = len(next(iter(data.traversals.values())))
        yield CaptionedFigure(
            TITLE,
            "traversals",
            "Latent traversals",
            traversal_grid(data.traversals, data.dark_foreground),
            "Each row is a straight line through the mean code, from low to high: along one "
            "latent, along a principal direction of the codes, or in the direction in which the "
            "codes follow a factor.",
            f"{steps} images along each of {len(data.traversals)} traversals: "
            f"{', '.join(data.traversals)}.",
        )
    if not flat and len(data.codes) > 1 and "on_loop" in points and points["on_loop"].any():
        kept = int((points["split"] != "removed").sum())
        count = f"{int(points['on_loop'].sum())} of {kept} kept points lie on the longest loop."
        yield CaptionedFigure(
            TITLE,
            "longest_loop",
            "The longest loop",
            longest_loop(points, data.space, data.hole),
            "Yellow points lie on the longest loop among the codes of the kept points. The loop is "
            "shown over the factor space, left, and among the codes, right. If it follows the "
            "boundary, the line on the left, the hole is a hole of the embedding too.",
            f"{count} {_loop_places(data)}".strip(),
        )
    if not flat and "stretch" in points and (points["stretch"] > 0).any():
        known = points["stretch"].dropna()
        low, middle, high = (number(float(known.quantile(share))) for share in (0.05, 0.5, 0.95))
        spread = (
            f"Stretch at {len(known)} points, median {middle}, 90 % of them from {low} to {high}."
        )
        yield CaptionedFigure(
            TITLE,
            "stretch_map",
            "Stretch over the factor space",
            stretch_map(points, data.space, data.hole),
            "How much the image changes for a small step of the codes along their manifold; dark "
            "points are stretched. A hole that the decoder crosses in few steps is darker than its "
            "surroundings. The scale is logarithmic, the outline is the boundary.",
            f"{spread} {_stretch_inside(data)}".strip(),
        )


@styled
def embedding(points: pd.DataFrame, transects: pd.DataFrame | None, space: FactorSpace) -> Figure:
    """Return the codes of all points, coloured by split and by the first two factors.

    The transects run through them in black, vermilion inside the hole. Three latents are drawn in
    three dimensions, two in two, one against the factors; of more, the first three principal
    components are shown.

    Args:
        points: One row per point: `split`, the factors, the codes.
        transects: One row per point of a transect: `transect`, `in_hole`, the codes.
        space: The factor space.
    """
    codes = read_codes(points)
    shown = directions(codes)
    flat = len(shown.labels) < 3
    figure = new_figure(WIDTH, 2.7) if flat else Figure(figsize=(WIDTH, 4.1), dpi=DOTS_PER_INCH)
    panels = [None, *space.names[:2]]
    for place, factor in enumerate(panels):
        if flat:
            axes = figure.add_subplot(1, len(panels), place + 1)
        else:
            axes = figure.add_axes(SOLID_PANELS[place], projection="3d", computed_zorder=False)
        draw_points(axes, shown.project(codes), points, factor)
        if transects is not None and "code.0" in transects and place == 0:
            _draw_transects(axes, shown.project(read_codes(transects)), transects)
        label_axes(axes, shown.labels, large=place == 0)
    return figure


def _draw_transects(axes: Axes, codes: NDArray[np.float64], table: pd.DataFrame) -> None:
    if codes.shape[1] < 2:
        return
    for name in table["transect"].unique():
        rows = (table["transect"] == name).to_numpy()
        inside = table.loc[rows, "in_hole"].to_numpy(dtype=bool)
        line = codes[rows]
        axes.plot(*line.T, color=FOREGROUND, linewidth=0.9, zorder=4)
        axes.scatter(*line.T, s=9, c=np.where(inside, HOLE, FOREGROUND), linewidths=0, zorder=5)
        text = {"s": f" {short(str(name))}", "fontweight": "bold", "fontsize": 7, "zorder": 6}
        axes.text(*line[0], **text)


@styled
def traversal_grid(images: Mapping[str, Pixels], dark_foreground: bool = True) -> Figure:
    """Return the images along latent traversals, one row each.

    Args:
        images: By traversal, the images along it, (steps, h, w), as many on each; at least one.
        dark_foreground: Whether 1 is dark.
    """
    steps, height, width = next(iter(images.values())).shape
    gap = max(1, width // 32)
    grid = paste(np.concatenate(list(images.values())), steps, gap)
    figure = new_figure(WIDTH, (WIDTH - NAMES) * grid.shape[0] / grid.shape[1] + 0.25)
    axes = figure.add_subplot()
    clear_frame(axes)
    show(axes, grid, dark_foreground=dark_foreground)
    down, along = height + 2 * gap, width + 2 * gap
    axes.set_yticks((np.arange(len(images)) + 0.5) * down, [short(name) for name in images])
    axes.set_xticks([0.5 * along, (steps - 0.5) * along], ["low", "high"])
    axes.tick_params(length=0)
    return figure


@styled
def longest_loop(points: pd.DataFrame, space: FactorSpace, hole: Hole | None = None) -> Figure:
    """Return the points on the longest loop, over the factor space and among the codes.

    The loop was sought among the codes of the points that were kept, so only these are shown.

    Args:
        points: One row per point: `split`, the factors, `on_loop`, at least two codes.
        space: At least two factors; the first two are shown.
        hole: The removed region.
    """
    codes = read_codes(points)
    shown = directions(codes)
    solid = len(shown.labels) > 2
    kept = (points["split"] != "removed").to_numpy()
    loop = points["on_loop"].to_numpy(dtype=bool)
    factors = points[list(space.columns[:2])].to_numpy(dtype=np.float64)
    figure = Figure(figsize=(WIDTH, 3.5), dpi=DOTS_PER_INCH)
    (plane,) = map_axes(figure, space, [(0, 1)])
    plane.set_position((0.07, 0.12, 0.38, 0.78))
    if solid:
        place = (0.48, 0.0, 0.52, 0.97)
        latent = figure.add_axes(place, projection="3d", computed_zorder=False)
    else:
        latent = figure.add_axes((0.58, 0.12, 0.38, 0.78))
    size = float(np.clip(9000 / max(len(points), 1), 1.5, 12))
    dots = {"s": size, "color": SPLIT_COLORS["train"], "label": f"kept ({kept.sum()})"}
    ring = {"s": 20, "color": LOOP, "edgecolors": FOREGROUND, "linewidths": 0.6, "zorder": 4}
    ring["label"] = f"on the longest loop ({loop.sum()})"
    if hole is not None:
        draw_outline(plane, hole, space, (0, 1))
    for axes, columns in ((plane, factors), (latent, shown.project(codes))):
        axes.scatter(*columns[kept].T, linewidths=0, rasterized=True, **dots)
        shade = {"depthshade": False} if axes.name == "3d" else {}
        axes.scatter(*columns[loop].T, **ring, **shade)
    label_axes(latent, shown.labels, large=True)
    handles, labels = plane.get_legend_handles_labels()
    legend = figure.legend(handles, labels, loc="upper left", ncols=2, borderaxespad=0.2)
    legend.legend_handles[0].set_sizes([12])  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]
    return figure


@styled
def stretch_map(points: pd.DataFrame, space: FactorSpace, hole: Hole | None = None) -> Figure:
    """Return how far the image moves for a step of the codes, over the factor space.

    The scale of colour is logarithmic, cut at the 1st and 99th percentile; dark is stretched.

    Args:
        points: One row per point: the factors and `stretch`, at least one of them above 0.
        space: At least two factors.
        hole: The removed region.
    """
    stretch = points["stretch"].to_numpy(dtype=np.float64)
    factors = points[list(space.columns)].to_numpy(dtype=np.float64)
    known = stretch > 0
    norm = log_norm(stretch[known])
    return value_map({"": (factors[known], stretch[known])}, space, hole, norm, "stretch")


def findings(data: ReportData) -> list[Finding]:
    """Return what was found of the embedding, in words; nothing if nothing was measured."""
    made = (_dimension(data), _hole(data), _axes(data), _missing(data))
    return [finding for finding in made if finding is not None]


def _value(data: ReportData, name: str, source: Source = Source.MODEL) -> float:
    """Return a number of the embedding; nan where there is none."""
    return data.metric(Key(name, "embedding", source))


def _with_interval(data: ReportData, name: str, source: Source = Source.MODEL) -> str:
    """Return a number of the embedding with its interval, as `2.05 (1.98 to 2.11)`."""
    found = data.interval(Key(name, "embedding", source))
    return number(found.mean) + bracket(found)


def _loop_places(data: ReportData) -> str:
    """Return how far the longest loop, and all points, lie from the boundary, if known."""
    loop, every = (_value(data, name) for name in ("loop_boundary", "loop_boundary_random"))
    if np.isnan([loop, every]).any():
        return ""
    return (
        f"In the median its points lie {number(loop, 2)} radii of the hole from the boundary, "
        f"all points {number(every, 2)}."
    )


def _stretch_inside(data: ReportData) -> str:
    """Return how much more the embedding is stretched inside the hole; empty if unknown."""
    ratio = _value(data, "stretch_removed")
    if np.isnan(ratio):
        return ""
    return f"Inside the hole the median stretch is {number(ratio)} times that outside."


def _dimension(data: ReportData) -> Finding | None:
    values = np.array([_value(data, name) for name in ESTIMATORS])
    if np.isnan(values).all():
        return None
    factors = data.space.dimension
    size = f"{_spell(factors)}-dimensional"
    claim = {
        "as many": f"The embedding is {size}, as the factor space is.",
        "fewer": f"The embedding is less than {size}.",
        "more": f"The embedding is more than {size}.",
        "undecided": f"Whether the embedding is {size} is undecided: the estimators disagree.",
    }[compare_dimension(values[np.isfinite(values)], factors)]
    detail = f"Dimension by {_estimates(data)}, with 95 % intervals over halves of the codes."
    oracle = _estimates(data, Source.ORACLE)
    thick = _value(data, "thickness")
    if np.isfinite(thick):
        detail += (
            f" The codes lie {number(100 * thick, 2)} % of their extent off a smooth manifold."
        )
    return Finding(claim, detail + (f" Of its oracle: by {oracle}." if oracle else ""))


def _estimates(data: ReportData, source: Source = Source.MODEL) -> str:
    return ", ".join(
        f"{words} {_with_interval(data, name, source)}"
        for name, words in ESTIMATORS.items()
        if np.isfinite(_value(data, name, source))
    )


def _hole(data: ReportData) -> Finding | None:
    loops = _value(data, "loops")
    if np.isnan(loops):
        return None
    claim = _hole_claim(data, int(loops))
    agreement, oracle = (
        _value(data, "loops_agreement"),
        _value(data, "loops", Source.ORACLE),
    )
    beside = f", of its oracle {oracle:.0f}" if np.isfinite(oracle) else ""
    detail = f"β₁ is {loops:.0f}{beside}"
    if np.isfinite(agreement):
        if not is_stable(agreement):
            claim += " Most random halves of the codes find another number."
        detail += f"; {100 * agreement:.0f} % of random halves of the codes find as many"
    detail += (
        f". Death ÷ birth of the longest loop is {_with_interval(data, 'loop_longest')}, "
        f"of the next {_with_interval(data, 'loop_next')}."
    )
    return Finding(claim, f"{detail} {_loop_places(data)}".strip())


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
        "no loop": f"{has}, so the hole does not show: no loop is wider than the gaps between the "
        "codes.",
        "none expected": f"{has}, and {reason}",
    }[loops_verdict(loops, matches[0], ring=ring, oracle_match=matches[1])]


def _match(data: ReportData, source: Source) -> BoundaryMatch | None:
    loop, every = (_value(data, name, source) for name in ("loop_boundary", "loop_boundary_random"))
    return None if np.isnan([loop, every]).any() else BoundaryMatch(loop, every)


def _axes(data: ReportData) -> Finding | None:
    claim = VERDICTS.get(data.text(Key("verdict", "embedding")))
    if claim is None:
        return None
    shares = ", ".join(
        f"{100 * _value(data, name):.0f} % {words}" for name, words in SHARES.items()
    )
    detail = (
        f"Share of each factor that can be read from the codes, mean over the factors: {shares}."
    )
    if _value(data, "curved") >= READABLE:
        bend, angle = _value(data, "bend"), _value(data, "crossing_angle")
        path = f"As one factor moves, the path of the codes bends by {bend:.0f}°"
        cross = f" and crosses the others at {angle:.0f}°" if np.isfinite(angle) else ""
        detail += f" {path}{cross}."
    oracle = data.text(Key("verdict", "embedding", Source.ORACLE))
    return Finding(f"{claim}.", detail + (f" Its oracle is {oracle}." if oracle else ""))


def _missing(data: ReportData) -> Finding | None:
    reasons = {
        source.label: data.text(Key("missing", "embedding", source))
        for source in (Source.MODEL, Source.ORACLE)
        if data.text(Key("missing", "embedding", source))
    }
    if not reasons:
        return None
    listed = " ".join(f"Of the {source}: {reason}." for source, reason in reasons.items())
    return Finding("Some of the embedding could not be measured.", listed)


def _spell(count: int) -> str:
    return ONE_TO_SIX[count - 1] if 1 <= count <= 6 else str(count)


def embedding_table(data: ReportData) -> Table | None:
    """Return the numbers of the embedding of model and oracle, or None if there are none."""
    sources = [
        source
        for source in (Source.MODEL, Source.ORACLE)
        if any(key.group == "embedding" and key.source is source for key in data.metrics)
    ]
    rows = []
    for one in _shape_measures(len(data.codes)):
        texts = [_shape_text(data, one, source) for source in sources]
        if any(text != MISSING for text in texts):
            rows.append((one.heading, tuple(Cell(text) for text in texts)))
    verdicts = [data.text(Key("verdict", "embedding", source)) or MISSING for source in sources]
    rows.append(("verdict", tuple(Cell(text) for text in verdicts)))
    columns = tuple(source.label for source in sources)
    return Table("Shape of the embedding", columns, tuple(rows)) if sources else None


def _shape_measures(latents: int) -> Iterator[Measure]:
    for one in EMBEDDING_MEASURES:
        if "*" not in one.name:
            yield one
            continue
        for place in range(1, latents + 1):
            yield measure(one.name.replace("*", str(place)))


def _shape_text(data: ReportData, one: Measure, source: Source) -> str:
    value = data.metric(Key(one.name, "embedding", source))
    if one.whole and np.isfinite(value):
        return f"{value:.0f}"
    return _with_interval(data, one.name, source)
