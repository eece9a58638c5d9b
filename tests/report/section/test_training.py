"""Learning curves and sample weights are those of the run."""

import numpy as np

from transect.report.section.training import learning_curves, weight_map


def test_weights_skip_points_without_one(report):
    figure = weight_map(report.points, report.weights, report.space, report.hole)
    (drawn,) = figure.axes[0].collections
    np.testing.assert_allclose(drawn.get_array(), report.weights[np.isfinite(report.weights)])


def test_learning_curves_watch_the_hole(report):
    figure = learning_curves(report.history, report.oracle_history)
    losses, errors = figure.axes
    drawn = {line.get_label(): line for line in errors.lines}
    np.testing.assert_allclose(
        drawn["removed (watched only)"].get_ydata(), report.history["removed_nmse"]
    )
    np.testing.assert_allclose(
        drawn["removed, oracle"].get_ydata(), report.oracle_history["removed_nmse"]
    )
    assert losses.get_ylabel() == "loss" and errors.get_ylabel() == "nMSE"


def test_learning_curves_of_losses_alone(report):
    figure = learning_curves(report.history[["epoch", "loss"]])
    assert len(figure.axes) == 1 and len(figure.axes[0].lines) == 1
