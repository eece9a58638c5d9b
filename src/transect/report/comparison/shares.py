"""Which share of the excess error inside the hole is the encoder's and which the decoder's.

`transect.measure.code.attribution` says what is excess and how it is split.
"""

from collections.abc import Sequence

from matplotlib.figure import Figure

from transect.measure.key import Source
from transect.report.comparison.averages import mean_of_medians
from transect.report.comparison.data import ComparisonData
from transect.report.comparison.looks import brief, frame, has_bar
from transect.report.comparison.measures import DECODER, ENCODER
from transect.report.style import FRAME, HOLE, SOURCE_COLORS, WIDTH, new_figure, styled

PARTS = {
    ENCODER: ("encoder", SOURCE_COLORS[Source.NEAREST_IMAGE], "s", -0.14),
    DECODER: ("decoder", HOLE, "o", 0.14),
}
"""A measure: its name, colour, marker and place beside the middle of a row."""

ROW = 0.3
"""Height of a row in inches."""


@styled
def error_shares(data: ComparisonData, models: Sequence[str]) -> Figure:
    """Return the shares of encoder and decoder in the excess error, a row a model."""
    figure = new_figure(WIDTH, 0.85 + ROW * len(models))
    axes = figure.add_subplot()
    shown = []
    for row, model in enumerate(models):
        for measure, (name, color, marker, place) in PARTS.items():
            found = mean_of_medians(data, model, measure)
            if found is None:
                continue
            shown.append(found)
            if has_bar(found):
                axes.plot([found.low, found.high], [row + place] * 2, color=color, linewidth=1.4)
            axes.plot(found.mean, row + place, marker, color=color, markersize=4.5, label=name)
    for edge in (0.0, 1.0):
        axes.axvline(edge, color=FRAME, linewidth=0.7, zorder=0)
    if shown:
        axes.set_xlim(frame(shown, [0.0, 1.0], log=False))
    axes.set_ylim(len(models) - 0.5, -0.5)
    axes.set_yticks(range(len(models)), [brief(model) for model in models])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("share of the excess error inside the hole")
    found = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    figure.legend(found.values(), found.keys(), loc="outside upper left", ncols=2)
    return figure
