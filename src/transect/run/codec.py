"""A trained model seen from NumPy: images in, codes out, and back."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from transect.model import VAE, seeded
from transect.run.component import build
from transect.run.config import Config
from transect.training import load_weights

BATCH = 256


def build_model(config: Config, canvas: Any, seed: int) -> VAE:
    """Return the untrained model of a configuration, its weights drawn from `seed`.

    Raises:
        ValueError: The canvas is not square, or the encoder or decoder refuse their options.
    """
    if canvas.height != canvas.width:
        raise ValueError(
            f"a model needs square pictures, the canvas is {canvas.width}×{canvas.height}; "
            "give canvas.size"
        )
    with seeded(seed):
        context = {"size": canvas.height, "latent": config.latent}
        encoder = build("encoder", config.encoder, **context)
        decoder = build("decoder", config.decoder, **context)
        return VAE(encoder, decoder, noise=config.noise)


class Codec:
    """A trained model as two functions of arrays.

    Args:
        model: The model; it is put into evaluation mode.
    """

    def __init__(self, model: VAE) -> None:
        self.model = model.eval()
        self._device = next(model.parameters()).device

    @classmethod
    def load(cls, config: Config, canvas: Any, path: Path) -> "Codec":
        """Return the model of a configuration with the weights of a safetensors file."""
        model = build_model(config, canvas, seed=0)
        load_weights(model, path)
        return cls(model)

    def encode(self, images: ArrayLike) -> NDArray[np.float32]:
        """Return the codes (n, latent) of images (n, h, w) in [0, 1]."""
        return self._batched(self.model.encode, images)

    def decode(self, codes: ArrayLike) -> NDArray[np.float32]:
        """Return the images (n, h, w) in [0, 1] of codes (n, latent)."""
        return self._batched(self.model.decode, codes)

    def reconstruct(self, images: ArrayLike) -> NDArray[np.float32]:
        """Return what the model makes of images (n, h, w): the decoded codes."""
        return self.decode(self.encode(images))

    @torch.inference_mode()
    def _batched(self, function: Any, values: ArrayLike) -> NDArray[np.float32]:
        array = np.asarray(values, dtype=np.float32)
        parts = [
            function(torch.from_numpy(array[start : start + BATCH]).to(self._device)).cpu().numpy()
            for start in range(0, max(len(array), 1), BATCH)
        ]
        return np.concatenate(parts)
