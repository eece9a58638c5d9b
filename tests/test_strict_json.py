"""What is written as JSON is read by parsers that know no NaN."""

import json
import math

import numpy as np
import pytest

from transect.strict_json import to_json


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def strict(text: str):
    return json.loads(text, parse_constant=refuse)


def test_numbers_that_are_not_finite_are_null_at_any_depth():
    value = {
        "plain": [math.nan, math.inf, -math.inf, 0.1],
        "nested": ({"deep": [[np.float32("inf")], np.float64("nan")]},),
        "array": np.array([[1.5, np.nan], [-np.inf, 2.0]]),
        "scalar": np.float64(0.25),
    }
    assert strict(to_json(value)) == {
        "plain": [None, None, None, 0.1],
        "nested": [{"deep": [[None], None]}],
        "array": [[1.5, None], [None, 2.0]],
        "scalar": 0.25,
    }


def test_everything_else_stays_what_it_is():
    value = {"text": "NaN", "true": np.bool_(True), "whole": np.int64(2**53), "none": None, 1: "é"}
    found = strict(to_json(value, indent=1))
    assert found == {"text": "NaN", "true": True, "whole": 2**53, "none": None, "1": "é"}
    assert found["true"] is True
    assert "é" in to_json(value, ascii_only=False) and to_json(value).isascii()


def test_floats_return_exactly():
    values = np.random.default_rng(0).standard_normal(50) * 10.0 ** np.arange(-25, 25)
    assert strict(to_json(values)) == values.tolist()


def test_keys_that_become_the_same_text_are_refused():
    with pytest.raises(ValueError, match="different texts"):
        to_json([{1: "a", "1": "b"}])


def test_what_json_has_no_form_for_is_refused():
    with pytest.raises(TypeError):
        to_json({"a": 1j})
