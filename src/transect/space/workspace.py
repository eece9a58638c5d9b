"""The MATLAB workspace of the original experiment."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transect.space.reading import reading

_TRANSECTS = ("P1", "P2", "P3")
_VARIABLES = (
    "data_full",
    "data_punctured",
    "data_hole",
    "data_punctured_ind",
    "data_hole_ind",
    "puncture_location",
    "puncture_radius",
    *_TRANSECTS,
)


@dataclass(frozen=True, eq=False)
class Workspace:
    """What the original experiment kept of its factor space; all points are in raw units.

    All but `full` may be missing from the file and are None then.

    Attributes:
        full: (n, d) all points.
        punctured: (k, d) the points outside of the hole.
        removed: (m, d) the points in the hole.
        punctured_index: (k,) rows of `full`, counted from 0 (the file counts from 1).
        removed_index: (m,) rows of `full`, counted from 0.
        location: (d,) centre of the hole.
        radius: Radius of the hole.
        transects: Points (count, d) of those of the lines P1, P2, P3 that the file has.
    """

    full: NDArray[np.float64]
    punctured: NDArray[np.float64] | None
    removed: NDArray[np.float64] | None
    punctured_index: NDArray[np.int64] | None
    removed_index: NDArray[np.int64] | None
    location: NDArray[np.float64] | None
    radius: float | None
    transects: dict[str, NDArray[np.float64]]


def read_workspace(path: str | Path) -> Workspace:
    """Return the workspace in a `.mat` file of the original.

    Everything else that the file holds is skipped: function handles, text, cells, structs, objects.

    Args:
        path: A file of MATLAB version 5 (`save -v7` or older).

    Raises:
        ValueError: The file is broken or of another version, it has no `data_full`, or a variable
            isn't of the shape and kind that it should be.
    """
    file = Path(path)
    with reading(file):
        return _workspace(_load(file))


def _load(file: Path) -> dict[str, Any]:
    """Return those of the known variables that the file has.

    Raises:
        ValueError: The file isn't a `.mat` file that can be read.
    """
    from scipy.io import loadmat  # noqa: PLC0415 - slow to import, and rarely needed
    from scipy.io.matlab import MatReadWarning  # noqa: PLC0415

    with file.open("rb") as stream, warnings.catch_warnings():
        # Objects have no name in the file, so that two of them look like one variable twice.
        warnings.simplefilter("ignore", MatReadWarning)
        try:
            return loadmat(stream, variable_names=_VARIABLES)
        except NotImplementedError as error:
            raise ValueError(f"the file needs saving with `save -v7`: {error}") from error


def _workspace(variables: dict[str, Any]) -> Workspace:
    """Return the checked workspace.

    Raises:
        ValueError: `data_full` is missing, or a variable breaks its shape.
    """
    if "data_full" not in variables:
        raise ValueError("a workspace needs the variable data_full, got none of that name")
    full = _matrix(variables, "data_full", None)
    dimension = full.shape[1]
    location = _row(variables, "puncture_location", dimension)
    radius = _row(variables, "puncture_radius", 1)
    if radius is not None and radius[0] <= 0:
        raise ValueError(f"puncture_radius needs to be greater than 0, got {radius[0]}")
    punctured, punctured_index = _subset(variables, "data_punctured", full)
    removed, removed_index = _subset(variables, "data_hole", full)
    return Workspace(
        full=full,
        punctured=punctured,
        removed=removed,
        punctured_index=punctured_index,
        removed_index=removed_index,
        location=location,
        radius=None if radius is None else float(radius[0]),
        transects={
            name: _matrix(variables, name, dimension) for name in _TRANSECTS if name in variables
        },
    )


def _subset(
    variables: dict[str, Any], name: str, full: NDArray[np.float64]
) -> tuple[NDArray[np.float64] | None, NDArray[np.int64] | None]:
    """Return some of the points and their rows, each None where the file lacks it.

    Raises:
        ValueError: The two contradict each other.
    """
    points = _matrix(variables, name, full.shape[1]) if name in variables else None
    rows = _index(variables, f"{name}_ind", len(full))
    if points is not None and rows is not None and not np.array_equal(full[rows], points):
        raise ValueError(f"{name} needs to be the rows of data_full that {name}_ind names")
    return points, rows


def _row(variables: dict[str, Any], name: str, width: int) -> NDArray[np.float64] | None:
    """Return a variable of one row, (width,), or None where the file lacks it.

    Raises:
        ValueError: It has more rows.
    """
    if name not in variables:
        return None
    rows = _matrix(variables, name, width)
    if len(rows) != 1:
        raise ValueError(f"{name} needs one row, got {len(rows)}")
    return rows[0]


def _matrix(variables: dict[str, Any], name: str, width: int | None) -> NDArray[np.float64]:
    """Return a variable as finite float64 (n, width), any width where None.

    Raises:
        ValueError: It isn't one, or it has no rows.
    """
    value = variables[name]
    numeric = isinstance(value, np.ndarray) and value.dtype.kind in "fiu" and value.ndim == 2
    if not numeric or value.size == 0 or (width is not None and value.shape[1] != width):
        found = f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value)
        raise ValueError(f"{name} needs real numbers (n, {width or 'd'}), got {found}")
    if not np.all(np.isfinite(value)):
        raise ValueError(f"{name} needs finite numbers")
    return value.astype(np.float64)


def _index(variables: dict[str, Any], name: str, count: int) -> NDArray[np.int64] | None:
    """Return an index vector, counted from 0, or None where the file lacks it.

    Raises:
        ValueError: It holds something other than the numbers of rows.
    """
    if name not in variables:
        return None
    places = _matrix(variables, name, None).ravel()
    if np.any(places != np.round(places)) or places.min() < 1 or places.max() > count:
        raise ValueError(f"{name} needs whole numbers from 1 to {count}, the rows of data_full")
    return places.astype(np.int64) - 1
