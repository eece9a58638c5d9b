"""Images on both sides of a split, told before a model is trained and again in the report."""

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from transect.image.dataset import Dataset
from transect.measure.key import Key, Number
from transect.measure.repeated import alike, repeated_images
from transect.run.setup import Setup

_MOST = 16
"""Points whose images at both ends of a factor are compared."""


def repeated(dataset: Dataset) -> NDArray[np.bool_]:
    """Return which held-out images of a dataset are trained on nevertheless, (n,)."""
    unit = dataset.points.space.to_unit(dataset.factors)
    return repeated_images(dataset.pixels, dataset.split == "train", unit)


def cut_factors(setup: Setup) -> tuple[str, ...]:
    """Return the factors that come round in the hole, which holds one of their ends alone.

    Both ends of such a factor show the same image, and one of the two is trained on. Whether they
    do is seen from their images, so the factor need not be declared as periodic.

    Args:
        setup: World, hole and points.
    """
    space, hole = setup.world.space, setup.hole
    if hole is None:
        return ()
    found = []
    for column, factor in enumerate(space.factors):
        low, high = setup.points.factors.copy(), setup.points.factors.copy()
        low[:, column], high[:, column] = factor.low, factor.high
        rows = np.flatnonzero(hole.contains(low) != hole.contains(high))[:_MOST]
        if rows.size:
            images = [setup.canvas.draw(setup.world, ends[rows]) for ends in (low, high)]
            # Most of them: a coarse canvas draws some of the same shapes too differently.
            if alike(*images).mean() > 1 / 2:
                found.append(factor.name)
    return tuple(found)


def notices(count: int, removed: int, cut: Sequence[str] = ()) -> tuple[str, ...]:
    """Return what a reader has to know of images on both sides of the split; empty where none are.

    Args:
        count: Removed images that are trained on as well.
        removed: Removed images.
        cut: Factors that come round in the hole.

    Example:
        >>> notices(2, 3)[0].partition(",")[0]
        '2 of the 3 images in the hole lie outside of it as well'
    """
    found = []
    if count:
        lie = "lies" if count == 1 else "lie"
        found.append(
            f"{count} of the {removed} images in the hole {lie} outside of it as well, "
            "so what is measured on them is not held out"
        )
    found += [
        f"the images at both ends of {name} are the same, and the hole holds one of the two ends: "
        "it does not reach around, so images like the removed ones are trained on"
        for name in cut
    ]
    return tuple(found)


def notices_before(setup: Setup) -> tuple[str, ...]:
    """Return the notices of what is about to be trained on."""
    if setup.hole is None:
        return ()
    removed = setup.points.split == "removed"
    count = int(np.sum(repeated(setup.held)[removed]))
    return notices(count, int(removed.sum()), cut_factors(setup))


def notices_after(setup: Setup, metrics: Mapping[Key, Number]) -> tuple[str, ...]:
    """Return the notices of a finished run.

    Args:
        setup: What it was trained on.
        metrics: Its final numbers.
    """
    count, removed = (int(metrics.get(Key(name, "removed"), 0)) for name in ("repeated", "count"))
    return notices(count, removed, cut_factors(setup))


def warn_of_repeats(setup: Setup) -> None:
    """Warn of images on both sides of the split of what is about to be trained on."""
    for notice in notices_before(setup):
        warnings.warn(notice, stacklevel=2)
