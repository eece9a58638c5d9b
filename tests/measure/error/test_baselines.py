import numpy as np
import pytest

from transect.measure.error import baselines
from transect.measure.error.baselines import boundary_blend, nearest_image, nearest_point
from transect.space import Factor, FactorSpace


def slow_nearest(train, truth):
    return [int(np.argmin([np.square(x - t).sum() for t in train])) for x in truth]


@pytest.mark.parametrize("scores", [1 << 22, 50])
@pytest.mark.parametrize("values", [1 << 22, 300])
def test_nearest_image_agrees_with_loops_whatever_the_block(monkeypatch, scores, values):
    monkeypatch.setattr(baselines, "_SCORES_A_BLOCK", scores)
    monkeypatch.setattr(baselines, "_VALUES_A_BLOCK", values)
    train, truth = np.random.default_rng(0).random((2, 40, 6, 5))
    assert nearest_image(train, truth[:9]).tolist() == slow_nearest(train, truth[:9])


def test_nearest_image_tells_near_duplicates_apart():
    generator = np.random.default_rng(1)
    base = generator.integers(0, 256, (64, 64))
    train = np.repeat(base[None], 6, axis=0)
    for row in range(6):
        train[row, row, row] = (train[row, row, row] + 128) % 256
    train = train.astype(np.uint8)
    assert nearest_image(train, train[::-1]).tolist() == [5, 4, 3, 2, 1, 0]
    assert nearest_image(train, train[::-1] / 255).tolist() == [5, 4, 3, 2, 1, 0]


def test_nearest_image_takes_the_first_of_equals_and_no_truth():
    train = np.ones((3, 4, 4))
    assert nearest_image(train, np.zeros((2, 4, 4))).tolist() == [0, 0]
    assert nearest_image(train, np.zeros((0, 4, 4))).shape == (0,)


@pytest.mark.parametrize(
    ("train", "truth", "message"),
    [
        (np.zeros((2, 3, 3)), np.zeros((2, 3, 4)), "shapes"),
        (np.zeros((0, 3, 3)), np.zeros((2, 3, 3)), "at least one image"),
        (
            np.full((1, 3, 3), np.nan),
            np.zeros((2, 3, 3)),
            r"training images need values.*NaN",
        ),
        (np.zeros((1, 3, 3)), np.full((2, 3, 3), np.inf), r"true images need values.*inf"),
    ],
)
def test_broken_images_are_refused(train, truth, message):
    with pytest.raises(ValueError, match=message):
        nearest_image(train, truth)


SPACE = FactorSpace([Factor("a", 0, 10), Factor("turn", -1, 1, periodic=True), Factor("b", 5, 6)])


def test_nearest_point_agrees_with_loops():
    generator = np.random.default_rng(2)
    train, points = (SPACE.low + generator.random((count, 3)) * SPACE.span for count in (80, 40))
    rows = []
    for point in points:
        apart = (train - point) / SPACE.span
        apart[:, 1] -= np.round(apart[:, 1])
        rows.append(int(np.argmin(np.square(apart).sum(axis=1))))
    assert nearest_point(SPACE, train, points).tolist() == rows


def test_nearest_point_at_both_ends_of_a_turn():
    points = [[5.0, 1.0, 5.5], [5.0, -1.0 - 1e-17, 5.5]]
    assert nearest_point(SPACE, [[5.0, 0.0, 5.5], [5.0, -1.0, 5.5]], points).tolist() == [1, 1]


def test_nearest_point_counts_in_units_of_the_box():
    space = FactorSpace([Factor("wide", 0, 100), Factor("narrow", 0, 1)])
    assert nearest_point(space, [[10, 0.5], [0, 0.9]], [[0, 0.5]]).tolist() == [0]


def test_nearest_point_needs_a_training_point():
    with pytest.raises(ValueError, match="at least one point"):
        nearest_point(SPACE, np.zeros((0, 3)), np.zeros((1, 3)))


def draw_ramp(points):
    return np.repeat(points[:, :1, None], 3, axis=2)


def test_blend_is_linear_and_meets_its_ends():
    entry, exit = np.array([[0.2], [0.4]]), np.array([[0.6], [1.0]])
    for share in (0.0, 0.25, 1.0):
        blend = boundary_blend(draw_ramp, entry, exit, np.full(2, share))
        expected = (1 - share) * draw_ramp(entry) + share * draw_ramp(exit)
        np.testing.assert_allclose(blend, expected, rtol=1e-6)


def test_blend_leaves_out_rows_without_a_chord():
    drawn = []

    def draw(points):
        drawn.append(len(points))
        return draw_ramp(points)

    entry = np.array([[0.2], [np.nan], [0.4]])
    blend = boundary_blend(draw, entry, entry + 0.1, [0.5, np.nan, 0.5])
    assert np.isnan(blend[1]).all() and np.isfinite(blend[[0, 2]]).all()
    assert drawn == [2, 2]


@pytest.mark.parametrize(
    ("entry", "exit", "fraction", "message"),
    [
        ([[0.0]], [[1.0], [1.0]], [0.5], "shapes"),
        ([[0.0]], [[1.0]], [1.5], r"\[0, 1\]"),
        ([[np.nan]], [[1.0]], [0.5], "at least one row"),
    ],
)
def test_broken_chords_are_refused(entry, exit, fraction, message):
    with pytest.raises(ValueError, match=message):
        boundary_blend(draw_ramp, entry, exit, fraction)
