"""What makes no factor, space, hole, sample, split, transect or outline is refused by its name."""

import numpy as np
import pytest

from transect.space import (
    Ball,
    Band,
    Box,
    Complement,
    Difference,
    Disc,
    Factor,
    FactorSpace,
    HalfSpace,
    Intersection,
    PointSet,
    Polygon,
    Transect,
    Union,
    grid,
    inside,
    outline,
    sobol,
    split_points,
    uniform,
)

PLANE = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 2)])
OTHER = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 3)])
SOLID = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 2), Factor("c", -1, 1)])
FINITE = FactorSpace(
    [Factor("kind", 0, 5, values=(0, 1, 5)), Factor("size", -1, 1, values=(-1, -0.5, 0.5, 1))]
)
BALL = Ball(PLANE, 1)
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1]]
SEPARATE = "edges 0 and 2 do"


def named(*names):
    return FactorSpace([Factor(name, 0, 1) for name in names])


def split(points=None, hole=BALL, validation=10, **options):
    points = uniform(PLANE, 100, seed=0) if points is None else points
    return split_points(PLANE, points, hole, validation, 0, **options)


def point_set(split=5, distance=5, word="train"):
    return PointSet(named("a"), np.zeros((5, 1)), np.full(split, word), np.zeros(distance))


def line(name="P", start=(0, 1), end=(2, 1), **options):
    return Transect(name, PLANE, start, end, **options)


def drawn(**options):
    return outline(Ball(SOLID, 0.5), SOLID, **options)


