import subprocess
import sys

import pytest

from transect.training import TrainingOptions
from transect.training.optimizer import learning_rate


def test_options_cost_no_import_of_torch():
    code = (
        "import sys; from transect.training import TrainingOptions, sample_weights, History; "
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


COUNT = "a whole number from 1 "
RATE = "a number above 0, at most 1000, got 0.0"
DEVICE = "auto, cpu, cuda, .* or xpu, got "


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("epochs", 0, f"{COUNT}to 1000000, got 0"),
        ("batch_size", -4, f"{COUNT}to 1000000, got -4"),
        ("checkpoint_every", 0, f"{COUNT}up, got 0"),
        ("learning_rate", 0.0, RATE),
        ("learning_rate", float("nan"), "a finite number, .*, got nan"),
        ("weight_decay", -1.0, "a number from 0 to 1000, got -1.0"),
        ("optimizer", "sgd", "muon, adamw or adam, got 'sgd'"),
        ("schedule", "cosine", "one_cycle or constant, got 'cosine'"),
        ("stop", "early", "epochs or meet, got 'early'"),
        ("precision", "fp8", "auto, fp32, bf16 or fp16, got 'fp8'"),
        *(("device", name, f"{DEVICE}'{name}'") for name in ("tpu", "cuda:", "cuda:-1", "cpu:0")),
        ("device", "cuda:1\n", f"{DEVICE}'cuda:1"),
    ],
)
def test_impossible_options_are_refused(field, value, words):
    with pytest.raises(ValueError, match=f"training.{field} needs {words}"):
        TrainingOptions(**{field: value})


def test_one_cycle_rises_once_and_falls_once():
    options = TrainingOptions(learning_rate=0.02)
    rates = [learning_rate(options, step, 101) for step in range(101)]
    assert rates[0] == pytest.approx(0.02 / 25)
    assert rates[30] == max(rates) == 0.02
    assert rates[15] == pytest.approx((0.02 + 0.02 / 25) / 2)
    assert rates[100] == pytest.approx(0.02 * 1e-4 / 25)
    assert rates[:31] == sorted(rates[:31])
    assert rates[30:] == sorted(rates[30:], reverse=True)
    for steps in (1, 2, 3):
        assert all(0 < learning_rate(options, step, steps) <= 0.02 for step in range(steps))
    constant = TrainingOptions(learning_rate=0.02, schedule="constant")
    assert {learning_rate(constant, step, 9) for step in range(9)} == {0.02}
