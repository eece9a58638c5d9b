"""Models made elsewhere, against what their parts give when called by hand."""

from collections import OrderedDict
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from transect.model import ImageMap, ModulePair


class Answer(nn.Module):
    """Multiplies by a weight and wraps the answer."""

    def __init__(self, wrap, factor=1.0, shape=None):
        super().__init__()
        self.wrap, self.shape = wrap, shape
        self.factor = nn.Parameter(torch.tensor(factor))

    def forward(self, values):
        made = self.factor * values
        return self.wrap(made if self.shape is None else made.reshape(len(made), *self.shape))


def images(count=3, size=4):
    return torch.rand(count, size, size, generator=torch.Generator().manual_seed(0))


WRAPS = {
    "tensor": (lambda made: made, None),
    "tuple": (lambda made: (made, made * 0), None),
    "mapping": (lambda made: OrderedDict(noise=made * 0, field=made), "field"),
    "object": (lambda made: SimpleNamespace(field=made), "field"),
}


@pytest.mark.parametrize("name", WRAPS)
def test_the_tensor_is_found_in_what_a_module_answers(name):
    wrap, chosen = WRAPS[name]
    encoder, decoder = Answer(wrap, 0.5, shape=(16,)), Answer(wrap, 1.0, shape=(1, 4, 4))
    pair = ModulePair(encoder, decoder, code=chosen, image=chosen)
    truth = images()
    torch.testing.assert_close(pair.encode(truth), 0.5 * truth.flatten(1))
    torch.testing.assert_close(pair.reconstruct(truth), 0.5 * truth)


@pytest.mark.parametrize("shape", [(1, 4, 4), (3, 4, 4), (4, 4), (16,)], ids=str)
def test_images_of_every_shape_become_grey_ones(shape):
    grey = images()
    colours = torch.tensor([0.0, 0.5, 1.0])[:, None, None]  # its mean is 0.5
    full = grey[:, None] * (colours if shape[0] == 3 else 0.5)
    decoder = Answer(lambda made: full.reshape(3, *shape) + 0 * made.sum())
    pair = ModulePair(nn.Flatten(), decoder)
    torch.testing.assert_close(pair.decode(torch.zeros(3, 2)), 0.5 * grey)


def test_range_and_channels_are_those_that_the_model_wants():
    seen = []
    encoder = Answer(lambda made: seen.append(made) or made.mean((2, 3)))
    decoder = Answer(lambda codes: codes[:, :1, None, None].expand(-1, 1, 2, 2))
    pair = ModulePair(encoder, decoder, channels=3, value_range=(-1, 1))
    truth = torch.tensor([[[0.0, 0.5], [1.0, 0.5]]])
    made = pair.reconstruct(truth)
    expected = torch.tensor([[-1.0, 0.0], [1.0, 0.0]]).expand(1, 3, 2, 2)
    torch.testing.assert_close(seen[0], expected)
    torch.testing.assert_close(made, torch.full((1, 2, 2), 0.5))


def test_an_encoder_may_take_images_without_channels():
    pair = ModulePair(Answer(lambda made: made.flatten(1)), nn.Identity(), channels=None)
    truth = images()
    torch.testing.assert_close(pair.reconstruct(truth), truth)


@pytest.mark.parametrize("kind", [torch.float64, torch.bfloat16, torch.float16])
def test_modules_of_any_precision_take_and_give_that_of_the_caller(kind):
    seen = []
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(16, 2)).to(kind)
    decoder = Answer(lambda made: seen.append(made.dtype) or made, shape=(1, 4, 4)).double()
    decoder = nn.Sequential(nn.Linear(2, 16).double(), nn.Sigmoid(), decoder)
    pair = ModulePair(encoder, decoder)
    codes = pair.encode(images())
    assert codes.dtype == pair.decode(codes).dtype == torch.float32
    assert seen == [torch.float64]
    whole = nn.Sequential(nn.Flatten(), nn.Linear(16, 16), nn.Sigmoid(), nn.Unflatten(1, (1, 4, 4)))
    assert ImageMap(whole.to(kind)).reconstruct(images().numpy()).dtype == np.float32


def test_modules_compute_on_their_own_device():
    seen = []
    part = nn.Linear(2, 2, device="meta")
    part.register_forward_pre_hook(lambda _, given: seen.append(given[0].device.type))
    with pytest.raises((ValueError, RuntimeError, NotImplementedError)):
        ModulePair(nn.Flatten(), nn.Sequential(part)).decode(torch.zeros(1, 2))
    assert seen == ["meta"]


def test_logits_become_images_and_overshoot_is_clipped():
    codes = torch.tensor([[-2.0, 0.0, 2.0, 4.0]])
    logits = ModulePair(nn.Flatten(), nn.Identity(), logits=True)
    torch.testing.assert_close(logits.decode(codes), torch.sigmoid(codes).reshape(1, 2, 2))
    plain = ModulePair(nn.Flatten(), nn.Identity())
    made = plain.decode(torch.tensor([[-0.3, 0.2, 0.9, 1.4]]))
    torch.testing.assert_close(made, torch.tensor([[[0.0, 0.2], [0.9, 1.0]]]))


def test_codes_that_are_maps_are_vectors_outside():
    pair = ModulePair(nn.Unflatten(2, (2, 2)), nn.Flatten(), code_shape=(1, 2, 2, 4))
    truth = images()
    torch.testing.assert_close(pair.encode(truth), truth.flatten(1))
    torch.testing.assert_close(pair.reconstruct(truth), truth)


def test_a_function_gets_every_image_once_in_order():
    truth = images(150).numpy()
    seen = []
    made = ImageMap(lambda part: seen.append(part) or part**2).reconstruct(truth)
    np.testing.assert_array_equal(np.concatenate(seen), truth)
    np.testing.assert_allclose(made, truth**2, rtol=1e-6)
    turned = ImageMap(lambda part: -torch.from_numpy(part), value_range=(-1, 1)).reconstruct(truth)
    np.testing.assert_allclose(turned, 1 - truth, atol=1e-6)


def test_a_module_maps_images_in_evaluation_mode():
    truth = images().numpy()
    module = nn.Sequential(nn.Dropout(0.9), Answer(lambda made: (made, 0), 0.5))
    np.testing.assert_allclose(ImageMap(module).reconstruct(truth), 0.5 * truth)
