import math

import numpy as np
import pytest

from transect.world.parameters import Parameter, Parameters


def test_a_pair_makes_a_factor_and_a_number_does_not():
    parameters = Parameters(
        Parameter("a", 3), Parameter("b", [0, 2], unit="m"), Parameter("c", np.array([1.0, 4.0]))
    )
    assert parameters.space.names == ("b", "c")
    assert parameters.space.low.tolist() == [0, 1]
    assert parameters.space.high.tolist() == [2, 4]
    assert parameters.space.factors[0].unit == "m"


def test_columns_come_in_the_order_of_the_parameters_and_broadcast():
    parameters = Parameters(Parameter("a", (0, 1)), Parameter("b", 7), Parameter("c", (2, 3)))
    a, b, c = parameters.columns([[0.1, 2.1], [0.2, 2.2], [0.3, 2.3]])
    assert a.tolist() == [[0.1], [0.2], [0.3]]
    assert b.tolist() == [[7]]
    assert c.tolist() == [[2.1], [2.2], [2.3]]


NEITHER = ["5", "ab", None, True, {"low": 1}, [1], [1, 2, 3], [2, 1], [1, 1], [0, math.inf]]


@pytest.mark.parametrize("setting", [*NEITHER, math.nan, [[0, 1], [2, 3]], [False, True]])
def test_settings_that_are_neither_a_number_nor_a_range_are_refused(setting):
    with pytest.raises(ValueError, match="width needs a finite number"):
        Parameter("width", setting)


@pytest.mark.parametrize("setting", [-0.1, 1.1, [-0.1, 0.5], [0.5, 1.1]])
def test_settings_outside_what_makes_sense_are_refused(setting):
    with pytest.raises(ValueError, match=r"width needs values within \[0, 1\]"):
        Parameter("width", setting, least=0, most=1)


def test_only_a_range_of_one_period_is_periodic():
    full = Parameter("angle", (-math.pi, math.pi), period=2 * math.pi)
    written_short = Parameter("angle", (0, 6.283), period=2 * math.pi)
    half = Parameter("angle", (0, math.pi), period=2 * math.pi)
    assert full.factor.periodic
    assert written_short.factor.periodic
    assert not half.factor.periodic
    with pytest.raises(ValueError, match=r"angle repeats after 6\.28319"):
        Parameter("angle", (0, 7), period=2 * math.pi)


def test_a_world_with_no_factor_is_refused():
    with pytest.raises(ValueError, match=r"at least one factor.*a, b"):
        Parameters(Parameter("a", 1), Parameter("b", 2))
