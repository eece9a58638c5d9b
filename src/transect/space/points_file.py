"""Points read from a file of the user's."""

import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

from transect.space.column import find_factors
from transect.space.factor import FactorSpace
from transect.space.reading import array_names, check_end, open_archive, read_array, reading
from transect.space.table import SUFFIXES as TABLE_SUFFIXES
from transect.space.table import Table, read_table

SUFFIXES = (*TABLE_SUFFIXES, ".npy", ".npz", ".mat")
_KEYS = ("points", "factors", "latents_values")
_POINTS = "data_full"  # the points of a workspace of the original
_REAL = "fiu"  # kinds of NumPy's types
_ROUNDING = 1e-6  # of a factor's range; a float32 of its end is no point outside of it


def read_points(path: str | Path, space: FactorSpace) -> NDArray[np.float64]:
    """Return the points in a file, (n, d), raw units, in the order of the file.

    Points may lie outside of the box; a warning says how many do. By the suffix of the file:

    - `.csv`, `.tsv`, `.txt`: a table as `transect.space.table` describes, with a column for each
      factor, in any order, called by its name or `factor.<name>`; other columns are ignored.
    - `.npy`: an array (n, d), or one (n,) whose fields have the names of the factors.
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
    with reading(file):
        if suffix in TABLE_SUFFIXES:
            points = table_points(read_table(file), space)
        elif suffix == ".mat":
            points = _read_workspace(file)
        else:
            points = _read_numpy(file, space)
        checked = space.check(points)
        if len(checked) == 0:
            raise ValueError("a file of points needs at least one, got none")
    _warn_outside(file, checked, space)
    return checked


def table_points(table: Table, space: FactorSpace) -> NDArray[np.float64]:
    """Return the columns of the factors, (n, d).

    Raises:
        ValueError: The table lacks a factor, repeats one, or has something else than finite
            numbers.
    """
    columns = find_factors(table.names, space.names)
    return table.numbers(columns)


def _warn_outside(file: Path, points: NDArray[np.float64], space: FactorSpace) -> None:
    slack = _ROUNDING * space.span
    within = ((points >= space.low - slack) & (points <= space.high + slack)).all(axis=1)
    if within.all():
        return
    row = int(np.flatnonzero(~within)[0])
    ranges = ", ".join(
        f"{factor.name} from {factor.low:g} to {factor.high:g}" for factor in space.factors
    )
    warnings.warn(
        f"{file}: {np.count_nonzero(~within)} of {len(points)} points lie outside the box of the "
        f"world ({ranges}), the first is {points[row].tolist()}",
        stacklevel=3,
    )


def _read_numpy(file: Path, space: FactorSpace) -> NDArray[np.float64]:
    """Return the points of a `.npy` or `.npz` file.

    Raises:
        ValueError: The file is broken, or it has no array of numbers that can be the points.
    """
    with file.open("rb") as stream:
        points = _load(stream, space)
        if points.dtype.names is not None and points.ndim == 1:
            points = _named_fields(points, space)
    if points.dtype.kind not in _REAL:
        raise ValueError(f"points need real numbers, got an array of {points.dtype}")
    if points.ndim == 2 and points.shape[0] == space.dimension != points.shape[1]:
        raise ValueError(
            f"points need the shape (n, {space.dimension}), a row for each point; "
            f"got {points.shape}, so transpose it"
        )
    return points.astype(np.float64)


def _named_fields(records: np.ndarray, space: FactorSpace) -> np.ndarray:
    """Return the fields of the factors, (n, d), with the type that holds them all.

    Raises:
        ValueError: A factor has no field.
    """
    names = records.dtype.names or ()
    wanted = find_factors(names, space.names)
    missing = [name for name in wanted if name not in names]
    if missing:
        raise ValueError(f"the array has no field {missing[0]!r} among {', '.join(names)}")
    fields = [records[name] for name in wanted]
    for name, field in zip(wanted, fields, strict=True):
        if field.dtype.kind not in _REAL or field.ndim != 1:
            raise ValueError(f"the field {name!r} needs real numbers, got {field.dtype}")
    return np.stack(fields, axis=1)


def _load(stream: BinaryIO, space: FactorSpace) -> np.ndarray:
    """Return the array of the points out of a NumPy file of either kind.

    Raises:
        ValueError: An archive has no array of a known name, and not exactly one of the right shape.
    """
    start = stream.read(1)
    stream.seek(0)
    if start != b"P":  # the first byte of an archive, whatever its name says
        array = np.load(stream, allow_pickle=False)
        check_end(stream, "of the file")
        return array
    with open_archive(stream) as archive:
        names = array_names(archive)
        for key in _KEYS:
            if key in names:
                return read_array(archive, key)
        found = [array for array in _arrays(archive) if array.shape[1:] == (space.dimension,)]
    if len(found) != 1:
        raise ValueError(
            f"an archive needs an array {', '.join(_KEYS)}, or exactly one of shape "
            f"(n, {space.dimension}); got {', '.join(names) or 'no arrays'}"
        )
    return found[0]


def _arrays(archive: ZipFile) -> Iterator[np.ndarray]:
    """Yield the arrays of an archive that hold no pickled objects."""
    for name in array_names(archive):
        with suppress(ValueError):
            yield read_array(archive, name)


def _read_workspace(file: Path) -> NDArray[np.float64]:
    """Return the points `data_full` of a workspace of the original experiment.

    Everything else that the file holds is skipped: function handles, text, cells, objects.

    Raises:
        ValueError: The file is broken or newer than MATLAB version 5 (`save -v7`), it has no
            `data_full`, or that is no matrix of finite numbers.
    """
    from scipy.io import loadmat  # noqa: PLC0415 - slow to import, and rarely needed
    from scipy.io.matlab import MatReadWarning  # noqa: PLC0415

    with file.open("rb") as stream, warnings.catch_warnings():
        # Objects have no name in the file, so that two of them look like one variable twice.
        warnings.simplefilter("ignore", MatReadWarning)
        try:
            found = loadmat(stream, variable_names=(_POINTS,)).get(_POINTS)
        except NotImplementedError as error:
            raise ValueError(f"the file needs saving with `save -v7`: {error}") from error
    if found is None:
        raise ValueError(f"a workspace needs the variable {_POINTS}, got none of that name")
    if not isinstance(found, np.ndarray) or found.dtype.kind not in _REAL or found.ndim != 2:
        shape = f"{found.dtype} {found.shape}" if isinstance(found, np.ndarray) else type(found)
        raise ValueError(f"{_POINTS} needs real numbers (n, d), got {shape}")
    return found.astype(np.float64)
