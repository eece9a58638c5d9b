import warnings
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transect.measure.embedding.alignment import Alignment, alignment, verdict
from transect.measure.embedding.factor_path import arc_angle


def sheet(count, seed=0, radius=0.3):
    """Return factors in [-1, 1]² with a hole in the middle."""
    points = np.random.default_rng([seed, 3]).uniform(-1, 1, (5 * count, 2))
    return points[np.linalg.norm(points, axis=1) > radius][:count]


def rotation(size, seed):
    return np.linalg.qr(np.random.default_rng([seed, 4]).normal(size=(size, size)))[0]


def in_space(codes, seed=0, thickness=0.01):
    """Return codes (n, 2) as a thin sheet that lies at an angle in three dimensions."""
    noise = thickness * np.random.default_rng([seed, 5]).normal(size=(len(codes), 1))
    return np.hstack([codes, noise]) @ rotation(3, seed)


def arc(values, degrees):
    """Return an arc (n, 2) of length 2 that turns by `degrees` as values go from -1 to 1."""
    half = np.radians(degrees) / 2
    return np.stack([np.sin(half * values), 1 - np.cos(half * values)], axis=1) / half


def curled(v, degrees=150):
    return np.hstack([arc(v[:, 0], degrees), v[:, 1:]]) @ rotation(3, 1)


def rolled(v):
    angle = 1.5 * np.pi * (2 + v[:, 0])
    return np.stack([angle * np.cos(angle), 10 * v[:, 1], angle * np.sin(angle)], axis=1)


def polar(v):
    radius, angle = 1.5 + 0.5 * v[:, 1], 1.5 * v[:, 0]
    return in_space(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1))


def swirled(v):
    angle = 2.5 * np.linalg.norm(v, axis=1)
    cosine, sine = np.cos(angle), np.sin(angle)
    a, b = v.T
    return in_space(np.stack([a * cosine - b * sine, a * sine + b * cosine], axis=1))


def folded(v):
    a, b = v.T
    return np.stack([np.abs(a + b), np.sin(4 * a) * np.cos(4 * b), a * b], axis=1)


def noise(v):
    return np.random.default_rng(6).normal(size=(len(v), 3))


CASES = {
    "identity": (lambda v: np.hstack([v, 0.01 * noise(v)[:, :1]]), "aligned"),
    "relabelled": (lambda v: np.stack([-5 * v[:, 1], 0 * v[:, 0], np.exp(v[:, 0])], 1), "aligned"),
    "noisy": (lambda v: np.hstack([v, 0 * v[:, :1]]) + 0.1 * noise(v), "aligned"),
    "rotated": (lambda v: v @ np.array([[1, -1], [1, 1]]), "rotated"),
    "rotated in space": (in_space, "rotated"),
    "rotated and stretched": (lambda v: in_space(np.exp(v * [1, 0.5])), "rotated"),
    "sheared": (lambda v: in_space(v @ np.array([[1, 0.8], [0, 1]])), "sheared"),
    "curled": (curled, "bent"),
    "rolled": (rolled, "bent"),
    "polar": (polar, "bent"),
    "swirled": (swirled, "entangled"),
    "folded": (folded, "entangled"),
    "half lost": (lambda v: v[:, :1], "entangled"),
    "noise": (noise, "unrelated"),
    "constant": (lambda v: np.full((len(v), 3), 0.1), "unrelated"),
}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        *((name, 500) for name in CASES),
        *((name, 5000) for name in ("noisy", "sheared", "rolled", "swirled")),
    ],
)
def test_planted_embeddings_are_told_apart(name, count):
    embed, kind = CASES[name]
    factors = sheet(count)
    found = alignment(embed(factors), factors)
    told = verdict(found)
    assert told.kind == kind, told.sentence
    shares = np.array([found.as_it_stands, found.after_rotation, found.linear, found.curved])
    assert np.all((shares >= 0) & (shares <= 1))
    assert found.after_rotation.sum() >= found.as_it_stands.sum()
    assert np.all(found.curved >= found.linear)
    np.testing.assert_allclose(
        found.rotation @ found.rotation.T, np.eye(len(found.rotation)), atol=1e-9
    )
    assert np.linalg.det(found.rotation) == pytest.approx(1)


@pytest.mark.parametrize("degrees", [0, 10, 25, 45])
def test_as_it_stands_falls_as_the_fourth_power_of_the_cosine(degrees):
    v, angle = sheet(2000), np.radians(degrees)
    frame = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found = alignment(v @ frame, v)
    assert found.as_it_stands.mean() == pytest.approx(np.cos(angle) ** 4, abs=0.02)
    assert found.after_rotation.min() > 0.999
    assert found.crossing == pytest.approx(90, abs=0.1)


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10_000), st.integers(2, 5))
def test_every_rotation_is_found(seed, size):
    v = np.random.default_rng([seed, 8]).random((300, min(size, 3)))
    scaled = np.zeros((300, size))
    scaled[:, : v.shape[1]] = v * np.random.default_rng([seed, 9]).uniform(0.3, 3, v.shape[1])
    found = alignment(scaled @ rotation(size, seed), v)
    assert found.after_rotation.min() > 0.98
    assert found.bend.max() < 1


@pytest.mark.parametrize("degrees", [30, 90, 180, 270])
def test_bend_is_the_angle_that_an_arc_turns_by(degrees):
    v = sheet(500)
    found = alignment(curled(v, degrees), v)
    assert found.bend == pytest.approx([degrees, 0], abs=4)
    assert found.crossing > 88


