"""Anybody's reconstructions, measured as a run's own are."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from transect.image import Canvas
from transect.image.checks import is_bright
from transect.image.folder import read_images
from transect.image.resize import resize
from transect.image.staging import staged
from transect.measure.catalogue import IMAGE_MEASURES, names
from transect.measure.error.perceptual import lpips
from transect.measure.error.pixel import pixel_errors, psnr
from transect.measure.key import Key, Number
from transect.measure.recovery.errors import recovery_errors
from transect.measure.recovery.search import FactorSearch
from transect.measure.repeated import repeated_images
from transect.report import Images, ReportData, render, run_figures, write_figures, write_page
from transect.run import folder as files
from transect.run.component import CANVAS, HOLE, WORLD, Component, build, merge
from transect.run.folder import versions
from transect.run.pairing import Pairs, pair_images
from transect.run.repeats import notices
from transect.space import Hole
from transect.space.column import find_factors
from transect.space.points_file import read_points
from transect.space.table import SUFFIXES, read_table
from transect.world import World

SCORES = "scores.csv"


@dataclass(frozen=True)
class Scores:
    """The errors of some reconstructions.

    Attributes:
        table: One row an image: the two file names, factors, `boundary_distance`, `split`, errors.
        numbers: Means and counts; the groups are `all`, and with a hole `inside` and `outside`.
        truth: The true images, (n, h, w).
        reconstruction: The reconstructions in the truth's frame, (n, h, w).
        world: The world of the points.
        hole: The hole, or None.
        rule: How images and rows of points were matched; one line.
    """

    table: pd.DataFrame
    numbers: dict[Key, Number]
    truth: NDArray[np.float32]
    reconstruction: NDArray[np.float32]
    world: World
    hole: Hole | None
    rule: str

    @property
    def metrics(self) -> dict[str, Number]:
        """The numbers by the flat texts of their keys, as `metrics.json` holds them."""
        return {str(key): value for key, value in self.numbers.items()}


def score(
    truth: str,
    reconstruction: str,
    *,
    points: str | None = None,
    world: Component | None = None,
    hole: Component | None = None,
    canvas: Component | None = None,
    invert: bool = False,
) -> Scores:
    """Return the errors of reconstructions against the true images.

    The images are matched by their names, or by the names in the columns `truth` or `file_name`
    and `reconstruction` of the points file; see `transect.run.pairing`. Reconstructions of another
    size are resized to the truth's: by exact area averaging where they are larger, bilinearly
    where they are smaller.

    The measures take 1 as the foreground. A warning says if a folder has a bright background.

    Args:
        truth: Folder of images, bright foreground on dark background.
        reconstruction: Folder of as many images.
        points: File with one row per image: the factors, and in a table the names of the files.
            Rows without names are in the natural order of the names of the true images.
        world: Component; the rose where None.
        hole: Component; splits the errors into inside and outside.
        canvas: Component that says how the truth was drawn; it lets `factor_error` be measured.
        invert: Whether both folders show a dark foreground on a bright background, so that 1 - x
            is measured of every image.

    Raises:
        ValueError: The names don't match, a file can't be read, or points are needed but
            missing.
    """
    place = build(WORLD, merge({"kind": "rose"}, world))
    if points is None and (hole is not None or canvas is not None):
        raise ValueError("--hole and --canvas need --points, the factors of each image")
    pairs = _pairs(truth, reconstruction, points, place)
    factors = None if points is None else _factors(points, place, len(pairs.truth))
    true_images, true_names = read_images(truth, pairs.truth, invert=invert)
    made_images, made_names = read_images(reconstruction, pairs.reconstruction, invert=invert)
    bright = {truth: is_bright(true_images), reconstruction: is_bright(made_images)}
    _warn_of_background(bright, inverted=invert)
    made_images = _in_frame(made_images, true_images.shape[1:])
    table = pd.DataFrame({"truth": true_names, "reconstruction": made_names})
    region = None if hole is None else merge(place.default_hole(), hole)
    region = None if region is None else build(HOLE, region, space=place.space)
    if factors is not None:
        table = table.assign(**dict(zip(place.space.columns, factors.T, strict=True)))
    if region is not None and factors is not None:
        table["boundary_distance"] = region.boundary_distance(factors)
        table["split"] = np.where(table["boundary_distance"] <= 0, "removed", "validation")
        table["repeated"] = _repeated(true_images, place.space.to_unit(factors), table["split"])
    table = table.assign(**pixel_errors(true_images, made_images))
    table["psnr"] = psnr(true_images, made_images)
    distances = lpips(true_images, made_images)
    if distances is not None:
        table["lpips"] = distances
    if canvas is not None and factors is not None:
        search = FactorSearch(place, _matching_canvas(canvas, true_images))
        recovery = search.recover(made_images)
        table = table.assign(**recovery_errors(search, factors, made_images, recovery.factors))
    metrics = _metrics(table)
    for notice in _notices(metrics):
        warnings.warn(notice, stacklevel=2)
    return Scores(table, metrics, true_images, made_images, place, region, pairs.rule)


def write_scores(scores: Scores, out: Path) -> None:
    """Write the table, the numbers, figures and a page to the new folder `out`.

    Raises:
        ValueError: `out` exists.
    """
    with staged(out, mark=SCORES) as work:
        files.write_table(work / SCORES, scores.table)
        files.write_metrics(work / files.METRICS, scores.numbers)
        data = _report_data(scores)
        rendered = render(run_figures(data))
        write_figures(rendered, work / files.FIGURES)
        write_page(data, work / files.PAGE, rendered)


def print_scores(scores: Scores) -> None:
    """Print the numbers, a row a group and a column a measure."""
    measures = [key.measure for key in scores.numbers if key.group == "all"]
    table = Table("images", *measures)
    for group in dict.fromkeys(key.group for key in scores.numbers):
        values = [scores.numbers.get(Key(name, group), float("nan")) for name in measures]
        table.add_row(group, *(f"{value:.4g}" for value in values))
    Console().print(table)
    print(scores.rule)


def _report_data(scores: Scores) -> ReportData:
    images = Images(scores.truth, scores.reconstruction)
    has_points = "split" in scores.table
    return ReportData(
        title="score",
        space=scores.world.space,
        hole=scores.hole,
        points=scores.table if has_points else None,
        validation=images,
        metrics=scores.numbers,
        notices=_notices(scores.numbers),
        versions=versions(),
    )


def _warn_of_background(bright: dict[str, bool], *, inverted: bool) -> None:
    """Warn of folders whose images, as they are measured, have a bright background."""
    found = [folder for folder, yes in bright.items() if yes]
    if not found:
        return
    what = f"{' and '.join(found)} {'have' if len(found) > 1 else 'has'} a bright background"
    if len(found) < len(bright):
        other = next(folder for folder, yes in bright.items() if not yes)
        advice = f"{other} has a dark one; if they show the same, invert the images of one of them"
    elif inverted:
        advice = "since they were inverted; leave out --invert if their foreground is bright"
    else:
        advice = (
            "and the measures take what is bright as the foreground, so that errors come out far "
            "too small; add --invert if the foreground is dark"
        )
    warnings.warn(f"{what}, {advice}", stacklevel=3)


def _metrics(table: pd.DataFrame) -> dict[Key, Number]:
    groups = {"all": table}
    if "split" in table:
        groups["inside"] = table[table["split"] == "removed"]
        groups["outside"] = table[table["split"] != "removed"]
    found: dict[Key, Number] = {}
    for group, chosen in groups.items():
        found[Key("count", group)] = len(chosen)
        if group == "inside":
            found[Key("repeated", group)] = int(chosen["repeated"].sum())
        for name in names(IMAGE_MEASURES):
            if name in table:
                found[Key(name, group)] = float(chosen[name].mean()) if len(chosen) else np.nan
    return found


def _repeated(
    images: NDArray[np.float32], unit: NDArray[np.float64], split: "pd.Series[str]"
) -> NDArray[np.bool_]:
    """Return which true images in the hole are outside of it as well, (n,)."""

    def pixels(rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        return np.round(images[rows] * np.float32(255)).astype(np.uint8)

    return repeated_images(pixels, (split != "removed").to_numpy(), unit)


def _notices(metrics: Mapping[Key, Number]) -> tuple[str, ...]:
    return notices(
        int(metrics.get(Key("repeated", "inside"), 0)), int(metrics.get(Key("count", "inside"), 0))
    )


def _in_frame(images: NDArray[np.float32], frame: tuple[int, ...]) -> NDArray[np.float32]:
    height, width = frame
    if images.shape[1:] == (height, width):
        return images
    shrinks = images.shape[1] >= height and images.shape[2] >= width
    return resize(images, height, width, "area" if shrinks else "bilinear")


def _matching_canvas(component: Component, truth: NDArray[np.float32]) -> Canvas:
    canvas = build(CANVAS, merge({"kind": "square", "size": truth.shape[1]}, component))
    if (canvas.height, canvas.width) != truth.shape[1:]:
        raise ValueError(
            f"the canvas draws {canvas.width}×{canvas.height} images, "
            f"the truth has {truth.shape[2]}×{truth.shape[1]}"
        )
    return canvas


def _pairs(truth: str, reconstruction: str, points: str | None, world: World) -> Pairs:
    place = None if points is None else Path(points)
    folders = Path(truth), Path(reconstruction)
    if place is None or place.suffix.lower() not in SUFFIXES:
        return pair_images(*folders, place)
    table = read_table(place)
    return pair_images(*folders, place, table, find_factors(table.names, world.space.names))


def _factors(points: str, world: World, count: int) -> NDArray[np.float64]:
    factors = read_points(Path(points), world.space)
    if len(factors) != count:
        raise ValueError(f"{points} has {len(factors)} rows for {count} images; they need as many")
    return factors
