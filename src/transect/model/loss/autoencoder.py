"""The loss of a plain autoencoder."""

from dataclasses import dataclass

from torch import Tensor

from transect.model.loss.base import Batch, Loss, Needs
from transect.model.loss.terms import (
    REDUCTIONS,
    Reduction,
    check_choice,
    cross_entropy,
    pixels,
    weighted_mean,
)


@dataclass(frozen=True)
class AutoencoderLoss(Loss):
    """Mean over the batch of w BCE, no KL and no noise on the codes: a plain autoencoder.

    It gives the floor of the reconstruction error, and the codes of a model that no other term
    shapes.

    Attributes:
        reduction: Whether BCE is the mean over pixels, "pixel", or their "sum".

    Raises:
        ValueError: The reduction is unknown.
    """

    reduction: Reduction = "pixel"

    def __post_init__(self) -> None:
        check_choice("reduction", self.reduction, REDUCTIONS)

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return "loss" and "bce" (nats per pixel); see `Loss`."""
        bce = cross_entropy(batch.truth, batch.logits)
        loss = pixels(batch, self.reduction) * weighted_mean(bce, batch.weights)
        return {"loss": loss, "bce": bce.mean()}

    def needs(self, latent: int) -> Needs:
        """Return that the codes stay as the encoder made them."""
        return Needs(noise=False)
