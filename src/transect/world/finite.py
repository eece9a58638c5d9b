"""Worlds whose images exist only on a finite grid: published data sets."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space import Factor, FactorSpace
from transect.space.values import check_whole
from transect.world.base import PaintedWorld, ball_radius


@dataclass(frozen=True)
class Axis:
    """One factor of a data set, before its values are known.

    Attributes:
        name: Name of the factor.
        unit: Unit of its values; empty for a pure number.
        period: The shift that gives the same image, where there is one.
        ordered: Whether distance between its values has a meaning, as it has not between shapes.
    """

    name: str
    unit: str = ""
    period: float | None = None
    ordered: bool = True

    def factor(self, values: NDArray[np.float64]) -> Factor:
        """Return the factor with the ascending `values`.

        It is periodic where they go once round the period, with or without its end.
        """
        low, high = float(values[0]), float(values[-1])
        step = float(values[-1] - values[-2])
        turn = self.period is not None and any(
            isclose(reach - low, self.period, rel_tol=1e-6) for reach in (high, high + step)
        )
        if turn and self.period is not None:
            high = max(high, low + self.period)
        return Factor(self.name, low, high, self.unit, turn, tuple(values.tolist()))


class FiniteWorld(PaintedWorld):
    """A world whose images exist only on the grid of its factors' values.

    Points between the values of a factor, or outside its range, are moved to the nearest value.

    Args:
        axes: The columns of the grid, from the slowest to the fastest.
        values: The ascending values of each. A column with a single value is no factor and is
            dropped.
        size: Height and width of the stored images in pixels.

    Attributes:
        size: Height and width of the stored images in pixels.

    Raises:
        ValueError: No column has two values or more.
    """

    def __init__(
        self, axes: Sequence[Axis], values: Sequence[NDArray[np.float64]], size: int
    ) -> None:
        kept = [
            (axis, column) for axis, column in zip(axes, values, strict=True) if len(column) > 1
        ]
        if not kept:
            raise ValueError("a grid of images needs a factor with at least two values")
        self.space = FactorSpace([axis.factor(column) for axis, column in kept])
        self.size = size
        self._values = [column for _, column in kept]
        self._ordered = [axis.name for axis, column in kept if axis.ordered and len(column) > 2]

    @abstractmethod
    def stored(self, cells: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the stored images of grid cells (n,): grey (n, size, size).

        Cells are numbered in row-major order: the last factor runs fastest.
        """

    def cells(self, points: ArrayLike) -> NDArray[np.int64]:
        """Return the number of the grid cell of each of the points (n, d), (n,)."""
        snapped = self.space.snap(points)
        index = [
            np.searchsorted(values, column)
            for values, column in zip(self._values, snapped.T, strict=True)
        ]
        shape = [len(values) for values in self._values]
        return np.asarray(np.ravel_multi_index(index, shape), dtype=np.int64)

    def paint(self, points: ArrayLike, size: int) -> NDArray[np.float32]:
        """Return the images of points (n, d): (n, size, size) in [0, 1], row 0 at the top.

        A smaller size averages blocks of stored pixels.

        Raises:
            ValueError: The size does not divide the stored one.
        """
        if self.size % check_whole("size", size, least=1):
            works = [str(part) for part in range(1, self.size + 1) if self.size % part == 0]
            raise ValueError(
                f"size needs to divide the stored {self.size} pixels; choose from "
                f"{', '.join(works)}; got {size}"
            )
        images = self.stored(self.cells(points))
        block = self.size // size
        blocks = images.reshape(len(images), size, block, size, block)
        return blocks.mean(axis=(2, 4), dtype=np.float32) / np.float32(255)

    def default_hole(self) -> dict[str, Any]:
        """Return a ball in the factors that have a middle, through all values of the others.

        Those are the factors with an order and at least three values. The ball takes a tenth of
        the box, as far as it fits.
        """
        if not self._ordered:
            return super().default_hole()
        radius = ball_radius(len(self._ordered))
        return {"kind": "ball", "radius": radius, "unit": "box", "factors": list(self._ordered)}


def grid(labels: NDArray[np.float64]) -> tuple[list[NDArray[np.float64]], NDArray[np.int64]]:
    """Return the values of each column of labels (N, k) and the row of each cell of their grid.

    The rows may come in any order; `rows[cell]` is the row of a cell, cells in row-major order.

    Raises:
        ValueError: The labels are not a full grid: some combination is missing or comes twice.
    """
    columns = [np.unique(column, return_inverse=True) for column in labels.T]
    shape = [len(values) for values, _ in columns]
    if np.prod(shape) == len(labels):
        cells = np.ravel_multi_index([inverse for _, inverse in columns], shape)
        rows = np.argsort(cells)
        if np.array_equal(cells[rows], np.arange(len(labels))):
            return [values for values, _ in columns], rows
    raise ValueError(
        f"labels need every combination of their values once: {' × '.join(map(str, shape))} "
        f"combinations, got {len(labels)} rows"
    )
