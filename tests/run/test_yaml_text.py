import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transect.run.yaml_text import DEEPEST, LARGEST, LONGEST, dump, parse

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(PLAIN)
def test_what_is_written_is_read(value):
    assert parse(dump(value)) == value


@pytest.mark.parametrize("text", ["\x85", "a\x85b", "\u2028", "\u2029x", "\ufeff", "\r\n", " \n "])
def test_every_break_of_a_line_is_kept(text):
    assert parse(dump({text: text})) == {text: text}


@pytest.mark.parametrize("text", ["1e-3", "1E-3", "1.0e-3", ".1e-2", "10e-4", "+1e-3"])
def test_an_exponent_makes_a_number_unless_it_was_written_as_text(text):
    value = parse(text)
    assert isinstance(value, float)
    assert math.isclose(value, 1e-3)
    assert parse(dump({"name": text})) == {"name": text}


def bomb(levels):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]" for k in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (bomb(9), f"at most {LARGEST} values"),
        ("a: &a {x: 1}\nb: &b {<<: [*a, *a]}\nc: &c [*c]", "without end"),
        ("[" * 5000 + "]" * 5000, f"at most {DEEPEST} lists"),
        ("{a: " * 5000 + "1" + "}" * 5000, f"at most {DEEPEST} lists"),
        ("x" * (LONGEST + 1), "at most 1000000 characters"),
        ("!!python/object/apply:os.system ['touch x']", "not YAML"),
        ("!!python/name:os.system", "not YAML"),
        ("a: 2020-13-45", "."),
        ("a: " + "9" * 5000, "."),
        ("a: [1", "not YAML"),
        ("? {a: 1}\n: 2", "not YAML"),
    ],
)
def test_what_could_act_or_grow_is_refused_in_one_line(text, message):
    with pytest.raises(ValueError, match=message) as refusal:
        parse(text)
    assert "\n" not in str(refusal.value)


def test_aliases_that_stay_small_are_read():
    assert parse("a: &a [1, 2]\nb: *a") == {"a": [1, 2], "b": [1, 2]}
    assert parse(bomb(3))["a1"] == [["x"] * 10] * 10
