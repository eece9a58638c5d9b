"""The terms of the loss, step by step, and the stop where they break."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

RECENT = 25


class NonFiniteLoss(FloatingPointError):  # noqa: N818
    """The loss of a step is infinite or not a number; the checkpoint before it is kept."""


class Log:
    """The loss terms of every step of an epoch, kept on the device so that no step waits.

    Args:
        epoch: Number of the epoch, from 1.
        steps: How many steps it has.
        device: Where the terms are computed.
    """

    def __init__(self, epoch: int, steps: int, device: torch.device) -> None:
        self.epoch, self.steps, self.device = epoch, steps, device
        self.names: list[str] = []
        self.values = torch.empty(0)

    def write(self, step: int, terms: Mapping[str, Tensor]) -> None:
        """Keep the terms of a step, counted from 0."""
        if not self.names:
            self.names = list(terms)
            self.values = torch.zeros(self.steps, len(self.names), device=self.device)
        self.values[step] = torch.stack([terms[name].detach() for name in self.names])

    def check(self, done: int) -> float:
        """Return the mean loss of the last steps, if it is finite so far.

        Raises:
            NonFiniteLoss: It is not.
        """
        losses = self.values[:done, self.names.index("loss")]
        finite = torch.isfinite(losses)
        if not bool(finite.all()):
            step = int(torch.nonzero(~finite)[0])
            self._raise(f"step {step + 1} of {self.steps}", float(losses[step]))
        return float(losses[-RECENT:].mean())

    def check_validation(self, loss: float) -> None:
        """Check that the validation loss after the epoch is finite.

        Raises:
            NonFiniteLoss: It is not.
        """
        if not np.isfinite(loss):
            self._raise("the validation after it", loss)

    def means(self, sizes: list[int], accelerator: Any) -> dict[str, float]:
        """Return the mean of each term over the images of the epoch, of all processes."""
        shares = torch.tensor(sizes, dtype=torch.float64, device="cpu") / sum(sizes)
        means = accelerator.reduce(self.values, reduction="mean").double().cpu().T @ shares
        return dict(zip(self.names, means.tolist(), strict=True))

    def _raise(self, place: str, value: float) -> None:
        raise NonFiniteLoss(
            f"the loss is {value} in epoch {self.epoch}, {place}; the last good checkpoint is "
            "kept. Try a lower learning_rate, or precision fp32"
        )
