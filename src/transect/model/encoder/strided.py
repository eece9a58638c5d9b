"""The default encoder, and the stages that decoders of the same shape share with it."""

from collections.abc import Sequence

from torch import Tensor, nn

from transect.model.encoder.base import Encoder
from transect.space.values import check_counts, check_whole

SMALLEST = 4
"""Height and width of the last maps of this encoder, and of the first of decoders like it."""


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
        self.size, self.latent = size, check_whole("latent", latent, least=1)
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


def stage_channels(size: int, channels: Sequence[int]) -> list[int]:
    """Return the channels of each stage between an image of `size` pixels and 4×4 maps.

    Each stage halves the size; the first belongs to the image. `channels` names the channels from
    the image inwards; the last of them is repeated as often as needed.

    Raises:
        ValueError: The size is not a power of two from 16 up, or no channel or one below 1 is
            given.
    """
    if size < 16 or size & (size - 1):
        raise ValueError(f"size must be a power of two from 16 up, got {size}")
    checked = check_counts("channels", channels)
    stages = (size // SMALLEST).bit_length() - 1
    return [checked[min(stage, len(checked) - 1)] for stage in range(stages)]
