"""ONNX models in onnxruntime, against torch."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from transect.model import VAE, seeded
from transect.model.onnx_file import onnx_bytes
from transect.run.component import DECODER, ENCODER, build, kinds

SIZE, LATENT = 32, 3


def model_with(encoder="strided", decoder="mlp", noise=0.1) -> VAE:
    context = {"size": SIZE, "latent": LATENT}
    with seeded(0):
        made = VAE(
            build(ENCODER, {"kind": encoder}, **context),
            build(DECODER, {"kind": decoder}, **context),
            noise=noise,
        )
        for weight in made.parameters():
            if weight.ndim > 1:  # some start at 0, which would show nothing
                nn.init.normal_(weight, std=0.1)
    return made.eval()


def answers(content: bytes, name: str, given: torch.Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (put,), (out,) = session.get_inputs(), session.get_outputs()
    assert put.name == name
    assert {put.name, out.name} == {"images", "codes"}
    return np.asarray(session.run(None, {name: given.numpy()})[0])


PARTS = [("encoder", kind) for kind in kinds(ENCODER)]
PARTS += [("decoder", kind) for kind in kinds(DECODER)]


@pytest.mark.parametrize(("part", "kind"), PARTS)
def test_every_part_gives_what_it_gives_in_torch_for_any_number(part, kind):
    model = model_with(**{part: kind}, noise="learned")
    content = onnx_bytes(model, part)
    for count in (1, 5):
        generator = torch.Generator().manual_seed(count)
        if part == "encoder":
            name, given = "images", torch.rand(count, SIZE, SIZE, generator=generator)
        else:
            name, given = "codes", torch.randn(count, LATENT, generator=generator)
        expected = (model.encode if part == "encoder" else model.decode)(given).detach().numpy()
        np.testing.assert_allclose(answers(content, name, given), expected, atol=1e-5)
    assert expected.std(axis=0).max() > 1e-3
