"""The terms of losses, and the checks of their coefficients."""

from typing import Literal, get_args

import torch
from torch import Tensor
from torch.nn import functional as F

from transect.model.loss.base import Batch

Reduction = Literal["pixel", "sum"]
REDUCTIONS = get_args(Reduction)


def cross_entropy(truth: Tensor, logits: Tensor) -> Tensor:
    """Return the mean over pixels of the binary cross-entropy, nats per pixel, (n,).

    Args:
        truth: (n, 1, h, w) in [0, 1].
        logits: (n, 1, h, w).
    """
    values = F.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    return values.flatten(1).mean(1)


def pixels(batch: Batch, reduction: Reduction) -> int:
    """Return what turns the mean over pixels into the reduction: 1, or the number of pixels."""
    return 1 if reduction == "pixel" else batch.truth[0].numel()


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return KL(N(μ, σ²) ‖ N(0, 1)) = ½ (μ² + σ² − ln σ² − 1) of each latent, nats, (n, d).

    Kingma & Welling 2014, appendix B.

    Args:
        mean: μ, (n, d).
        log_variance: ln σ², (n, d).
    """
    return (mean.square() + log_variance.exp() - log_variance - 1) / 2


def covariance(values: Tensor) -> Tensor:
    """Return the covariance over a batch, (d, d), divided by n as the losses of the field do.

    Args:
        values: (n, d).
    """
    centered = values - values.mean(0)
    return centered.T @ centered / len(values)


def off_diagonal(matrix: Tensor) -> Tensor:
    """Return the square matrix (d, d) with 0 on its diagonal."""
    return matrix - torch.diag(matrix.diagonal())


def weighted_mean(values: Tensor, weights: Tensor | None) -> Tensor:
    """Return the mean over the batch of weight times value; the weights are not normalised.

    Args:
        values: (n,).
        weights: (n,); without it each value weighs 1.
    """
    return values.mean() if weights is None else (weights * values).mean()


def ramp(progress: float, share: float) -> float:
    """Return the height of a ramp from 0 to 1 over the first `share` of training.

    Args:
        progress: The share of training that is done.
        share: In [0, 1]; with 0 the height is 1 from the start.
    """
    return min(1.0, progress / share) if share else 1.0


def check_coefficient(name: str, value: float) -> None:
    """Check that the coefficient of a term is finite and from 0 up.

    Raises:
        ValueError: It is not.
    """
    if not 0 <= value < float("inf"):
        raise ValueError(f"{name} must be a finite number from 0 up, got {value}")


def check_share(name: str, value: float) -> None:
    """Check that a share of training lies in [0, 1].

    Raises:
        ValueError: It does not.
    """
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be a share of training from 0 to 1, got {value}")


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Check that an option is one of the words that it may be.

    Raises:
        ValueError: It is not.
    """
    if value not in choices:
        raise ValueError(f"unknown {name} {value!r}; choose from {', '.join(choices)}")
