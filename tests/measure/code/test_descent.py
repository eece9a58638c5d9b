"""Refined codes against least squares, the best codes, and drawings that no step can better."""

import numpy as np
import pytest
import torch

from planted_decoders import network, shares
from transect.measure.code.best_code import best_codes
from transect.measure.code.descent import refine_codes
from transect.measure.embedding.geometry import decode


class Counted:
    """An affine decoder that counts the images whose derivatives were asked for."""

    def __init__(self):
        generator = np.random.default_rng(0)
        self.matrix = torch.from_numpy(generator.normal(size=(3, 30))).float()
        self.asked = 0

    def __call__(self, codes):
        return codes @ self.matrix

    def with_jacobian(self, codes):
        self.asked += len(codes)
        return self(codes), self.matrix.expand(len(codes), -1, -1)


def test_one_step_solves_an_affine_decoder_and_no_other_is_taken():
    decoder, generator = Counted(), np.random.default_rng(1)
    truth = generator.normal(size=(50, 30))
    expected = np.linalg.lstsq(decoder.matrix.numpy().T, truth.T, rcond=None)[0].T
    found = refine_codes(decoder, truth, generator.normal(size=(50, 3)), steps=9)
    np.testing.assert_allclose(found, expected, atol=0.02)
    assert decoder.asked == 50


def test_codes_that_are_good_enough_stay_to_the_bit():
    decoder, generator = Counted(), np.random.default_rng(2)
    codes = generator.normal(size=(20, 3))
    truth = decode(decoder, codes) + generator.normal(0, 1, (20, 30))
    best = best_codes(decoder, truth, codes[:, None], tolerance=1e-6).codes
    assert (refine_codes(decoder, truth, best) == best).all()


def test_a_few_steps_come_close_to_the_best_code_and_never_draw_worse():
    decoder, generator = network(), np.random.default_rng(3)
    places = generator.normal(size=(60, 3))
    truth = np.clip(decode(decoder, places) + generator.normal(0, 0.02, (60, 16, 16)), 0, 1)
    start = places + generator.normal(0, 0.15, places.shape)
    best = best_codes(decoder, truth, start[:, None]).error
    errors = [shares(truth, decode(decoder, start))]
    for steps in (1, 3):
        errors.append(
            shares(truth, decode(decoder, refine_codes(decoder, truth, start, steps=steps)))
        )
    assert (errors[1] <= errors[0] * (1 + 1e-5)).all()
    assert (errors[2] <= errors[1] * (1 + 1e-5)).all()
    gap, left = errors[0].mean() - best.mean(), errors[2].mean() - best.mean()
    assert left < 0.1 * gap


def test_a_image_is_refined_alone():
    decoder, generator = network(), np.random.default_rng(4)
    truth = decode(decoder, generator.normal(size=(150, 3)))
    start = generator.normal(size=(150, 3))
    some = refine_codes(decoder, truth[140:], start[140:])
    np.testing.assert_allclose(refine_codes(decoder, truth, start)[140:], some, atol=1e-4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"codes": np.zeros((2, 3))}, "one row an image, got 2 for 4"),
        ({"codes": np.full((4, 3), np.nan)}, "codes need finite"),
        ({"images": np.zeros((4, 7))}, "30 pixels, got 7"),
        ({"images": np.full((4, 30), np.inf)}, "finite values"),
        ({"steps": 0}, "got 0"),
        ({"tolerance": 0.0}, "got 3 and 0.0"),
    ],
)
def test_bad_input_is_named(change, message):
    asked = {"images": np.ones((4, 30)), "codes": np.zeros((4, 3))} | change
    with pytest.raises(ValueError, match=message):
        refine_codes(Counted(), asked.pop("images"), asked.pop("codes"), **asked)
