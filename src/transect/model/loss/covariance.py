"""A penalty on the covariance between latents.

    ½ (‖C‖² − ‖diag C‖²) = Σ_{i<j} C_ij²        (Cogswell et al. 2016, DeCov)

where C is the covariance of μ over the batch.
"""

from dataclasses import dataclass

from torch import Tensor

from transect.model.loss.base import Batch, Loss, Needs, check_loss
from transect.model.loss.elbo import ELBOLoss
from transect.model.loss.terms import check_coefficient, covariance, off_diagonal


@dataclass(frozen=True)
class CovarianceLoss(Loss):
    """A base loss, plus covariance Σ_{i<j} C_ij², where C is the covariance of μ over the batch.

    It is a sum over pairs of latents, and 0 for a single latent or image. Beside a base per pixel
    it counts P times as much as beside the same base summed over P pixels. The covariance of n
    independent codes is off by about σ_i σ_j / √n, so that small batches pull the codes together.
    It isn't weighted; with several processes each has the covariance of its share.

    Attributes:
        covariance: Coefficient of the penalty.
        base: The loss to which it is added.

    Raises:
        ValueError: The coefficient is negative or not finite, or `base` is no loss.
    """

    covariance: float = 0.001
    base: Loss = ELBOLoss()  # noqa: RUF009

    def __post_init__(self) -> None:
        check_coefficient("covariance", self.covariance)
        check_loss("base", self.base)

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return the terms of the base, and "covariance"; see `Loss`."""
        terms = self.base(batch)
        penalty = off_diagonal(covariance(batch.mean)).square().sum() / 2
        return terms | {"loss": terms["loss"] + self.covariance * penalty, "covariance": penalty}

    def needs(self, latent: int) -> Needs:
        """Return what the base needs."""
        return self.base.needs(latent)
