"""Short names of runs, made of as few fields as tell them apart.

The label of a whole component stands for its options, and a field that follows from another is left
out: decoders of different kinds and widths are `film` and `mlp` where each kind has one width.
"""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from transect.run.config import COMPONENTS

CELLS = "cells"
"""The column of the labels of a list of cells."""

LABELS = (CELLS, *COMPONENTS)
"""Columns that hold labels of whole components where they are there."""

PLAIN = 2
"""Rank of a field that means something with its name alone."""


def texts_of(table: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    """Return the values of some fields as they are shown; empty where there is none."""
    return pd.DataFrame({name: [_text(value) for value in table[name]] for name in fields})


def _text(value: object) -> str:
    """Return a value as it is shown; empty where there is none."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_):
        return f"{value:.10g}"
    return str(value)


def follows(texts: pd.DataFrame, name: str, others: Sequence[str]) -> bool:
    """Return whether a field has one value wherever the others have the same values."""
    if not others:
        return texts[name].nunique() <= 1
    return bool(texts.groupby(list(others))[name].nunique().max() <= 1)


def select(fields: Sequence[str], texts: pd.DataFrame) -> list[str]:
    """Return few fields that tell all rows apart which any of the fields does."""
    found: list[str] = []
    for name in sorted(fields, key=preference):
        if not follows(texts, name, found):
            found.append(name)
    for name in reversed(found.copy()):
        others = [other for other in found if other != name]
        if preference(name) == PLAIN and any(follows(texts, name, [other]) for other in others):
            found.remove(name)
    return found


def preference(name: str) -> int:
    """Return 0 for labels, 1 for kinds, which mean most, and `PLAIN` for all others."""
    if name in LABELS:
        return 0
    return 1 if name.endswith(".kind") else PLAIN


def row_names(texts: pd.DataFrame, fields: Sequence[str], without: str) -> list[str]:
    """Return the name of each row, of its values of some fields.

    Args:
        texts: The values.
        fields: Which make the name.
        without: The name where there is no field.

    Example:
        >>> table = {"decoder.kind": ["film", "mlp"], "latent": ["2", "4"]}
        >>> row_names(pd.DataFrame(table), ["decoder.kind", "latent"], "model")
        ['film, latent 2', 'mlp, latent 4']
    """
    if not fields:
        return [without] * len(texts)
    rows = texts[list(fields)].to_dict("records")
    found = [_joined(row, fields) or "default" for row in rows]
    if len(set(found)) < len({tuple(row.values()) for row in rows}):
        return [", ".join(f"{name}={row[name]}" for name in fields) for row in rows]
    return found


def _joined(row: Mapping[Hashable, str], fields: Sequence[str]) -> str:
    ends = [name.rpartition(".")[2] for name in fields]
    parts = []
    for name, end in zip(fields, ends, strict=True):
        if row[name]:
            said = end if ends.count(end) == 1 else name
            parts.append(row[name] if preference(name) < PLAIN else f"{said} {row[name]}")
    return ", ".join(parts)
