"""How a model is trained, as plain values for files and the command line."""

from dataclasses import dataclass
from typing import Literal, get_args

Optimizer = Literal["muon", "adamw", "adam"]
Schedule = Literal["one_cycle", "constant"]
Stop = Literal["epochs", "meet"]
Precision = Literal["auto", "fp32", "bf16", "fp16"]
Device = Literal["auto", "cpu", "cuda", "mps", "xpu"]


@dataclass(frozen=True)
class TrainingOptions:
    """Everything about training but the model, the loss and the data.

    Raises:
        ValueError: A number is out of range or a word is unknown.
    """

    epochs: int = 8
    """Passes over the training pictures; the most of them where `stop` may end training before."""
    batch_size: int = 16
    """Pictures a step, over all devices together."""
    learning_rate: float = 1.2e-2
    """Learning rate; the highest of the schedule."""
    optimizer: Optimizer = "muon"
    """`muon` moves every direction of a weight matrix alike, and what is no matrix as `adamw` does.
    `adamw` decays weights apart from the gradient, `adam` adds the decay to it."""
    schedule: Schedule = "one_cycle"
    """`one_cycle` warms the learning rate up and lets it fall to almost nothing; or `constant`."""
    weight_decay: float = 0.0
    """Weight decay of the optimizer."""
    stop: Stop = "epochs"
    """`meet` stops after the first epoch whose validation loss is not below its training loss."""
    precision: Precision = "auto"
    """`auto` is bf16 on a GPU that computes in it, otherwise fp32. `fp16` needs a GPU."""
    device: Device = "auto"
    """`auto` is the GPU where there is one, otherwise the CPU."""
    checkpoint_every: int = 1
    """Epochs from one checkpoint to the next; the last epoch always has one."""

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "checkpoint_every"):
            value = getattr(self, name)
            if value < 1:
                raise ValueError(f"{name} must be a whole number from 1 up, got {value}")
        if not 0 < self.learning_rate < float("inf"):
            raise ValueError(f"learning_rate must be finite and above 0, got {self.learning_rate}")
        if not 0 <= self.weight_decay < float("inf"):
            raise ValueError(f"weight_decay must be finite and from 0 up, got {self.weight_decay}")
        words = {
            "optimizer": Optimizer,
            "schedule": Schedule,
            "stop": Stop,
            "precision": Precision,
            "device": Device,
        }
        for name, choices in words.items():
            value = getattr(self, name)
            if value not in get_args(choices):
                raise ValueError(
                    f"unknown {name} {value!r}; choose from {', '.join(get_args(choices))}"
                )
