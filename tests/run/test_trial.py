"""Decoders of all sorts, against the derivatives of a plain one in double precision."""

import dataclasses

import pytest
import torch
from torch import nn

from transect.model import ImageMap, ModulePair
from transect.run.model import CodedModel
from transect.run.setup import Setup, prepare
from transect.run.trial import try_model

SIZE = 32


@pytest.fixture(scope="module")
def setup(tiny) -> Setup:
    return prepare(dataclasses.replace(tiny, refine=0))


@pytest.fixture(scope="module")
def refining(tiny) -> Setup:
    return prepare(dataclasses.replace(tiny, refine=2))


class Encoder(nn.Module):
    """Gives mean and log variance."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.layer = nn.Linear(SIZE**2, 2)

    def forward(self, images):
        return 3 * self.layer(images.flatten(1)), images.new_zeros(len(images), 2)


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, SIZE**2))

    def forward(self, codes):
        return self.draw(codes).unflatten(1, (SIZE, SIZE))

    def draw(self, codes):
        return torch.sigmoid(self.net(codes))


class Squash(torch.autograd.Function):
    @staticmethod
    def forward(ctx, values):
        return values.sigmoid()

    @staticmethod
    def backward(ctx, *grads):
        raise AssertionError("no gradient is taken backwards")


class OwnFunction(Plain):
    def draw(self, codes):
        return Squash.apply(self.net(codes))


def drawing(draw):
    """Return a decoder whose images are `draw(plain, codes)`."""
    return type(
        "Decoder", (Plain,), {"draw": lambda self, codes: draw(super(type(self), self), codes)}
    )


def by_numpy(plain, codes):
    return torch.from_numpy(plain.draw(codes).detach().numpy().copy())


def half_detached(plain, codes):
    return plain.draw(torch.cat([codes[:, :1], codes[:, 1:].detach()], dim=1))


def without_gradient(plain, codes):
    with torch.no_grad():
        return plain.draw(codes)


def in_place(plain, codes):
    made = torch.zeros(len(codes), SIZE**2)
    made[:] = plain.draw(codes)
    return made.mul_(1)


def row_by_row(plain, codes):
    return torch.cat([plain.draw(row[None]) for row in codes if row[0].item() < 1e9])


def by_fourier(plain, codes):
    return torch.fft.ifft(torch.fft.fft(plain.draw(codes))).real


class TakingGradients(Plain):
    """Moves codes by a gradient of its own, too little to be seen."""

    def draw(self, codes):
        with torch.enable_grad():
            start = codes.detach().clone().requires_grad_()
            (slope,) = torch.autograd.grad(self.net(start).sum(), start)
        return super().draw(codes + 1e-9 * slope)


def in_precision(dtype):
    return lambda: Plain().to(dtype)


SMOOTH = {
    "plain": (Plain, 1e-5),
    "own function": (OwnFunction, 1e-2),
    "NumPy": (drawing(by_numpy), 1e-2),
    "detached": (drawing(lambda plain, codes: plain.draw(codes.detach())), 1e-2),
    "half detached": (drawing(half_detached), 1e-2),
    "without gradient": (drawing(without_gradient), 1e-2),
    "in place": (drawing(in_place), 1e-5),
    "row by row": (drawing(row_by_row), 1e-2),
    "Fourier": (drawing(by_fourier), 1e-5),
    "taking gradients": (TakingGradients, 1e-2),
    "float64": (in_precision(torch.float64), 1e-5),
    "bfloat16": (in_precision(torch.bfloat16), 5e-2),
    "float16": (in_precision(torch.float16), 1e-2),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_every_smooth_decoder_has_its_derivative(name, refining):
    kind, tolerance = SMOOTH[name]
    trial = try_model(ModulePair(Encoder(), kind()), refining)
    assert trial.note == ""
    assert isinstance(trial.model, CodedModel)
    codes = torch.tensor([[0.3, -0.2], [1.0, 0.5]])
    made, found = trial.model.decode_tensor.with_jacobian(codes)
    plain = Plain().double()
    expected = torch.stack(
        [
            torch.func.jacrev(lambda one: plain(one[None])[0])(code).movedim(-1, 0)
            for code in codes.double()
        ]
    )
    assert found.dtype == made.dtype == torch.float32
    assert (found - expected).norm() <= tolerance * expected.norm()
    torch.testing.assert_close(made.double(), plain(codes.double()).detach(), atol=1e-2, rtol=0)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layer, self.last = nn.LSTM(2, 8, batch_first=True), nn.Linear(8, SIZE)

    def forward(self, codes):
        return torch.sigmoid(self.last(self.layer(codes[:, None].expand(-1, SIZE, -1))[0]))


class Shifting(nn.Module):
    """Moves a smooth image by the code."""

    def forward(self, codes):
        axis = torch.linspace(-1, 1, 2 * SIZE)
        image = torch.exp(-4 * (axis**2 + axis[:, None] ** 2)).expand(len(codes), 1, -1, -1)
        move = torch.cat([torch.eye(2).expand(len(codes), 2, 2), codes[:, :, None] / 9], dim=2)
        grid = nn.functional.affine_grid(move, [len(codes), 1, SIZE, SIZE], align_corners=False)
        return nn.functional.grid_sample(image, grid, align_corners=False)


@pytest.mark.parametrize("kind", [Recurrent, Shifting])
def test_layers_without_forward_derivative_have_differences(kind, refining):
    decoder = kind()
    coded = try_model(ModulePair(Encoder(), decoder), refining).model
    assert isinstance(coded, CodedModel)
    codes = torch.tensor([[0.31, -0.22]])
    _, found = coded.decode_tensor.with_jacobian(codes)
    expected = torch.autograd.functional.jacobian(
        lambda one: decoder(one).reshape(SIZE, SIZE), codes
    ).squeeze(2)
    assert (found[0] - expected.movedim(-1, 0)).norm() < 0.05 * expected.norm()


def dropping(module, codes):
    return nn.functional.dropout(Plain.forward(module, codes), 0.3, training=True) / 2


def normalising(module, codes):
    made = module.draw(codes).unflatten(1, (1, SIZE, SIZE))
    return torch.sigmoid(nn.functional.batch_norm(made, None, None, training=True))


def branching(module, codes):
    return Plain.forward(module, codes if codes.sum() > codes[0].sum() else -codes)


def quantising(module, codes):
    return Plain.forward(module, codes.round())


FLAWED = {
    "dropout": (dropping, "another image of the same code each time", True),
    "batch norm": (normalising, "depends on the others of its batch", True),
    "a branch for the batch": (branching, "depends on the others of its batch", True),
    "rounded codes": (quantising, "stays the same as a code moves a little", False),
}


@pytest.mark.parametrize("name", FLAWED)
def test_decoders_without_derivative_say_why(name, setup, refining):
    forward, words, noted = FLAWED[name]
    decoder = type("Decoder", (Plain,), {"forward": forward})
    pair = ModulePair(Encoder(), decoder())
    trial = try_model(pair, setup)
    assert (words in trial.note) == noted
    assert isinstance(trial.model, CodedModel)
    with pytest.raises(ValueError, match=f"the decoder has no derivative: .*{words}"):
        trial.model.decode_tensor.with_jacobian(torch.zeros(1, 2))
    with pytest.raises(ValueError, match=f"{words}.*give refine=0"):
        try_model(pair, refining)


class Sampling(Encoder):
    def forward(self, images):
        mean = super().forward(images)[0]
        return mean + 0.1 * torch.randn_like(mean)


def test_codes_drawn_at_random_are_noted(setup):
    trial = try_model(ModulePair(Sampling(), Plain()), setup)
    assert "another code of the same image each time" in trial.note
    assert (
        "another image of the same one"
        in try_model(ImageMap(lambda images: images * float(torch.rand(()))), setup).note
    )
    assert try_model(ImageMap(lambda images: images), setup).note == ""


class Wants(nn.Module):
    """A decoder or encoder that raises what `check` raises."""

    def __init__(self, check):
        super().__init__()
        self.check = check

    def forward(self, values):
        return self.check(values)


def single(codes):
    if len(codes) == 1:
        raise ValueError("Expected more than 1 value per channel")
    return Plain()(codes)


REFUSED = {
    "a constant of another type": (
        ModulePair(Encoder(), Wants(lambda z: z @ torch.ones(2, 4, dtype=torch.float64))),
        r"refuses its codes, \(8, 2\) in float32: expected",
    ),
    "complex images": (
        ModulePair(Encoder(), Wants(lambda z: torch.fft.fft(Plain()(z)))),
        "the decoder needs to answer with real numbers, got torch.complex64",
    ),
    "an error of its own": (
        ModulePair(Encoder(), Wants(lambda z: {}["weight"])),
        "refuses its codes.*KeyError: 'weight'",
    ),
    "one code": (ModulePair(Encoder(), Wants(single)), "refuses a batch of one code: Expected"),
    "logits": (
        ModulePair(Encoder(), Wants(lambda z: 9 * Plain()(z) - 4)),
        "give value_range, or logits=True",
    ),
    "no image axis": (
        ModulePair(Wants(lambda x: x.squeeze(2)[:, :, :0]), Plain()),
        "the model refuses images of 32×32",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_model_raises_becomes_one_line(name, setup):
    model, message = REFUSED[name]
    with pytest.raises(ValueError, match=message) as caught:
        try_model(model, setup)
    assert "\n" not in str(caught.value)
