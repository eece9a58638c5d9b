"""The loss of the first original experiment."""

from dataclasses import dataclass

from torch import Tensor

from transect.model.loss.base import Batch, Loss
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

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return "loss" and its terms "bce" and "kl"; see `Loss`."""
        bce = cross_entropy(batch.truth, batch.logits)
        kl = 2 * divergence(batch.mean, batch.log_variance).mean(1)
        loss = weighted_mean(2 * (bce + self.kl * kl), batch.weights)
        return {"loss": loss, "bce": bce.mean(), "kl": kl.mean()}
