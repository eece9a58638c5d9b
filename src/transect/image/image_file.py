"""The content of every file of images: the images and their ground truth."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from transect.space import FactorSpace, PointSet
from transect.space.points import SPLITS

BATCH_BYTES = 2**24

Progress = Callable[[int], None]
"""Called after each batch with the number of images that are written so far."""


class ImageSource(Protocol):
    """What the writers of files need to know: a `Dataset` and an `ImageFile` both are one."""

    def __len__(self) -> int: ...

    @property
    def height(self) -> int:
        """Rows of pixels of each image."""
        ...

    @property
    def width(self) -> int:
        """Columns of pixels of each image."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the d factors."""
        ...

    @property
    def factors(self) -> NDArray[np.float64]:
        """Factors (n, d), raw units."""
        ...

    @property
    def classes(self) -> NDArray[np.int64]:
        """Number of each factor's value among its values, ascending from 0, (n, d)."""
        ...

    @property
    def split(self) -> NDArray[np.str_]:
        """Split of each image, (n,)."""
        ...

    @property
    def boundary_distance(self) -> NDArray[np.float64]:
        """Signed distance to the boundary of the hole, (n,), negative inside."""
        ...

    def pixels(self, rows: NDArray[np.integer] | None = None) -> NDArray[np.uint8]:
        """Return the images of the given rows, all by default, (k, height, width)."""
        ...


@dataclass(frozen=True, repr=False)
class ImageFile:
    """Images as they stand in a file, with the ground truth of each.

    Attributes:
        images: (n, height, width), uint8 grey, foreground 255 on background 0.
        factors: (n, d), raw units.
        names: The d factors.
        split: (n,) strings, each one of train, validation, removed.
        boundary_distance: (n,), signed, negative inside the hole; infinite where there is no hole.
        classes: (n, d), the number of each factor's value among its values, ascending from 0.
            By default the values that occur in the file are numbered.

    Raises:
        ValueError: A shape or type does not fit, a factor is not finite, a boundary distance is not
            a number, a split is unknown, or the names are none, empty or not unique.
    """

    images: NDArray[np.uint8]
    factors: NDArray[np.float64]
    names: tuple[str, ...]
    split: NDArray[np.str_]
    boundary_distance: NDArray[np.float64]
    classes: NDArray[np.int64] = None  # pyright: ignore[reportAssignmentType]

    def __post_init__(self) -> None:
        if not self.names or "" in self.names or len(set(self.names)) != len(self.names):
            raise ValueError(f"factors need unique names that are not empty; got {self.names}")
        if self.images.ndim != 3 or self.images.dtype != np.uint8 or 0 in self.images.shape:
            raise ValueError(
                "images need the shape (n, height, width), none of them 0, and the type uint8; "
                f"got {self.images.shape} {self.images.dtype}"
            )
        count, dimension = len(self.images), len(self.names)
        needed = {
            "factors": (count, dimension),
            "split": (count,),
            "boundary_distance": (count,),
            "classes": (count, dimension),
        }
        if self.classes is None:
            object.__setattr__(self, "classes", number_values(self.factors))
        for name, shape in needed.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(
                    f"{name} need the shape {shape} for {count} images and the factors "
                    f"{', '.join(self.names)}; got {found}"
                )
        self._check_values()

    def _check_values(self) -> None:
        wrong = np.flatnonzero(~np.isfinite(self.factors).all(axis=1))
        if wrong.size:
            row = int(wrong[0])
            raise ValueError(f"factors need finite values; got {self.factors[row]} in row {row}")
        if np.isnan(self.boundary_distance).any():
            row = int(np.flatnonzero(np.isnan(self.boundary_distance))[0])
            raise ValueError(f"boundary distances need to be numbers; got nan in row {row}")
        unknown = sorted(set(self.split.tolist()) - set(SPLITS))
        if unknown:
            raise ValueError(f"unknown split {unknown[0]!r}; choose from {', '.join(SPLITS)}")

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"ImageFile({describe(self)})"

    @property
    def height(self) -> int:
        """Rows of pixels of each image."""
        return self.images.shape[1]

    @property
    def width(self) -> int:
        """Columns of pixels of each image."""
        return self.images.shape[2]

    def pixels(self, rows: NDArray[np.integer] | None = None) -> NDArray[np.uint8]:
        """Return the images of the given rows, all by default, (k, height, width)."""
        return self.images if rows is None else self.images[rows]

    def points(self, space: FactorSpace) -> PointSet:
        """Return the factors, splits and boundary distances as points of `space`.

        Raises:
            ValueError: The factors of the space have other names or another order.
        """
        if self.names != space.names:
            raise ValueError(
                f"the file has the factors {', '.join(self.names)}; "
                f"the space has {', '.join(space.names)}"
            )
        return PointSet(space, self.factors, self.split, self.boundary_distance)


def number_values(factors: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of each value among those of its column, ascending from 0, (n, d)."""
    columns = [np.unique(column, return_inverse=True)[1] for column in factors.T]
    return np.stack(columns, axis=1).astype(np.int64)


def describe(source: ImageSource) -> str:
    """Return size, factors and splits of a dataset in one line."""
    count = Counter(source.split.tolist())
    splits = ", ".join(f"{count[split]} {split}" for split in SPLITS if count[split])
    return (
        f"{len(source)} images {source.height}×{source.width}, "
        f"factors {', '.join(source.names)}: {splits or 'empty'}"
    )


def image_name(row: int, count: int) -> str:
    """Return the file name of image `row` of `count`, padded so that names sort by row."""
    return f"{row:0{len(str(count - 1))}d}.png"


def image_batches(
    source: ImageSource, progress: Progress | None = None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8]]]:
    """Iterate over all images in order, so many at a time that a batch takes some 16 MB.

    Args:
        source: What is to be written.
        progress: Called after each batch with the number of images that are done.

    Yields:
        The rows (k,) and their images (k, height, width).

    Raises:
        ValueError: There is no image.
    """
    if not len(source):
        raise ValueError("a file needs at least one image, got none")
    step = max(1, BATCH_BYTES // (source.height * source.width))
    for start in range(0, len(source), step):
        rows = np.arange(start, min(start + step, len(source)))
        yield rows, source.pixels(rows)
        if progress is not None:
            progress(int(rows[-1]) + 1)
