"""The FactorVAE: a discriminator estimates how far the latents are from independence.

    −ELBO + γ KL(q(z) ‖ Π_j q(z_j)),   KL ≈ E_q(z)[ln D(z) / (1 − D(z))]

(Kim & Mnih 2018, eqs. 2 and 3). D distinguishes codes from codes whose latents were permuted over
the batch, each on its own (algorithm 1), and learns in turns with the model (algorithm 2).
"""

import itertools
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from transect.model.loss.base import Batch, Critic, Loss, Needs, check_loss
from transect.model.loss.elbo import ELBOLoss
from transect.model.loss.terms import check_coefficient, weighted_mean
from transect.space.values import Limits, check_value

SLOPE = 0.2
MOMENTS = (0.5, 0.9)
MOST_LAYERS = 1000


@dataclass(frozen=True)
class FactorVAELoss(Loss):
    """FactorVAE: a base loss, plus the mean over the batch of w gamma ln D(z) / (1 − D(z)).

    The penalty estimates the total correlation of the latents, in nats per image. The paper's γ,
    10 to 40, belongs beside a base that sums over pixels, such as the default; with P pixels,
    divide it by P beside one per pixel.

    Attributes:
        gamma: γ.
        width: Units of each hidden layer of the discriminator; the paper has 1000, for 10 latents.
        layers: Number of its linear layers, the last one included.
        learning_rate: Of the discriminator, by Adam with β₁ = 0.5 and β₂ = 0.9.
        base: The loss to which the penalty is added.

    Raises:
        ValueError: A number is out of range, or `base` is no loss.
    """

    gamma: float = 10.0
    width: int = 100
    layers: int = 6
    learning_rate: float = 1e-4
    base: Loss = ELBOLoss(kl=1.0, reduction="sum")  # noqa: RUF009

    def __post_init__(self) -> None:
        check_coefficient("gamma", self.gamma)
        check_coefficient("learning_rate", self.learning_rate)
        check_value("width", self.width, int, Limits(least=1))
        check_value("layers", self.layers, int, Limits(least=1, most=MOST_LAYERS))
        check_loss("base", self.base)

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return the terms of the base, and "total_correlation" (nats per image); see `Loss`.

        Raises:
            ValueError: The batch has no critic.
        """
        if batch.critic is None:
            raise ValueError("this loss needs the critic that needs() returns in its batches")
        terms = self.base(batch)
        values = batch.critic(batch.codes)
        loss = terms["loss"] + self.gamma * weighted_mean(values, batch.weights)
        return terms | {"loss": loss, "total_correlation": values.mean()}

    def needs(self, latent: int) -> Needs:
        """Return what the base needs, and a discriminator.

        Raises:
            ValueError: The base needs a critic as well.
        """
        needs = self.base.needs(latent)
        if needs.critic is not None:
            raise ValueError("the base of this loss must not need a critic of its own")
        critic = Discriminator(latent, self.width, self.layers, self.learning_rate)
        return replace(needs, critic=critic)


class Discriminator(Critic):
    """A multilayer perceptron that distinguishes codes from codes with permuted latents.

    Its one output is ln D(z) / (1 − D(z)), the difference of the two logits of the paper.

    Args:
        latent: Dimension of the codes.
        width: Units of each hidden layer.
        layers: Number of linear layers.
        learning_rate: Of its optimizer.
    """

    def __init__(self, latent: int, width: int, layers: int, learning_rate: float) -> None:
        super().__init__()
        widths = [latent, *[width] * (layers - 1)]
        parts: list[nn.Module] = []
        for inner, outer in itertools.pairwise(widths):
            parts += [nn.Linear(inner, outer), nn.LeakyReLU(SLOPE)]
        self.layers = nn.Sequential(*parts, nn.Linear(widths[-1], 1))
        self.optimizer = torch.optim.Adam(self.parameters(), lr=learning_rate, betas=MOMENTS)

    def forward(self, codes: Tensor) -> Tensor:
        """Return ln D(z) / (1 − D(z)) of codes (n, d), (n,)."""
        return self.layers(codes).squeeze(1)

    def learn(self, codes: Tensor) -> None:
        """Take one step down −½ mean ln D(z) − ½ mean ln (1 − D(z permuted)).

        The paper draws a second batch for the permuted codes. These are the same codes: the
        expectation of a sum does not depend on whether its terms are independent.
        """
        true, permuted = self(codes), self(permute_latents(codes))
        loss = (F.softplus(-true).mean() + F.softplus(permuted).mean()) / 2
        # The step of the model has left gradients here.
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


def permute_latents(codes: Tensor) -> Tensor:
    """Return codes (n, d) with each latent permuted over the batch on its own.

    Kim & Mnih 2018, algorithm 1. The permutations are drawn from the global generator.
    """
    orders = [torch.randperm(len(codes), device=codes.device) for _ in range(codes.shape[1])]
    return codes.gather(0, torch.stack(orders, 1))
