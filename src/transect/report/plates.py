"""The figures of a report in their order, each with what to see in it."""

import re
from collections.abc import Iterator

import numpy as np

from transect.report import captions
from transect.report.attribution import attribution_points, part_map, way_errors
from transect.report.boundary import boundary_errors
from transect.report.crossings import crossing_errors, crossing_strip
from transect.report.data import ReportData
from transect.report.latent_plates import latent_plates
from transect.report.learning import learning_curves
from transect.report.planes import error_map, planes, sampled_space, transect_map, weight_map
from transect.report.plate import Plate
from transect.report.sentences import number
from transect.report.sheets import comparison_sheet, factor_grid, image_sheet

ATTRIBUTION = "Encoder or decoder"
"""The section on whose fault the errors are, which words open."""


def run_plates(data: ReportData) -> Iterator[Plate]:
    """Yield every figure that the data allow, in the order of the page."""
    yield from _strips(data)
    yield from _errors(data)
    yield from _attribution(data)
    yield from _space(data)
    yield from _training(data)
    yield from latent_plates(data)


def _strips(data: ReportData) -> Iterator[Plate]:
    for place, line in enumerate(data.lines):
        if line.name not in data.crossings:
            continue
        points = line.points
        inside = np.zeros(len(points), bool) if data.hole is None else data.hole.contains(points)
        images = data.crossings[line.name]
        slug = re.sub(r"[^a-z0-9]+", "_", line.name.lower()).strip("_")[:40]
        yield Plate(
            "strips",
            f"transect_{place + 1}_{slug}".rstrip("_"),
            line.name,
            crossing_strip(line, images, inside, data.dark_foreground),
            "",
            captions.strip_text(data, line),
        )


def _errors(data: ReportData) -> Iterator[Plate]:
    section, points = "Where it errs", data.points
    if data.transects is not None and data.lines and _known(data.transects):
        yield Plate(
            section,
            "errors_along_transects",
            "Error along the transects",
            crossing_errors(data.transects, data.lines, data.hole),
            "The shaded stretch is the hole, from entry to exit. A model that has understood the "
            "space shows no bump there; one that only remembers rises towards the baselines. nMSE "
            "and factor error are better when small, soft IoU when large.",
            " ".join(
                f"{line.name}: {captions.transect_errors(data, line, 'nmse')}"
                for line in data.lines
            ),
        )
    if points is None or not _known(points):
        return
    if "boundary_distance" in points and (points["boundary_distance"] <= 0).any():
        yield Plate(
            section,
            "error_against_boundary_distance",
            "Error against the distance to the boundary",
            boundary_errors(points),
            "Means over bins of the distance, with 95 % bootstrap bands over the images; 0 is "
            "the boundary and the hole lies to the left. How far the model’s line climbs from the "
            "oracle’s tells how deep into the hole its knowledge reaches. Validation and removed "
            "points only.",
            captions.split_errors(data),
        )
    if planes(data.space):
        yield Plate(
            section,
            "error_map",
            "Error over the factor space",
            error_map(points, data.space, data.hole),
            "Each dot is one image; dark dots are drawn badly. The outline is the boundary of the "
            "hole. Both maps share one logarithmic scale.",
            captions.split_errors(data, ("nmse",)),
        )
    if data.removed is not None:
        yield Plate(
            section,
            "removed_images",
            "Removed images, drawn nevertheless",
            comparison_sheet(data.removed.rows, data.dark_foreground),
            "Images from inside the hole. The model was never shown any of them.",
            f"{len(data.removed.truth)} removed images in rows {', '.join(data.removed.rows)}.",
        )


def _attribution(data: ReportData) -> Iterator[Plate]:
    points = attribution_points(data.points)
    if points is None:
        return
    oracle = "oracle_best_code.nmse" in points
    yield Plate(
        ATTRIBUTION,
        "errors_by_code",
        "Errors in the hole with other codes",
        way_errors(points),
        "The best code is that from which the decoder comes nearest to the truth: what is left is "
        "the decoder’s doing, what it saves the encoder’s. The codes from boundary to boundary lie "
        "between those of the two images at the ends of the chord through the point. Means with "
        "95 % bootstrap intervals over the points.",
        captions.code_errors(points),
    )
    if planes(data.space):
        beyond = "beyond the same of its oracle" if oracle else "there is no oracle"
        yield Plate(
            ATTRIBUTION,
            "attribution_map",
            "Who fails where",
            part_map(points, data.space, data.hole),
            "Each dot is one removed image. The encoder’s part of its error is what the best "
            f"code would have saved, the decoder’s what no code can save ({beyond}); together "
            "they are the excess. Dark dots are large parts, the line is the boundary.",
            captions.part_text(points),
        )


def _space(data: ReportData) -> Iterator[Plate]:
    section, space, points = "What was removed", data.space, data.points
    flat = not planes(space)
    if data.draw is not None and not flat:
        yield Plate(
            section,
            "factor_grid",
            "The factor space",
            factor_grid(data.draw, space, data.hole, dark_foreground=data.dark_foreground),
            f"True images on a grid: {space.names[0]} grows to the right, {space.names[1]} "
            "downwards, here and in every map. The line is the boundary of the hole.",
            f"A 10 by 10 grid of true images with {captions.ranges(space)}.",
        )
    if points is not None and not flat:
        yield Plate(
            section,
            "sampled_space",
            "Points kept and removed",
            sampled_space(points, space, data.hole),
            "The model is trained on the grey points alone. Blue ones decide when it is good "
            "enough; vermilion ones are only ever looked at.",
            f"Points over the factor space: {captions.counts(points)}.",
        )
    if data.lines and not flat:
        yield Plate(
            section,
            "transects",
            "Transects",
            transect_map(data.lines, space, data.hole),
            "Straight lines of equally spaced points; those in the hole are vermilion.",
            f"{len(data.lines)} transects over the factor space: "
            + ", ".join(f"{line.name} of {line.count} points" for line in data.lines)
            + ".",
        )


def _training(data: ReportData) -> Iterator[Plate]:
    section = "How it learnt"
    if data.history is not None and len(data.history):
        yield Plate(
            section,
            "learning_curves",
            "Learning curves",
            learning_curves(data.history, data.oracle_history),
            "The error in the hole is watched, never trained on and never selected by. A gap that "
            "opens between removed and validation is the price of the hole.",
            captions.last_epoch(data.history),
        )
    if data.training is not None and len(data.training):
        yield Plate(
            section,
            "training_images",
            "Training images",
            image_sheet(data.training, data.dark_foreground),
            "A sample of what the model was shown.",
            f"{len(data.training)} training images.",
        )
    if data.validation is not None:
        yield Plate(
            section,
            "validation_images",
            "Validation images",
            comparison_sheet(data.validation.rows, data.dark_foreground),
            "Images from outside the hole that it was not trained on: what it can do at best.",
            f"{len(data.validation.truth)} validation images in rows "
            f"{', '.join(data.validation.rows)}.",
        )
    if data.weights is not None and data.points is not None and planes(data.space):
        known = data.weights[np.isfinite(data.weights)]
        yield Plate(
            section,
            "sample_weights",
            "Sample weights",
            weight_map(data.points, data.weights, data.space, data.hole),
            "How much each image counts in the loss; dark ones count most.",
            f"Weights of {len(known)} points, from {number(float(known.min()))} to "
            f"{number(float(known.max()))}.",
        )


def _known(table) -> bool:
    return "nmse" in table and bool(table["nmse"].notna().any())
