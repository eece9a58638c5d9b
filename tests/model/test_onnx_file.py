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


@pytest.mark.parametrize("kind", kinds(ENCODER))
def test_every_encoder_gives_the_codes_of_torch_for_any_number_of_images(kind):
    model = model_with(encoder=kind, noise="learned")
    content = onnx_bytes(model, "encoder")
    for count in (1, 5):
        images = torch.rand(count, SIZE, SIZE, generator=torch.Generator().manual_seed(count))
        expected = model.encode(images).detach().numpy()
        np.testing.assert_allclose(answers(content, "images", images), expected, atol=1e-5)
    assert expected.std() > 1e-3


@pytest.mark.parametrize("kind", kinds(DECODER))
def test_every_decoder_gives_the_images_of_torch_for_any_number_of_codes(kind):
    model = model_with(decoder=kind)
    content = onnx_bytes(model, "decoder")
    for count in (1, 5):
        codes = torch.randn(count, LATENT, generator=torch.Generator().manual_seed(count))
        expected = model.decode(codes).detach().numpy()
        np.testing.assert_allclose(answers(content, "codes", codes), expected, atol=1e-5)
    assert expected.std(axis=0).max() > 1e-3


def test_there_are_two_parts():
    with pytest.raises(ValueError, match="no part 'vae' of a model; choose from encoder, decoder"):
        onnx_bytes(model_with(), "vae")
