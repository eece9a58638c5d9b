import math

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from torch import nn
from torch.nn import functional as F

from transect.image import SquareCanvas
from transect.model import (
    VAE,
    AdditiveDecoder,
    CoordinateDecoder,
    FilmDecoder,
    LevelSetDecoder,
    MlpDecoder,
    SpatialBroadcastDecoder,
    StridedEncoder,
    TransposedDecoder,
    WarpDecoder,
    seeded,
)
from transect.model.decoder.interpolation import cubic_between
from transect.run.component import DECODER, kinds
from transect.training import load_weights, save_weights
from transect.world import Rose

# All but the original, whose batch norm ties the images of a batch together.
DECODERS = {kind: cls for kind, cls in kinds(DECODER).items() if kind != "original"}

every_decoder = pytest.mark.parametrize("cls", DECODERS.values(), ids=DECODERS)

# The first forward derivative of a process has torch compile its own rules with what it calls
# deprecated.
quiet_jvp = pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")


def made(cls, size=16, latent=3, seed=0, **options):
    """A decoder in float64; a warp is moved off the identity, where it has a kink."""
    with seeded(seed):
        decoder = cls(size, latent, **options).double()
        if cls is WarpDecoder:
            nn.init.normal_(decoder.warp_head.weight, std=0.05)
    return decoder


def silu(values):
    return values / (1 + np.exp(-values))


def every_pixel(pixel, codes):
    """What a function of a place and a code gives at the centres of 16 × 16 pixels."""
    centres = (np.arange(16) + 0.5) / 16
    return [[[pixel(x, y, code) for x in centres] for y in centres] for code in codes.numpy()]


def drawn(*shape, seed=1):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


@every_decoder
@pytest.mark.parametrize(
    ("size", "latent", "count"), [(16, 1, 2), (32, 3, 1), (64, 5, 2), (128, 2, 1), (16, 3, 0)]
)
def test_logits_have_one_channel_and_the_size(cls, size, latent, count):
    decoder = cls(size, latent)
    assert decoder(torch.randn(count, latent)).shape == (count, 1, size, size)
    assert (decoder.size, decoder.latent) == (size, latent)


@every_decoder
def test_images_of_a_batch_are_those_of_each_code_alone(cls):
    decoder, codes = made(cls), drawn(4, 3)
    alone = torch.cat([decoder(code[None]) for code in codes])
    assert torch.allclose(decoder(codes), alone, atol=1e-12)
    assert alone.std(0).min() > 0, "a pixel does not depend on the code"
    codes[1, 0] = math.nan
    finite = torch.isfinite(decoder(codes)).flatten(1)
    assert finite.all(1).tolist() == finite.any(1).tolist() == [True, False, True, True]


@every_decoder
def test_weights_follow_from_the_seed_and_come_back_from_their_file(cls, tmp_path):
    first, same, other = (made(cls, seed=seed).state_dict() for seed in (5, 5, 6))
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)
    written, read, codes = made(cls, seed=3).float(), made(cls, seed=4).float(), torch.randn(2, 3)
    assert not torch.equal(read(codes), written(codes))
    save_weights(written, tmp_path / "model.safetensors")
    load_weights(read, tmp_path / "model.safetensors")
    assert torch.equal(read(codes), written(codes))


@every_decoder
@quiet_jvp
def test_derivatives_are_those_of_central_differences_and_every_weight_learns(cls):
    decoder, codes, direction = made(cls), drawn(4, 3), drawn(4, 3, seed=2)
    weights, step = drawn(4, 16, 16, seed=3), 1e-6
    model = VAE(StridedEncoder(16), decoder)
    _, found = torch.func.jvp(model.decode, (codes,), (direction,))
    ends = [model.decode(codes + sign * step * direction) for sign in (1, -1)]
    expected = (ends[0] - ends[1]) / (2 * step)
    assert expected.abs().max() > 1e-3
    assert torch.allclose(found, expected, atol=1e-8)
    (weights * model.decode(codes.requires_grad_())).sum().backward()
    backward = (codes.grad * direction).sum()
    assert torch.allclose(backward, (weights * found).sum(), atol=1e-10)
    assert all(weight.grad.abs().sum() > 0 for weight in decoder.parameters())


