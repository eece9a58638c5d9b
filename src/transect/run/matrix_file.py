"""Matrices of codes and factors in files of any program, as named columns."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from transect.space.column import factor_name
from transect.space.reading import array_names, open_archive, read_array, reading
from transect.space.table import SUFFIXES as TABLES
from transect.space.table import Table, read_table

SUFFIXES = (*TABLES, ".npy", ".npz", ".parquet")

Role = Literal["codes", "factors"]

_KEYS = {"codes": ("codes",), "factors": ("factors", "points", "latents_values")}
_INDEX = "__index_level_0__"
"""The column in which pandas stores row names in Parquet files."""


def read_matrix(path: str | Path, role: Role) -> dict[str, NDArray]:
    """Return the columns of a file by name, each (n,): numbers, or strings.

    By the suffix of the file:

    - `.csv`, `.tsv`, `.txt`: a table, see `transect.space.table`. A first line of numbers is no
      header, unless it counts the columns: 0, 1, 2, …. Without a header columns have the names of
      an array. A first column without a name has to count the rows and is left out.
    - `.npy`: an array (n, k) or (n,), or records.
    - `.npz`: the array `codes`, or `factors`, `points` or `latents_values`; else the only array;
      else arrays (n,) of one length, each a column.
    - `.parquet`: all columns.

    Of a table of `transect` itself only its columns of codes or of factors are taken. Columns of
    arrays are named `z0`, … or `f0`, ….

    Args:
        path: The file.
        role: What the columns are.

    Raises:
        ValueError: The suffix is none of these, or the file is broken, empty or has no such
            columns; the message names the file.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"{role} need a file {', '.join(SUFFIXES)}; got {file}")
    with reading(file):
        if suffix in TABLES:
            columns = _table_columns(read_table(file), role)
        elif suffix == ".parquet":
            columns = _parquet_columns(file, role)
        elif suffix == ".npz":
            columns = _archive_columns(file, role)
        else:
            columns = _array_columns(np.load(file, allow_pickle=False), role)
        if not columns or not len(next(iter(columns.values()))):
            raise ValueError(f"{role} need at least one column and one row, got none")
    return columns


def _chosen(names: list[str], role: Role) -> dict[str, str]:
    """Return the columns that are meant, by the names that they are given."""
    own: dict[str, str] = {}
    for name in names:
        short = factor_name(name) if role == "factors" else _code_name(name)
        if short is not None:
            own[short] = name
    return own or {name: name for name in names}


def _code_name(column: str) -> str | None:
    return column if column.startswith("code.") else None


def _table_columns(table: Table, role: Role) -> dict[str, NDArray]:
    names = list(table.names)
    if all(_is_number(name) for name in names) and names != [str(k) for k in range(len(names))]:
        lines = (1, *table.lines)
        names = _array_names(len(names), role)
        table = Table(table.path, tuple(names), (table.names, *table.rows), lines)
    if names[0] == "":
        counts = [row[0] for row in table.rows]
        if counts not in (
            [str(k) for k in range(len(counts))],
            [str(k + 1) for k in range(len(counts))],
        ):
            raise ValueError("the first column has no name, and does not count the rows; name it")
        names = names[1:]
    chosen = _chosen(names, role)
    texts = {short: table.texts(name) for short, name in chosen.items()}
    numeric = [
        short
        for short, cells in texts.items()
        if role == "codes" or any(_is_number(cell) for cell in cells)
    ]
    numbers = table.numbers([chosen[short] for short in numeric])
    values = dict(zip(numeric, numbers.T, strict=True))
    return {
        short: values[short] if short in values else np.array(cells)
        for short, cells in texts.items()
    }


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _array_names(count: int, role: Role) -> list[str]:
    return [f"{'z' if role == 'codes' else 'f'}{place}" for place in range(count)]


def _array_columns(array: NDArray, role: Role) -> dict[str, NDArray]:
    if array.dtype.names is not None:
        return _selected({name: array[name] for name in array.dtype.names}, role)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise ValueError(f"{role} need an array of the shape (n, columns), got {array.shape}")
    return dict(zip(_array_names(array.shape[1], role), array.T, strict=True))


def _archive_columns(file: Path, role: Role) -> dict[str, NDArray]:
    with open_archive(file) as archive:
        names = array_names(archive)
        known = [name for name in _KEYS[role] if name in names] or names
        if known[:1] == names or known[0] in _KEYS[role]:
            return _array_columns(read_array(archive, known[0]), role)
        arrays = {name: read_array(archive, name) for name in names}
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) != 1 or any(array.ndim != 1 for array in arrays.values()):
        listed = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(
            f"an archive needs an array {' or '.join(_KEYS[role])}, only one array, or one of the "
            f"shape (n,) for each column; got {listed}"
        )
    return _selected(arrays, role)


def _parquet_columns(file: Path, role: Role) -> dict[str, NDArray]:
    from pyarrow import parquet, types  # noqa: PLC0415 - slow to import

    table = parquet.read_table(file)
    names = [name for name in table.column_names if name != _INDEX]
    found: dict[str, NDArray] = {}
    for short, name in _chosen(names, role).items():
        column = table.column(name)
        if column.null_count:
            raise ValueError(f"{name} needs a value in every row, got {column.null_count} empty")
        if types.is_nested(column.type):
            raise ValueError(f"{name} needs one number or string in a row, got {column.type}")
        found[short] = column.to_numpy()
    return found


def _selected(columns: Mapping[str, NDArray], role: Role) -> dict[str, NDArray]:
    return {short: columns[name] for short, name in _chosen(list(columns), role).items()}
