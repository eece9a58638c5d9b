"""From options to an optimizer."""

from collections.abc import Iterable

import torch
from torch import Tensor

from transect.training.muon import Muon
from transect.training.options import TrainingOptions


def make_optimizer(
    options: TrainingOptions, parameters: Iterable[Tensor], device: torch.device
) -> torch.optim.Optimizer:
    """Return the optimizer of a training, for parameters that are on `device`."""
    rate, decay = options.learning_rate, options.weight_decay
    if options.optimizer == "muon":
        return Muon(parameters, lr=rate, weight_decay=decay)
    kind = torch.optim.Adam if options.optimizer == "adam" else torch.optim.AdamW
    fused = device.type in {"cpu", "cuda"}
    return kind(parameters, lr=rate, weight_decay=decay, fused=fused)