@every_decoder
def test_half_precision_loses_little(cls):
    decoder, codes = made(cls, size=64).float(), torch.randn(4, 3)
    with torch.autocast("cpu", torch.bfloat16):
        rough = decoder(codes)
    exact = decoder(codes)
    assert (rough - exact).abs().mean() < 0.02 * (exact - exact.mean()).abs().mean() + 0.002


@pytest.fixture(scope="module")
def roses():
    world = Rose()
    factors = np.random.default_rng(0).uniform(world.space.low, world.space.high, (8, 2))
    return torch.from_numpy(SquareCanvas(16).draw(world, factors) / np.float32(255))[:, None]


@every_decoder
def test_it_learns_eight_images_with_their_codes(cls, roses):
    with seeded(0):
        decoder, codes = cls(16), nn.Parameter(torch.randn(8, 3))
    optimizer = torch.optim.Adam([codes, *decoder.parameters()], lr=0.01)
    losses = []
    for _ in range(150):
        loss = F.binary_cross_entropy_with_logits(decoder(codes), roses)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    # The best image that ignores the code is the mean; the floor is the images' own entropy.
    blind = F.binary_cross_entropy(roses.mean(0).expand_as(roses), roses).item()
    floor = F.binary_cross_entropy(roses, roses).item()
    assert losses[-1] < losses[0] / 2
    assert losses[-1] - floor < (blind - floor) / 2


def mixed_difference(decoder, first, second):
    """f(z + e_i + e_j) - f(z + e_i) - f(z + e_j) + f(z) of two latents i, j."""
    codes, steps = drawn(3, 3), torch.eye(3, dtype=torch.float64)
    i, j = steps[first], steps[second]
    return decoder(codes + i + j) - decoder(codes + i) - decoder(codes + j) + decoder(codes)


@pytest.mark.parametrize(("first", "second"), [(0, 1), (0, 2), (1, 2)])
def test_latents_of_an_additive_decoder_do_not_interact(first, second):
    assert mixed_difference(made(AdditiveDecoder), first, second).abs().max() < 1e-13
    assert mixed_difference(made(TransposedDecoder), first, second).abs().max() > 1e-4


def test_a_coordinate_decoder_evaluates_each_pixel_from_its_place_and_the_code():
    decoder = made(CoordinateDecoder, frequencies=5, bandwidth=2.0, widths=[7, 6])
    weights = {name: value.numpy() for name, value in decoder.state_dict().items()}
    first = np.concatenate([weights["place_layer.weight"], weights["code_layer.weight"]], axis=1)

    def pixel(across, down, code):
        cycles = [across * f[0] + down * f[1] for f in weights["frequencies"]]
        features = [math.sin(2 * math.pi * cycle) for cycle in cycles]
        features += [math.cos(2 * math.pi * cycle) for cycle in cycles]
        hidden = silu(first @ [*features, *code] + weights["place_layer.bias"])
        hidden = silu(weights["layers.1.weight"] @ hidden + weights["layers.1.bias"])
        return (weights["layers.3.weight"] @ hidden + weights["layers.3.bias"]).item()

    codes = drawn(2, 3)
    assert np.allclose(decoder(codes)[:, 0].detach(), every_pixel(pixel, codes), atol=1e-12)


def test_frequencies_have_the_bandwidth_and_do_not_learn():
    with seeded(2):
        decoder = CoordinateDecoder(frequencies=2000, bandwidth=3.0)
    # Five standard errors of a standard deviation.
    assert abs(decoder.frequencies.std().item() - 3) < 5 * 3 / math.sqrt(2 * 4000)
    assert "frequencies" in decoder.state_dict()
    assert "frequencies" not in dict(decoder.named_parameters())


