"""The DIP-VAE, which pulls the covariance of the codes towards that of their prior.

    −ELBO + λ_od Σ_{i≠j} C_ij² + λ_d Σ_i (C_ii − 1)²

with C = Cov[μ] in DIP-VAE-I (Kumar, Sattigeri & Balakrishnan 2018, eq. 6), and C = E[Σ] + Cov[μ],
the covariance of z, in DIP-VAE-II (eq. 7), where Σ = diag σ².
"""

from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

from transect.model.loss.base import Batch, Loss, Needs, check_loss
from transect.model.loss.elbo import ELBOLoss
from transect.model.loss.terms import check_choice, check_coefficient, covariance, off_diagonal

Variant = Literal["I", "II"]
DIAGONAL_RATIO = {"I": 10.0, "II": 1.0}


@dataclass(frozen=True)
class DIPVAELoss(Loss):
    """DIP-VAE: a base loss, plus off_diagonal Σ_{i≠j} C_ij² + diagonal Σ_i (C_ii − 1)².

    C is the covariance over the batch of μ in variant I, of z in variant II. The penalty is a sum
    over latents, and the paper's coefficients belong beside a base that sums over pixels, such as
    the default; with P pixels, divide them by P beside one per pixel. It isn't weighted; with
    several processes each has the covariance of its share.

    Attributes:
        variant: "I" or "II".
        off_diagonal: λ_od.
        diagonal: λ_d; without it 10 λ_od in variant I and λ_od in variant II, as in the paper.
        base: The loss to which the penalty is added.

    Raises:
        ValueError: A coefficient is negative or not finite, the variant is unknown, or `base` is
            no loss.
    """

    variant: Variant = "II"
    off_diagonal: float = 10.0
    diagonal: float | None = None
    base: Loss = ELBOLoss(kl=1.0, reduction="sum")  # noqa: RUF009

    def __post_init__(self) -> None:
        check_choice("variant", self.variant, get_args(Variant))
        check_coefficient("off_diagonal", self.off_diagonal)
        if self.diagonal is not None:
            check_coefficient("diagonal", self.diagonal)
        check_loss("base", self.base)

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return the terms of the base, and both sums: "off_diagonal", "diagonal"; see `Loss`."""
        terms = self.base(batch)
        matrix = covariance(batch.mean)
        if self.variant == "II":
            matrix = matrix + torch.diag(batch.log_variance.exp().mean(0))
        off = off_diagonal(matrix).square().sum()
        diagonal = (matrix.diagonal() - 1).square().sum()
        loss = terms["loss"] + self.off_diagonal * off + self._diagonal * diagonal
        return terms | {"loss": loss, "off_diagonal": off, "diagonal": diagonal}

    def needs(self, latent: int) -> Needs:
        """Return what the base needs."""
        return self.base.needs(latent)

    @property
    def _diagonal(self) -> float:
        if self.diagonal is None:
            return DIAGONAL_RATIO[self.variant] * self.off_diagonal
        return self.diagonal
