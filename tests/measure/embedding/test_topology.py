import numpy as np
import pytest

from transect.measure.embedding.topology import (
    BoundaryMatch,
    boundary_match,
    leaves_ring,
    loops_verdict,
    topology,
)
from transect.space import Ball, Disc, Factor, FactorSpace, split_points, uniform

CENTER, RADIUS = np.array([0.75, 1.0]), 0.3


def rectangle(count, hole, seed=0):
    """Return uniform points of a rectangle of 1.5 × 2 without a disc about its centre."""
    points = np.random.default_rng(seed).random((2 * count, 2)) * [1.5, 2.0]
    return points[np.linalg.norm(points - CENTER, axis=1) > hole][:count]


def boundary_distance(points, hole=RADIUS):
    return np.linalg.norm(points - CENTER, axis=1) - hole


def rolled(points, curvature=1.2):
    along = curvature * points[:, 1]
    return np.column_stack([np.sin(along), 1 - np.cos(along), curvature * points[:, 0]]) / curvature


def stretched(points):
    """Return points moved away from the centre, 3 times as fast at the edges as at the centre."""
    moved = points - CENTER
    return rolled(moved + np.sign(moved) * moved**2 / CENTER, 0.5)


def squeezed(points):
    """Return points moved, 3 times as fast at the lower left as at the upper right."""
    return rolled(3 * points - points**2 / (2 * CENTER), 0.3)


def noisy(codes, deviation):
    return codes + np.random.default_rng(9).normal(0, deviation, codes.shape)


def torus(count, wide=2.0, narrow=1.0):
    generator = np.random.default_rng(1)
    around, across = generator.random((2, 4 * count)) * 2 * np.pi
    kept = generator.random(4 * count) < (wide + narrow * np.cos(across)) / (wide + narrow)
    around, across = around[kept][:count], across[kept][:count]
    reach = wide + narrow * np.cos(across)
    ring = [reach * np.cos(around), reach * np.sin(around), narrow * np.sin(across)]
    return np.column_stack(ring)


def sphere(count, latent=3):
    points = np.random.default_rng(2).normal(size=(count, latent))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def annulus(count, inner):
    generator = np.random.default_rng(3)
    radius, angle = np.sqrt(generator.uniform(inner**2, 1, count)), generator.random(count) * 6.2832
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), 0 * angle])


def swiss_roll(count):
    angle, height = np.random.default_rng(4).random((2, count)) * [[3 * np.pi], [21]]
    angle += 1.5 * np.pi
    return np.column_stack([angle * np.cos(angle), height, angle * np.sin(angle)])


@pytest.mark.parametrize("bend", [stretched, squeezed])
@pytest.mark.parametrize("hole", [0.0, RADIUS])
def test_the_hole_of_the_rose_survives_bends_and_stretches(bend, hole):
    points = rectangle(4500, hole)
    found = topology(bend(points), halves=2)
    assert (found.components, found.loops) == (1, int(hole > 0))
    assert found.agreement == 1
    if hole:
        assert found.longest.mean > 2 * found.next.mean
        match = boundary_match(found.loop_rows[0], boundary_distance(points), RADIUS)
        assert match.loop < 0.15 and match.random > 0.8
    else:
        assert found.longest.mean < 1.3 * found.next.mean
        assert found.loop_rows == ()


@pytest.mark.parametrize(("hole", "loops"), [(0.0, 0), (RADIUS, 1)])
def test_noise_neither_closes_nor_opens_a_hole(hole, loops):
    found = topology(noisy(rolled(rectangle(4500, hole)), 0.03), halves=2)
    assert (found.components, found.loops, found.agreement) == (1, loops, 1)


@pytest.mark.parametrize(
    ("codes", "loops"),
    [
        (torus(1800), 2),
        (torus(1800, wide=2.5), 2),
        (noisy(torus(1800), 0.08), 2),
        (sphere(1500), 0),
        (noisy(sphere(1500), 0.08), 0),
        (annulus(1500, 0.0), 0),
        (annulus(1500, 0.5), 1),
        (noisy(annulus(1500, 0.5), 0.05), 1),
        (swiss_roll(1800), 0),
        (noisy(swiss_roll(1800), 0.4), 0),
        (sphere(200, latent=2), 1),
        (np.random.default_rng(5).normal(size=(2000, 3)), 0),
    ],
    ids=lambda value: value if isinstance(value, int) else "",
)
def test_planted_loops_are_counted(codes, loops):
    found = topology(codes, landmarks=250, halves=2)
    assert (found.components, found.loops) == (1, loops)
    assert len(found.loop_rows) == loops


def test_two_holes_are_two_loops_with_a_boundary_each():
    points = np.random.default_rng(6).random((3000, 2)) * [4, 2]
    centers = np.array([[1.0, 1.0], [3.0, 1.0]])
    depth = np.linalg.norm(points[:, None] - centers, axis=2) - 0.5
    points, depth = points[depth.min(axis=1) > 0], depth[depth.min(axis=1) > 0]
    found = topology(rolled(points, 0.3), landmarks=250, halves=2)
    assert found.loops == 2
    boundaries = [int(np.median(depth[rows], axis=0).argmin()) for rows in found.loop_rows]
    assert sorted(boundaries) == [0, 1]
    for rows, boundary in zip(found.loop_rows, boundaries, strict=True):
        assert np.median(np.abs(depth[rows, boundary])) < 0.1


def test_loop_is_closed_and_in_order():
    found = topology(sphere(120, latent=2), halves=2)
    loop = sphere(120, latent=2)[found.loop_rows[0]]
    turns = np.angle(np.roll(loop @ [1, 1j], -1) / (loop @ [1, 1j]))
    assert abs(turns.sum()) == pytest.approx(2 * np.pi)
    assert np.all(np.sign(turns) == np.sign(turns[0]))
    assert len(np.unique(found.loop_rows[0])) == len(loop)


