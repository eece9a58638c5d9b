"""Points read from a file of the user's."""

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile
from zlib import error as ZlibError

import numpy as np
from numpy.typing import NDArray

from transect.space.factor import FactorSpace
from transect.space.workspace import read_workspace

SUFFIXES = (".csv", ".npy", ".npz", ".mat")
_KEYS = ("points", "factors", "latents_values")


def read_points(path: str | Path, space: FactorSpace) -> NDArray[np.float64]:
    """Return the points in a file, (n, d), raw units, in the order of the file.

    Points may lie outside of the box. By the suffix of the file:

    - `.csv`: a header line with the names of all factors, in any order; other columns are ignored,
      and so are empty lines.
    - `.npy`: an array (n, d).
    - `.npz`: the array `points`, `factors` or `latents_values`, the first of them that there is,
      or else the only array (n, d).
    - `.mat`: the variable `data_full` of a workspace of the original.

    Nothing is ever unpickled.

    Raises:
        ValueError: The suffix is none of these, the file is broken or has no points, or its
            columns, numbers or shape aren't those of the space; the message names the file, and
            the line where it has lines.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"points need a file {', '.join(SUFFIXES)}; got {file}")
    if suffix == ".csv":
        points = _read_csv(file, space)
    elif suffix == ".mat":
        points = read_workspace(file).full
    else:
        points = _read_numpy(file, space)
    try:
        checked = space.check(points)
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error
    if len(checked) == 0:
        raise ValueError(f"{file}: a file of points needs at least one, got none")
    return checked


def _read_csv(file: Path, space: FactorSpace) -> NDArray[np.float64]:
    """Return the columns of the factors, (n, d).

    Raises:
        ValueError: The file isn't a table of finite numbers with a column for each factor.
    """
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        try:
            header = [name.strip() for name in next(reader, [])]
            columns = _factor_columns(file, header, space)
            rows = [
                _parse_row(f"{file}, line {reader.line_num}", row, columns, space)
                for row in reader
                if row
            ]
        except (UnicodeDecodeError, csv.Error) as error:
            raise ValueError(f"{file} needs to be a CSV file in UTF-8: {error}") from error
    return np.array(rows, dtype=np.float64).reshape(-1, space.dimension)


def _factor_columns(file: Path, header: list[str], space: FactorSpace) -> list[int]:
    """Return the column of each factor.

    Raises:
        ValueError: The header lacks a factor or repeats one.
    """
    for name in space.names:
        if header.count(name) != 1:
            raise ValueError(
                f"{file}, line 1: the header needs each of {', '.join(space.names)} once, "
                f"got {header.count(name)} of {name!r} among {', '.join(header) or 'no columns'}"
            )
    return [header.index(name) for name in space.names]


def _parse_row(place: str, row: list[str], columns: list[int], space: FactorSpace) -> list[float]:
    """Return the factors of one row.

    Raises:
        ValueError: A column is missing or not a finite number.
    """
    values = []
    for name, column in zip(space.names, columns, strict=True):
        text = row[column] if column < len(row) else ""
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(f"{place}: {name} needs a finite number, got {text!r}")
        values.append(value)
    return values


def _read_numpy(file: Path, space: FactorSpace) -> NDArray[np.float64]:
    """Return the points of a `.npy` or `.npz` file.

    Raises:
        ValueError: The file is broken, or it has no array of numbers that can be the points.
    """
    with file.open("rb") as stream:
        try:
            points = _load(stream, space)
        except (ValueError, EOFError, OSError, BadZipFile, ZlibError) as error:
            raise ValueError(f"{file}: {error}") from error
    if points.dtype.kind not in "fiu":
        raise ValueError(f"{file}: points need real numbers, got an array of {points.dtype}")
    return points.astype(np.float64)


def _load(stream: BinaryIO, space: FactorSpace) -> np.ndarray:
    """Return the array of the points out of a NumPy file of either kind.

    Raises:
        ValueError: An archive has no array of a known name, and not exactly one of the right shape.
    """
    content = np.load(stream, allow_pickle=False)
    if isinstance(content, np.ndarray):
        return content
    for key in _KEYS:
        if key in content:
            return content[key]
    names = [name for name, array in _arrays(content) if array.shape[1:] == (space.dimension,)]
    if len(names) != 1:
        raise ValueError(
            f"an archive needs an array {', '.join(_KEYS)}, or exactly one of shape "
            f"(n, {space.dimension}); got {', '.join(content.files) or 'no arrays'}"
        )
    return content[names[0]]


def _arrays(archive: np.lib.npyio.NpzFile) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the arrays of an archive that hold no pickled objects."""
    for name in archive.files:
        try:
            yield name, archive[name]
        except ValueError:
            continue
