"""Anything that maps images to images."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import nn

from transect.image.checks import check_images
from transect.model.adapter.image_form import ImageForm
from transect.model.adapter.module_pair import field, place_of

Images = NDArray[np.float32]

BATCH = 64
"""Images that a model gets at a time."""


class ImageMap:
    """A model made elsewhere that has no codes, or does not return them.

    Args:
        function: A plain function of arrays, images (n, h, w) float32 in [0, 1] to as many; or a
            `torch.nn.Module`, which gets tensors (n, channels, h, w), on its own device, in its
            own precision and in evaluation mode.
        image: Field of the module's answer that holds the images; without it a tensor or the
            first item of a tuple is meant.
        channels: Channels of the images that a module takes; each gets the same grey. None for
            images (n, h, w).
        value_range: The values that stand for 0 and 1 in the images taken and given.
        logits: Whether it gives logits, whose sigmoid is the image.

    Raises:
        ValueError: An argument is out of range.

    Example:
        >>> ImageMap(lambda images: images).reconstruct(np.ones((2, 8, 8))).shape
        (2, 8, 8)
    """

    def __init__(
        self,
        function: Callable[[Any], Any],
        *,
        image: str | None = None,
        channels: int | None = 1,
        value_range: Sequence[float] = (0.0, 1.0),
        logits: bool = False,
    ) -> None:
        if not callable(function):
            raise ValueError(f"the model needs to be a function or a module, got {function!r}")
        self.function, self.image = function, image
        self.form = ImageForm(channels, value_range, logits)

    def reconstruct(self, images: ArrayLike) -> Images:
        """Return what the model makes of images (n, h, w) in [0, 1], as many, in [0, 1].

        Raises:
            ValueError: Images are not (n, h, w) in [0, 1], or the answer has another shape or
                values far outside of the range.
        """
        array = check_images(images)
        made = self._by_module if isinstance(self.function, nn.Module) else self._by_function
        parts = [made(array[start : start + BATCH]) for start in range(0, len(array), BATCH)]
        found = np.concatenate(parts) if parts else array
        if found.shape != array.shape:
            raise ValueError(f"the model needs to answer {array.shape} in kind, got {found.shape}")
        return found

    def _by_function(self, images: Images) -> Images:
        width = np.float32(self.form.high - self.form.low)
        answer = self.function(np.float32(self.form.low) + images * width)
        if isinstance(answer, torch.Tensor):
            pixels = answer.detach().cpu().float()
        else:
            pixels = torch.from_numpy(np.array(answer, dtype=np.float32))
        return self.form.take(pixels).numpy()

    @torch.no_grad()
    def _by_module(self, images: Images) -> Images:
        module = self.function
        assert isinstance(module, nn.Module), "only a module has a device"
        given = self.form.give(torch.from_numpy(images)).to(place_of(module))
        answer = field("model", module.eval()(given), self.image)
        return self.form.take(answer.cpu().float()).numpy()
