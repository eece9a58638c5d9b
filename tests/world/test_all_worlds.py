"""What holds for every world: views, ends of periods, defaults, bad points."""

import inspect
import math
import subprocess
import sys
from itertools import product
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from transect.space import Ball, Disc, Factor, FactorSpace, Transect
from transect.world import (
    CurveWorld,
    Ellipse,
    FourierBlob,
    GaussianBump,
    Grating,
    Lissajous,
    Rose,
    Superformula,
)
from transect.world.base import ball_radius

TURN = (0.0, 2 * pi)
CURVES = {
    "rose": Rose(),
    "rose with all factors": Rose((0, 9), (-1, 3), (-2, 2), phase=TURN, rotation=TURN),
    "ellipse": Ellipse(),
    "flat ellipse": Ellipse(aspect=(0.1, 0.5), size=(0.2, 2), orientation=(-pi / 2, pi / 2)),
    "lissajous": Lissajous(),
    "lissajous with all factors": Lissajous((0, 5), (0, 5), TURN),
    "superformula": Superformula(),
    "superformula with all factors": Superformula((0, 12), (0.1, 40), (0.1, 40), (0.1, 40)),
    "blob": FourierBlob(),
    "blob of seven harmonics": FourierBlob([(-0.14, 0.14)] * 7),
}
PAINTINGS = {
    "bump": GaussianBump(),
    "bump with all factors": GaussianBump(width=(0.01, 0.5)),
    "grating": Grating(),
    "grating with all factors": Grating((0, 12), TURN, TURN, (0.1, 1)),
}
WORLDS = {**CURVES, **PAINTINGS}


def box_points(world, fractions):
    """Points at fractions (n, 9) of the box, of which the world takes as many as it has factors."""
    return world.space.from_unit(fractions[:, : world.space.dimension])


@pytest.mark.parametrize("world", CURVES.values(), ids=CURVES)
@settings(max_examples=30, deadline=None)
@given(fractions=arrays(np.float64, (4, 9), elements=st.floats(0, 1)))
def test_no_vertex_leaves_the_view(world, fractions):
    corners = np.array(list(product([0.0, 1.0], repeat=world.space.dimension)))
    points = np.concatenate([box_points(world, fractions), world.space.from_unit(corners)])
    curves = world.curves(points)
    assert curves.shape == (len(points), world.vertices, 2)
    assert curves.dtype == np.float64
    assert np.abs(curves).max() <= world.extent * (1 + 1e-12)


@pytest.mark.parametrize("world", PAINTINGS.values(), ids=PAINTINGS)
@settings(max_examples=30, deadline=None)
@given(fractions=arrays(np.float64, (3, 9), elements=st.floats(0, 1)), size=st.integers(1, 40))
def test_paintings_lie_between_nothing_and_foreground(world, fractions, size):
    images = world.paint(box_points(world, fractions), size)
    assert images.shape == (3, size, size)
    assert images.dtype == np.float32
    assert images.min() >= 0
    assert images.max() <= 1


def image_gap(world, first, second):
    """Largest difference between two images: of pixels, or of curves as sets of vertices."""
    if not isinstance(world, CurveWorld):
        return np.abs(world.paint([first], 32) - world.paint([second], 32)).max()
    one, other = world.curves([first, second])
    distance = np.linalg.norm(one[:, None] - other[None], axis=-1)
    return max(distance.min(axis=0).max(), distance.min(axis=1).max())


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_both_ends_of_a_periodic_factor_give_one_image_and_of_another_two(world):
    for column, factor in enumerate(world.space.factors):
        low = world.space.from_unit([[0.6] * world.space.dimension])[0]
        high = low.copy()
        low[column], high[column] = factor.low, factor.high
        assert (image_gap(world, low, high) < 1e-5) == factor.periodic, factor.name


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_points_are_drawn_one_by_one_as_all_at_once_and_checked(world):
    points = world.space.from_unit(
        np.random.default_rng(0).uniform(size=(3, world.space.dimension))
    )
    draw = world.curves if isinstance(world, CurveWorld) else lambda some: world.paint(some, 16)
    alone = np.concatenate([draw(point[None]) for point in points])
    np.testing.assert_allclose(draw(points), alone, atol=1e-6)
    assert draw(points[:0]).shape == (0, *draw(points).shape[1:])
    for bad in (np.zeros((2, world.space.dimension + 1)), np.zeros(world.space.dimension)):
        with pytest.raises(ValueError, match="points need the shape"):
            draw(bad)
    with pytest.raises(ValueError, match="finite values"):
        draw(np.full((1, world.space.dimension), np.nan))


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_default_transects_cross_the_default_hole_from_outside_to_outside(world):
    options = dict(world.default_hole())
    hole = {"ball": Ball, "disc": Disc}[options.pop("kind")](world.space, **options)
    lines = [Transect(space=world.space, **line) for line in world.default_transects()]
    assert len(lines) == world.space.dimension + (world.space.dimension == 2)
    for line in lines:
        assert world.space.contains(line.points).all()
        inside = hole.contains(line.points)
        assert inside.any()
        assert not inside[[0, -1]].any()


