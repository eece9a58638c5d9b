"""The loss of the first original experiment."""

from dataclasses import dataclass

from torch import Tensor

from transect.model.loss.base import Loss
from transect.model.loss.terms import check_coefficient, cross_entropy, divergence, weighted_mean


@dataclass(frozen=True)
class OriginalLoss(Loss):
    """Mean over the batch of 2 w (BCE + kl KL), as in the first original experiment.

    BCE is the mean over pixels of the binary cross-entropy in nats, and KL the *mean* over latents
    of μ² + σ² − ln σ² − 1, without the usual ½.

    Attributes:
        kl: Coefficient of KL.

    Raises:
        ValueError: `kl` is negative or not finite.
    """

    kl: float = 0.008

    def __post_init__(self) -> None:
        check_coefficient("kl", self.kl)

    def __call__(
        self,
        truth: Tensor,
        logits: Tensor,
        mean: Tensor,
        log_variance: Tensor,
        weights: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """Return "loss" and its terms "bce" and "kl"; see `Loss` for the arguments."""
        bce = cross_entropy(truth, logits)
        kl = 2 * divergence(mean, log_variance).mean(1)
        loss = weighted_mean(2 * (bce + self.kl * kl), weights)
        return {"loss": loss, "bce": bce.mean(), "kl": kl.mean()}
