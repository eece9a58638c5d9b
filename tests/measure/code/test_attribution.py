"""The parts of the excess against their closed forms, and verdicts on planted errors."""

import numpy as np
import pytest

from transect.measure.code.attribution import (
    Parts,
    attribution,
    attribution_parts,
    compare_codes,
    is_search_doubtful,
    refinement_mends,
    verdict,
)
from transect.measure.statistics import Interval


def planted(count=300, encoder=0.0, decoder=0.0, spread=0.02, seed=0):
    """Return errors (e, b, o, o_b) whose parts have these means, and an oracle that errs by 0.1."""
    generator = np.random.default_rng(seed)
    noise = spread * generator.normal(size=(4, count))
    oracle_best = 0.08 + noise[0]
    oracle = oracle_best + 0.02 + noise[1]
    best = oracle_best + decoder + noise[2]
    return best + (oracle - oracle_best) + encoder + noise[3], best, oracle, oracle_best


def test_the_parts_add_up_to_the_excess():
    errors = np.random.default_rng(1).random((4, 50))
    parts = attribution_parts(*errors)
    np.testing.assert_allclose(parts.encoder + parts.decoder, errors[0] - errors[2], atol=1e-15)
    alone = attribution_parts(*errors[:2])
    np.testing.assert_allclose(alone.encoder + alone.decoder, errors[0], atol=1e-15)
    np.testing.assert_array_equal(alone.decoder, errors[1])


def test_the_shares_are_ratios_of_means():
    e, b, o, o_b = [0.5, 0.9], [0.3, 0.4], [0.2, 0.2], [0.1, 0.15]
    found = attribution(attribution_parts(e, b, o, o_b))
    # parts: (0.2 − 0.1, 0.5 − 0.05) and (0.3 − 0.1, 0.4 − 0.15)
    assert found.encoder.mean == pytest.approx((0.1 + 0.45) / 2)
    assert found.decoder.mean == pytest.approx((0.2 + 0.25) / 2)
    assert found.excess.mean == pytest.approx(0.5)
    assert found.encoder_share.mean == pytest.approx(0.55)
    assert found.decoder_share.mean == pytest.approx(0.45)
    assert found.excess.count == 2


@pytest.mark.parametrize(
    ("encoder", "decoder", "expected"),
    [
        (0.1, 0.0, "encoder"),
        (0.0, 0.1, "decoder"),
        (0.1, 0.02, "encoder"),
        (0.05, 0.05, "both"),
        (0.0, 0.0, "neither"),
        (-0.05, 0.15, "decoder"),
        (-0.1, 0.05, "neither"),
    ],
)
def test_planted_faults_are_found(encoder, decoder, expected):
    found = attribution(attribution_parts(*planted(encoder=encoder, decoder=decoder)))
    assert found.verdict == expected
    assert found.encoder.low <= found.encoder.mean <= found.encoder.high
    if expected != "neither":
        share = encoder / (encoder + decoder)
        assert found.encoder_share.low - 0.05 < share < found.encoder_share.high + 0.05


def test_a_negative_part_takes_the_other_share_beyond_one():
    found = attribution(attribution_parts(*planted(encoder=-0.05, decoder=0.15)))
    assert found.decoder_share.mean == pytest.approx(1.5, abs=0.1)
    assert found.encoder_share.mean == pytest.approx(1 - found.decoder_share.mean)


def test_an_oracle_that_is_the_model_leaves_no_attribution():
    e, b, _, _ = planted(encoder=0.1, decoder=0.1)
    found = attribution(attribution_parts(e, b, e, b))
    assert found.verdict == "neither"
    assert found.excess[:3] == (0, 0, 0)
    assert np.isnan(found.encoder_share.mean) and np.isnan(found.decoder_share.low)


def test_intervals_are_paired():
    # Every image has parts in the ratio 1 : 3, however unequal the images: the share is sure.
    size = np.random.default_rng(2).exponential(size=40)
    found = attribution(Parts(encoder=size, decoder=3 * size))
    assert found.decoder_share[:3] == pytest.approx((0.75, 0.75, 0.75))
    assert found.excess.high > 1.2 * found.excess.mean


def test_intervals_cover_the_planted_share():
    covered = 0
    for seed in range(100):
        errors = planted(60, encoder=0.03, decoder=0.07, spread=0.03, seed=seed)
        share = attribution(attribution_parts(*errors), resamples=400).decoder_share
        covered += share.low <= 0.7 <= share.high
    assert 88 <= covered <= 100


def test_one_image_blames_nobody():
    found = attribution(attribution_parts([0.5], [0.1]))
    assert found.verdict == "neither"
    assert found.encoder_share.mean == pytest.approx(0.8)
    assert np.isnan(found.encoder_share.low)


def test_the_verdict_follows_its_table():
    def near(value, width=0.1):
        return Interval(value, value - width, value + width, 9)

    assert verdict(near(1), near(0.7), near(0.3)) == "encoder"
    assert verdict(near(1), near(0.3), near(0.7)) == "decoder"
    assert verdict(near(1), near(0.55), near(0.45)) == "both"
    assert verdict(near(0.05), near(0.9), near(0.1)) == "neither"
    assert verdict(near(-1), near(0.9), near(0.1)) == "neither"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([np.nan], [0.0]), "error needs numbers, got NaN in row 0"),
        (([0.1, np.inf], [0.0, 0.0]), "error needs finite numbers, got inf in row 1"),
        (([0.1], [np.inf]), "best needs finite"),
        (([[0.1]], [0.1]), "error needs the shape"),
        (([], []), "error needs the shape"),
        (([0.1], [0.1, 0.2]), "same images"),
        (([0.1], [0.1], [0.1]), "needed together"),
        (([0.1], [0.1], [0.1, 0.1], [0.1, 0.1]), "same images"),
        (([0.1], [0.1], [np.nan], [0.1]), "oracle_error needs numbers"),
    ],
)
def test_broken_errors_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        attribution_parts(*arguments)


def test_no_resamples_are_refused():
    with pytest.raises(ValueError, match="resamples"):
        attribution(Parts(np.ones(3), np.ones(3)), resamples=0)


def test_other_codes_compare_with_the_encoders_by_the_interval_of_the_difference():
    error = 0.3 + 0.02 * np.random.default_rng(0).normal(size=60)
    assert compare_codes(error, error - 0.004) == "better"
    assert compare_codes(error, error + 0.004) == "worse"
    assert compare_codes(error, error[::-1]) == "as well"
    assert compare_codes(error[:1], error[:1] - 0.1) == "as well", "one image has no interval"
    with pytest.raises(ValueError, match="same images, got 60 and 59"):
        compare_codes(error, error[1:])


@pytest.mark.parametrize(
    ("converged", "agreement", "doubtful"),
    [(0.9, 0.8, False), (0.89, 0.8, True), (0.9, 0.79, True), (0.0, 1.0, True)],
)
def test_a_search_is_doubtful_below_either_share(converged, agreement, doubtful):
    assert is_search_doubtful(converged, agreement) == doubtful


@pytest.mark.parametrize(
    ("refined", "mends"), [(0.1, True), (0.13, True), (0.15, False), (0.5, False)]
)
def test_refinement_mends_what_the_best_codes_save(refined, mends):
    assert refinement_mends(0.5, refined, best=0.1) == mends
    assert not refinement_mends(0.1, refined, best=0.1), "there is nothing to mend"