@pytest.mark.parametrize(
    ("world", "closed"),
    [
        *((Rose(petals), True) for petals in (4, 4.0)),
        *((Rose(petals), False) for petals in (2.5, [2, 6])),
        (Lissajous(2, 3), True),
        *((Lissajous(first, 2), False) for first in (2.5, (1, 3))),
        *((Superformula(m), True) for m in (6, 5)),
        *((Superformula(m), False) for m in (2.5, (2, 6))),
    ],
)
def test_a_curve_is_closed_by_fixed_whole_numbers_alone(world, closed):
    assert world.closed == closed
    first, last = world.curves(box_points(world, np.full((1, 9), 0.4)))[0, [0, -1]]
    assert (np.linalg.norm(first - last) < 1e-10) == closed


CLASSES = [Rose, Ellipse, Lissajous, Superformula, FourierBlob, GaussianBump, Grating]


@pytest.mark.parametrize("cls", CLASSES)
def test_an_impossible_option_is_refused_by_its_name(cls):
    fixed = {}
    for name, parameter in inspect.signature(cls).parameters.items():
        wrong = [2, 2.5, "many", 2_000_000] if name == "vertices" else ["left", [2, 1], math.nan]
        for value in wrong:
            with pytest.raises(
                ValueError, match=f"^{name}|^a2" if cls is FourierBlob else f"^{name}"
            ):
                cls(**{name: value})
        if name not in {"vertices", "amplitudes"}:
            fixed[name] = np.mean(parameter.default)
    with pytest.raises(ValueError, match="at least one factor"):
        cls(**(fixed or {"amplitudes": [0.1, 0.1]}))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Rose(petals=-1), "petals needs values within"),
        (lambda: Rose(rotation=[0, 7]), "rotation repeats"),
        (lambda: Ellipse(size=(0, 1)), "size needs values within"),
        (lambda: Ellipse(aspect=-2), "aspect needs values within"),
        (lambda: Ellipse(orientation=(0, 4)), "orientation repeats after 3.14159"),
        (lambda: Lissajous(frequency_x=-1), "frequency_x needs values within"),
        (lambda: Lissajous(phase=(0, 7)), "phase repeats"),
        (lambda: Superformula(m=-2), "m needs values within"),
        (lambda: Superformula(n1=0), "n1 needs values within"),
        (lambda: FourierBlob([(-0.6, 0.6), (-0.5, 0.5)]), "sum to less than 1"),
        (lambda: GaussianBump(width=0), "width needs values within"),
        (lambda: GaussianBump().paint([[0, 0]], 0), "size needs a whole number"),
        (lambda: Grating(frequency=(-1, 3)), "frequency needs values within"),
        (lambda: Grating(width=-1), "width needs values within"),
        (lambda: Grating().paint([[2, 0]], 16.0), "size needs a whole number"),
    ],
)
def test_values_that_make_no_image_are_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize("dimension", range(1, 8))
def test_the_default_ball_takes_a_tenth_of_the_box_as_far_as_it_fits(dimension):
    radius = ball_radius(dimension)
    points = np.random.default_rng(dimension).uniform(size=(40_000, dimension))
    share = (np.linalg.norm(points - 0.5, axis=1) <= radius).mean()
    assert radius <= 0.45
    if radius < 0.45:
        assert abs(share - 0.1) < 0.006
    else:
        assert 0 < share < 0.1


class Grown(CurveWorld):
    """The least that a world can be."""

    def __init__(self, *factors):
        self.space = FactorSpace(factors)

    def curves(self, points):
        return np.zeros((len(points), 3, 2))


def test_the_antidiagonal_runs_from_low_high_to_high_low():
    lines = Grown(Factor("p", 0, 2), Factor("q", 10, 30)).default_transects()
    assert lines == [
        {"name": "p", "start": [0, 20], "end": [2, 20], "count": 15},
        {"name": "q", "start": [1, 10], "end": [1, 30], "count": 15},
        {"name": "antidiagonal", "start": [0, 30], "end": [2, 10], "count": 15},
    ]


def test_a_line_along_a_finite_factor_has_a_point_for_each_value():
    finite = Factor("f", 0, 1, values=(0.0, 0.3, 0.9))
    lines = Grown(finite, Factor("p", 0, 2), Factor("q", 0, 2)).default_transects()
    assert lines[0] == {"name": "f", "start": [0, 1, 1], "end": [0.9, 1, 1], "count": 3}
    assert lines[1] == {"name": "p", "start": [0.3, 0, 1], "end": [0.3, 2, 1], "count": 15}


def test_importing_the_worlds_needs_numpy_alone():
    code = "import sys, transect.world;print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "numpy" in loaded
    heavy = {"torch", "scipy", "pandas", "matplotlib", "numba", "h5py", "sklearn", "PIL"}
    assert not heavy & set(loaded)