def test_a_level_set_decoder_reads_every_pixel_off_polynomial_fields():
    decoder = made(
        LevelSetDecoder,
        latent=2,
        fields=3,
        degree=2,
        grid=16,
        frequencies=4,
        widths=[5],
        readout=[6, 7],
    )
    weights = {name: value.numpy() for name, value in decoder.state_dict().items()}

    def layer(values, name):
        kernel = weights[f"{name}.weight"].reshape(len(weights[f"{name}.bias"]), -1)
        return kernel @ values + weights[f"{name}.bias"]

    def pixel(across, down, code):
        phases = [2 * math.pi * (across * f[0] + down * f[1]) for f in weights["frequencies"]]
        place = [2 * across - 1, 2 * down - 1, *np.sin(phases), *np.cos(phases)]
        maps = layer(silu(layer(np.array(place), "maps.0")), "maps.2").reshape(6, 3)
        u, v = code
        fields = np.array([1, u, v, u * u, u * v, v * v]) @ maps
        return layer(silu(layer(silu(layer(fields, "readout.0")), "readout.2")), "readout.4").item()

    codes = drawn(2, 2)
    assert np.allclose(decoder(codes)[:, 0].detach(), every_pixel(pixel, codes), atol=1e-12)


@pytest.mark.parametrize("corners", [False, True])
@pytest.mark.parametrize(("points", "size"), [(8, 16), (8, 64), (32, 64), (9, 33), (16, 16)])
def test_what_is_cubic_between_points_keeps_parabolas_and_meets_the_points(points, size, corners):
    between = cubic_between(points, size, corners=corners).double()
    place = np.linspace(0, points - 1, size)
    if not corners:
        place = (np.arange(size) + 0.5) * points / size - 0.5
    inner = (place >= 1) & (place <= points - 2)  # all four neighbours are there
    for power in range(3):
        values = torch.arange(points, dtype=torch.float64) ** power
        found = (between @ values).numpy()
        np.testing.assert_allclose(found[inner], place[inner] ** power, atol=1e-4, rtol=1e-6)
        if corners:
            assert found[[0, -1]] == pytest.approx(values[[0, -1]])
    np.testing.assert_allclose(between.sum(dim=1), 1, atol=1e-6)
    # Keys 1981, eq. 15, half way between two points: −1/16, 9/16, 9/16, −1/16.
    half = cubic_between(5, 9, corners=True)[3]
    assert half.tolist() == [-0.0625, 0.5625, 0.5625, -0.0625, 0]


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_fields_of_a_level_set_decoder_are_polynomials_in_the_code_and_cubic_in_between(degree):
    decoder, codes, direction = made(LevelSetDecoder, degree=degree), drawn(3, 3), drawn(3, 3)

    def difference(order):
        steps = range(order + 1)
        signs = [(-1) ** (order - k) * math.comb(order, k) for k in steps]
        return sum(
            sign * decoder.fields(codes + k * direction)
            for k, sign in zip(steps, signs, strict=True)
        )

    assert difference(degree + 1).abs().max() < 1e-11
    assert difference(degree).abs().max() > 1e-2
    # They are cubic between the points of their grid.
    fine, codes = made(LevelSetDecoder, size=32, grid=8, degree=degree), drawn(2, 3)
    coarse = made(LevelSetDecoder, size=8, grid=8, degree=degree)
    between = cubic_between(8, 32).double()
    expected = between @ coarse.fields(codes) @ between.T
    assert torch.allclose(fine.fields(codes), expected, atol=1e-12)