FACTORS = [
    (lambda: Factor("", 0, 1), "needs a name"),
    (lambda: Factor("a", 1, 1), r"'a' needs finite bounds .* low=1, high=1"),
    (lambda: Factor("a", 0, np.inf), "finite bounds"),
    (lambda: Factor("a", np.nan, 1), "finite bounds"),
    (lambda: Factor("a", 0, 1, values=(0.5,)), "at least two ascending"),
    (lambda: Factor("a", 0, 1, values=(0.5, 0.5)), "ascending"),
    (lambda: Factor("a", 0, 1, values=(0.5, 1.5)), r"within \[0, 1\]"),
    (lambda: Factor("a", 0, 1, values=(-0.5, 0.5)), r"within \[0, 1\]"),
    (named, "unique names"),
    (lambda: named("a", "a"), "unique names"),
    (lambda: PLANE.index("c"), "no factor 'c'; choose from a, b"),
    (lambda: PLANE.check([1.0, 2.0]), r"\(n, 2\), one column for each of a, b; got \(2,\)"),
    (lambda: PLANE.check([[1.0, 2.0, 3.0]]), r"got \(1, 3\)"),
    (lambda: PLANE.check([[1.0, 2.0], [np.nan, 0.0]]), "finite values, got .* in row 1"),
]
HOLES = [
    (lambda: Ball(PLANE, 0), "radius needs to be greater than 0, got 0"),
    (lambda: Ball(PLANE, np.nan), "radius needs finite"),
    (lambda: Ball(PLANE, [1, 2]), "radius needs one number"),
    (lambda: Ball(PLANE, "wide"), "radius needs numbers, got 'wide'"),
    (lambda: Ball(PLANE, 1, [1]), r"center needs 2 numbers, one for each of a, b; got \[1\]"),
    (lambda: Ball(PLANE, 1, [1, np.inf]), "center needs finite numbers"),
    (lambda: Ball(PLANE, 1, unit="mm"), "unknown unit 'mm'; choose from raw, box"),
    (lambda: Ball(PLANE, 1, factors=["d"]), "no factor 'd'; choose from a, b"),
    (lambda: Ball(PLANE, 1, factors=["a", "a"]), "different names out of a, b"),
    (lambda: Ball(PLANE, 1, factors=[]), "different names"),
    (lambda: Ball(PLANE, 1, factors="ab"), "list of different names"),
    (lambda: Disc(SOLID, 1), "Disc needs exactly two factors, got a, b, c; name two"),
    (lambda: Disc(SOLID, 1, factors=["a"]), "exactly two factors"),
    (lambda: Box(PLANE, [0, 1], [1, 1]), "low needs to be less than high"),
    (lambda: Box(PLANE, [0], [1, 1]), "low needs 2 numbers"),
    (lambda: Box(PLANE, [0, 0], [1, "x"]), "high needs numbers"),
    (lambda: Band(PLANE, "d", 0, 1), "no factor 'd'"),
    (lambda: Band(PLANE, "a", 1, 1), "low needs to be less than high, got low=1, high=1"),
    (lambda: HalfSpace(PLANE, [0, 0], 1), "normal needs a number other than 0"),
    (lambda: HalfSpace(PLANE, [1, 2, 3], 1), "normal needs 2 numbers"),
    (lambda: HalfSpace(PLANE, [1, 2], None), "offset needs numbers, got None"),
    (lambda: Polygon(SOLID, SQUARE), "Polygon needs exactly two factors"),
    (lambda: Polygon(PLANE, SQUARE[:2]), r"at least three \(x, y\)"),
    (lambda: Polygon(PLANE, [1, 2, 3]), r"at least three \(x, y\)"),
    (lambda: Polygon(PLANE, [[0, 0], [1], [1, 1]]), "vertices needs numbers"),
    (lambda: Polygon(PLANE, [*SQUARE, [0, 0]]), "vertices 4 and 0 .* the same"),
    (lambda: Polygon(PLANE, [[0, 0], [0, 0], [1, 1], [0, 1]]), "vertices 0 and 1"),
    (lambda: Polygon(PLANE, [[0, 0], [1, 1], [1, 0], [0, 1]]), SEPARATE),
    (lambda: Polygon(PLANE, [[0, 0], [1, 0], [2, 0]]), SEPARATE),
    (lambda: Polygon(PLANE, [[0, 0], [2, 0], [1, 0], [1, 1]]), "edges 0 and 1 do"),
    (lambda: Polygon(PLANE, [[1, 0], [2, 1], [0, 1], [2, 0]]), SEPARATE),
    (lambda: Polygon(PLANE, [[0, 0], [2, 0], [1, 1], [1, 0], [0.5, 1]]), "don't meet"),
    (lambda: Union([]), "at least one hole, got none"),
    (lambda: Intersection([]), "at least one hole, got none"),
    (lambda: Union([BALL, "ball"]), "need to be holes, got 'ball'"),
    (lambda: Complement(None), "need to be holes, got None"),
    (lambda: BALL | Ball(OTHER, 1), "need the same space"),
    (lambda: BALL & Ball(PLANE, 1, unit="box"), "same unit.* 'raw' and 'box'"),
    (lambda: Difference(BALL, Ball(OTHER, 1)), "need the same space"),
    (lambda: drawn(resolution=0), "resolution needs a whole number of at least 1, got 0"),
    (lambda: drawn(factors=["a"]), "an outline needs exactly two factors"),
    (lambda: drawn(factors=["a", "d"]), "no factor 'd'"),
    (lambda: drawn(fixed={"a": 1}), "fixed needs factors other than those drawn, got 'a'"),
    (lambda: drawn(fixed={"d": 1}), "no factor 'd'"),
    (lambda: drawn(fixed={"c": "x"}), "c needs numbers"),
]
SAMPLES = [
    (lambda: uniform(PLANE, 0, seed=0), "count needs a whole number of at least 1, got 0"),
    (lambda: uniform(PLANE, 2.5, seed=0), "count needs a whole number"),
    (lambda: uniform(FINITE, 13, seed=0), "at most 12, the number of points.* got 13"),
    (lambda: sobol(FINITE, 13, seed=0), "at most 12"),
    (lambda: sobol(PLANE, -1, seed=0), "at least 1, got -1"),
    (lambda: grid(PLANE, 0), "shape along 'a' needs a whole number of at least 1, got 0"),
    (lambda: grid(PLANE, (2, 2.0)), "shape along 'b' needs a whole number"),
    (lambda: grid(PLANE, (2, 2, 2)), r"one for each of a, b; got \(2, 2, 2\)"),
    (lambda: grid(FINITE, 4), "at most 3 for 'kind', the number of its values, got 4"),
    (lambda: inside(PLANE, BALL, 0, seed=0), "count needs a whole number"),
    (lambda: inside(PLANE, Ball(PLANE, 1, [9, 9]), 3, seed=0), "held 0 of 20[0-9]* uniform"),
    (lambda: inside(PLANE, Ball(PLANE, 1e-4), 3, seed=0), "at least 1e-05 of the box"),
    (lambda: inside(FINITE, Band(FINITE, "kind", 4, 6), 5, seed=0), "at most the 4 grid point"),
    (lambda: split(validation=100), "leave one of the .* kept points for training, got 100"),
    (lambda: split(validation=-1), "at least 0"),
    (lambda: split(validation=0.999), "leave one"),
    (lambda: split(validation=1.0), "share between 0 and 1, got 1.0"),
    (lambda: split(validation=0.0), "share between 0 and 1, got 0.0"),
    (lambda: split(validation=np.nan), "share between 0 and 1, got nan"),
    (lambda: split(validation=True), "whole number of points"),
    (lambda: split(validation="5"), "whole number of points.* got '5'"),
    (lambda: split(order="first"), "unknown order 'first'; choose from random, last"),
    (lambda: split(hole=Ball(PLANE, 0.1, [9, 9])), "remove some of the 100 points but holds"),
    (lambda: split(hole=Ball(PLANE, 9)), "leave points but removes all 100"),
    (lambda: split(np.empty((0, 2)), None), "leave one of the 0 kept points"),
    (lambda: split([[1, 2, 3]], None), r"shape \(n, 2\)"),
    (lambda: split([[1, np.nan]], None), "finite"),
    (lambda: point_set(split=4), r"5 points need as many .* got \(4,\) and \(5,\)"),
    (lambda: point_set(distance=4), r"got \(5,\) and \(4,\)"),
    (lambda: point_set(word="test"), "unknown split 'test'"),
    (lambda: point_set().where("test"), "'test'; choose from train, validation, removed"),
]
TRANSECTS = [
    (lambda: line(""), "needs a name"),
    (lambda: line(3), "needs a name that is not empty, got 3"),
    (lambda: line(start=[1]), "start of transect 'P' needs 2 numbers, one for each of a, b"),
    (lambda: line(end=[1, np.nan]), "end of transect 'P' needs finite"),
    (lambda: line(end=[0, 1]), "needs an end that isn't its start"),
    (lambda: line(count=1), "count of transect 'P' needs a whole number of at least 2, got 1"),
    (lambda: line(count=2.5), "whole number"),
]


@pytest.mark.parametrize(("build", "message"), [*FACTORS, *HOLES, *SAMPLES, *TRANSECTS])
def test_what_cannot_be_is_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()