def test_separate_pieces_are_counted():
    parts = [rectangle(500, 0.0, seed) + np.array([0, 6 * seed]) for seed in range(3)]
    found = topology(rolled(np.concatenate(parts), 0.1), landmarks=150, halves=2)
    assert (found.components, found.loops) == (3, 0)


def test_neither_scale_nor_copies_change_the_answer():
    codes = rolled(rectangle(1200, RADIUS))
    one = topology(codes, landmarks=150, halves=2)
    other = topology(1e-3 * np.repeat(codes, 2, axis=0) + 5, landmarks=150, halves=2)
    assert (one.components, one.loops) == (other.components, other.loops) == (1, 1)
    assert other.longest.mean == pytest.approx(one.longest.mean, rel=0.35)
    rounded = np.concatenate([codes, noisy(codes, 3e-7)]).astype(np.float32)
    third = topology(rounded, landmarks=150, halves=2)
    assert (third.components, third.loops, third.agreement) == (1, 1, one.agreement)
    assert third.longest.mean == pytest.approx(one.longest.mean, rel=0.35)


def test_seeded():
    codes = rolled(rectangle(400, RADIUS))
    one, same, other = (topology(codes, 60, halves=2, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.bars, same.bars)
    assert one.longest == same.longest
    assert not np.array_equal(one.bars, other.bars)


def test_bars_are_in_order_and_the_window_decides():
    found = topology(torus(1000), landmarks=120, halves=2)
    length = found.bars[:, 1] / found.bars[:, 0]
    assert np.all(np.diff(length) <= 0)
    low, high = found.window
    assert found.loops == np.sum((found.bars[:, 0] <= low) & (found.bars[:, 1] > high))
    assert found.longest.mean == length[0] and found.next.mean == length[1]


def test_boundary_match_is_a_ratio_of_medians():
    distance = np.array([-0.1, 0.2, 0.4, 1.0, 3.0])
    assert boundary_match([0, 1, 2], distance, 0.5) == pytest.approx((0.4, 0.8))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: topology(np.ones((500, 3))), "26 different rows, got 1 among 500"),
        (lambda: topology([[0.0, 1.0]]), "26 different rows, got 1"),
        (lambda: topology(np.full((50, 3), np.nan)), "row 0"),
        (lambda: topology(sphere(30), landmarks=3), "4 to 1000, got 3"),
        (lambda: topology(sphere(30), landmarks=1001), "got 1001"),
        (lambda: topology(sphere(30), halves=1), "halves"),
        (lambda: boundary_match([0], [np.inf], 1), "without a hole"),
        (lambda: boundary_match([0], [np.nan], 1), "NaN"),
        (lambda: boundary_match([0], [0.1], 0), "radius"),
        (lambda: boundary_match([], [0.1], 1), "at least one row"),
        (lambda: boundary_match([1], [0.1], 1), "rows from 0 to 0, got 1 to 1"),
        (lambda: boundary_match([0.5], [0.1], 1), "integers"),
    ],
)
def test_broken_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_fewest_codes_that_will_do():
    assert topology(sphere(26), halves=2).components == 1


NEAR, HALF, FAR = BoundaryMatch(0.1, 0.8), BoundaryMatch(0.4, 0.8), BoundaryMatch(0.41, 0.8)


@pytest.mark.parametrize(
    ("loops", "match", "oracle", "ring", "verdict"),
    [
        (1, NEAR, None, True, "hole"), (3, NEAR, FAR, True, "hole"), (1, HALF, None, True, "hole"),
        (1, NEAR, NEAR, True, "as in oracle"), (1, FAR, None, True, "elsewhere"),
        (2, FAR, NEAR, True, "elsewhere"), (1, None, NEAR, True, "unknown"),
        (0, None, None, True, "no loop"), (0, None, None, False, "none expected"),
    ],
)  # fmt: skip
def test_the_hole_shows_if_the_longest_loop_follows_its_boundary(
    loops, match, oracle, ring, verdict
):
    assert loops_verdict(loops, match, oracle_match=oracle, ring=ring) == verdict


def test_a_hole_leaves_a_ring_unless_it_reaches_an_edge():
    space = FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1)])
    turning = FactorSpace([Factor("a", 0, 1, periodic=True), Factor("b", 0, 1)])
    for one, center, ring in (
        (space, (0.5, 0.5), True),
        (space, (0.5, 0.9), False),
        (turning, (0.5, 0.9), False),
        (turning, (0.1, 0.5), True),
    ):
        assert leaves_ring(Disc(one, center=center, radius=0.25), one) == ring
    three = FactorSpace([Factor(name, 0, 1) for name in "abc"])
    assert not leaves_ring(Ball(three, radius=0.2), three)


@pytest.mark.parametrize("punctured", [True, False])
def test_a_planted_hole_is_the_verdict(punctured):
    space = FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1)])
    hole = Disc(space, radius=0.25)
    points = split_points(space, uniform(space, 500, seed=1), hole, 0, seed=2)
    rows = np.flatnonzero(points.split != "removed") if punctured else np.arange(len(points))
    a, b = points.factors[rows].T
    found = topology(np.column_stack([np.sin(2 * a), np.cos(2 * a), 2 * b]), 150, halves=4)
    match = None
    if found.loop_rows:
        match = boundary_match(found.loop_rows[0], points.boundary_distance[rows], 0.25)
    verdict = loops_verdict(found.loops, match, ring=leaves_ring(hole, space))
    assert verdict == ("hole" if punctured else "no loop")
