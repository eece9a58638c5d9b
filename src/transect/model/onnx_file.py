"""Encoder and decoder of a `VAE` as ONNX models, which need neither torch nor this package to run.

The two models and their one input and output, float32, with any number n of rows:

    encoder    images (n, size, size) in [0, 1]    ->    codes (n, latent), the mean μ
    decoder    codes (n, latent)                   ->    images (n, size, size) in [0, 1]
"""

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from transect.model.vae import VAE

PARTS = ("encoder", "decoder")


class _Part(nn.Module):
    """One way through a model, as a module of its own."""

    def __init__(self, model: VAE, way: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.model, self.way = model, way

    def forward(self, given: Tensor) -> Tensor:
        return self.way(given)


def onnx_bytes(model: VAE, part: str) -> bytes:
    """Return the content of an ONNX file; see the top of this module.

    Args:
        model: A model in evaluation mode.
        part: One of `PARTS`.

    Raises:
        ValueError: There is no such part, or the packages of the extra `onnx` are missing.
    """
    if part not in PARTS:
        raise ValueError(f"no part {part!r} of a model; choose from {', '.join(PARTS)}")
    device = next(model.parameters()).device
    # Two rows: a single one would be taken for the only number there is.
    if part == "encoder":
        module, names = _Part(model, model.encode), ("images", "codes")
        example = torch.zeros(2, model.size, model.size, device=device)
    else:
        module, names = _Part(model, model.decode), ("codes", "images")
        example = torch.zeros(2, model.latent, device=device)
    with _quiet():
        try:
            program = torch.onnx.export(
                module.eval(),
                (example,),
                input_names=names[:1],
                output_names=names[1:],
                dynamic_shapes=({0: torch.export.Dim("n")},),
                dynamo=True,
                verbose=False,
            )
        except ImportError as error:
            raise ValueError(
                f"ONNX files need the extra `onnx`, pip install 'transect[onnx]': {error}"
            ) from error
    assert program is not None, "the exporter returns a program where it is given no file"
    return program.model_proto.SerializeToString()


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what the exporter prints about its own future and about missing packages."""
    log = logging.getLogger("torch.onnx")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
