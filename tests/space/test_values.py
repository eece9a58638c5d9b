import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from transect.space.values import (
    LONGEST,
    Limits,
    check_fields,
    check_value,
    section,
    setting,
    settings,
    shown,
)

GOOD = [
    (1, int),
    (np.int64(1), int),
    (1, float),
    (0.0, float),
    (-1e-17, float),
    (True, bool),
    ("a", str),
    (None, int | None),
    ("learned", float | Literal["learned"]),
    ([1, 2.5], Sequence[float]),
    ((1, 2), list[int]),
    (np.array([1.0, 2.0]), Sequence[float]),
    ([[0, 1], [1, 1]], Sequence[Sequence[float]]),
    ([1, "a"], tuple[int, str]),
    ({"a": 1}, dict[str, float]),
    ({"a": [None]}, dict[str, Any]),
    ("p", str | Path),
    (Limits(), Limits),
]


@pytest.mark.parametrize(("value", "hint"), GOOD)
def test_a_value_of_the_type_is_taken(value, hint):
    check_value("x", value, hint)


@pytest.mark.parametrize(
    ("value", "hint", "message"),
    [
        (True, int, "x needs a whole number, got True"),
        (1.0, int, "x needs a whole number, got 1.0"),
        (True, float, "x needs a number, got True"),
        ("1", float, "x needs a number, got '1'"),
        (1, bool, "x needs true or false, got 1"),
        (None, float, "x needs a number, got None"),
        ([1, "a"], Sequence[float], "x needs a list, each of it a number, got"),
        ("ab", Sequence[str], "x needs a list, each of it a text, got 'ab'"),
        ({1: 2}, dict[str, int], "x needs {name: value}, got {1: 2}"),
        ("lerned", float | Literal["learned"], "x needs a number or learned, got 'lerned'"),
        (1, Literal[True], "x needs True, got 1"),
        ([1], tuple[int, str], "x needs a list"),
        (3, Limits, "x needs a Limits, got 3"),
        (math.nan, Any, "x needs a finite number, .*, got nan"),
        (1e-320, Any, "x needs a finite number, .*, got 1e-320"),
        ({"a": [0, {"b": math.inf}]}, Any, r"x\.a\[1\]\.b needs a finite number, .*, got inf"),
        (10**400, float, "x needs a whole number of 64 bits, got 1000"),
        pytest.param(10**5000, Any, "got a whole number of thousands of digits", id="endless"),
        ("x" * (LONGEST + 1), str, "x needs a text of at most 4096 characters, got 4097"),
        ("a\0b", str, "NUL"),
    ],
)
def test_another_value_is_refused_in_one_line(value, hint, message):
    with pytest.raises(ValueError, match=message) as refusal:
        check_value("x", value, hint)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 200


@settings
@dataclasses.dataclass(frozen=True)
class Limited:
    count: int | None = setting(3, "data", least=1, most=5)
    rate: float = setting(0.5, "training", above=0)
    share: float = setting(0.5, "data", above=0, most=1)
    most: int = setting(0, "measuring", most=9)

    def __post_init__(self) -> None:
        check_fields(self, "it.")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"count": 0}, "it.count needs a whole number from 1 to 5 or null, got 0"),
        ({"count": 6}, "it.count needs a whole number from 1 to 5 or null, got 6"),
        ({"rate": 0}, "it.rate needs a number above 0, got 0"),
        ({"share": 1.5}, "it.share needs a number above 0, at most 1, got 1.5"),
        ({"most": 10}, "it.most needs a whole number of at most 9, got 10"),
        ({"most": None}, "it.most needs a whole number of at most 9, got None"),
    ],
)
def test_a_field_keeps_its_limits(values, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        Limited(**values)
    assert Limited(count=1, share=1, most=9) != Limited(count=None)
    assert Limited() == Limited(count=3, rate=0.5)


def test_a_field_without_a_role_is_refused_when_its_class_is_made():
    @settings
    @dataclasses.dataclass(frozen=True)
    class Whole:
        part: Limited = section(Limited)
        options: dict[str, int] = setting({"size": 1}, "data")

    assert Whole() == Whole()
    assert Whole().options is not Whole().options
    with pytest.raises(TypeError, match=r"Lacking\.most needs a role, one of data, split, task"):

        @settings
        @dataclasses.dataclass(frozen=True)
        class Lacking:
            count: int = setting(1, "data")
            most: int = 3


def test_a_value_is_shown_in_one_short_line():
    assert shown("a\nb") == r"'a\nb'"
    assert len(shown(list(range(1000)))) == 60
