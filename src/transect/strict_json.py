"""JSON that any parser reads: RFC 8259 knows neither `NaN` nor `Infinity`."""

import json
import math
from collections.abc import Mapping

import numpy as np


def to_json(value: object, *, indent: int | None = None, ascii_only: bool = True) -> str:
    """Return a value as JSON text.

    Numbers that are not finite become null, at any depth. NumPy scalars and arrays become numbers
    and lists, tuples lists, and keys text.

    Args:
        value: Mappings, sequences and arrays of numbers, texts, truth values and None.
        indent: Blanks by which each level is set in; everything in one line, without blanks, where
            None.
        ascii_only: Whether other characters are escaped.

    Raises:
        TypeError: Something in the value has no form in JSON.
        ValueError: Two keys of a mapping are the same text.

    Example:
        >>> to_json({"a": float("nan"), 1: (np.float32(0.5), np.array([1.0, np.inf]))})
        '{"a":null,"1":[0.5,[1.0,null]]}'
    """
    separators = (",", ":") if indent is None else None
    return json.dumps(
        _plain(value),
        indent=indent,
        ensure_ascii=ascii_only,
        separators=separators,
        allow_nan=False,
    )


def _plain(value: object) -> object:
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        found = {str(key): _plain(part) for key, part in value.items()}
        if len(found) < len(value):
            raise ValueError(f"keys of JSON need to be different texts, got {list(value)}")
        return found
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
