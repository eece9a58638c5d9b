"""The errors that a training watches."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.utils import broadcast
from numpy.typing import NDArray
from torch import Tensor

from transect.model import VAE
from transect.space.denormals import denormals
from transect.space.seeds import random_generator
from transect.training.images import Images
from transect.training.objective import Objective


class Evaluator:
    """Measures a model on validation images, and on others that are only watched.

    Args:
        model: The model.
        objective: The loss that it is trained to lower.
        accelerator: The device and precision, and the processes that share the work.
        batch_size: Images at a time.
        seed: Of the noise for the validation loss, the same in every epoch.
    """

    def __init__(
        self,
        model: VAE,
        objective: Objective,
        accelerator: Accelerator,
        batch_size: int,
        seed: int,
    ) -> None:
        self.model, self.objective, self.accelerator = model, objective, accelerator
        self.batch_size, self.seed = batch_size, seed

    def hold(
        self,
        validation: NDArray[np.uint8],
        validation_weights: NDArray[np.floating] | None,
        watched: Mapping[str, NDArray[np.uint8]],
    ) -> None:
        """Put the images on the device."""
        device = self.accelerator.device
        self.validation = Images(validation, validation_weights, device)
        self.watched = {name: Images(array, None, device) for name, array in watched.items()}
        # Epochs count from 1, so that no epoch draws the same noise as this.
        random = random_generator(self.seed)
        noise = random.standard_normal((len(validation), self.model.latent), dtype=np.float32)
        self.noise = torch.from_numpy(noise).to(device)

    @torch.no_grad()
    @denormals(flushed=True)
    def errors(self) -> dict[str, float]:
        """Return validation_loss, validation_nmse, and `<name>_nmse` of each watched set."""
        self.model.eval()
        if self.accelerator.num_processes > 1:
            for buffer in self.model.buffers():
                broadcast(buffer)
        errors = {"validation_loss": self._loss(), "validation_nmse": self._nmse(self.validation)}
        for name, images in self.watched.items():
            errors[f"{name}_nmse"] = self._nmse(images)
        return errors

    def _loss(self) -> float:
        sums = []
        for rows in self._chunks(self.validation):
            images, weights = self.validation.batch(rows)
            terms, _ = self.objective.terms(self.model, images, self.noise[rows], weights)
            sums.append(terms["loss"] * len(rows))
        return self._total(sums) / len(self.validation)

    def _nmse(self, pixels: Images) -> float:
        """Return the mean over images with any foreground of Σ(x−x̂)² / Σx²."""
        sums, counts = [], []
        for rows in self._chunks(pixels):
            images, _ = pixels.batch(rows)
            reconstruction = torch.sigmoid(self.model(images).logits)
            foreground = images.square().sum((1, 2, 3))
            errors = (images - reconstruction).square().sum((1, 2, 3))
            sums.append(torch.where(foreground > 0, errors / foreground, 0).sum())
            counts.append((foreground > 0).float().sum())
        return self._total(sums) / max(self._total(counts), 1)

    def _chunks(self, images: Images) -> list[Tensor]:
        part, parts = self.accelerator.process_index, self.accelerator.num_processes
        return list(images.chunks(self.batch_size, part, parts))

    def _total(self, sums: list[Tensor]) -> float:
        own = torch.stack(sums).cpu().double().sum() if sums else torch.zeros(())
        total: Any = self.accelerator.reduce(own.float().to(self.accelerator.device), "sum")
        return float(total)
