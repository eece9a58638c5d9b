"""The section on the shares of encoder and decoder in the excess error inside the hole.

`transect.measure.code.attribution` defines the excess and splits it.
"""

from collections.abc import Iterator, Sequence

from matplotlib.figure import Figure

from transect.measure.comparison import median_over_seeds
from transect.measure.key import Source
from transect.report.comparison.data import DECODER, ENCODER, ORACLE, ComparisonData
from transect.report.comparison.style import (
    Style,
    add_legend,
    bars_text,
    draw_mean,
    name_rows,
    scale,
)
from transect.report.parts import CaptionedFigure
from transect.report.style import FRAME, HOLE, SOURCE_COLORS, WIDTH, new_figure, styled
from transect.report.words import number, seed_count

PARTS = {
    "encoder": (ENCODER, Style(SOURCE_COLORS[Source.NEAREST_IMAGE], "s"), -0.14),
    "decoder": (DECODER, Style(HOLE, "o"), 0.14),
}
"""Part: its share, how it is drawn and its place beside the middle of a row."""

ROW = 0.3
"""Height of a row in inches."""


def attribution_figures(data: ComparisonData, models: Sequence[str]) -> Iterator[CaptionedFigure]:
    """Yield the figure of the shares, if any run has them."""
    if not (data.has(ENCODER) or data.has(DECODER)):
        return
    error = "error beyond the oracle’s" if data.has(ORACLE) else "error"
    listed = []
    for model in models:
        means = {name: median_over_seeds(data.table(model, PARTS[name][0])) for name in PARTS}
        parts = [f"{name} {number(one.mean)}" for name, one in means.items() if one is not None]
        if parts:
            listed.append(f"{model}: {', '.join(parts)}")
    yield CaptionedFigure(
        "Encoder or decoder",
        "shares",
        "Sources of the error inside the hole",
        error_shares(data, models),
        f"The encoder’s share of the {error} is what the best code removes, the decoder’s share is "
        "what remains with the best code. The shares add up to 1; a share below 0 means that this "
        "part does better than the same part of the oracle. Errors are those of amortised "
        "reconstructions. For each seed the median over the conditions counts. " + bars_text(data),
        f"{'; '.join(listed)}; means over {seed_count(len(data.seeds))}.",
    )


@styled
def error_shares(data: ComparisonData, models: Sequence[str]) -> Figure:
    """Return the shares of encoder and decoder in the excess error, a row a model."""
    figure = new_figure(WIDTH, 0.85 + ROW * len(models))
    axes = figure.add_subplot()
    shown = []
    for row, model in enumerate(models):
        for name, (measure, style, place) in PARTS.items():
            found = median_over_seeds(data.table(model, measure))
            if found is not None:
                draw_mean(axes, found, row + place, style, label=name)
                shown.append(found)
    for edge in (0.0, 1.0):
        axes.axvline(edge, color=FRAME, linewidth=0.7, zorder=0)
    scale(axes, "x", ENCODER, shown, [0.0, 1.0])
    name_rows(axes, models)
    axes.set_xlabel("share of the excess error inside the hole")
    add_legend(figure, axes)
    return figure
