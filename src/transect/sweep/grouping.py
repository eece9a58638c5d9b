"""What each field of a table of runs is for: telling models apart, conditions apart, or seeds.

Fields of the model's side name models, fields of the task's side name conditions. A numeric field
of the task that takes at least three values while all else is equal is the axis of a series. Names
are made of as few fields as tell things apart: the label of a whole component stands for its
options, and a field that follows from another is left out.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transect.report.comparison import Condition
from transect.run.config import COMPONENTS, role_of
from transect.run.folder import JUDGED
from transect.space.values import Role

TASK: tuple[Role, ...] = ("data", "split", "task")
"""Roles of the fields that say what is asked of a model; among them only the seed does not."""

UNTOLD: tuple[Role, ...] = ("measuring", "presentation")
"""Roles of the fields that change neither the model nor what is asked of it."""

LEAST = 3
"""Values that make a series."""

FIRST_AXIS = "hole.radius"
"""The axis where several fields could be one."""


@dataclass(frozen=True)
class Grouping:
    """What the rows of a table are.

    Attributes:
        model: Name of the model of each row.
        condition: Name of the condition of each row.
        models: Name of each model -> what it is, in words.
        conditions: Each condition, series first.
        axis: The field that runs along the series; empty where there is none.
    """

    model: list[str]
    condition: list[str]
    models: dict[str, str]
    conditions: tuple[Condition, ...]
    axis: str


def group(table: pd.DataFrame, models: Sequence[str] | None = None) -> Grouping:
    """Return what the rows of a table of results are.

    Args:
        table: One row a finished cell, from `transect.sweep.results`.
        models: The fields that tell models apart, with dots or a whole component; all others that
            vary then belong to the conditions. Found where None.

    Raises:
        ValueError: One of `models` is no field of the table.
    """
    fields = _fields(table)
    texts = texts_of(table, fields)
    varied = [name for name in _usable(texts) if texts[name].nunique() > 1]
    chosen = None if models is None else _chosen(fields, models, varied)
    own, task = _sides(texts, varied, chosen)
    model = row_names(texts, select(own, texts), "model")
    axis, series = _axis(table, texts, task)
    condition, conditions = _conditions(table, texts, task, axis, series)
    described = {
        name: ", ".join(
            f"{field} {texts[field][row]}" for field in own if _is_said(texts, field, row)
        )
        for name, row in _first_rows(model).items()
    }
    return Grouping(model, condition, described, conditions, axis)


def configuration_fields(table: pd.DataFrame) -> list[str]:
    """Return the columns of a table that are fields of the configuration, without labels."""
    return [name for name in _fields(table) if not _is_label(name, table.columns)]


def _fields(table: pd.DataFrame) -> list[str]:
    return [
        str(name)
        for name in table.columns
        if role_of(str(name)) is not None or name in {CELLS, str(JUDGED)}
    ]


def _chosen(fields: list[str], models: Sequence[str], varied: list[str]) -> list[str]:
    """Return the fields that the user names, those in a component too.

    Raises:
        ValueError: There is no such field, or it is the seed.
    """
    found = []
    for name in models:
        of = [field for field in fields if field == name or field.startswith(f"{name}.")]
        if not of or name == "seed":
            choices = ", ".join(field for field in varied if field != "seed")
            raise ValueError(
                f"models needs fields that tell models apart, got {name!r}; "
                f"what varies is {choices or 'nothing but the seed'}"
            )
        found += of
    return found


def _usable(texts: pd.DataFrame) -> list[str]:
    """Return the fields, labels only where every cell has one that means something."""
    found = []
    for name in map(str, texts):
        if _is_label(name, texts.columns):
            numbered = name == CELLS and texts[name].str.fullmatch(r"\d+").all()
            if numbered or (texts[name] == "").any():
                continue
        found.append(name)
    return found


def _is_label(name: str, columns: Iterable[str]) -> bool:
    """Return whether a column holds labels: of the list of cells, or of a component with fields."""
    return name == CELLS or (name in LABELS and f"{name}.kind" in columns)


def _sides(
    texts: pd.DataFrame, varied: list[str], chosen: list[str] | None
) -> tuple[list[str], list[str]]:
    """Return the varied fields that tell models apart, and those that tell conditions apart."""
    if chosen is not None:
        own = [name for name in varied if name in chosen]
        # a label, or another option, that says the same of the same component
        sections = {CELLS, *(_section(name) for name in own)}
        others = [
            name for name in varied if name not in own and name != "seed" and not _is(name, UNTOLD)
        ]
        return own, [
            name
            for name in others
            if not (_section(name) in sections and follows(texts, name, own))
        ]
    task = [name for name in varied if _is(name, TASK) and name != "seed"]
    own = [name for name in varied if not _is(name, (*TASK, *UNTOLD))]
    if CELLS in own:
        driven = [name for name in varied if name != CELLS and follows(texts, name, [CELLS])]
        if driven and all(name in task for name in driven):
            own.remove(CELLS)
            task.insert(0, CELLS)
    for name in varied:
        if _is(name, ("measuring",)) and not follows(texts, name, [*own, *task, "seed"]):
            own.append(name)
    return own, task


def _is(name: str, roles: Sequence[Role]) -> bool:
    return role_of(name) in roles


def _section(name: str) -> str:
    return name.partition(".")[0]


def _axis(
    table: pd.DataFrame, texts: pd.DataFrame, task: Sequence[str]
) -> tuple[str, dict[int, tuple]]:
    """Return the field that runs along series, and for each row of a series which one it is in."""
    plain = [name for name in task if preference(name) > 0]
    numeric = [name for name in plain if _is_numeric(table[name])]
    numeric.sort(key=lambda name: (name != FIRST_AXIS, -texts[name].nunique()))
    for name in numeric:
        rows = texts[texts[name] != ""]
        others = [other for other in plain if other != name and not follows(rows, other, [name])]
        series: dict[int, tuple] = {}
        for key, group in _groups(rows, others):
            if group[name].nunique() >= LEAST:
                series |= dict.fromkeys(group.index, key)
        if series:
            return name, series
    return "", {}


def _groups(rows: pd.DataFrame, fields: Sequence[str]) -> Iterator[tuple[tuple, pd.DataFrame]]:
    if not fields:
        yield (), rows
        return
    for key, group in rows.groupby(list(fields), sort=False):
        yield tuple(key), group


def _is_numeric(column: pd.Series) -> bool:
    known = column.dropna()
    return pd.api.types.is_numeric_dtype(known) and not pd.api.types.is_bool_dtype(known)


def _conditions(
    table: pd.DataFrame,
    texts: pd.DataFrame,
    task: Sequence[str],
    axis: str,
    series: dict[int, tuple],
) -> tuple[list[str], tuple[Condition, ...]]:
    """Return the name of the condition of each row, and all conditions, series first."""
    inside = sorted(series)
    outside = [row for row in range(len(texts)) if row not in series]
    found: dict[int, Condition] = {}
    if inside:
        part = texts.loc[inside]
        labels = [series[row] for row in inside]
        part = part.assign(**{_SERIES: [repr(label) for label in labels]})
        others = [name for name in task if name != axis and follows(part, name, [_SERIES])]
        names = row_names(part, select(others, part), "")
        end = axis.rpartition(".")[2]
        for row, name in zip(inside, names, strict=True):
            full = ", ".join(one for one in (name, f"{end} {texts[axis][row]}") if one)
            found[row] = Condition(full, name, float(table[axis].iloc[row]))
    if outside:
        part = texts.loc[outside]
        fields = select(task, part) or sorted(task, key=preference)[:1]
        names = row_names(part, fields, _alone(texts))
        found |= {row: Condition(name) for row, name in zip(outside, names, strict=True)}
    every = [found[row] for row in range(len(texts))]
    unique = list(dict.fromkeys(every))
    unique.sort(key=lambda one: one.series is None)
    return [one.name for one in every], tuple(unique)


_SERIES = "\0series"
"""Column of the series of a row, beside the fields."""


def _alone(texts: pd.DataFrame) -> str:
    """Return the name of the only condition."""
    name = next((name for name in ("hole", "hole.kind") if name in texts), None)
    return (texts[name].iloc[0] if name else "") or "all cells"


def _is_said(texts: pd.DataFrame, field: str, row: int) -> bool:
    return bool(texts[field][row]) and not _is_label(field, texts.columns)


def _first_rows(names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row, name in enumerate(names):
        found.setdefault(name, row)
    return found


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
