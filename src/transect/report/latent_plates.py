"""The figures of the latent space in their order, each with what to see in it."""

from collections.abc import Iterator

import pandas as pd

from transect.report import captions
from transect.report.data import ReportData
from transect.report.embedding import embedding, project_tables
from transect.report.planes import planes
from transect.report.plate import Plate
from transect.report.shape import longest_loop, stretch_map, ways_across
from transect.report.traversals import TRAVERSALS_CAPTION, traversal_sheet

CODES = "Where the codes lie"
"""The section on the embedding, which words open."""


def latent_plates(data: ReportData) -> Iterator[Plate]:
    """Yield the figures of the section on the embedding that the data allow."""
    if data.points is None or not data.codes:
        return
    shown = project_tables(data.points, data.transects)
    share = f"{100 * shown.explained:.0f} %"
    projected = (
        ""
        if len(data.codes) <= 3
        else f" Of {len(data.codes)} latents the first three principal components are shown; "
        f"they hold {share} of the variance."
    )
    yield Plate(
        CODES,
        "embedding",
        "Embedding",
        embedding(data.points, data.transects, data.space),
        "One dot is the code of one image. If the removed codes fill their gap in the sheet of "
        "the others, the encoder has placed images that it never saw between those that it did."
        + projected,
        f"Codes of {len(data.points)} points in {len(data.codes)} latents: "
        f"{captions.counts(data.points)}.{projected}",
    )
    if data.traversals:
        yield Plate(
            CODES,
            "traversals",
            "Walks through the latent space",
            traversal_sheet(data.traversals, data.dark_foreground),
            TRAVERSALS_CAPTION,
            captions.walks_text(data.traversals),
        )
    yield from _shape(data, data.points)


def _shape(data: ReportData, points: pd.DataFrame) -> Iterator[Plate]:
    flat = not planes(data.space)
    if not flat and len(data.codes) > 1 and "on_loop" in points and points["on_loop"].any():
        yield Plate(
            CODES,
            "longest_loop",
            "The loop around the hole",
            longest_loop(points, data.space, data.hole),
            "Yellow points lie on the longest loop of the embedding: sought among the codes of the "
            "kept points, to the right, and shown over the factor space, to the left. Where they "
            "follow the boundary, the line to the left, the hole is a hole of the embedding, too.",
            captions.loop_text(data, points),
        )
    if data.way_images and data.ways is not None:
        yield Plate(
            CODES,
            "ways_across",
            "Ways across the hole",
            ways_across(data.way_images, data.ways, data.dark_foreground),
            "Both ways lead from the code at one boundary to the code at the other: straight "
            "through the latent space, or so that the images change least on the way. An image is "
            "compared with the true one that lies as far along; its error stands below. The "
            "shortest way may also fade lines out and in again, which the truth never does.",
            captions.ways_text(data),
        )
    if not flat and "stretch" in points and (points["stretch"] > 0).any():
        yield Plate(
            CODES,
            "stretch_map",
            "Stretch over the factor space",
            stretch_map(points, data.space, data.hole),
            "How much the image changes for a small step of the codes along their sheet; dark "
            "points are stretched. A hole that the decoder hurries across is darker than its "
            "surroundings. The scale is logarithmic, the outline the boundary.",
            captions.stretch_text(data, points),
        )
