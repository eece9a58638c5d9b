"""The terms that losses are made of, one number a picture."""

from torch import Tensor
from torch.nn import functional as F


def cross_entropy(truth: Tensor, logits: Tensor) -> Tensor:
    """Return the mean over pixels of the binary cross-entropy, nats a pixel, (n,).

    Args:
        truth: (n, 1, h, w) in [0, 1].
        logits: (n, 1, h, w).
    """
    values = F.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    return values.flatten(1).mean(1)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return KL(N(μ, σ²) ‖ N(0, 1)) = ½ (μ² + σ² − ln σ² − 1) of each latent, nats, (n, d).

    Kingma & Welling 2014, appendix B.

    Args:
        mean: μ, (n, d).
        log_variance: ln σ², (n, d).
    """
    return (mean.square() + log_variance.exp() - log_variance - 1) / 2


def weighted_mean(values: Tensor, weights: Tensor | None) -> Tensor:
    """Return the mean over the batch of weight times value; the weights are not normalised.

    Args:
        values: (n,).
        weights: (n,); without it each value weighs 1.
    """
    return values.mean() if weights is None else (weights * values).mean()


def check_coefficient(name: str, value: float) -> None:
    """Check that the coefficient of a term is finite and from 0 up.

    Raises:
        ValueError: It is not.
    """
    if not 0 <= value < float("inf"):
        raise ValueError(f"{name} must be a finite number from 0 up, got {value}")