@pytest.mark.parametrize("slope", [0.3, 1.0, 2.0])
def test_crossing_is_the_angle_of_a_shear(slope):
    v = sheet(500)
    found = alignment(in_space(v @ np.array([[1, slope], [0, 1]]), thickness=0), v)
    assert found.crossing == pytest.approx(np.degrees(np.arctan2(1, slope)), abs=0.5)
    assert found.after_rotation.max() < 0.999


def test_a_shear_is_not_read_through_a_dimension_to_spare():
    v = sheet(1000)
    codes = in_space(v @ np.array([[1, 1], [0, 1]]), thickness=0.001)
    assert alignment(codes, v).after_rotation.mean() < 0.8


def test_the_size_of_the_codes_does_not_matter():
    v = sheet(300)
    codes = curled(v)
    expected = astuple(alignment(codes, v))
    for size in (1e-200, 1e200):
        for one, other in zip(astuple(alignment(size * codes, v)), expected, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-6)


def test_deterministic():
    v = sheet(300)
    for one, other in zip(
        astuple(alignment(swirled(v), v)), astuple(alignment(swirled(v), v)), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_a_periodic_factor_is_read_from_a_circle():
    generator = np.random.default_rng(10)
    v = np.stack([generator.uniform(0, 360, 800), generator.uniform(0, 1, 800)], axis=1)
    angle = np.radians(v[:, 0])
    codes = np.stack([np.cos(angle), np.sin(angle), 2 * v[:, 1]], axis=1) @ rotation(3, 2)
    found = alignment(codes, v, periods=[360, None])
    assert found.after_rotation.min() > 0.95
    assert found.curved.min() > 0.99
    assert found.bend == pytest.approx([360, 0], abs=8)
    assert found.crossing > 88
    assert alignment(codes, v).curved[0] < found.curved[0]


def test_factors_on_a_grid_seen_several_times():
    grid = np.stack(np.meshgrid(np.arange(6.0), np.arange(5.0), indexing="ij"), -1).reshape(-1, 2)
    v = np.repeat(grid, 8, axis=0)
    found = alignment(v @ rotation(2, 3), v)
    assert verdict(found).kind in {"rotated", "aligned"}
    assert found.after_rotation.min() > 0.97  # rounding breaks ties of the ranks
    assert found.bend.max() < 1


def test_paths_beside_a_wide_hole_still_bend_as_they_do():
    v = sheet(2000, radius=0.8)
    assert alignment(curled(v, 120), v).bend == pytest.approx([120, 0], abs=4)


def test_paths_that_a_hole_always_interrupts_go_round_it():
    v = sheet(4000)
    v = v[np.abs(v[:, 0]) > 0.3]
    found = alignment(v, v)
    assert found.bend.max() < 1


def test_one_factor_and_one_code():
    v = sheet(300)[:, :1]
    found = alignment(np.exp(v), v)
    assert np.isnan(found.crossing)
    assert verdict(found).kind == "aligned"
    assert found.bend[0] < 2
    assert "cross" not in verdict(found).sentence


def test_more_factors_than_codes():
    v = np.random.default_rng(11).random((400, 3))
    found = alignment(v[:, :2], v)
    assert found.as_it_stands == pytest.approx([1, 1, 0], abs=0.05)
    assert found.curved == pytest.approx([1, 1, 0], abs=0.05)
    assert verdict(found).kind == "entangled"


def test_constant_codes_are_defined():
    v = sheet(100)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = alignment(np.full((100, 3), 0.1), v)
    for value in (found.as_it_stands, found.after_rotation, found.curved, found.bend):
        np.testing.assert_array_equal(value, [0, 0])
    assert found.crossing == 0


def test_the_sentence_carries_the_numbers():
    found = Alignment(
        *(np.array([share, 1.0]) for share in (0.25, 0.97, 0.98, 0.99)),
        bend=np.array([4.0, 7.0]),
        crossing=88.0,
        rotation=np.eye(2),
    )
    assert verdict(found).sentence == (
        "The embedding is a rotated copy of the factors: of the factor that fares worst one axis "
        "each has 25%, after the best rotation 97%, a linear map 98%, a smooth map 99%; paths bend "
        "by up to 7° and cross at 88°."
    )


def test_the_sentence_is_silent_on_paths_of_what_is_not_read():
    v = sheet(300)
    told = verdict(alignment(noise(v), v))
    assert told.sentence.startswith("The embedding has nothing to do with the factors: ")
    assert "bend" not in told.sentence


def test_arc_angle_inverts_chord_over_length():
    for degrees in (1.0, 45.0, 180.0, 300.0, 360.0):
        half = np.radians(degrees) / 2
        assert arc_angle(np.sin(half) / half) == pytest.approx(degrees, abs=0.05)
    assert arc_angle(1.0) == 0


@pytest.mark.parametrize(
    ("codes", "factors", "periods", "message"),
    [
        ([[0.0]], [[1.0]], None, "at least 2 rows here, got 1"),
        (np.zeros((17, 2)), np.random.default_rng(0).random((17, 2)), None, "at least 18"),
        (np.full((30, 2), np.nan), np.arange(60.0).reshape(30, 2), None, "codes.*nan"),
        (np.zeros((30, 2)), np.zeros((30, 1)), None, "column 0 is 0"),
        (np.zeros((30, 2)), np.arange(30.0)[:, None], [None, 1.0], "periods need 1"),
        (np.zeros((30, 2)), np.arange(30.0)[:, None], [0.0], "length above 0"),
        (np.zeros((30, 2)), np.arange(30.0)[:, None], [np.nan], "length above 0"),
    ],
)
def test_broken_input_is_refused(codes, factors, periods, message):
    with pytest.raises(ValueError, match=message):
        alignment(codes, factors, periods)
