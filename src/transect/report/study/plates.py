"""The figures of a study in their order, each with what to see in it."""

from collections.abc import Iterator

from transect.report import captions
from transect.report.embedding import project_tables
from transect.report.measure import Measure
from transect.report.plate import Plate
from transect.report.sentences import number, seed_count
from transect.report.study.comparison import mean
from transect.report.study.data import StudyData
from transect.report.study.dots import key_measures, measure_dots
from transect.report.study.embeddings import MOST_FACTORS, drawn_points, study_embeddings
from transect.report.study.measures import ALIGNMENT, DIMENSION
from transect.report.study.weights import loss_scale
from transect.report.traversals import TRAVERSALS_CAPTION, traversal_sheet

MEASURES, EMBEDDINGS, TRAVERSALS = "Measures", "Embeddings", "Traversals"
"""The sections of the page."""


def study_plates(data: StudyData) -> Iterator[Plate]:
    """Yield every figure that the data allow, in the order of the page."""
    measures = key_measures(data)
    if measures:
        yield Plate(
            MEASURES,
            "measures",
            "The key measures of every loss",
            measure_dots(data),
            _measures_caption(data, measures),
            _means(data, measures),
        )
    shape = [m for m in (ALIGNMENT[0], *DIMENSION) if m in measures]
    yield Plate(
        EMBEDDINGS,
        "embeddings",
        "Embeddings beside each other",
        study_embeddings(data),
        _embeddings_caption(data),
        f"The codes of {len(drawn_points(data, data.reference))} points for each of "
        f"{len(data.losses)} losses. {_means(data, shape)}",
    )
    for place, (loss, images) in enumerate(data.traversals.items()):
        if not images:  # its codes are all alike
            continue
        yield Plate(
            TRAVERSALS,
            f"traversals_{place + 1}",
            loss,
            traversal_sheet(images, data.dark_foreground, beside=True),
            TRAVERSALS_CAPTION,
            f"Traversals of {loss}. {captions.walks_text(images)}",
        )


def _measures_caption(data: StudyData, measures: list[Measure]) -> str:
    count = len(data.seeds)
    words = (
        f"Large dots are means over {seed_count(count)}"
        f"{', bars their 95 % intervals' if count > 1 else ''}; faint dots are the seeds "
        f"and faint lines join runs of one seed. “{data.reference}” is black."
    )
    if set(measures) & set(DIMENSION):
        words += f" Shaded is where a sheet of {data.space.dimension} dimensions lies."
    scale = loss_scale(data.losses)
    if scale.title:
        words += f" The losses differ in {scale.title} alone, which runs along the axis."
    return words


def _embeddings_caption(data: StudyData) -> str:
    factors = [factor.label for factor in data.space.factors]
    more = (
        f" Only the first {MOST_FACTORS} factors are shown." if len(factors) > MOST_FACTORS else ""
    )
    shown = project_tables(data.kept(data.reference), None)
    seen = ""
    if any(label.startswith("principal") for label in shown.labels):
        seen = " Of each the first three principal components are shown."
    return (
        f"The codes of seed {data.seeds[0]}, in the same colours for the same points: dark is low, "
        f"light is high.{more}{seen} All axes of an embedding have one scale, so a sheet looks as "
        "thin as it is; losses differ in theirs."
    )


def _means(data: StudyData, measures: list[Measure]) -> str:
    """Return the means over seeds of measures by loss, in words."""
    parts = []
    for measure in measures:
        found = {loss: mean(data, loss, measure.column) for loss in data.losses}
        said = [f"{loss} {number(one.mean)}" for loss, one in found.items() if one is not None]
        parts.append(f"{measure.name}: {', '.join(said)}")
    return f"{'; '.join(parts)}; means over {seed_count(len(data.seeds))}." if parts else ""
