"""Tables of a run folder, read back and checked for damage."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from transect.space.reading import reading

TEXT = ("split", "transect", "way")
"""Columns that hold text in every table that has them."""


def read_table(path: Path, needed: Sequence[str], rows: int | None = None) -> pd.DataFrame:
    """Return a table of a run folder.

    Args:
        path: The CSV file.
        needed: Columns that it has if it is whole.
        rows: How many rows it has if it is whole; any number if None.

    Raises:
        ValueError: The file is absent, ends early, lacks a column, or has text where numbers
            belong.
    """
    with reading(path):
        content = path.read_bytes().decode("utf-8")  # as it is: a name may hold line ends
        if not content.endswith("\n"):
            raise ValueError("the table ends in the middle of a line")
        header, *lines = csv.reader(io.StringIO(content, newline=""))
        missing = [name for name in needed if name not in header]
        if missing:
            raise ValueError(f"the table lacks the column {missing[0]!r}; it has {header}")
        for number, line in enumerate(lines, start=2):
            if len(line) != len(header):
                raise ValueError(
                    f"line {number} has {len(line)} cells, but the header has {len(header)}"
                )
        if rows is not None and len(lines) != rows:
            raise ValueError(f"the table needs {rows} rows, it has {len(lines)}")
        table = pd.read_csv(io.StringIO(content, newline=""))
        for name in set(TEXT) & set(header):
            # pandas takes some names for numbers, and `NA` for none
            table[name] = [line[header.index(name)] for line in lines]
        for name in table.columns.difference(list(TEXT)):
            values = table[name]
            truth = pd.api.types.is_bool_dtype(values) or values.dropna().isin([True, False]).all()
            if not (truth or pd.api.types.is_numeric_dtype(values)):
                raise ValueError(f"the column {name!r} needs numbers")
    return table
