"""A decoder in which latents do not interact.

logits(z) = Σ_i f_i(z_i)
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from transect.model.decoder.base import Decoder
from transect.model.decoder.transposed import TransposedDecoder
from transect.space.values import check_whole


class AdditiveDecoder(Decoder):
    """A sum over latents of a transposed decoder of each latent alone, so that none interact.

    The derivative of the logits by two different latents is 0 everywhere. Lachapelle et al. 2023,
    "Additive decoders for latent variables identification and Cartesian-product extrapolation",
    definition 1, there with blocks of latents and pixels, here with single latents and logits:
    where logits add up, the odds of pixels multiply. Time and weights grow with `latent`.

    Args:
        size: Height and width of the images in pixels, a power of two from 16 up.
        latent: Dimension of the code.
        channels: Channels before each doubling of each f_i, from the image inwards; the last is
            repeated.

    Raises:
        ValueError: The size is not a power of two from 16 up, or latent or a channel is below 1.
    """

    def __init__(
        self, size: int = 64, latent: int = 3, channels: Sequence[int] = (16, 32, 64)
    ) -> None:
        super().__init__()
        self.size, self.latent = size, check_whole("latent", latent, 1)
        self.parts = nn.ModuleList(TransposedDecoder(size, 1, channels) for _ in range(latent))

    def forward(self, codes: Tensor) -> Tensor:
        """Return the logits (n, 1, size, size) of codes (n, latent)."""
        latents = codes.split(1, dim=1)
        terms = [part(latent) for part, latent in zip(self.parts, latents, strict=True)]
        return torch.stack(terms).sum(0)
