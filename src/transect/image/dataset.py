"""Images of points: drawn on demand, or drawn once and held."""

import copy
import multiprocessing
from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.image.canvas import Canvas
from transect.image.image_file import describe, image_batches, number_values
from transect.image.png import encode_png
from transect.space import PointSet
from transect.space.seeds import random_generator
from transect.world import World

SHOWN = 8
"""Images that a notebook shows at most."""


class Dataset:
    """The images of some points of a world, each with its factors, split and boundary distance.

    Nothing is drawn until it is asked for, so a million points take the memory of their factors
    alone; `hold` trades memory for speed. The dataset is at once a set of plain arrays and a
    map-style dataset for `torch.utils.data.DataLoader`, with or without workers.

    Args:
        world: The world of the points.
        canvas: How its images are drawn.
        points: The n points and what is known of them.

    Raises:
        ValueError: The points are of other factors than the world.

    Example:
        >>> from transect.image.canvas import SquareCanvas
        >>> from transect.space import PointSet
        >>> from transect.world import Rose
        >>> world = Rose()
        >>> points = PointSet(world.space, np.ones((3, 2)), np.full(3, "train"), np.ones(3))
        >>> Dataset(world, SquareCanvas(64), points).images(rows=[0, 2]).shape
        (2, 64, 64)
    """

    def __init__(self, world: World, canvas: Canvas, points: PointSet) -> None:
        if points.space.names != world.space.names:
            raise ValueError(
                f"points need the factors of the world, {', '.join(world.space.names)}; "
                f"got {', '.join(points.space.names)}"
            )
        self.world = world
        self.canvas = canvas
        self.points = points
        self._held: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.points)

    def __repr__(self) -> str:
        where = "drawn on demand"
        if self._held is not None:
            where = f"held in {self._held.nbytes / 1e6:.3g} MB"
        return f"Dataset({type(self.world).__name__}, {describe(self)}; {where})"

    def _repr_html_(self) -> str:
        rows = np.arange(min(SHOWN, len(self)))
        images = self.pixels(rows) if len(rows) else []
        figures = "".join(
            f'<figure style="display: inline-block; margin: 4px; text-align: center">'
            f'<img src="data:image/png;base64,{b64encode(encode_png(255 - image)).decode()}" '
            f'alt="image {row}" width="{max(self.width, 64)}">'
            f"<figcaption>{self._caption(row)}</figcaption></figure>"
            for row, image in zip(rows.tolist(), images, strict=True)
        )
        return f"<div><p><code>{escape(repr(self))}</code></p>{figures}</div>"

    def _caption(self, row: int) -> str:
        values = zip(self.names, self.factors[row].tolist(), strict=True)
        return "<br>".join(f"{escape(name)} {value:.3g}" for name, value in values)

    @property
    def height(self) -> int:
        """Rows of pixels of each image."""
        return self.canvas.height

    @property
    def width(self) -> int:
        """Columns of pixels of each image."""
        return self.canvas.width

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the d factors."""
        return self.points.space.names

    @property
    def factors(self) -> NDArray[np.float64]:
        """Factors (n, d), raw units."""
        return self.points.factors

    @property
    def split(self) -> NDArray[np.str_]:
        """Split of each image, (n,): train, validation or removed."""
        return self.points.split

    @property
    def boundary_distance(self) -> NDArray[np.float64]:
        """Signed distance to the boundary of the hole, (n,); infinite where there is none."""
        return self.points.boundary_distance

    @property
    def classes(self) -> NDArray[np.int64]:
        """Number of each factor's value among its values, ascending from 0, (n, d).

        The values of a finite factor are those that exist; of any other, those that occur here.
        """
        classes = number_values(self.factors)
        for column, factor in enumerate(self.points.space.factors):
            if factor.values is not None:
                snapped = self.points.space.snap(self.factors)[:, column]
                classes[:, column] = np.searchsorted(factor.values, snapped)
        return classes

    def pixels(self, rows: ArrayLike | slice | None = None) -> NDArray[np.uint8]:
        """Return images as they are stored, uint8 grey, foreground 255, (k, height, width).

        Args:
            rows: Row numbers (k,), a mask (n,), or a slice; by default all. A row that does not
                exist is an `IndexError`. An array that the dataset holds is given as it is and
                cannot be written to.
        """
        chosen = self._rows(rows)
        if self._held is not None:
            return self._held[chosen]
        # The workers of a loader fill the machine together: one thread each.
        threads = None if multiprocessing.parent_process() is None else 1
        return self.canvas.draw(self.world, self.factors[chosen], threads=threads)

    def images(self, rows: ArrayLike | slice | None = None) -> NDArray[np.float32]:
        """Return images as a model sees them, float32 in [0, 1], foreground 1, (k, height, width).

        Args:
            rows: As in `pixels`.
        """
        return np.divide(self.pixels(rows), 255, dtype=np.float32)

    def hold(self, images: NDArray[np.uint8] | None = None) -> "Dataset":
        """Return the same dataset with every image drawn and held as uint8.

        Args:
            images: All of them (n, height, width), drawn before; by default they are drawn now.

        Raises:
            ValueError: The images are of another shape or type.
        """
        if self._held is not None:
            return self
        held = copy.copy(self)
        held._held = self._draw_all() if images is None else self._check_drawn(images)
        return held

    def _draw_all(self) -> NDArray[np.uint8]:
        images = np.empty((len(self), self.height, self.width), dtype=np.uint8)
        if len(self):
            for rows, batch in image_batches(self):
                images[rows] = batch
        images.setflags(write=False)
        return images

    def _check_drawn(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        shape = (len(self), self.height, self.width)
        if images.shape != shape or images.dtype != np.uint8:
            raise ValueError(f"images need to be uint8 {shape}, got {images.dtype} {images.shape}")
        return images

    def batches(
        self,
        batch_size: int,
        rows: ArrayLike | slice | None = None,
        seed: int | Sequence[int] | None = None,
        drop_last: bool = False,
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Iterate over images, `batch_size` at a time.

        Args:
            batch_size: Images per batch, at least 1; the last one may be smaller.
            rows: As in `pixels`.
            seed: Shuffles the rows: a whole number from 0 up, or several, as a seed and an epoch.
                By default they keep their order.
            drop_last: Whether a last batch that is smaller is left out.

        Returns:
            An iterator of row numbers (k,) and their images (k, height, width), float32 in [0, 1].

        Raises:
            ValueError: The batch size is not positive, the seed is negative or no whole number, or
                the rows are not as in `pixels`.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size needs to be at least 1, got {batch_size}")
        chosen = self._rows(rows)
        order = np.arange(len(self))[chosen] if isinstance(chosen, slice) else chosen
        if seed is not None:
            key = seed if isinstance(seed, Sequence) else [seed]
            order = random_generator(*key).permutation(order)
        end = len(order) - len(order) % batch_size if drop_last else len(order)
        cuts = (order[start : start + batch_size] for start in range(0, end, batch_size))
        return ((cut, self.images(cut)) for cut in cuts)

    def __getitem__(self, row: int) -> dict[str, Any]:
        """Return one image and what is known of it, in the form that a PyTorch loader collates.

        Returns:
            `image` float32 (1, height, width) in [0, 1], `factors` float32 (d,) in raw units,
            `split`, `boundary_distance` float32, `row`. A row that does not exist is an
            `IndexError`.
        """
        return self.__getitems__([row])[0]

    def __getitems__(self, rows: Sequence[int]) -> list[dict[str, Any]]:
        """Return a batch of items, drawn in one go; a PyTorch loader calls this."""
        chosen = self._rows(rows)
        assert not isinstance(chosen, slice)
        images = self.images(chosen)[:, np.newaxis]
        factors = self.factors[chosen].astype(np.float32)
        distance = self.boundary_distance[chosen].astype(np.float32)
        split = self.split[chosen].tolist()
        return [
            {
                "image": images[index],
                "factors": factors[index],
                "split": split[index],
                "boundary_distance": distance[index],
                "row": int(row),
            }
            for index, row in enumerate(chosen)
        ]

    def _rows(self, rows: ArrayLike | slice | None) -> NDArray[np.int64] | slice:
        if rows is None or isinstance(rows, slice):
            return slice(None) if rows is None else rows
        chosen = np.asarray(rows)
        count = len(self)
        if chosen.dtype == np.bool_ and chosen.shape == (count,):
            return np.flatnonzero(chosen)
        if chosen.ndim != 1 or (chosen.size and chosen.dtype.kind not in "iu"):
            raise ValueError(
                f"rows need to be whole numbers (k,), a mask ({count},) or a slice; "
                f"got {chosen.shape} {chosen.dtype}"
            )
        chosen = chosen.astype(np.int64)
        wrong = chosen[(chosen < -count) | (chosen >= count)]
        if wrong.size:
            raise IndexError(f"row {wrong[0]} is out of range: there are {count} images")
        return np.where(chosen < 0, chosen + count, chosen)
