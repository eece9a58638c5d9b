"""The section on conditions that stand for themselves: measures as dots with intervals."""

from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from transect.measure.catalogue import Score
from transect.measure.error.penalty import THRESHOLD
from transect.report.comparison.data import (
    ORACLE_OF,
    PENALTY,
    REMOVED,
    SOFT_IOU,
    VALIDATION,
    VALIDATION_IOU,
    ComparisonData,
    Condition,
)
from transect.report.comparison.style import (
    NARROW,
    THRESHOLD_LINE,
    add_legend,
    bars_text,
    brief,
    draw_mean,
    legend_height,
    means_text,
    name_rows,
    pairing_text,
    scale,
    selection_text,
    styles,
)
from transect.report.parts import CaptionedFigure
from transect.report.style import FAINT, FRAME, WIDTH, new_figure, styled
from transect.report.words import seed_count

ROW, GAP = 0.15, 0.12
"""Height of a row and of the gap between conditions, in inches."""

MOST_ROWS = 12
"""Conditions in a figure; further ones follow in the next."""


def condition_figures(data: ComparisonData, models: Sequence[str]) -> Iterator[CaptionedFigure]:
    """Yield the figures of the conditions that stand for themselves."""
    section = "Other conditions" if data.series else "Under each condition"
    if len(data.conditions) == 1:
        section = "All models" if len(models) > 1 else "Measures"
    measures = _measures(data)
    if not measures:
        return
    first = measures[0]
    hollow = "Hollow marks are the oracles. " if PENALTY in measures else ""
    for start in range(0, len(data.categories), MOST_ROWS):
        rows = data.categories[start : start + MOST_ROWS]
        means = {one.name: means_text(data, one.name, models, first) for one in rows}
        listed = "; ".join(f"{name}: {text}" for name, text in means.items() if text)
        yield CaptionedFigure(
            section,
            f"conditions_{start // MOST_ROWS + 1}",
            "Penalty and errors" if PENALTY in measures else "Errors",
            condition_dots(data, rows, models),
            f"{hollow}{bars_text(data)}{pairing_text(data)}{selection_text(data, models)}",
            f"{first.label}. {listed}; means over {seed_count(len(data.seeds))}.",
        )


@styled
def condition_dots(
    data: ComparisonData, conditions: Sequence[Condition], models: Sequence[str]
) -> Figure:
    """Return a panel a measure: conditions in rows, in each a dot a model with its interval.

    Hollow are the oracles. A single condition has the names of the models beside its rows.

    Args:
        data: The comparison.
        conditions: Which to draw.
        models: Which to draw, from top to bottom.
    """
    measures = _measures(data)
    alone = len(conditions) == 1
    legend = len(models) > 1 and not alone
    pitch = max(len(models) * ROW, 0.22) + GAP
    height = 0.75 + pitch * len(conditions) + (legend_height(len(models)) if legend else 0)
    figure = new_figure(WIDTH, height)
    panels = figure.subplots(1, len(measures), squeeze=False, sharey=True)[0]
    for axes, measure in zip(panels, measures, strict=True):
        _draw_panel(axes, data, conditions, models, measure)
        axes.set_title(measure.label.replace(" inside the hole", ""))
    name_rows(panels[0], [one.name for one in conditions])
    if alone and len(models) > 1:
        places = [_offset(row, len(models)) for row in range(len(models))]
        panels[0].set_yticks(places, [brief(model) for model in models])
    if legend:
        add_legend(figure, panels[0])
    return figure


def _measures(data: ComparisonData) -> list[Score]:
    """Return the measures that are drawn: those inside the hole, or else those outside."""
    inside = [one for one in (PENALTY, REMOVED, SOFT_IOU) if data.has(one)]
    return inside or [one for one in (VALIDATION, VALIDATION_IOU) if data.has(one)]


def _draw_panel(
    axes: Axes,
    data: ComparisonData,
    conditions: Sequence[Condition],
    models: Sequence[str],
    measure: Score,
) -> None:
    drawn, found, oracles = styles(data), [], []
    for place, condition in enumerate(conditions):
        if place:
            axes.axhline(place - 0.5, color=FRAME, linewidth=0.5, zorder=0)
        for row, model in enumerate(models):
            y = place + _offset(row, len(models))
            if measure in ORACLE_OF:
                oracle = data.mean(model, condition.name, ORACLE_OF[measure])
                if oracle is not None:
                    bare = oracle._replace(low=float("nan"), high=float("nan"))
                    draw_mean(axes, bare, y, drawn[model], hollow=True)
                    oracles.append(oracle.mean)
            mean = data.mean(model, condition.name, measure)
            if mean is not None:
                draw_mean(axes, mean, y, drawn[model], label=brief(model))
                found.append(mean)
    axes.tick_params(axis="y", length=0)
    if measure == PENALTY:
        axes.axvline(THRESHOLD, color=FAINT, linewidth=0.9, linestyle=THRESHOLD_LINE, zorder=0)
    if found:
        scale(axes, "x", measure, found, oracles, most=NARROW)


def _offset(row: int, count: int) -> float:
    """Return how far a model stands below the middle of its condition, in pitches of conditions."""
    return 0.82 * ((row + 0.5) / count - 0.5)
