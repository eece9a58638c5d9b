"""The page of a comparison: one file of HTML that needs nothing else."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from transect.image.staging import write_bytes
from transect.measure.comparison import Ranking
from transect.report.comparison import latent_space
from transect.report.comparison.attribution import attribution_figures
from transect.report.comparison.conditions import condition_figures
from transect.report.comparison.data import ComparisonData
from transect.report.comparison.headline import counts, headline, how_to_read
from transect.report.comparison.radii import crossing_tables, crossings, radius_text
from transect.report.comparison.ranking import ranking, ranking_figures, ranking_table, ratio_text
from transect.report.comparison.series import series_figures
from transect.report.comparison.tables import FURTHER, MAIN, measure_tables, run_table
from transect.report.document import (
    environment,
    images_by_section,
    policy,
    style_text,
    yaml_text,
)
from transect.report.explorer.exploration import Exploration
from transect.report.explorer.section import make_section
from transect.report.parts import CaptionedFigure
from transect.report.rendering import Rendering
from transect.report.words import seed_count

MOST_MODELS = 10
"""Models that are drawn, the best ones; more could not be told apart."""


class Line(NamedTuple):
    """A line of a card.

    Attributes:
        name: Name of the model.
        text: Its number.
        strong: Whether it is the best or not distinguishable from the best.
    """

    name: str
    text: str
    strong: bool = False


def comparison_figures(data: ComparisonData) -> Iterator[CaptionedFigure]:
    """Yield every figure that the data allow, in the order of the page."""
    ranked = ranking(data)
    models = ranked.order[:MOST_MODELS]
    yield from series_figures(data, models)
    yield from condition_figures(data, models)
    yield from ranking_figures(data, ranked)
    yield from attribution_figures(data, models)
    yield from latent_space.embedding_figures(data)


def write_comparison_page(
    data: ComparisonData,
    path: Path,
    rendered: Sequence[Rendering],
    exploration: Exploration | None = None,
) -> Path:
    """Write the page of a comparison.

    It opens from the file system with no network, as the page of a run does.

    Args:
        data: What to show.
        path: Where to write; the file is replaced at once.
        rendered: Its figures, from `transect.report.render`.
        exploration: Its models side by side; None leaves the explorer out.

    Returns:
        The path of the page.
    """
    write_bytes(path, comparison_page(data, rendered, exploration).encode())
    return path


def comparison_page(
    data: ComparisonData, rendered: Sequence[Rendering], exploration: Exploration | None = None
) -> str:
    """Return the page as HTML; see `write_comparison_page`."""
    ranked = ranking(data)
    models = ranked.order
    templates = environment()
    templates.filters["seed_count"] = seed_count
    sections = images_by_section(rendered)
    explorer = None if exploration is None else make_section(exploration, {})
    inline = [] if explorer is None else [explorer.script]
    sheets = ["page.css", "comparison.css", *(["explorer.css"] if explorer else [])]
    style = style_text(templates, sheets, chain.from_iterable(sections.values()))
    tables = [ranking_table(data, ranked), *crossing_tables(data, models)]
    radii = {
        series: [Line(model, radius_text(found[model])) for model in models if model in found]
        for series, found in crossings(data).items()
    }
    return templates.get_template("comparison.html").render(
        data=data,
        headline=headline(data, ranked),
        how_to_read=how_to_read(data, ranked),
        counts=counts(data),
        ranking=_ranking_lines(ranked),
        radii=radii,
        sections=sections,
        latent_section=latent_space.SECTION,
        answers=latent_space.answers(data),
        embedding_table=latent_space.table(data),
        tables=[table for table in tables if table is not None],
        measures=measure_tables(data, "Measures", MAIN, models),
        further=measure_tables(data, "Further measures", FURTHER, models),
        runs=run_table(data),
        config=yaml_text(data.config) if data.config else "",
        explorer=explorer,
        scripts=[Markup(script) for script in inline],
        style=Markup(style),
        policy=policy(inline, style),
    )


def _ranking_lines(ranked: Ranking) -> list[Line]:
    """Return each model with its ratio to the best, in order."""
    if len(ranked.places) < 2:
        return []
    best, *others = ranked.places
    lines = [Line(best.model, "best", strong=True)]
    for place in others:
        tied = place.from_best == "same"
        note = ", not distinguishable" if tied else ""
        lines.append(Line(place.model, f"{ratio_text(place)}{note}", tied))
    return lines
