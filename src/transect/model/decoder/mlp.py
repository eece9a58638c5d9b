"""A decoder without any notion of space."""

from collections.abc import Sequence

from torch import Tensor, nn

from transect.model.decoder.base import Decoder
from transect.model.decoder.perceptron import perceptron
from transect.space.values import check_counts, check_whole


class MlpDecoder(Decoder):
    """Linear layers with SiLU from the code to all pixels; no notion of neighbouring pixels.

    The decoder for two-dimensional shapes of Higgins et al. 2017, "beta-VAE", narrower and with
    SiLU for tanh.

    Args:
        size: Height and width of the images in pixels, from 2 up.
        latent: Dimension of the code.
        widths: Features of the hidden layers, from the code outwards.

    Raises:
        ValueError: The size is below 2, or latent or a width is below 1.
    """

    def __init__(self, size: int = 64, latent: int = 3, widths: Sequence[int] = (256, 256)) -> None:
        super().__init__()
        self.size, self.latent = check_whole("size", size, 2), check_whole("latent", latent, 1)
        layers = perceptron([latent, *check_counts("widths", widths), size * size])
        self.layers = nn.Sequential(*layers, nn.Unflatten(1, (1, size, size)))

    def forward(self, codes: Tensor) -> Tensor:
        """Return the logits (n, 1, size, size) of codes (n, latent)."""
        return self.layers(codes)
