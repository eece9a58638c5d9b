"""Weights and training state on disk, as safetensors, never as pickles."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor, nn

from transect.image.staging import write_bytes
from transect.model import Critic
from transect.space.reading import reading
from transect.strict_json import to_json

STATE = "state"


def save_weights(model: nn.Module, path: Path) -> None:
    """Write the weights and buffers of `model` to a safetensors file, atomically."""
    write_bytes(path, save(_tensors(model)))


def load_weights(model: nn.Module, path: Path) -> None:
    """Read the weights and buffers of `model` from a safetensors file, in place.

    Raises:
        ValueError: The file is no safetensors file, or its weights are not those of the model.
    """
    tensors, _ = _read(path)
    _restore(model, tensors, path)


def save_checkpoint(
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    state: dict[str, Any],
    critic: Critic | None = None,
) -> None:
    """Write everything that training needs to go on to one file, atomically.

    Args:
        path: A safetensors file: the tensors of the model under `model.`, those of the optimizer
            under `optimizer.<parameter>.`, those of the critic under `critic.` and
            `critic_optimizer.<parameter>.`, and `state` as JSON in the header.
        model: The model.
        optimizer: Its optimizer; the learning rate is not kept, since the schedule gives it.
        state: Plain values.
        critic: What learns beside the model, if anything does.
    """
    tensors = _under("model", _tensors(model)) | _under("optimizer", _moments(optimizer))
    if critic is not None:
        tensors |= _under("critic", _tensors(critic))
        tensors |= _under("critic_optimizer", _moments(critic.optimizer))
    write_bytes(path, save(tensors, metadata={STATE: to_json(state)}))


def read_state(path: Path) -> dict[str, Any]:
    """Return the plain values of a checkpoint.

    Raises:
        ValueError: The file is not a checkpoint.
    """
    _, metadata = _read(path)
    with reading(path):
        if STATE not in metadata:
            raise ValueError("the file is not a checkpoint of a training")
        return json.loads(metadata[STATE])


def load_checkpoint(
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    critic: Critic | None = None,
) -> None:
    """Put the tensors of a checkpoint into a model, its optimizer and what learns beside it.

    Raises:
        ValueError: The file is not a checkpoint of this model, or of this critic.
    """
    tensors, _ = _read(path)
    with reading(path):
        _restore_all(tensors, path, model, optimizer, critic)


def _restore_all(
    tensors: dict[str, Tensor],
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    critic: Critic | None,
) -> None:
    owned: dict[str, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        owner, _, name = key.partition(".")
        owned.setdefault(owner, {})[name] = value
    _restore(model, owned.get("model", {}), path)
    _restore(critic or nn.Module(), owned.get("critic", {}), path)
    _restore_moments(optimizer, owned.get("optimizer", {}))
    if critic is not None:
        _restore_moments(critic.optimizer, owned.get("critic_optimizer", {}))


def _tensors(model: nn.Module) -> dict[str, Tensor]:
    return {
        name: value.detach().cpu().contiguous().clone()
        for name, value in model.state_dict().items()
    }


def _moments(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    return {
        f"{parameter}.{name}": value.detach().cpu().contiguous()
        for parameter, moments in optimizer.state_dict()["state"].items()
        for name, value in moments.items()
    }


def _restore_moments(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    moments: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        parameter, _, name = key.partition(".")
        moments.setdefault(int(parameter), {})[name] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})


def _under(owner: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{owner}.{name}": value for name, value in tensors.items()}


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    with reading(path), safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        broken = [name for name, value in tensors.items() if not torch.isfinite(value).all()]
        if broken:
            raise ValueError(f"{broken[0]} has values that are not finite")
        return tensors, file.metadata() or {}


def _restore(model: nn.Module, tensors: dict[str, Tensor], path: Path) -> None:
    own = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    found = {name: tuple(value.shape) for name, value in tensors.items()}
    if own != found:
        differing = sorted(name for name in own.keys() | found if own.get(name) != found.get(name))
        name = differing[0]
        raise ValueError(
            f"{path} holds the weights of another model: {name} has the shape "
            f"{found.get(name, 'none')} there and {own.get(name, 'none')} here"
        )
    model.load_state_dict(tensors)
