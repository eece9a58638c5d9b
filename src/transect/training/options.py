"""How a model is trained, as plain values for files and the command line."""

import re
from dataclasses import dataclass
from typing import Literal

from transect.space.values import check_fields, setting, settings

Optimizer = Literal["muon", "adamw", "adam"]
Schedule = Literal["one_cycle", "constant"]
Stop = Literal["epochs", "meet"]
Precision = Literal["auto", "fp32", "bf16", "fp16"]


@settings
@dataclass(frozen=True)
class TrainingOptions:
    """Everything about training but the model, the loss and the data.

    Raises:
        ValueError: A value is of another type or out of range.
    """

    epochs: int = setting(8, "training", least=1, most=1_000_000)
    """Passes over the training images; the most of them where `stop` may end training before."""
    batch_size: int = setting(16, "training", least=1, most=1_000_000)
    """Images per step, over all devices together."""
    learning_rate: float = setting(1.2e-2, "training", above=0, most=1000)
    """Learning rate; the highest of the schedule."""
    optimizer: Optimizer = setting("muon", "training")
    """`muon` moves every direction of a weight matrix alike, and what is no matrix as `adamw` does.
    `adamw` decays weights apart from the gradient, `adam` adds the decay to it."""
    schedule: Schedule = setting("one_cycle", "training")
    """`one_cycle` warms the learning rate up and lets it fall to almost nothing; or `constant`."""
    weight_decay: float = setting(0.0, "training", least=0, most=1000)
    """Weight decay of the optimizer."""
    stop: Stop = setting("epochs", "training")
    """`meet` stops after the first epoch whose validation loss is not below its training loss."""
    precision: Precision = setting("auto", "training")
    """`auto` is bf16 on a GPU that computes in it, otherwise fp32. `fp16` needs a GPU."""
    device: str = setting("auto", "training")
    """`auto` is the GPU where there is one, otherwise the CPU. Also `cpu`, `cuda`, `mps`, `xpu`,
    and `cuda:1` for the second of several GPUs."""
    checkpoint_every: int = setting(1, "training", least=1)
    """Epochs from one checkpoint to the next; the last epoch always has one."""

    def __post_init__(self) -> None:
        check_fields(self, "training.")
        check_device(self.device)


def check_device(name: str) -> str:
    """Return `name` if a device can have it, whether there is one here or not.

    Raises:
        ValueError: It is none of auto, cpu, cuda, cuda:N, mps and xpu.

    Example:
        >>> check_device("cuda:1")
        'cuda:1'
    """
    if not isinstance(name, str) or not re.fullmatch(r"auto|cpu|cuda(:\d{1,3})?|mps|xpu", name):
        raise ValueError(
            f"training.device needs auto, cpu, cuda, cuda:0, cuda:1, …, mps or xpu, got {name!r}"
        )
    return name
