"""The decoder of the original work."""

from torch import Tensor, nn

from transect.model.decoder.base import Decoder
from transect.model.encoder.original import draw_normal_weights
from transect.space.values import check_whole

CHANNELS = (64, 64, 128)


class OriginalDecoder(Decoder):
    """Three nearest-neighbour up-samplings with 3×3 convolutions; 204 545 weights at 256 px.

    A linear layer without bias and ReLU give 16 maps of an eighth of the size. Three stages of
    nearest ×2 up-sampling, padded 3×3 transposed convolution (64, 64, 128 channels), ReLU and
    batch norm follow, then 1×1 to 256, ReLU, batch norm, and 1×1 to the logit. Kernels start from
    N(0, 0.05²), biases from 0. Batch norm has ε = 1e-3 and keeps 0.99 of its running statistics at
    each step; these two statistics per channel are counted among the weights. The linear layer is
    reshaped channel first; with random initial kernels that is the channel-last reshape of the
    original with its rows in another order.

    Args:
        size: Height and width of the images in pixels, a multiple of 8.
        latent: Dimension of the code.

    Raises:
        ValueError: The size is not a positive multiple of 8, or latent is below 1.
    """

    def __init__(self, size: int = 256, latent: int = 3) -> None:
        super().__init__()
        if size % 8 or size < 8:
            raise ValueError(f"size must be a multiple of 8 from 8 up, got {size}")
        self.size, self.latent = size, check_whole("latent", latent, least=1)
        start = size // 8
        layers: list[nn.Module] = [
            nn.Linear(latent, 16 * start * start, bias=False),
            nn.ReLU(),
            nn.Unflatten(1, (16, start, start)),
        ]
        channels_in = 16
        for channels in CHANNELS:
            layers += [
                nn.Upsample(scale_factor=2, mode="nearest"),
                nn.ConvTranspose2d(channels_in, channels, 3, padding=1),
                nn.ReLU(),
                _batch_norm(channels),
            ]
            channels_in = channels
        layers += [nn.Conv2d(channels_in, 256, 1), nn.ReLU(), _batch_norm(256)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(256, 1, 1))
        draw_normal_weights(self)

    def forward(self, codes: Tensor) -> Tensor:
        """Return the logits (n, 1, size, size) of codes (n, latent)."""
        return self.layers(codes)


def _batch_norm(channels: int) -> nn.BatchNorm2d:
    # The momentum of torch is the share of the new batch, that of Keras the share of the old.
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)
