"""Best codes against closed forms, valleys that were planted, and searches over every code."""

import numpy as np
import pytest
import torch

from planted_decoders import network, shares
from transect.measure.code.best_code import ALIKE, best_codes, choose_starts
from transect.measure.embedding.geometry import decode

PIXELS = torch.linspace(0, 1, 24)


def affine(pixels=30, latent=3):
    generator = np.random.default_rng(0)
    matrix, shift = generator.normal(size=(latent, pixels)), generator.normal(size=pixels)
    planes = torch.from_numpy(matrix).float(), torch.from_numpy(shift).float()
    return matrix, shift, lambda codes: codes @ planes[0] + planes[1]


def spot(codes):
    """Return images (n, 24, 24) of a soft spot at the place that the codes tell."""
    down, across = (torch.exp(-0.5 * ((PIXELS - axis[:, None]) / 0.08) ** 2) for axis in codes.T)
    return down[:, :, None] * across[:, None]


def valleys(codes):
    """Return two pixels: the first is the same for a code and its opposite."""
    return torch.cat([codes**2, 0.3 * codes], dim=1)


def test_an_affine_decoder_is_solved_as_by_least_squares():
    matrix, shift, decoder = affine()
    truth = np.random.default_rng(1).normal(size=(200, 30))
    expected = np.linalg.lstsq(matrix.T, (truth - shift).T, rcond=None)[0].T
    starts = np.random.default_rng(2).normal(size=(200, 2, 3))
    found = best_codes(decoder, truth, starts)
    np.testing.assert_allclose(found.codes, expected, atol=0.02)
    np.testing.assert_allclose(found.error, shares(truth, expected @ matrix + shift), rtol=1e-4)
    assert found.converged.all()
    assert (found.agreement == 1).all()


def test_a_drawable_image_is_met():
    places = np.random.default_rng(3).uniform(0.2, 0.8, (20, 2))
    truth = decode(spot, places)
    starts = places[:, None] + np.random.default_rng(4).uniform(-0.05, 0.05, (20, 2, 2))
    found = best_codes(spot, truth, starts)
    np.testing.assert_allclose(found.codes, places, atol=1e-3)
    assert found.error.max() < 1e-4
    assert found.converged.all()


def test_a_second_start_finds_the_deeper_of_two_valleys():
    truth = [[1.0, 0.3]]  # drawn by the code 1; the code −1 draws it but for the second pixel
    codes = np.linspace(-2, 2, 400_001)[:, None]
    errors = shares(np.repeat(truth, len(codes), axis=0), valleys(torch.from_numpy(codes)))
    shallow = int(np.argmin(np.where(codes[:, 0] < 0, errors, np.inf)))
    stuck = best_codes(valleys, truth, [[[-1.3]]])
    assert stuck.codes[0, 0] == pytest.approx(codes[shallow, 0], abs=0.01)
    assert stuck.error[0] == pytest.approx(errors[shallow], rel=1e-3)
    assert stuck.converged[0], "a local minimum is one, too"
    found = best_codes(valleys, truth, [[[-1.3], [0.6]]])
    assert found.codes[0, 0] == pytest.approx(1, abs=1e-3)
    assert found.error[0] < 1e-6
    assert found.agreement[0] == 0.5


def test_what_shares_no_foreground_gives_no_way_down():
    far = best_codes(spot, decode(spot, np.array([[0.2, 0.2]])), [[[0.9, 0.9], [0.21, 0.2]]])
    assert far.error[0] < 1e-4
    assert far.agreement[0] == 0.5


@pytest.mark.parametrize("steps", [1, 2, 20])
def test_the_best_code_is_never_worse_than_a_start(steps):
    decoder, generator = network(), np.random.default_rng(5)
    truth = decode(decoder, generator.normal(size=(20, 3)))
    truth = np.clip(truth + generator.normal(0, 0.05, truth.shape), 0, 1)
    starts = generator.normal(size=(20, 3, 3))
    found = best_codes(decoder, truth, starts, steps=steps)
    of_starts = [shares(truth, decode(decoder, starts[:, k])) for k in range(3)]
    assert (found.error <= np.min(of_starts, axis=0) + 1e-7).all()
    np.testing.assert_allclose(found.error, shares(truth, decode(decoder, found.codes)), rtol=1e-4)


def test_no_code_nearby_is_better_where_a_descent_has_converged():
    decoder, generator = network(), np.random.default_rng(6)
    truth = np.clip(decode(decoder, generator.normal(size=(6, 3))) + 0.1, 0, 1)
    found = best_codes(decoder, truth, generator.normal(size=(6, 2, 3)), tolerance=1e-5)
    assert found.converged.all()
    for radius in (0.01, 0.1):
        around = found.codes + radius * generator.normal(size=(200, 6, 3))
        errors = [shares(truth, decode(decoder, codes)) for codes in around]
        assert (np.min(errors, axis=0) >= found.error * (1 - 1e-4)).all()


def test_too_few_steps_are_told():
    truth = decode(spot, np.array([[0.5, 0.5]]))
    hasty = best_codes(spot, truth, [[[0.36, 0.6]]], steps=1)
    assert not hasty.converged[0]
    assert best_codes(spot, truth, [[[0.36, 0.6]]]).converged[0]


