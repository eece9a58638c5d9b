"""Interpolations across the hole: the figure shows the images and errors, the finding compares."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from planted_metrics import keyed
from transect.report import ReportData
from transect.report.section.interpolation import MOST_COLUMNS, finding, interpolation_strips
from transect.report.style import FOREGROUND
from transect.space import Factor, FactorSpace, Transect

SPACE = FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1)])
LINES = tuple(Transect(name, SPACE, (0, 0.5), (1, 0.5)) for name in ("P1", "P2", "Q3"))


def found(pairs):
    """Return the finding for errors of the straight interpolation and the geodesic by transect."""
    metrics = {
        f"transect.{line}.embedding.{path}_nmse": error
        for line, errors in pairs.items()
        for path, error in zip(("straight", "geodesic"), errors, strict=True)
    }
    return finding(ReportData("t", SPACE, metrics=keyed(metrics), lines=LINES))


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ({"P1": (0.1, 0.09), "Q3": (0.2, 0.1)}, "the geodesic is closer to the truth."),
        ({"P1": (0.1, 0.11)}, "the straight interpolation is closer to the truth."),
        ({"P1": (0.1, 0.096), "P2": (0.096, 0.1)}, "are equally close"),
        ({"P1": (0.0, 0.0)}, "are equally close"),
        ({"P1": (0.1, 0.05), "P2": (0.1, 0.1)}, "truth, except on P2, where both are alike."),
        ({"P1": (0.1, 0.05), "P2": (0.1, 0.2), "Q3": (0.1, 0.02)},
         "neither interpolation is closer to the truth throughout: "
         "the straight one is on P2, the geodesic on P1, Q3."),
    ],
)  # fmt: skip
def test_the_interpolation_that_is_closer_to_the_truth_is_named(pairs, words):
    assert words in found(pairs).claim


def test_images_stand_above_their_errors(run, shaped):
    figure = interpolation_strips(shaped.interpolation_images, shaped.interpolations)
    figure.draw_without_rendering()
    assert len(figure.axes) == 4
    for place, (name, images) in enumerate(shaped.interpolation_images.items()):
        strip, curve = figure.axes[2 * place : 2 * place + 2]
        assert strip.get_title(loc="left").startswith(name)
        assert [t.get_text() for t in strip.get_yticklabels()] == ["truth", "straight", "geodesic"]
        cell = run.size + 2
        sheet = np.asarray(strip.images[0].get_array()).reshape(3, cell, 15, cell)
        for row, stack in enumerate(images.values()):
            np.testing.assert_array_equal(sheet[row, 1:-1, 7, 1:-1], stack[7])
        left, right, bottom, top = strip.images[0].get_extent()
        assert (left, right, bottom, top) == (0, 1, 3, 0)
        lines = {line.get_label(): line for line in curve.lines}
        for path in ("straight", "geodesic"):
            rows = (shaped.interpolations["transect"] == name) & (
                shaped.interpolations["path"] == path
            )
            np.testing.assert_allclose(
                lines[path].get_ydata(), shaped.interpolations.loc[rows, "nmse"]
            )
            # each error below the middle of its image
            np.testing.assert_allclose(lines[path].get_xdata(), (np.arange(15) + 0.5) / 15)
        boxes = [axes.get_position() for axes in (strip, curve)]
        assert boxes[0].x0 == pytest.approx(boxes[1].x0, abs=1e-3)
        assert boxes[0].x1 == pytest.approx(boxes[1].x1, abs=1e-3)
        assert to_hex(lines["straight"].get_color()) == FOREGROUND


def test_long_and_many_interpolations_stay_legible(shaped):
    truth = shaped.interpolation_images["P1"]["truth"]
    long = {name: np.repeat(truth, 3, axis=0) for name in ("truth", "straight", "geodesic")}
    table = pd.DataFrame(
        {"path": "straight", "index": range(45), "nmse": np.geomspace(0.01, 1, 45)}
    )
    rows = pd.concat([table.assign(transect=f"Q{k}") for k in range(9)])
    figure = interpolation_strips({f"Q{k}": long for k in range(9)}, rows)
    figure.draw_without_rendering()
    assert len(figure.axes) == 8
    strip, curve = figure.axes[:2]
    height, width = np.asarray(strip.images[0].get_array()).shape
    assert width / height == MOST_COLUMNS / 3
    assert curve.get_yscale() == "log" and len(curve.lines[0].get_xdata()) == 45


def test_the_finding_shows_its_errors():
    detail = found({"P1": (0.1, 0.05), "Q3": (0.2, 0.3)}).detail
    assert detail.endswith("P1 0.100 and 0.0500; Q3 0.200 and 0.300.")
