"""The contract of every loss, and what a loss needs from the training."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from transect.model.vae import VAE


class Critic(nn.Module, ABC):
    """A network that learns beside the model, so that a loss can use its output.

    Its weights and those of its optimizer are part of every checkpoint.

    Attributes:
        optimizer: Of its own weights.
    """

    optimizer: torch.optim.Optimizer

    @abstractmethod
    def learn(self, codes: Tensor) -> None:
        """Take one step, after each step of the model.

        Args:
            codes: z, (n, d), of the whole batch that the model has just learnt from, on every
                process alike, without gradient.
        """


@dataclass(frozen=True)
class Needs:
    """What a loss needs from the training.

    Attributes:
        noise: Whether codes are sampled; otherwise z = μ.
        critic: What learns beside the model.
    """

    noise: bool = True
    critic: Critic | None = None


@dataclass(frozen=True)
class Batch:
    """A batch of n images, what the model made of them, and how far training has come.

    Attributes:
        truth: The images, (n, 1, h, w) in [0, 1].
        logits: The reconstructions before the sigmoid, (n, 1, h, w).
        mean: μ, (n, d).
        log_variance: ln σ², (n, d).
        codes: z, (n, d), what was decoded.
        weights: Of each image, (n,); by default each weighs 1.
        progress: The share of training that is done, 0 in its first step and 1 in its last.
        dataset_size: Number of training images; by default that of the batch.
        critic: The one that `needs` returned.
        model: The model itself, for a loss that applies it to more than these images.
    """

    truth: Tensor
    logits: Tensor
    mean: Tensor
    log_variance: Tensor
    codes: Tensor
    weights: Tensor | None = None
    progress: float = 1.0
    dataset_size: int | None = None
    critic: Critic | None = None
    model: VAE | None = None


class Loss(ABC):
    """Compares a batch of images with what the model made of them.

    A loss is a value: it holds coefficients and nothing that changes. What changes comes with the
    batch.
    """

    @abstractmethod
    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return the scalar to minimise under "loss", and each term for the history by its name.

        The terms are means over the batch without weights and without coefficients.
        """

    def needs(self, latent: int) -> Needs:
        """Return what this loss needs to train a model with `latent` latents.

        It is called once. The initial weights of a critic are drawn from the global generator,
        which the training has seeded.
        """
        return Needs()


def check_loss(name: str, value: object) -> None:
    """Check that a part of a loss is a loss.

    Raises:
        ValueError: It is not.
    """
    if not isinstance(value, Loss):
        raise ValueError(f"{name} must be a loss, in a configuration {{kind: …}}, got {value!r}")
