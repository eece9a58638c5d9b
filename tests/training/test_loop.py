import json
import math
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from processes import PATIENCE, needs_kill
from trainings import (
    COUNT,
    OPTIONS,
    TIMES,
    Sabotage,
    equal_weights,
    run_training,
    spot_vae,
    spots,
    without_times,
)
from transect.model import (
    VAE,
    Batch,
    ELBOLoss,
    Loss,
    OriginalDecoder,
    OriginalEncoder,
    seeded,
)
from transect.training import History, NonFiniteLoss, load_weights, loop
from transect.training.checkpoint import load_checkpoint, read_state
from transect.training.muon import Muon
from transect.training.progress import read_status


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A training with nothing special, which others are compared with: its model and history."""
    return run_training(tmp_path_factory.mktemp("whole"))


def assert_same(found, expected):
    """Check that two trainings gave the same bits."""
    assert equal_weights(found[0], expected[0])
    assert without_times(found[1]) == without_times(expected[1])


def test_training_learns_a_tiny_set(tmp_path):
    options = replace(OPTIONS, epochs=50, learning_rate=3e-2)
    images = spots(44)
    model, history = run_training(tmp_path, spot_vae(noise=0.01), options=options, images=images)
    assert len(history) == 50
    assert history.column("validation_nmse")[0] > 0.5
    assert history.column("validation_nmse")[-1] < 0.1
    assert history.column("loss")[-1] < history.column("loss")[0] / 2
    assert not model.training


def test_a_watcher_reads_how_far_training_is_in_a_folder_that_was_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "CHECK_SECONDS", 0.0)
    folder = tmp_path / "new" / "training"
    assert read_status(folder) is None
    run_training(folder)
    status = read_status(folder)
    # 6 steps in each of 3 epochs
    assert (status.epoch, status.done, status.steps) == (3, 18, 18)
    assert math.isfinite(status.loss) and status.images_per_second > 0


def test_the_loss_of_an_epoch_is_the_mean_over_its_images(tmp_path):
    images, weights = spots(COUNT), np.random.default_rng(3).random(COUNT)
    options = replace(OPTIONS, epochs=1, learning_rate=1e-12, schedule="constant")
    model, history = run_training(
        tmp_path, spot_vae(noise=1e-6), options=options, images=images, weights=weights
    )
    x = torch.from_numpy(images).float()[:, None] / 255
    with torch.no_grad():
        terms = ELBOLoss(1e-3)(Batch(x, *model(x), weights=torch.from_numpy(weights)))
    for name, value in terms.items():
        assert history.rows[0][name] == pytest.approx(value.item(), rel=1e-4)


def test_the_same_seed_gives_the_same_bits_and_another_does_not(tmp_path, whole):
    torch.manual_seed(1)
    state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    read_only = spots(COUNT)
    read_only.flags.writeable = False
    assert_same(run_training(tmp_path / "b", images=read_only), whole)
    other = run_training(tmp_path / "c", seed=6)
    assert not equal_weights(other[0], whole[0])
    assert without_times(other[1]) != without_times(whole[1])
    learned = [run_training(tmp_path / name, spot_vae(noise="learned")) for name in "de"]
    assert_same(*learned)
    # The global generators are left alone.
    assert torch.equal(torch.get_rng_state(), state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)  # noqa: NPY002


def test_what_is_watched_is_the_error_of_the_model_and_changes_nothing(tmp_path, whole):
    images = {"validation": spots(9, seed=1), "removed": spots(5, seed=2)}
    images["removed"][0] = 0  # a blank image has no relative error
    model, history = run_training(tmp_path, watched={"removed": images["removed"]})
    assert equal_weights(whole[0], model)
    names = "epoch loss bce kl validation_loss validation_nmse removed_nmse seconds "
    names += "images_per_second learning_rate"
    assert list(history.rows[0]) == names.split()
    assert [row["epoch"] for row in history] == [1, 2, 3]
    assert History(tmp_path / "history.csv").rows == history.rows
    for name, array in images.items():
        x = array[1 if name == "removed" else 0 :].astype(np.float64) / 255
        with torch.no_grad():
            made = model.reconstruct(torch.from_numpy(x).float()).double().numpy()
        expected = np.mean(((x - made) ** 2).sum((1, 2)) / (x**2).sum((1, 2)))
        assert history.rows[-1][f"{name}_nmse"] == pytest.approx(expected, rel=1e-5)
    # A finished training is not trained again.
    again = run_training(
        tmp_path,
        spot_vae(seed=9),
        Sabotage("raise", 1, []),
        watched={"removed": images["removed"]},
        resume=True,
    )
    assert equal_weights(model, again[0])
    assert again[1].rows == history.rows


def test_a_sample_of_weight_zero_teaches_nothing(tmp_path):
    images, weights = spots(COUNT), np.ones(COUNT)
    weights[7] = 0
    first, _ = run_training(tmp_path / "a", images=images, weights=weights)
    images = images.copy()
    images[7] = 255 - images[7]
    second, _ = run_training(tmp_path / "b", images=images, weights=weights)
    third, _ = run_training(tmp_path / "c", images=images, weights=np.ones(COUNT))
    assert equal_weights(first, second)
    assert not equal_weights(first, third)


@pytest.mark.parametrize("at", [1, 8, 12, 13, 18])
def test_resume_after_an_interrupt_gives_the_same_bits(tmp_path, at, whole):
    with pytest.raises(KeyboardInterrupt):
        run_training(tmp_path, loss=Sabotage("raise", at, []))
    resumed = run_training(tmp_path, spot_vae(seed=77), resume=at > 6)
    # Before the first checkpoint there is nothing to go on from but the initial weights.
    if at > 6:
        assert_same(resumed, whole)
    else:
        assert not equal_weights(whole[0], resumed[0])


TESTS = Path(__file__).parents[1]
KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from trainings import Sabotage, run_training
run_training(Path(sys.argv[2]), loss=Sabotage("kill", 9, []))
"""


