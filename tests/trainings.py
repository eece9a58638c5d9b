"""Trainings that take a second: few small images of spots, and a model of few weights."""

import math
import os
import signal
from dataclasses import dataclass

import numpy as np
import torch

from transect.model import VAE, ELBOLoss, Loss, StridedEncoder, TransposedDecoder, seeded
from transect.training import TrainingOptions, train

OPTIONS = TrainingOptions(epochs=3, batch_size=8, device="cpu")
ELBO = ELBOLoss(1e-3)
COUNT = 41
"""Training images: 6 steps per epoch, the last on a single image."""

TIMES = {"seconds", "images_per_second"}


def spots(count, seed=0, size=16):
    """Round spots whose place is their factor."""
    centers = np.random.default_rng(seed).uniform(4, size - 4, (count, 2, 1, 1))
    y, x = np.mgrid[:size, :size] + 0.5
    squares = (x - centers[:, 0]) ** 2 + (y - centers[:, 1]) ** 2
    return np.round(255 * np.exp(-squares / 8)).astype(np.uint8)


def spot_vae(seed=0, noise=0.1, latent=2):
    with seeded(seed):
        encoder, decoder = StridedEncoder(16, latent, [8]), TransposedDecoder(16, latent, [8])
        return VAE(encoder, decoder, noise)


@dataclass(frozen=True)
class Sabotage(Loss):
    """A loss that lets something happen at one step of training, counted over all epochs."""

    act: str
    at: int
    count: list
    base: Loss = ELBO

    def __call__(self, batch):
        terms = self.base(batch)
        if not torch.is_grad_enabled():
            return terms
        self.count.append(1)
        if len(self.count) != self.at:
            return terms
        if self.act == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.act == "raise":
            raise KeyboardInterrupt
        # The root of 0 is finite and its slope is not.
        spoil = (0 * batch.logits.sum()).sqrt() if self.act == "spoil_gradient" else math.nan
        return terms | {"loss": terms["loss"] + spoil}

    def needs(self, latent):
        return self.base.needs(latent)


def run_training(folder, model=None, loss=None, options=OPTIONS, **more):
    model = model or spot_vae()
    images = {"images": spots(COUNT), "validation": spots(9, seed=1)}
    more = images | {"progress": False, "seed": 5} | more
    history = train(model, loss or ELBO, options=options, folder=folder, **more)
    return model, history


def without_times(history):
    return [{name: row[name] for name in row.keys() - TIMES} for row in history]


def equal_weights(first, second):
    others = second.state_dict()
    return all(torch.equal(value, others[name]) for name, value in first.state_dict().items())