def test_agreement_counts_the_starts_that_end_as_low():
    truth = [[1.0, 0.3]]
    assert best_codes(valleys, truth, [[[-1.3], [0.6], [1.5], [2.0]]]).agreement[0] == 0.75
    loose = [[1.0, 0.0]]  # both valleys are equally deep
    found = best_codes(valleys, loose, [[[-1.2], [1.2]]])
    assert found.agreement[0] == 1
    assert ALIKE < 0.1


def test_images_do_not_know_of_each_other():
    decoder, generator = network(), np.random.default_rng(7)
    truth = decode(decoder, generator.normal(size=(150, 3)))
    starts = generator.normal(size=(150, 2, 3))
    every = best_codes(decoder, truth, starts)
    some = best_codes(decoder, truth[100:], starts[100:])
    np.testing.assert_allclose(every.error[100:], some.error, rtol=0.02, atol=1e-4)


def test_a_decoder_that_ignores_its_code_leaves_it_where_it_starts():
    found = best_codes(lambda z: 0 * z + 0.5, [[1.0, 1.0]], [[[0.3, 0.4]]])
    assert found.codes.tolist() == [[0.3, 0.4]]
    assert found.error[0] == pytest.approx(0.25)
    assert found.converged[0]


def test_a_blank_truth_is_met_or_infinitely_missed():
    found = best_codes(lambda z: z**2 + 0.1, np.zeros((1, 2)), [[[1.0, 1.0]]])
    assert found.error[0] == np.inf
    met = best_codes(lambda z: 0 * z, np.zeros((1, 2)), [[[1.0, 1.0]]])
    assert met.error[0] == 0


def test_the_first_start_is_the_best_candidate_and_the_second_lies_apart():
    generator = np.random.default_rng(8)
    pool = generator.uniform(0, 1, (400, 2))
    truth = decode(spot, generator.uniform(0.2, 0.8, (10, 2)))
    starts = choose_starts(spot, truth, pool)
    drawn = decode(spot, pool).reshape(400, -1)
    for image, (first, second) in zip(truth.reshape(10, -1), starts, strict=True):
        errors = np.square(drawn - image).sum(axis=1)
        assert first.tolist() == pool[errors.argmin()].tolist()
        near = np.argsort(errors)[:32]
        distance = np.linalg.norm(pool[near] - first, axis=1)
        far = near[distance >= np.median(distance)]
        assert second.tolist() == pool[far[errors[far].argmin()]].tolist()


def test_a_image_may_start_from_candidates_of_its_own():
    places = np.array([[0.3, 0.3], [0.6, 0.7]])
    own = np.array([[[np.nan, np.nan], [0.31, 0.3]], [[0.9, 0.1], [np.nan, np.nan]]])
    pool = np.random.default_rng(9).uniform(0.35, 0.55, (50, 2))
    starts = choose_starts(spot, decode(spot, places), pool, own)
    assert starts[0, 0].tolist() == [0.31, 0.3]
    assert [0.9, 0.1] not in starts[1].tolist()
    assert np.isfinite(starts).all()


def test_equal_candidates_are_starts_still():
    starts = choose_starts(spot, decode(spot, np.array([[0.5, 0.5]])), np.full((5, 2), 0.4))
    assert starts.tolist() == [[[0.4, 0.4], [0.4, 0.4]]]


IMAGES = np.ones((2, 24, 24))
STARTS = np.zeros((2, 1, 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: best_codes(spot, IMAGES * np.nan, STARTS), "images need finite values"),
        (lambda: best_codes(spot, np.ones(4), STARTS), "images need the shape"),
        (lambda: best_codes(spot, IMAGES[:1], STARTS), r"starts need the shape .* 1 images"),
        (lambda: best_codes(spot, IMAGES, STARTS[:, :0]), r"at least 1, got \(2, 0, 2\)"),
        (lambda: best_codes(spot, IMAGES, STARTS[:, 0]), "starts need the shape"),
        (lambda: best_codes(spot, IMAGES, STARTS * np.nan), "starts need finite"),
        (lambda: best_codes(spot, IMAGES[:, :5], STARTS), "576 pixels, got 120"),
        (lambda: best_codes(spot, IMAGES, STARTS, steps=0), "steps need at least 1"),
        (lambda: best_codes(spot, IMAGES, STARTS, tolerance=0), "tolerance a number above 0"),
        (lambda: best_codes(lambda z: z / 0, np.ones((2, 2)), STARTS), "finite images"),
        (lambda: choose_starts(spot, IMAGES, np.full((3, 2), np.nan)), "codes need finite"),
        (lambda: choose_starts(spot, IMAGES, np.zeros((0, 2))), "codes need the shape"),
        (lambda: choose_starts(spot, IMAGES[:, :5], np.zeros((3, 2))), "576 pixels, got 120"),
        (lambda: choose_starts(spot, IMAGES, np.zeros((3, 2)), STARTS[:1]), "own needs the"),
    ],
)
def test_broken_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
