import math

import numpy as np
import pytest

from transect.space import Factor
from transect.world.parameters import Parameter, Parameters


def test_a_pair_makes_a_factor_whose_column_stands_in_the_order_of_the_parameters():
    parameters = Parameters(
        Parameter("a", (0, 1)), Parameter("b", 7), Parameter("c", np.array([2.0, 3.0]), unit="m")
    )
    assert parameters.space.factors == (Factor("a", 0, 1), Factor("c", 2, 3, unit="m"))
    a, b, c = parameters.columns([[0.1, 2.1], [0.2, 2.2], [0.3, 2.3]])
    assert [column.tolist() for column in (a, c)] == [[[0.1], [0.2], [0.3]], [[2.1], [2.2], [2.3]]]
    assert b.tolist() == [[7]]
    with pytest.raises(ValueError, match=r"at least one factor.*a, b"):
        Parameters(Parameter("a", 1), Parameter("b", 2))


NEITHER = ["5", "ab", None, True, {"low": 1}, [1], [1, 2, 3], [2, 1], [1, 1], [0, math.inf]]


@pytest.mark.parametrize("setting", [*NEITHER, math.nan, [[0, 1], [2, 3]], [False, True]])
def test_settings_that_are_no_number_or_range_or_make_no_sense_are_refused(setting):
    with pytest.raises(ValueError, match="width needs a finite number"):
        Parameter("width", setting)
    for outside in (-0.1, 1.1, [-0.1, 0.5], [0.5, 1.1]):
        with pytest.raises(ValueError, match=r"width needs values within \[0, 1\]"):
            Parameter("width", outside, least=0, most=1)


def test_only_a_range_of_one_period_is_periodic():
    full = Parameter("angle", (-math.pi, math.pi), period=2 * math.pi)
    written_short = Parameter("angle", (0, 6.283), period=2 * math.pi)
    half = Parameter("angle", (0, math.pi), period=2 * math.pi)
    assert full.factor.periodic
    assert written_short.factor.periodic
    assert not half.factor.periodic
    with pytest.raises(ValueError, match=r"angle repeats after 6\.28319"):
        Parameter("angle", (0, 7), period=2 * math.pi)
