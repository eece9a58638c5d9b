import dataclasses
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from transect.training import TrainingOptions
from transect.training.optimizer import learning_rate


def test_options_cost_no_import_of_torch():
    code = (
        "import sys; from transect.training import TrainingOptions, sample_weights, History; "
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("epochs", 0, "training.epochs needs a whole number from 1 to 1000000, got 0"),
        ("batch_size", -4, "training.batch_size needs a whole number from 1 to 1000000, got -4"),
        ("checkpoint_every", 0, "training.checkpoint_every needs a whole number from 1 up, got 0"),
        (
            "learning_rate",
            0.0,
            "training.learning_rate needs a number above 0, at most 1000, got 0.0",
        ),
        (
            "learning_rate",
            float("nan"),
            "training.learning_rate needs a finite number, .*, got nan",
        ),
        ("weight_decay", -1.0, "training.weight_decay needs a number from 0 to 1000, got -1.0"),
        ("optimizer", "sgd", "training.optimizer needs muon, adamw or adam, got 'sgd'"),
        ("schedule", "cosine", "training.schedule needs one_cycle or constant, got 'cosine'"),
        ("stop", "early", "training.stop needs epochs or meet, got 'early'"),
        ("precision", "fp8", "training.precision needs auto, fp32, bf16 or fp16, got 'fp8'"),
        ("device", "tpu", "training.device needs auto, cpu, cuda, .* or xpu, got 'tpu'"),
        ("device", "cuda:", "training.device needs auto, cpu, cuda, .* or xpu, got 'cuda:'"),
        ("device", "cuda:-1", "training.device needs auto, cpu, cuda, .* or xpu, got 'cuda:-1'"),
        ("device", "cuda:1\n", "training.device needs auto, cpu, cuda, .* or xpu, got 'cuda:1"),
        ("device", "cpu:0", "training.device needs auto, cpu, cuda, .* or xpu, got 'cpu:0'"),
    ],
)
def test_impossible_options_are_refused(field, value, words):
    with pytest.raises(ValueError, match=words):
        TrainingOptions(**{field: value})


def test_every_option_says_what_it_is():
    text = Path(inspect.getfile(TrainingOptions)).read_text(encoding="utf-8")
    for field in dataclasses.fields(TrainingOptions):
        line = text.index(f"    {field.name}: ")
        assert text[text.index("\n", line) :].lstrip().startswith('"""'), field.name


def test_one_cycle_rises_once_and_falls_once():
    options = TrainingOptions(learning_rate=0.02)
    rates = [learning_rate(options, step, 101) for step in range(101)]
    assert rates[0] == pytest.approx(0.02 / 25)
    assert rates[30] == max(rates) == 0.02
    assert rates[15] == pytest.approx((0.02 + 0.02 / 25) / 2)
    assert rates[100] == pytest.approx(0.02 * 1e-4 / 25)
    assert rates[:31] == sorted(rates[:31])
    assert rates[30:] == sorted(rates[30:], reverse=True)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_one_cycle_of_few_steps_is_a_rate(steps):
    for step in range(steps):
        assert 0 < learning_rate(TrainingOptions(learning_rate=0.5), step, steps) <= 0.5


def test_constant_schedule_is_constant():
    options = TrainingOptions(learning_rate=0.02, schedule="constant")
    assert {learning_rate(options, step, 9) for step in range(9)} == {0.02}
