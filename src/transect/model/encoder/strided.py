"""The default encoder."""

from collections.abc import Sequence

from torch import Tensor, nn

from transect.model.encoder.base import Encoder
from transect.model.latent import check_latent
from transect.model.stages import SMALLEST, stage_channels


class StridedEncoder(Encoder):
    """Strided 4×4 convolutions with SiLU down to 4×4 maps; quick on a CPU.

    Args:
        size: Height and width of the images in pixels, a power of two from 16 up.
        latent: Dimension of the code.
        channels: Channels after each halving, from the image inwards; the last is repeated.

    Raises:
        ValueError: The size is not a power of two from 16 up, or latent or a channel is below 1.
    """

    def __init__(
        self, size: int = 64, latent: int = 3, channels: Sequence[int] = (16, 32, 64)
    ) -> None:
        super().__init__()
        self.size, self.latent = size, check_latent(latent)
        layers: list[nn.Module] = []
        channels_in = 1
        for channels_out in stage_channels(size, channels):
            layers += [nn.Conv2d(channels_in, channels_out, 4, stride=2, padding=1), nn.SiLU()]
            channels_in = channels_out
        self.trunk = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Linear(channels_in * SMALLEST * SMALLEST, latent)

    def features(self, images: Tensor) -> Tensor:
        """Return the features (n, k) of images (n, 1, size, size) in [0, 1]."""
        return self.trunk(images)
