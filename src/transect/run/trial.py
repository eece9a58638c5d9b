"""A model made elsewhere, tried on a few images before anything is written.

What it refuses then is an error at once. What it leaves open is found by comparison:

- The same codes are decoded twice, and one by one. A decoder whose images differ then (dropout or
  noise that stays on, batch normalisation in training mode) has no derivative.
- The forward derivative is compared with central differences. A part of the decoder may know none
  (recurrent layers, `grid_sample`, functions of its own, NumPy) or cut it off without a word
  (`torch.no_grad`, `detach`). Differences then take its place.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from transect.model import ImageMap, ModulePair
from transect.model.adapter.module_pair import place_of
from transect.model.derivative import first_line, with_differences, with_jacobian
from transect.run.model import CodedModel, Model
from transect.run.setup import Setup

TRIED = 8
"""Images that a model is tried on."""

ALIKE = 1e-4
"""Difference of two images up to which they count as the same; of coarser precision, 4 roundings.
Batches of different sizes round differently."""

AGREE = 0.5
"""Share of its size by which a derivative may differ from differences, which blur what is sharp."""


class Trial(NamedTuple):
    """A model that has passed its trial.

    Attributes:
        model: The model in the form that is measured.
        note: What its numbers suffer from, in one sentence; empty where there is nothing.
    """

    model: Model
    note: str = ""


def try_model(model: ModulePair | ImageMap, setup: Setup) -> Trial:
    """Return a model in the form that is measured.

    Args:
        model: What is judged.
        setup: What it is judged on.

    Raises:
        ValueError: It is of no known sort, does not take or give images of the canvas, or cannot
            be refined though the configuration asks for it.
    """
    truth = setup.dataset(setup.points[:TRIED]).images()
    size = f"{setup.canvas.width}×{setup.canvas.height}"
    if isinstance(model, ImageMap):
        made = _attempt(f"the model refuses images of {size}", model.reconstruct, truth)
        _check_shape(made, truth)
        again = model.reconstruct(truth)
        return Trial(model, _RANDOM_MAP if _differ(made, again, ALIKE) else "")
    if not isinstance(model, ModulePair):
        raise ValueError(f"a model needs to be a ModulePair or an ImageMap, got {model!r}")
    coded = CodedModel(model, (setup.canvas.height, setup.canvas.width), setup.config.refine)
    codes = _attempt(f"the model refuses images of {size}", coded.encode, truth)
    if not np.isfinite(codes).all():
        raise ValueError("the model's codes need finite values, got nan or infinity")
    coded.latent = codes.shape[1]
    made = _attempt(f"the model refuses its codes, {codes.shape} in float32", coded.decode, codes)
    _check_shape(made, truth)
    _attempt("the encoder refuses a batch of one image", coded.encode, truth[:1])
    _attempt("the decoder refuses a batch of one code", coded.decode, codes[:1])
    flaw = _flaw_of_decoder(coded, codes, made)
    note = flaw or _flaw_of_encoder(coded, truth, codes)
    coded.decode_tensor.derive = (
        partial(_refuse, flaw) if flaw else _choose_derivative(coded, codes)
    )
    if coded.refine:
        _try_refinement(coded, truth)
    return Trial(coded, note)


_RANDOM_MAP = "The model makes another image of the same one each time, so no number is repeatable."
_CAUSES = "dropout, noise or batch normalisation that evaluation mode does not stop"


def _attempt(
    refusal: str, function: Callable[[NDArray], NDArray[np.float32]], values: NDArray
) -> NDArray[np.float32]:
    """Return what a function of anybody's makes of values.

    Raises:
        ValueError: It raised anything, which becomes one line.
    """
    try:
        return function(values)
    except Exception as error:
        raise ValueError(f"{refusal}: {first_line(error)}") from error


def _check_shape(made: NDArray, truth: NDArray) -> None:
    if made.shape != truth.shape:
        raise ValueError(f"the model needs to answer {truth.shape} in kind, got {made.shape}")


def _flaw_of_decoder(coded: CodedModel, codes: NDArray, made: NDArray) -> str:
    assert isinstance(coded.model, ModulePair)
    eps = _eps(coded.model.decoder)
    if _differ(made, coded.decode(codes), max(ALIKE, 4 * eps)):
        return (
            "The decoder makes another image of the same code each time, so no number is "
            f"repeatable ({_CAUSES})."
        )
    alone = np.concatenate([coded.decode(code[None]) for code in codes])
    if _differ(made, alone, max(ALIKE, 4 * eps)):
        return (
            "The image of a code depends on the others of its batch, so every number depends on "
            f"how images were grouped ({_CAUSES})."
        )
    return ""


def _flaw_of_encoder(coded: CodedModel, truth: NDArray, codes: NDArray) -> str:
    assert isinstance(coded.model, ModulePair)
    eps = _eps(coded.model.encoder)
    tolerance = max(ALIKE, 4 * eps) * max(float(np.abs(codes).max()), 1e-30)
    if _differ(codes, coded.encode(truth), tolerance):
        return (
            "The encoder makes another code of the same image each time, so no number is "
            f"repeatable ({_CAUSES}, or codes that are drawn at random where the mean is meant)."
        )
    alone = np.concatenate([coded.encode(image[None]) for image in truth])
    if _differ(codes, alone, tolerance):
        return (
            "The code of an image depends on the others of its batch, so every number depends on "
            f"how images were grouped ({_CAUSES})."
        )
    return ""


def _eps(module: nn.Module) -> float:
    return torch.finfo(place_of(module).dtype).eps


def _differ(one: NDArray, other: NDArray, tolerance: float) -> bool:
    return bool(np.abs(one - other).max() > tolerance)


def _refuse(flaw: str, codes: Tensor) -> tuple[Tensor, Tensor]:
    del codes
    raise ValueError(f"the decoder has no derivative: {flaw[0].lower()}{flaw[1:-1]}")


def _choose_derivative(
    coded: CodedModel, codes: NDArray
) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """Return the forward derivative where differences confirm it, else the differences."""
    model = coded.model
    assert isinstance(model, ModulePair)
    at = torch.from_numpy(codes).to(place_of(model.decoder).device)
    eps = max(_eps(model.decoder), float(np.finfo(np.float32).eps))
    spread = codes.std(axis=0)
    typical = float(spread.max()) or 1.0
    # Longer than is best for images that change a lot, since some hardly change with their codes.
    lengths = eps**0.25 * np.where(spread > 1e-3 * typical, spread, typical)
    steps = torch.from_numpy(lengths).to(at)
    differenced = partial(with_differences, model.decode, steps=steps)
    made, difference = differenced(at)
    if not difference.any():
        return partial(_refuse, "Its image stays the same as a code moves a little.")
    try:
        exact = with_jacobian(model.decode, at)[1]
    except ValueError:
        return differenced
    size = max(float(exact.norm()), float(difference.norm()))
    rounding = 2 * eps * float(made.norm() * (1 / steps**2).sum() ** 0.5)
    confirmed = exact.any() and float((exact - difference).norm()) <= AGREE * size + rounding
    return model.decode_with_jacobian if confirmed else differenced


def _try_refinement(coded: CodedModel, truth: NDArray[np.float32]) -> None:
    try:
        coded.refined(truth)
    except ValueError as error:
        raise ValueError(
            f"codes are refined by the derivatives of the decoder: {error}; give refine=0 in the "
            "configuration to leave them as they come"
        ) from error
