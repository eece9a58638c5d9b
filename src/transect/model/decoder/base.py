"""The contract of every decoder."""

from abc import ABC, abstractmethod

from torch import Tensor, nn

from transect.model.derivative import with_jacobian


class Decoder(nn.Module, ABC):
    """Turns a code into an image.

    Attributes:
        size: Height and width of the images in pixels.
        latent: Dimension of the code.
    """

    size: int
    latent: int

    @abstractmethod
    def forward(self, codes: Tensor) -> Tensor:
        """Return the logits (n, 1, size, size) of codes (n, latent).

        The image is their sigmoid. It is left off here because the cross-entropy of a logit is
        finite where that of a rounded probability is not.
        """

    def with_jacobian(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits (n, 1, size, size) and their derivatives (n, latent, 1, size, size).

        No gradient flows through either. A decoder with a faster way overrides this.

        Args:
            codes: (n, latent).
        """
        return with_jacobian(self, codes)
