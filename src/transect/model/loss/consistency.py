"""A penalty that makes the encoder invert the decoder between the codes of the data.

    C = mean of ((e(g(z)) − z) / s)²,    z = t μ_i + (1 − t) μ_j

over the latents and over the images i of a batch, each with its neighbour j and with a t of its
own from a grid over [0, 1], so that nothing is drawn at random but the batch. e encodes, g decodes,
and s is the deviation of μ in the batch.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from transect.model.loss.base import Batch, Loss, Needs, check_loss
from transect.model.loss.elbo import ELBOLoss
from transect.model.loss.terms import check_coefficient

SMALLEST_SPREAD = 0.05
"""s is at least this, so that a latent without information is not made to hold noise."""


@dataclass(frozen=True)
class ConsistencyLoss(Loss):
    """Another loss, and consistency × C from some time on: what is decoded must be encoded back.

    A model is trained on codes of the data alone. Between them, and so in a hole of the data,
    nothing ties the encoder to the decoder, and the encoder may give an image from there a code
    that the decoder turns into another image. C does, and needs no image from there: the decoder
    makes them, and only the encoder learns from it, as in the sleep phase of Hinton et al. 1995,
    "The wake-sleep algorithm for unsupervised neural networks".

    Attributes:
        base: The loss to which C is added.
        consistency: Coefficient of C, a pure number.
        after: Share of training after which C is added: images that are decoded before anything
            is learnt carry no information.

    Raises:
        ValueError: The coefficient is negative or not finite, `after` is not in [0, 1), or `base`
            is no loss.
    """

    base: Loss = field(default_factory=ELBOLoss)
    consistency: float = 0.02
    after: float = 0.2

    def __post_init__(self) -> None:
        check_loss("base", self.base)
        check_coefficient("consistency", self.consistency)
        if not 0 <= self.after < 1:
            raise ValueError(f"after must lie in [0, 1), got {self.after}")

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return the terms of the base, and "consistency", 0 as long as it is not added."""
        terms = self.base(batch)
        if batch.model is None or batch.progress < self.after:
            return terms | {"consistency": terms["loss"].new_zeros(())}
        value = _consistency(batch)
        return terms | {
            "loss": terms["loss"] + self.consistency * value,
            "consistency": value,
        }

    def needs(self, latent: int) -> Needs:
        """Return what the base needs."""
        return self.base.needs(latent)


def _consistency(batch: Batch) -> Tensor:
    assert batch.model is not None
    mean = batch.mean.detach()
    share = (torch.arange(len(mean)).to(mean) + 0.5)[:, None] / len(mean)
    codes = share * mean + (1 - share) * mean.roll(1, 0)
    with torch.no_grad():
        images = batch.model.decode(codes)
    spread = mean.std(0, correction=0).clamp_min(SMALLEST_SPREAD)
    return ((batch.model.encode(images) - codes) / spread).square().mean()
