"""A trained model seen from NumPy: images in, codes out, and back."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from transect.image import Canvas
from transect.image.checks import check_images
from transect.measure.code.descent import refine_codes
from transect.measure.embedding.cloud import check_cloud
from transect.model import VAE, ImageMap, ModulePair, seeded
from transect.run.component import DECODER, ENCODER, build
from transect.run.config import Config
from transect.space.denormals import denormals
from transect.training import load_weights
from transect.training.device import choose_device

PIXELS_A_BATCH = 1 << 18
"""Pixels that pass through a model at a time, 64 images of 64 px: the original decoder needs 20
megabytes for each, and a sweep has a process a core."""

Derivative = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Codes (n, latent) to images (n, h, w) and their derivatives, (n, latent, h, w)."""

Codes = NDArray[np.float64]
"""Codes of n images, (n, latent)."""


def build_model(config: Config, canvas: Canvas, seed: int) -> VAE:
    """Return the untrained model of a configuration, its weights drawn from `seed`.

    Raises:
        ValueError: The canvas is not square, or the encoder or decoder refuse their options.
    """
    if canvas.height != canvas.width:
        raise ValueError(
            f"a model needs square images, the canvas is {canvas.width}×{canvas.height}; "
            "give canvas.size"
        )
    with seeded(seed):
        context = {"size": canvas.height, "latent": config.latent}
        encoder = build(ENCODER, config.encoder, **context)
        decoder = build(DECODER, config.decoder, **context)
        return VAE(encoder, decoder, noise=config.noise)


def _setting(model: VAE | ModulePair) -> AbstractContextManager[None]:
    """Return what to compute in: with denormal numbers flushed where the model is torch alone.

    A module from elsewhere may call any library, and keeps what its caller has set.
    """
    return denormals(flushed=True) if isinstance(model, VAE) else nullcontext()


class TensorDecoder:
    """The images of codes, differentiable, both on the CPU.

    Args:
        model: The model that decodes.
        device: Where its weights lie.
    """

    def __init__(self, model: VAE | ModulePair, device: torch.device) -> None:
        self._model, self._device = model, device
        self.derive: Derivative = model.decode_with_jacobian
        """How images are differentiated, on the device of the model."""

    def __call__(self, codes: Tensor) -> Tensor:
        """Return the images (n, h, w) of codes (n, latent)."""
        with _setting(self._model):
            return self._model.decode(codes.to(self._device)).cpu()

    def with_jacobian(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        """Return the images (n, h, w) of codes (n, latent), and (n, latent, h, w)."""
        with _setting(self._model):
            images, jacobian = self.derive(codes.to(self._device))
            return images.cpu(), jacobian.cpu()


class CodedModel:
    """A trained model as two functions of arrays.

    Args:
        model: The model; it is put into evaluation mode.
        size: Height and width of an image, in pixels.
        refine: Steps at most by which a code is refined before it is decoded.
    """

    def __init__(self, model: VAE | ModulePair, size: tuple[int, int], refine: int = 0) -> None:
        self.model = model.eval()
        self.size = size
        self.batch = max(1, PIXELS_A_BATCH // (size[0] * size[1]))
        """Images that pass through the model at a time, which bounds the memory."""
        self.refine = refine
        self.latent: int | None = getattr(model, "latent", None)
        """Numbers of a code, where they are known."""
        self._device = next(model.parameters(), torch.empty(0)).device
        self.decode_tensor = TensorDecoder(model, self._device)
        """Codes to images as a function of tensors, for what differentiates it."""

    @classmethod
    def load(cls, config: Config, canvas: Canvas, path: Path) -> "CodedModel":
        """Return the model of a configuration with the weights of a safetensors file.

        It computes on the device that the configuration names if it is here, else on the GPU or,
        without one, on the CPU.
        """
        model = build_model(config, canvas, seed=0)
        load_weights(model, path)
        try:
            device = choose_device(config.training.device)
        except ValueError:
            device = choose_device("auto")  # it was trained on another machine
        return cls(model.to(device), (canvas.height, canvas.width), config.refine)

    def encode(self, images: ArrayLike) -> NDArray[np.float32]:
        """Return the codes (n, latent) of images (n, h, w) in [0, 1].

        Raises:
            ValueError: Images have another size, or a value is NaN or outside [0, 1].
        """
        return self._batched(self.model.encode, check_images(images, size=self.size))

    def decode(self, codes: ArrayLike) -> NDArray[np.float32]:
        """Return the images (n, h, w) in [0, 1] of codes (n, latent).

        Raises:
            ValueError: Codes have another shape, or one is NaN or infinite.
        """
        array = np.asarray(codes)
        if len(array):
            array = check_cloud(codes)
        if self.latent is not None and array.shape[1:] != (self.latent,):
            raise ValueError(f"codes need the shape (n, {self.latent}), got {array.shape}")
        return self._batched(self.model.decode, array)

    def refined(self, images: ArrayLike) -> NDArray[np.float32]:
        """Return the codes (n, latent) from which images (n, h, w) are reconstructed.

        The encoder's, and after as many Gauss–Newton steps as the configuration allows.
        """
        codes = self.encode(images)
        if not self.refine or not len(codes):
            return codes
        refined = refine_codes(self.decode_tensor, images, codes, steps=self.refine)
        return refined.astype(np.float32)

    def reconstruct(self, images: ArrayLike) -> NDArray[np.float32]:
        """Return what the model makes of images (n, h, w): the decoded `refined` codes."""
        return self.decode(self.refined(images))

    @torch.no_grad()  # a decoder of anybody's may take gradients of its own
    def _batched(
        self, function: Callable[[Tensor], Tensor], values: ArrayLike
    ) -> NDArray[np.float32]:
        array = np.asarray(values, dtype=np.float32)
        batch = self.batch
        starts = range(0, max(len(array), 1), batch)
        with _setting(self.model):
            parts = [
                function(torch.from_numpy(array[start : start + batch]).to(self._device)).cpu()
                for start in starts
            ]
        return torch.cat(parts).numpy()


Model = CodedModel | ImageMap
"""What is measured: a model with codes, or a map of images to images, which has none."""


def coded(model: Model | None) -> CodedModel | None:
    """Return the model if it is one with codes, else None."""
    return model if isinstance(model, CodedModel) else None


def with_codes(model: Model | None, name: str = "the model") -> CodedModel:
    """Return the model, which has to have codes.

    Args:
        model: The model.
        name: What it is called in the message.

    Raises:
        ValueError: It has none.
    """
    found = coded(model)
    if found is None:
        raise ValueError(f"{name} maps images to images and has no codes")
    return found
