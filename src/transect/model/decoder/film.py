"""A decoder whose code sets the scale and shift of feature maps.

    h_0 = constant,    h_{k+1} = T_k(SiLU((1 + γ_k(z)) h_k + β_k(z)))

with transposed convolutions T_k, and γ_k and β_k one number per channel.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from transect.model.decoder.base import Decoder
from transect.model.decoder.perceptron import perceptron
from transect.model.encoder.strided import SMALLEST, stage_channels
from transect.space.values import check_whole


class FilmDecoder(Decoder):
    """A learned constant through transposed convolutions that the code scales and shifts.

    Feature-wise linear modulation is of Perez et al. 2018, "FiLM"; the constant 4×4 input of
    Karras et al. 2019, "A style-based generator architecture". The code acts at every scale, but
    only as one scale and one shift per channel; positions are left to the constant.

    Args:
        size: Height and width of the images in pixels, a power of two from 16 up.
        latent: Dimension of the code.
        channels: Channels before each doubling, from the image inwards; the last is repeated.
        width: Hidden features of the perceptron that gives scales and shifts.

    Raises:
        ValueError: The size is not a power of two from 16 up, or latent, a channel or the width is
            below 1.
    """

    def __init__(
        self,
        size: int = 64,
        latent: int = 3,
        channels: Sequence[int] = (32, 64, 64),
        width: int = 64,
    ) -> None:
        super().__init__()
        self.size, self.latent = size, check_whole("latent", latent, 1)
        self.channels = stage_channels(size, channels)[::-1]
        self.constant = nn.Parameter(torch.randn(self.channels[0], SMALLEST, SMALLEST))
        self.stages = nn.ModuleList(
            nn.ConvTranspose2d(channels_in, channels_out, 4, stride=2, padding=1)
            for channels_in, channels_out in pairwise([*self.channels, 1])
        )
        self.modulation = perceptron(
            [latent, check_whole("width", width, 1), 2 * sum(self.channels)]
        )

    def forward(self, codes: Tensor) -> Tensor:
        """Return the logits (n, 1, size, size) of codes (n, latent)."""
        scales, shifts = self.modulation(codes)[:, :, None, None].chunk(2, dim=1)
        maps = self.constant
        for stage, scale, shift in zip(
            self.stages, scales.split(self.channels, 1), shifts.split(self.channels, 1), strict=True
        ):
            maps = stage(F.silu((1 + scale) * maps + shift))
        return maps
