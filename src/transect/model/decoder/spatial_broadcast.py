"""A decoder that has the code and the coordinates as its input at every pixel."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from transect.model.decoder.base import Decoder
from transect.space.values import check_counts, check_whole


class SpatialBroadcastDecoder(Decoder):
    """The code repeated at every pixel beside its coordinates, then 3×3 convolutions at full size.

    Watters et al. 2019, "Spatial broadcast decoder", with padded convolutions, SiLU and fewer
    channels. Two channels hold x and y, from -1 at the first pixel to 1 at the last. A pixel of the
    image depends on its place and on the code alone, by as many convolutions as there are.

    Args:
        size: Height and width of the images in pixels, from 2 up.
        latent: Dimension of the code.
        channels: Channels after each 3×3 convolution; a 1×1 convolution to the logit follows.

    Raises:
        ValueError: The size is below 2, or latent or a channel is below 1.
    """

    def __init__(
        self, size: int = 64, latent: int = 3, channels: Sequence[int] = (24, 24, 24, 24)
    ) -> None:
        super().__init__()
        self.size, self.latent = check_whole("size", size, 2), check_whole("latent", latent, 1)
        ladder = [latent + 2, *check_counts("channels", channels)]
        layers: list[nn.Module] = []
        for channels_in, channels_out in pairwise(ladder):
            layers += [nn.Conv2d(channels_in, channels_out, 3, padding=1), nn.SiLU()]
        self.layers = nn.Sequential(*layers, nn.Conv2d(ladder[-1], 1, 1))

    def forward(self, codes: Tensor) -> Tensor:
        """Return the logits (n, 1, size, size) of codes (n, latent)."""
        steps = torch.linspace(-1, 1, self.size, dtype=codes.dtype, device=codes.device)
        y, x = torch.meshgrid(steps, steps, indexing="ij")
        places = torch.stack([x, y]).expand(codes.shape[0], -1, -1, -1)
        tiled = codes[:, :, None, None].expand(-1, -1, self.size, self.size)
        return self.layers(torch.cat([tiled, places], dim=1))
