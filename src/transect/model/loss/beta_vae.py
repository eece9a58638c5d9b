"""The β-VAE, with a constant β or one that grows.

    Σ_pixels BCE + β KL        (Higgins et al. 2017, eq. 4)

where β may grow linearly from 0 over the first share of training (Bowman et al. 2016; Sønderby et
al. 2016).
"""

from dataclasses import dataclass

from torch import Tensor

from transect.model.loss.base import Batch, Loss
from transect.model.loss.elbo import ELBOLoss
from transect.model.loss.terms import Reduction, check_coefficient, check_share, ramp


@dataclass(frozen=True)
class BetaVAELoss(Loss):
    """β-VAE: mean over the batch of w (Σ BCE + beta KL), where beta may grow from 0.

    It is `ELBOLoss` with kl = β min(1, progress / warm_up), and sums over pixels as the paper does.

    Attributes:
        beta: β, from the end of the warm-up on.
        warm_up: The share of training over which β grows; 0 is the constant form.
        reduction: Whether BCE is the "sum" over pixels or their mean, "pixel".

    Raises:
        ValueError: A number is out of range or the reduction is unknown.
    """

    beta: float = 4.0
    warm_up: float = 0.0
    reduction: Reduction = "sum"

    def __post_init__(self) -> None:
        check_coefficient("beta", self.beta)
        check_share("warm_up", self.warm_up)
        ELBOLoss(self.beta, self.reduction)

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return "loss", "bce" (nats per pixel) and "kl" (nats per image); see `Loss`."""
        return ELBOLoss(self.beta * ramp(batch.progress, self.warm_up), self.reduction)(batch)
