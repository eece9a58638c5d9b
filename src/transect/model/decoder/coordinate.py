"""A decoder that computes each pixel from its coordinates.

    logit(x, z) = f(W_x φ(x) + W_z z + b),    φ(x) = (sin 2π F x, cos 2π F x)

where f is a perceptron and the rows of F are drawn from N(0, bandwidth²) once and for all.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from transect.model.decoder.base import Decoder
from transect.model.decoder.perceptron import perceptron
from transect.space.values import check_counts, check_positive, check_whole


class CoordinateDecoder(Decoder):
    """A perceptron from the Fourier features of a pixel's place, and the code, to its logit.

    Tancik et al. 2020, "Fourier features let networks learn high frequency functions in low
    dimensional domains", with Gaussian frequencies. The first layer takes both inputs side by side;
    its part for places is computed once for all codes. The frequencies do not learn, but they are
    kept with the weights.

    Args:
        size: Height and width of the images in pixels, from 2 up.
        latent: Dimension of the code.
        frequencies: Number of rows of F; each gives a sine and a cosine.
        bandwidth: Standard deviation of F, cycles per image width. A larger one draws
            finer lines, and less of what lies between examples.
        widths: Features of the hidden layers, from the coordinates outwards.

    Raises:
        ValueError: The size is below 2, latent, `frequencies` or a width is below 1, or the
            bandwidth is not above 0.
    """

    frequencies: Tensor

    def __init__(
        self,
        size: int = 64,
        latent: int = 3,
        frequencies: int = 64,
        bandwidth: float = 4.0,
        widths: Sequence[int] = (64, 64, 64),
    ) -> None:
        super().__init__()
        self.size, self.latent = check_whole("size", size, 2), check_whole("latent", latent, 1)
        count = check_whole("frequencies", frequencies, 1)
        drawn = check_positive("bandwidth", bandwidth) * torch.randn(count, 2)
        self.register_buffer("frequencies", drawn)
        hidden = check_counts("widths", widths)
        self.place_layer = nn.Linear(2 * count, hidden[0])
        self.code_layer = nn.Linear(latent, hidden[0], bias=False)
        self.layers = nn.Sequential(nn.SiLU(), *perceptron([*hidden, 1]))

    def forward(self, codes: Tensor) -> Tensor:
        """Return the logits (n, 1, size, size) of codes (n, latent)."""
        hidden = (
            self.place_layer(fourier_features(self.frequencies, self.size))
            + self.code_layer(codes)[:, None]
        )
        return self.layers(hidden).view(-1, 1, self.size, self.size)


def fourier_features(frequencies: Tensor, size: int) -> Tensor:
    """Return (sin 2π F x, cos 2π F x) at the centre x of every cell, row by row, (size², 2 n).

    Tancik et al. 2020, "Fourier features let networks learn high frequency functions in low
    dimensional domains", eq. 5. The sines come first.

    Args:
        frequencies: The n rows of F, (n, 2), cycles per image width; x = (across, down) lies in
            [0, 1]².
        size: Cells per side of the image, its pixels or coarser ones.
    """
    centres = (torch.arange(size).to(frequencies) + 0.5) / size
    across, down = (2 * math.pi * centres[:, None, None] * frequencies.T).unbind(1)
    phases = (down[:, None] + across).flatten(0, 1)
    return torch.cat([phases.sin(), phases.cos()], dim=1)
