"""The default decoder."""

from collections.abc import Sequence

from torch import Tensor, nn

from transect.model.decoder.base import Decoder
from transect.model.encoder.strided import SMALLEST, stage_channels
from transect.space.values import check_whole


class TransposedDecoder(Decoder):
    """Strided 4×4 transposed convolutions with SiLU up from 4×4 maps; quick on a CPU.

    Args:
        size: Height and width of the images in pixels, a power of two from 16 up.
        latent: Dimension of the code.
        channels: Channels before each doubling, from the image inwards; the last is repeated.

    Raises:
        ValueError: The size is not a power of two from 16 up, or latent or a channel is below 1.
    """

    def __init__(
        self, size: int = 64, latent: int = 3, channels: Sequence[int] = (32, 64, 128)
    ) -> None:
        super().__init__()
        self.size, self.latent = size, check_whole("latent", latent, 1)
        inwards = stage_channels(size, channels)
        layers: list[nn.Module] = [
            nn.Linear(latent, inwards[-1] * SMALLEST * SMALLEST),
            nn.SiLU(),
            nn.Unflatten(1, (inwards[-1], SMALLEST, SMALLEST)),
        ]
        for channels_in, channels_out in zip(inwards[:0:-1], inwards[-2::-1], strict=True):
            layers += [
                nn.ConvTranspose2d(channels_in, channels_out, 4, stride=2, padding=1),
                nn.SiLU(),
            ]
        layers += [nn.ConvTranspose2d(inwards[0], 1, 4, stride=2, padding=1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, codes: Tensor) -> Tensor:
        """Return the logits (n, 1, size, size) of codes (n, latent)."""
        return self.layers(codes)
