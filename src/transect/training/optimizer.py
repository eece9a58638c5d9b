"""From options to an optimizer and the learning rate of each of its steps.

The rate is a function of the step, so that a resumed training needs no memory of it.
"""

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from transect.training.muon import Muon
from transect.training.options import TrainingOptions

WARM_UP = 0.3
START = 1 / 25
END = 1e-4 / 25


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


def learning_rate(options: TrainingOptions, step: int, steps: int) -> float:
    """Return the learning rate of a step.

    `one_cycle` rises along half a cosine from 1/25 of the highest learning rate to the highest
    over the first 30 % of the steps, and falls along half a cosine to 1e-4/25 of it in the last
    step (Smith & Topin 2018, with the two cosines and the fractions customary since).

    Args:
        options: The options; `learning_rate` is the highest.
        step: From 0 to `steps - 1`, over all epochs.
        steps: How many steps all epochs have together.
    """
    if options.schedule == "constant":
        return options.learning_rate
    last = max(steps - 1, 1)
    peak = WARM_UP * last
    if step < peak:
        fraction = _half_cosine(START, 1.0, step / peak)
    else:
        fraction = _half_cosine(1.0, END, (step - peak) / (last - peak))
    return options.learning_rate * fraction


def _half_cosine(start: float, end: float, progress: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * progress)) / 2
