"""A dataset drawn to files."""

import json
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress

from transect.image.card import FORMATS as CARD_FORMATS
from transect.image.card import card_files, write_card
from transect.image.dataset import Dataset
from transect.image.formats import format_of, write_dataset
from transect.run.component import CANVAS, HOLE, WORLD, Component, build, merge
from transect.space import PointSet, grid_within, sobol, uniform
from transect.space.points_file import read_points
from transect.space.seeds import check_seed


def draw(
    out: str,
    *,
    format: str | None = None,
    points: str | None = None,
    count: int = 5000,
    sampling: str = "uniform",
    seed: int = 0,
    world: Component | None = None,
    hole: Component | None = None,
    canvas: Component | None = None,
    size: int | None = None,
    overwrite: bool = False,
    card: bool = False,
) -> Path:
    """Draw points of a world to a file or a folder.

    Args:
        out: The folder (`png`, `webdataset`) or file to make.
        format: `npz`, `png`, `parquet`, `mat` or `webdataset`; by the ending of `out` where None,
            which is `png` where it has none.
        points: File of the points to draw; sampled where None.
        count: Number of points to sample.
        sampling: `uniform`, `grid` or `sobol`.
        seed: Seed of the sample, from 0 up.
        world: Component; the rose where None.
        hole: Component; points in it are marked `removed`, all others `train`.
        canvas: Component; a square of 64 px where None.
        size: Pixels of a side, in place of the canvas's own.
        overwrite: Whether to replace what is there.
        card: Whether a data card and Croissant metadata are written too: `README.md` and
            `croissant.json` in the folder (`png`) or beside the file (`parquet`).

    Returns:
        The path of what was made.

    Raises:
        ValueError: An argument is impossible, or `out` exists and `overwrite` is false.
    """
    target, seed = Path(out), check_seed(seed)
    if card:
        _check_card(target, format, overwrite)
    place = build(WORLD, merge({"kind": "rose"}, world))
    space = place.space
    sizes = {} if size is None else {"size": size}
    surface = build(CANVAS, merge({"kind": "square"}, canvas) | sizes)
    if points is not None:
        factors = read_points(Path(points), space)
    elif sampling == "uniform":
        factors = uniform(space, count, seed)
    elif sampling == "sobol":
        factors = sobol(space, count, seed)
    elif sampling == "grid":
        factors = grid_within(space, count)
    else:
        raise ValueError(f"no sampling {sampling!r}; choose from uniform, grid, sobol")
    split = np.full(len(factors), "train", dtype="<U10")
    distance = np.full(len(factors), np.inf)
    region = None
    if hole is not None:
        region = build(HOLE, merge(place.default_hole(), hole), space=space)
        distance = region.boundary_distance(factors)
        split[distance <= 0] = "removed"
    dataset = Dataset(place, surface, PointSet(space, factors, split, distance))
    with Progress(*Progress.get_default_columns(), console=Console(stderr=True)) as bar:
        task = bar.add_task("draw", total=len(dataset))
        write_dataset(
            dataset,
            target,
            format,
            overwrite=overwrite,
            progress=lambda done: bar.update(task, completed=done),
        )
    if card:
        making = f"transect draw{_options(world, hole, canvas, size)} " + (
            f"--points {Path(points).name}"
            if points is not None
            else f"--count {count} --sampling {sampling} --seed {seed}"
        )
        removed = "" if region is None else repr(region)
        write_card(dataset, target, making, removed, overwrite=overwrite)
    return target


def _check_card(target: Path, format: str | None, overwrite: bool) -> None:
    chosen = format_of(target) if format is None else format
    if chosen not in CARD_FORMATS:
        raise ValueError(f"a card goes with {' and '.join(CARD_FORMATS)}, got {chosen}")
    taken = [file for file in card_files(target) if file.exists()]
    if taken and not overwrite:
        raise ValueError(f"{taken[0]} exists already; name another path or ask to overwrite it")


def _options(
    world: Component | None,
    hole: Component | None,
    canvas: Component | None,
    size: int | None,
) -> str:
    components = {"world": world, "hole": hole, "canvas": canvas}
    given = [f" --{name} '{json.dumps(value)}'" for name, value in components.items() if value]
    return "".join(given) + ("" if size is None else f" --size {size}")
