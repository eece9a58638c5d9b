"""The contract of every encoder."""

from abc import ABC, abstractmethod

from torch import Tensor, nn


class Encoder(nn.Module, ABC):
    """A trunk that turns an image into features, and a linear head that turns them into a code.

    The two are apart so that `VAE` can put a second head, for the log-variance, on the same trunk.

    Attributes:
        size: Height and width of the images in pixels.
        latent: Dimension of the code.
        head: Features -> code.
    """

    size: int
    latent: int
    head: nn.Linear

    @abstractmethod
    def features(self, images: Tensor) -> Tensor:
        """Return the features (n, k) of images (n, 1, size, size) in [0, 1]."""

    def forward(self, images: Tensor) -> Tensor:
        """Return the mean codes (n, latent) of images (n, 1, size, size) in [0, 1]."""
        return self.head(self.features(images))
