"""The form in which a model made elsewhere takes and gives images.

Here an image is (h, w) with values in [0, 1]. Elsewhere it may have three channels, values in
[−1, 1], or be a vector of logits.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from transect.image.checks import TOLERANCE

OVERSHOOT = 0.5
"""How far images may leave their range, in widths of it, before they are taken for something
else, such as logits. A linear last layer overshoots a little; that is clipped."""


class ImageForm:
    """How a model takes and gives images.

    Args:
        channels: Channels of the images that it takes; each gets the same grey. None for images
            (n, h, w).
        value_range: The values that it takes for 0 and 1, and gives for them.
        logits: Whether it gives logits, whose sigmoid is the image.

    Raises:
        ValueError: `channels` is below 1, or the range is not two finite numbers that ascend.
    """

    def __init__(
        self,
        channels: int | None = 1,
        value_range: Sequence[float] = (0.0, 1.0),
        logits: bool = False,
    ) -> None:
        if channels is not None and channels < 1:
            raise ValueError(f"channels need to be at least 1, or None, got {channels}")
        ends = [float(value) for value in value_range]
        if len(ends) != 2 or not ends[0] < ends[1] or not all(map(math.isfinite, ends)):
            raise ValueError(
                f"value_range needs two finite numbers that ascend, got {tuple(value_range)}"
            )
        self.channels, self.logits = channels, logits
        self.low, self.high = ends

    def give(self, images: Tensor) -> Tensor:
        """Return images (n, h, w) in [0, 1] as the model takes them, (n, channels, h, w).

        Raises:
            ValueError: They have another shape, or a value is NaN or outside [0, 1].
        """
        if images.ndim != 3:
            raise ValueError(f"images need the shape (n, h, w), got {tuple(images.shape)}")
        if images.numel() and not (images.amin() >= -TOLERANCE and images.amax() <= 1 + TOLERANCE):
            raise ValueError(
                f"images need values in [0, 1], got {float(images.amin()):g} to "
                f"{float(images.amax()):g}; divide images of 0 to 255 by 255"
            )
        values = self.low + images * (self.high - self.low)
        if self.channels is None:
            return values
        return values[:, None].expand(-1, self.channels, -1, -1).contiguous()

    def take(self, pixels: Tensor) -> Tensor:
        """Return what the model gives as images (n, h, w) in [0, 1]; channels become their mean.

        Args:
            pixels: (n, c, h, w), (n, h, w), or (n, k) with a square number k of pixels.

        Raises:
            ValueError: The images have another shape, are not finite, or lie far outside of the
                range.
        """
        images = _flat(pixels)
        if not torch.isfinite(images).all():
            raise ValueError("the model's images need finite values, got nan or infinity")
        if self.logits:
            return torch.sigmoid(images)
        images = (images - self.low) / (self.high - self.low)
        least, most = images.amin(), images.amax()
        if least < -OVERSHOOT or most > 1 + OVERSHOOT:
            width = self.high - self.low
            raise ValueError(
                f"the model's images need values in [{self.low:g}, {self.high:g}], got "
                f"{self.low + width * float(least):.3g} to {self.low + width * float(most):.3g}; "
                "give value_range, or logits=True where their sigmoid is the image"
            )
        return images.clamp(0, 1)


def _flat(images: Tensor) -> Tensor:
    """Return images without channels, (n, h, w).

    Raises:
        ValueError: They have another shape than `ImageForm.take` takes.
    """
    if images.ndim == 4:
        return images.mean(dim=1)
    if images.ndim == 2:
        side = math.isqrt(images.shape[1])
        if side * side == images.shape[1]:
            return images.unflatten(1, (side, side))
    if images.ndim != 3:
        raise ValueError(
            "the model's images need the shape (n, c, h, w), (n, h, w) or (n, k) with a square "
            f"number k of pixels, got {tuple(images.shape)}"
        )
    return images
