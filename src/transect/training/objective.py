"""A loss, together with the state of its training."""

from typing import Any

import torch
from torch import Tensor

from transect.model import VAE, Batch, Loss, Outputs, seeded


class Objective:
    """A loss with all that it needs: how far training has come, and what learns beside the model.

    Args:
        loss: The loss.
        model: The model that is trained to lower it.
        seed: Of the initial weights of a critic.
        device: Where to put the critic.
    """

    def __init__(self, loss: Loss, model: VAE, seed: int, device: torch.device) -> None:
        self.loss, self.model = loss, model
        # Epochs count from 1, so that no epoch draws the same random numbers as this.
        with seeded(seed, 0):
            needs = loss.needs(model.latent)
        self.noise = needs.noise
        self.critic = None if needs.critic is None else needs.critic.to(device)
        self.dataset_size: int | None = None
        self.progress = 0.0

    def terms(
        self, model: Any, images: Tensor, noise: Tensor, weights: Tensor | None
    ) -> tuple[dict[str, Tensor], Tensor]:
        """Return the terms of the loss, and the codes (n, d) that were decoded.

        Args:
            model: The `VAE`, or what accelerate has made of it.
            images: (n, 1, h, w) in [0, 1].
            noise: ε, (n, d); it is left out if the loss needs none.
            weights: Of the images, (n,); without it each weighs 1.
        """
        outputs: Outputs = model(images, noise if self.noise else None)
        batch = Batch(
            images,
            *outputs,
            weights=weights,
            progress=self.progress,
            dataset_size=self.dataset_size,
            critic=self.critic,
            model=self.model,
        )
        return self.loss(batch), outputs.codes

    def learn(self, codes: Tensor, accelerator: Any) -> None:
        """Let the critic, if there is one, take a step on the codes of all processes."""
        if self.critic is not None:
            self.critic.learn(accelerator.gather(codes.detach()))
