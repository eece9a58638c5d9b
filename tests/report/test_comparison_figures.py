"""The figures of a comparison show what was planted."""

import numpy as np
import pytest

from planted_comparison import HOLES, RADII, make_table
from transect.measure.statistics import Interval
from transect.report.comparison.attribution import error_shares
from transect.report.comparison.conditions import condition_dots
from transect.report.comparison.data import ORACLE, ORACLE_IOU, REMOVED, ComparisonData
from transect.report.comparison.ranking import ranking, ratio_forest
from transect.report.comparison.series import error_curves, penalty_curves
from transect.report.comparison.style import frame, log_ticks, styles
from transect.sweep.compare import comparison_data

EFFECTS = {"transposed": 1.0, "film": 0.5, "mlp": 2.0}


@pytest.fixture(scope="module")
def data() -> ComparisonData:
    return comparison_data("planted", make_table(EFFECTS))


def named(axes):
    """Return the lines that have a name, by their names."""
    return {str(line.get_label()): line for line in axes.lines if line.get_label()[0] != "_"}


def test_penalties_are_curves_over_the_radius_around_a_line_at_2(data):
    axes = penalty_curves(data, "", ["film", "transposed", "mlp"]).axes[0]
    assert list(named(axes)) == ["film", "transposed", "mlp"]
    for model, effect in EFFECTS.items():
        line = named(axes)[model]
        np.testing.assert_allclose(line.get_xdata(), RADII)
        np.testing.assert_allclose(line.get_ydata(), 1 + np.array(RADII) * effect / 0.4)
    assert any(list(line.get_ydata()) == [2.0, 2.0] for line in axes.lines)
    assert axes.get_yscale() == "log" and axes.get_xlabel() == "hole radius"
    assert {1.0, 2.0} <= set(axes.get_yticks())


def test_bars_are_t_intervals(data):
    axes = error_curves(data, "", ["film"]).axes[0]
    values = np.log(data.values("film", "radius 0.3", REMOVED))
    half = 4.302653 * values.std(ddof=1) / np.sqrt(3)
    bars = [line.get_ydata() for line in axes.lines if list(line.get_xdata()) == [0.3, 0.3]]
    np.testing.assert_allclose(
        bars[0], np.exp([values.mean() - half, values.mean() + half]), rtol=1e-6
    )


def test_the_oracle_is_dashed_beside_the_error(data):
    nmse, soft_iou = error_curves(data, "", ["film", "mlp"]).axes
    for axes, oracle in ((nmse, ORACLE), (soft_iou, ORACLE_IOU)):
        dashed = [
            line
            for line in axes.lines
            if line.get_linestyle() == "--" and len(line.get_xdata()) == 7
        ]
        assert len(dashed) == 2
        average = data.values("mlp", "radius 0.7", oracle)
        low, high = average.min(), average.max()
        assert low < dashed[1].get_ydata()[-1] < high


def test_one_seed_has_no_bars():
    data = comparison_data("x", make_table(EFFECTS, seeds=1))
    axes = penalty_curves(data, "", ["film"]).axes[0]
    assert not [line for line in axes.lines if list(line.get_xdata()) == [0.3, 0.3]]


def test_many_values_are_logarithmic_and_labels_keep_apart():
    radii = [0.01, 0.011, 0.1, 1.0]
    table = make_table({"a": 1.0}, radii, {})
    axes = penalty_curves(comparison_data("x", table), "", ["model"]).axes[0]
    assert axes.get_xscale() == "log"
    assert list(axes.get_xticks()) == [0.01, 0.1, 1.0]


def test_conditions_are_rows_and_models_are_dots(data):
    figure = condition_dots(data, data.categories, ["film", "transposed", "mlp"])
    penalty, nmse, _ = figure.axes
    assert [label.get_text() for label in penalty.get_yticklabels()] == list(HOLES)
    dots = [line for line in penalty.lines if line.get_label()[0] != "_"]
    assert len(dots) == 9
    found = sorted(float(line.get_xdata()[0]) for line in dots)
    np.testing.assert_allclose(found, [0.75] * 3 + [1.5] * 3 + [3.0] * 3)
    hollow = [line for line in nmse.lines if line.get_markerfacecolor() == "white"]
    assert len(hollow) == 9
    rows = sorted(float(line.get_ydata()[0]) for line in dots)
    assert len(set(rows)) == 9 and all(-0.5 < row < 2.5 for row in rows)


def test_a_single_condition_names_the_models_beside_its_rows(data):
    figure = condition_dots(data, data.categories[:1], ["film", "mlp"])
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["film", "mlp"]
    assert not figure.legends


def test_the_forest_shows_ratios_and_which_are_told_apart():
    table = make_table({"a": 1.0, "twin": 1.0, "worse": 1.4}, spread=0.05)
    data = comparison_data("x", table)
    found = ranking(data)
    axes = ratio_forest(data, found).axes[0]
    marks = {float(line.get_ydata()[0]): line for line in axes.lines if line.get_marker() != "None"}
    assert marks[0].get_xdata()[0] == 1 and 1 in axes.get_xticks()
    assert marks[2].get_xdata()[0] == pytest.approx(found.places[2].to_best.mean)
    assert marks[1].get_markerfacecolor() == "white"
    assert marks[2].get_markerfacecolor() != "white" and marks[0].get_markerfacecolor() != "white"
    texts = [text.get_text() for text in axes.texts]
    assert texts[0] == "best" and texts[2].startswith(f"× {found.places[2].to_best.mean:.2f} (")
    seeds = [np.asarray(dots.get_offsets()) for dots in axes.collections]
    np.testing.assert_allclose(seeds[1][:, 0], found.places[2].by_seed)


def test_shares_stand_beside_each_other():
    table = make_table({"a": 1.0, "b": 2.0}).assign(
        **{"attribution.encoder_share": 0.25, "attribution.decoder_share": 0.75}
    )
    axes = error_shares(comparison_data("x", table), ["a", "b"]).axes[0]
    dots = [line for line in axes.lines if line.get_marker() != "None"]
    assert sorted(float(line.get_xdata()[0]) for line in dots) == pytest.approx(
        [0.25] * 2 + [0.75] * 2
    )


def test_twenty_models_look_different():
    data = comparison_data("x", make_table({f"m{k}": 1.0 for k in range(20)}, [0.3], {}, seeds=1))
    assert len(set(styles(data).values())) == 20


def test_a_long_bar_does_not_hide_the_means():
    found = [Interval(1.0, 1e-3, 1e3, 2), Interval(2.0, 1.9, 2.1, 3)]
    low, high = frame(found, log=True)
    assert 0.5 < low < 1 and 2 < high < 4
    assert frame([Interval(1.0, np.nan, np.nan, 1)] * 2, log=True)[0] < 1
    low, high = frame([Interval(0.0, 0.0, 0.0, 3)], log=False)
    assert low < 0 < high


@pytest.mark.parametrize("ends", [(0.95, 1.06), (0.5, 40.0), (1e-4, 3.0), (1.001, 1.002)])
def test_labels_of_a_logarithmic_axis(ends):
    low, high = ends
    ticks = log_ticks(low, high)
    assert 2 <= len(ticks) <= 9 and low <= ticks[0] and ticks[-1] <= high
    assert (np.diff(np.log(ticks)) >= 0.99 * np.log(high / low) / 8).all()
