"""Configurations that no memory of this machine can hold, refused before anything is made."""

import psutil
import torch
from torch import nn

from transect.run.component import DECODER, ENCODER, LOSS, Component, build
from transect.run.config import Config
from transect.space.values import shown

OF_A_WEIGHT = 4
"""Numbers that training keeps for each weight: itself, its gradient and two moments."""


def check_points_memory(config: Config, dimension: int, pixels: int) -> None:
    """Check that the points and their images fit into memory.

    Args:
        config: How many points there are.
        dimension: Number of factors.
        pixels: Pixels of an image.

    Raises:
        ValueError: They do not.
    """
    for name, count in (
        ("points.count", config.points.count),
        ("points.train", config.points.train or 0),
        *((f"count of transect {line.get('name')!r}", _count(line)) for line in config.transects),
    ):
        # Coordinates are of 8 bytes and pixels of 1.
        _check(
            name,
            f"{count} points and their images of {pixels} pixels (canvas.size)",
            count * (8 * dimension + pixels),
        )


def check_weights_memory(config: Config, size: int) -> None:
    """Check that the weights of the model, and of what its loss trains beside it, fit into memory.

    They are counted without being made. What can't be built so is left to the allocation itself.

    Args:
        config: What the model is.
        size: Height and width of an image in pixels.

    Raises:
        ValueError: They do not fit.
    """
    for of, component in ((ENCODER, config.encoder), (DECODER, config.decoder)):
        with torch.device("meta"):
            try:
                part = build(of, component, size=size, latent=config.latent)
            except ValueError:
                continue
        _check_weights(of.name, component, config.latent, part)
    loss = build(LOSS, config.loss)
    try:
        with torch.device("meta"):
            critic = loss.needs(config.latent).critic
    except RuntimeError as error:  # more weights than can be counted
        raise ValueError(f"loss {shown(config.loss)} asks for too much: {error}") from error
    if critic is not None:
        _check_weights("loss", config.loss, config.latent, critic)


def _check_weights(field: str, component: Component, latent: int, part: nn.Module) -> None:
    count = sum(tensor.numel() for tensor in (*part.parameters(), *part.buffers()))
    _check(
        field,
        f"the weights of {shown(component)} with latent {latent}",
        4 * OF_A_WEIGHT * count,
    )


def _count(line: dict[str, object]) -> int:
    count = line.get("count", 0)
    return count if isinstance(count, int) else 0


def _check(name: str, what: str, needed: int) -> None:
    there = psutil.virtual_memory().total
    if needed > there:
        raise ValueError(
            f"{name} asks for too much: {what} need {needed / 1e9:.3g} GB of memory, "
            f"and this machine has {there / 1e9:.3g} GB"
        )
