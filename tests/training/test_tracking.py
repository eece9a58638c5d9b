"""What trackers are told is what the history says."""

import pytest

from transect.cli import main
from transect.run.loaded import load
from transect.training.tracking import check_tracker

SMALL = ["--points.count", "60", "--training.epochs", "2", "--oracle", "false", "--quiet"]
SMALL += ["--measure.embedding", "false", "--measure.attribution", "false", "--report", "false"]
SMALL += ["--measure.recovery", "false"]


def test_tensorboard_holds_the_history(tmp_path):
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    words = ["run", "smoke", *SMALL, "--track", "tensorboard", "--out", str(tmp_path / "run")]
    assert main(words) == 0
    events = reader.EventAccumulator(str(tmp_path / "run" / "tracking" / "model"))
    events.Reload()
    history = load(tmp_path / "run").history
    for name in ("loss", "validation_nmse", "removed_nmse"):
        told = [(event.step, event.value) for event in events.Scalars(name)]
        assert [step for step, _ in told] == history["epoch"].tolist() == [1, 2]
        assert [value for _, value in told] == pytest.approx(history[name].tolist())


def test_nothing_is_tracked_unless_asked_for(tmp_path):
    assert main(["run", "smoke", *SMALL, "--out", str(tmp_path / "run")]) == 0
    assert not (tmp_path / "run" / "tracking").exists()


def test_a_tracker_that_is_not_there_is_refused_before_anything_is_written(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["run", "smoke", "--track", "wandb", "--out", str(tmp_path / "run")]) == 2
    assert "pip install 'transect[track]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_unknown_tracker_is_refused():
    with pytest.raises(ValueError, match="unknown tracker 'aim'; choose from tensorboard, wandb"):
        check_tracker("aim")
