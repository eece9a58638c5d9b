"""The encoder of the original work."""

from torch import Tensor, nn

from transect.model.encoder.base import Encoder
from transect.space.values import check_whole

CHANNELS = (64, 64, 128, 128)


class OriginalEncoder(Encoder):
    """Four unpadded 3×3 convolutions with ReLU and max-pooling; 345 411 weights at 256 px.

    Each of the four stages is a 3×3 convolution without padding, ReLU, and 2×2 max-pooling that
    rounds the size up (256 -> 254 -> 127 -> 125 -> 63 -> 61 -> 31 -> 29 -> 15). The 15·15·128
    features are flattened and a linear layer gives the code. Kernels start from N(0, 0.05²),
    biases from 0. Other sizes go through the same stages, with as many features as remain.

    Args:
        size: Height and width of the images in pixels, a multiple of 8 from 32 up.
        latent: Dimension of the code.

    Raises:
        ValueError: The size is not a multiple of 8 or leaves no pixel, or latent is below 1.
    """

    def __init__(self, size: int = 256, latent: int = 3) -> None:
        super().__init__()
        if size % 8 or size < 32:
            raise ValueError(f"size must be a multiple of 8 from 32 up, got {size}")
        self.size, self.latent = size, check_whole("latent", latent, least=1)
        stages: list[nn.Module] = []
        width, channels_in = size, 1
        for channels in CHANNELS:
            stages += [nn.Conv2d(channels_in, channels, 3), nn.ReLU()]
            stages += [nn.MaxPool2d(2, ceil_mode=True)]
            width, channels_in = (width - 2 + 1) // 2, channels
        self.trunk = nn.Sequential(*stages, nn.Flatten())
        self.head = nn.Linear(width * width * CHANNELS[-1], latent)
        draw_normal_weights(self)

    def features(self, images: Tensor) -> Tensor:
        """Return the features (n, k) of images (n, 1, size, size) in [0, 1]."""
        return self.trunk(images)


def draw_normal_weights(module: nn.Module, deviation: float = 0.05) -> None:
    """Draw every kernel of `module` from N(0, deviation²) and set every bias to 0, in place.

    Kernels are those of convolutions and linear layers; batch norm keeps its scale 1 and shift 0.
    """
    for part in module.modules():
        if isinstance(part, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.normal_(part.weight, std=deviation)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