def test_a_level_set_decoder_moves_a_line_across_a_gap_that_a_perceptron_fades_in():
    positions = torch.linspace(-1, 1, 41)[:, None]
    rows = (torch.arange(16) + 0.5) / 8 - 1
    images = torch.exp(-(((rows - 0.7 * positions) / 0.15) ** 2))
    images = images[:, None, :, None].expand(-1, 1, 16, 16)
    gap = positions[:, 0].abs() < 0.35

    def error(cls):
        with seeded(0):
            decoder = cls(16, 1)
        optimizer = torch.optim.Adam(decoder.parameters(), lr=0.005)
        for _ in range(250):
            logits = decoder(positions[~gap])
            loss = F.binary_cross_entropy_with_logits(logits, images[~gap])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        drawn_there = torch.sigmoid(decoder(positions)).detach()
        squares = (drawn_there - images).square()
        return squares[~gap].mean().item(), squares[gap].mean().item()

    outside, inside = error(LevelSetDecoder)
    outside_mlp, inside_mlp = error(MlpDecoder)
    assert max(outside, outside_mlp) < 0.002
    assert inside < inside_mlp / 4


def test_a_spatial_broadcast_decoder_convolves_the_tiled_code_and_the_coordinates():
    decoder, codes = made(SpatialBroadcastDecoder, latent=2, channels=[4, 5]), drawn(2, 2)
    convolutions = [part for part in decoder.modules() if isinstance(part, nn.Conv2d)]
    ramp = np.array([-1 + 2 * k / 15 for k in range(16)])

    def convolve(maps, kernel, bias):
        return [
            sum(correlate2d(m, k, mode="same") for m, k in zip(maps, kernels, strict=True)) + b
            for kernels, b in zip(kernel, bias, strict=True)
        ]

    for code, logits in zip(codes.numpy(), decoder(codes).detach().numpy(), strict=True):
        maps = [np.full((16, 16), value) for value in code]
        maps += [np.tile(ramp, (16, 1)), np.tile(ramp[:, None], (1, 16))]
        for part in convolutions:
            kernel, bias = part.weight.detach().numpy(), part.bias.detach().numpy()
            maps = convolve(maps, kernel, bias)
            if part is not convolutions[-1]:
                maps = [silu(m) for m in maps]
        assert np.allclose(logits, maps, atol=1e-12)


def test_film_scales_and_shifts_each_channel_by_the_code():
    decoder, codes = made(FilmDecoder, size=32, channels=[4, 6]), drawn(3, 3)
    assert decoder.channels == [6, 6, 4]
    # γ of the channels of every stage, then β in the same order.
    numbers = decoder.modulation(codes)[:, :, None, None]
    scales, shifts = 1 + numbers[:, :16], numbers[:, 16:]
    maps = decoder.constant
    for start, stage in zip((0, 6, 12), decoder.stages, strict=True):
        own = slice(start, start + (6, 6, 4)[start // 6])
        maps = stage(F.silu(scales[:, own] * maps + shifts[:, own]))
    assert torch.allclose(decoder(codes), maps, atol=1e-13)


@pytest.mark.parametrize("size", [16, 64])
def test_a_warp_is_that_of_grid_sample_for_each_template(size):
    decoder, codes = made(WarpDecoder, size=size, grid=5, templates=3), drawn(4, 3)
    features = decoder.trunk(codes)
    coarse = decoder.warp_head(features).reshape(4, 2, 5, 5)
    between = cubic_between(5, size, corners=True).double()
    fine = between @ coarse @ between.T
    across = torch.linspace(-1, 1, size, dtype=torch.float64).expand(size, size)
    places = torch.stack([across, across.T], dim=-1) + fine.permute(0, 2, 3, 1)
    assert places.abs().max() > 1, "no displacement leads beyond the edge"
    options = {"mode": "bilinear", "padding_mode": "border", "align_corners": True}
    warped = [
        F.grid_sample(template.expand(4, 1, size, size), places, **options)
        for template in decoder.templates
    ]
    weights = decoder.mixture_head(features)[:, :, None, None, None]
    expected = sum(weights[:, k] * part for k, part in enumerate(warped))
    expected = expected + decoder.bias_head(features)[:, :, None, None]
    assert torch.allclose(decoder(codes), expected, atol=1e-12)
    with seeded(1):
        start = WarpDecoder(size)
    assert torch.equal(start.displacements(codes.float()), torch.zeros(4, 2, size, size))