@needs_kill
def test_resume_after_a_kill_in_the_middle_of_an_epoch_gives_the_same_bits(tmp_path, whole):
    command = [sys.executable, "-c", KILLED, str(TESTS), str(tmp_path / "b")]
    environment = os.environ | {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    died = subprocess.run(command, check=False, env=environment)
    assert died.returncode == -signal.SIGKILL
    assert len(History(tmp_path / "b" / "history.csv")) == 1
    assert_same(run_training(tmp_path / "b", resume=True), whole)


def test_resume_with_rare_checkpoints_repeats_the_epochs_after_the_last(tmp_path):
    options = replace(OPTIONS, epochs=5, checkpoint_every=2)
    expected = run_training(tmp_path / "a", options=options)
    with pytest.raises(KeyboardInterrupt):
        run_training(tmp_path / "b", options=options, loss=Sabotage("raise", 20, []))
    assert len(History(tmp_path / "b" / "history.csv")) == 3
    assert_same(run_training(tmp_path / "b", options=options, resume=True), expected)


def test_without_resume_an_earlier_training_is_forgotten(tmp_path, whole):
    run_training(tmp_path, seed=1)
    with pytest.raises(KeyboardInterrupt):
        run_training(tmp_path, loss=Sabotage("raise", 1, []))
    fresh, _ = run_training(tmp_path, resume=True)
    assert equal_weights(fresh, whole[0])


def test_resume_of_another_training_is_refused(tmp_path):
    run_training(tmp_path)
    with pytest.raises(ValueError, match="its epochs is 3, this training has 4"):
        run_training(tmp_path, options=replace(OPTIONS, epochs=4), resume=True)
    with pytest.raises(ValueError, match="its seed is 5, this training has 6"):
        run_training(tmp_path, seed=6, resume=True)
    with pytest.raises(ValueError, match="its images is"):
        run_training(tmp_path, images=spots(COUNT, seed=3), resume=True)
    run_training(tmp_path, options=replace(OPTIONS, checkpoint_every=9), resume=True)


@pytest.mark.parametrize("act", ["spoil", "spoil_gradient"])
@pytest.mark.parametrize("at", [8, 12])
def test_a_loss_that_is_not_finite_stops_training_and_keeps_the_last_checkpoint(
    tmp_path, act, at, whole
):
    with pytest.raises(NonFiniteLoss) as caught:
        run_training(tmp_path, loss=Sabotage(act, at, []))
    place = {
        ("spoil", 8): "step 2 of 6",
        ("spoil", 12): "step 6 of 6",
        # The step that spoils the weights has a finite loss itself.
        ("spoil_gradient", 8): "step 3 of 6",
        ("spoil_gradient", 12): "the validation after it",
    }[act, at]
    assert str(caught.value).startswith(f"the loss is nan in epoch 2, {place};")
    assert len(History(tmp_path / "history.csv")) == 1
    resumed, _ = run_training(tmp_path, resume=True)
    assert equal_weights(resumed, whole[0])


def test_the_checkpoint_is_safetensors_with_the_state_as_json(tmp_path):
    model, _ = run_training(tmp_path)
    path = tmp_path / "checkpoint" / "state.safetensors"
    assert [item.name for item in path.parent.iterdir()] == ["state.safetensors"]
    state = read_state(path)
    assert json.loads(json.dumps(state)) == state
    assert state["epoch"] == 3
    other = spot_vae(seed=4)
    load_checkpoint(path, other, Muon(other.parameters(), lr=1.0))
    assert equal_weights(model, other)
    with pytest.raises(ValueError, match="another model"):
        load_weights(other, path)


@dataclass(frozen=True)
class Meeting(Loss):
    """Training losses 3, 2, 1, … an epoch of one step; the validation loss is always 2."""

    count: list

    def __call__(self, batch):
        if not torch.is_grad_enabled():
            return {"loss": torch.tensor(2.0)}
        self.count.append(1)
        return {"loss": 0 * batch.logits.sum() + 4 - len(self.count)}


def test_training_stops_when_validation_meets_training(tmp_path):
    options = replace(OPTIONS, epochs=9, batch_size=64, stop="meet")
    _, history = run_training(tmp_path, loss=Meeting([]), options=options)
    assert history.column("loss") == [3, 2]
    _, again = run_training(tmp_path, loss=Meeting([]), options=options, resume=True)
    assert again.rows == history.rows
    _, whole = run_training(
        tmp_path / "b", loss=Meeting([]), options=replace(options, stop="epochs")
    )
    assert len(whole) == 9


def test_the_original_model_trains_and_its_statistics_follow(tmp_path):
    with seeded(0):
        model = VAE(OriginalEncoder(32), OriginalDecoder(32))
    images = spots(12, size=32)
    options = replace(OPTIONS, epochs=1, batch_size=4, optimizer="adam", learning_rate=1e-4)
    run_training(tmp_path, model, options=options, images=images, validation=images)
    assert int(model.decoder.layers[6].num_batches_tracked) == 3
    assert model.decoder.layers[6].running_mean.abs().sum() > 0


def test_two_precisions_in_one_process_leave_float_models(tmp_path, whole):
    half, history = run_training(tmp_path / "b", options=replace(OPTIONS, precision="bf16"))
    assert not equal_weights(whole[0], half)
    assert all(value.dtype == torch.float32 for value in half.state_dict().values())
    assert half(torch.zeros(1, 16, 16)).logits.dtype == torch.float32
    assert all(math.isfinite(value) for value in history.column("validation_loss"))


def test_progress_is_one_line_an_epoch_on_standard_error_without_a_terminal(tmp_path, capfd):
    run_training(tmp_path, progress=True, title="oracle")
    captured = capfd.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert [line.split(":")[1] for line in lines] == [f" epoch {n}/3" for n in (1, 2, 3)]
    assert all("validation nmse" in line and line.startswith("oracle:") for line in lines)
    run_training(tmp_path, progress=False)
    assert capfd.readouterr() == ("", "")


SHARED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from dataclasses import replace
from trainings import OPTIONS, run_training, spots
run_training(Path(sys.argv[2]), images=spots(48), options=replace(OPTIONS, epochs=2))
"""


def test_two_processes_share_the_work_of_one(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free.getsockname()[1])}
    command = [sys.executable, "-c", SHARED, str(TESTS), str(tmp_path / "two")]
    environment = os.environ | address | {"OMP_NUM_THREADS": "1", "WORLD_SIZE": "2"}
    workers = [
        subprocess.Popen(command, env=environment | {"RANK": rank, "LOCAL_RANK": rank})
        for rank in "01"
    ]
    options = replace(OPTIONS, epochs=2)
    one, expected = run_training(tmp_path / "one", images=spots(48), options=options)
    assert [worker.wait(PATIENCE) for worker in workers] == [0, 0]
    shared = spot_vae()
    optimizer = Muon(shared.parameters(), lr=1.0)
    load_checkpoint(tmp_path / "two" / "checkpoint" / "state.safetensors", shared, optimizer)
    for name, value in one.state_dict().items():
        torch.testing.assert_close(shared.state_dict()[name], value, rtol=1e-3, atol=1e-5)
    for row, other in zip(expected, History(tmp_path / "two" / "history.csv"), strict=True):
        for name in row.keys() - TIMES:
            assert other[name] == pytest.approx(row[name], rel=1e-4), name


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            {"images": spots(4).astype(np.float32)},
            r"images must be a uint8 array \(n, 16, 16\)",
        ),
        ({"images": spots(4, size=32)}, r"got uint8 \(4, 32, 32\)"),
        ({"validation": spots(0)}, "validation must hold at least one image"),
        ({"watched": {"removed": spots(2)[0]}}, "watched 'removed' must be a uint8 array"),
        ({"weights": np.ones(3)}, "the weights of images must be 41 finite numbers from 0 up"),
        ({"weights": np.full(COUNT, -1.0)}, "the weights of images must be 41 finite numbers"),
        ({"validation_weights": np.full(9, np.nan)}, "the weights of validation must be 9 finite"),
    ],
)
def test_impossible_images_are_refused(tmp_path, wrong, words):
    with pytest.raises(ValueError, match=words):
        run_training(tmp_path, **wrong)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(torch.accelerator.is_available(), reason="there is a device here")
def test_devices_and_precisions_that_are_not_there_are_refused(tmp_path):
    with pytest.raises(ValueError, match="no device 'cuda' here; choose from auto, cpu"):
        run_training(tmp_path, options=replace(OPTIONS, device="cuda"))
    with pytest.raises(ValueError, match="'fp16' needs a GPU; choose from auto, fp32, bf16"):
        run_training(tmp_path, options=replace(OPTIONS, precision="fp16", device="auto"))
