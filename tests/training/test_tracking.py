"""What trackers are told is what the history says."""

import pytest

from trainings import run_training
from transect.cli import main
from transect.training.tracking import Tracking, check_tracker


def test_tensorboard_holds_the_history(tmp_path):
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    run_training(tmp_path / "plain")
    assert not list(tmp_path.rglob("events.*"))
    tracking = Tracking("tensorboard", tmp_path / "tracking", "model")
    _, history = run_training(tmp_path / "run", tracking=tracking)
    events = reader.EventAccumulator(str(tmp_path / "tracking" / "model"))
    events.Reload()
    for name in ("loss", "validation_nmse"):
        tracked = [(event.step, event.value) for event in events.Scalars(name)]
        assert [step for step, _ in tracked] == [1, 2, 3]
        assert [value for _, value in tracked] == pytest.approx(history.column(name))


def test_a_tracker_that_is_not_there_is_refused_before_anything_is_written(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["run", "smoke", "--track", "wandb", "--out", str(tmp_path / "run")]) == 2
    assert "pip install 'transect[track]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match="unknown tracker 'aim'; choose from tensorboard, wandb"):
        check_tracker("aim")
