"""The page of a comparison: one file of HTML that needs nothing else."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from transect.image.staging import write_bytes
from transect.report.comparison import embedding
from transect.report.comparison.crossing import crossings
from transect.report.comparison.data import ComparisonData
from transect.report.comparison.headline import counts, headline, how_to_read
from transect.report.comparison.measures import FURTHER, MAIN
from transect.report.comparison.ranking import Ranking, ranking
from transect.report.comparison.tables import (
    cell_columns,
    cell_rows,
    crossing_tables,
    measure_tables,
    ranking_table,
)
from transect.report.document import (
    environment,
    images_by_section,
    policy,
    style_text,
    yaml_text,
)
from transect.report.explorer.exploration import Exploration
from transect.report.explorer.section import make_section
from transect.report.rendering import Rendering
from transect.report.sentences import bracket, number, seed_count


class Line(NamedTuple):
    """A line of a card.

    Attributes:
        name: Of the model.
        text: Its number.
        strong: Whether it is the best or not distinguishable from it.
    """

    name: str
    text: str
    strong: bool = False


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
    """Return the page as HTML.

    Args:
        data: What to show.
        rendered: Its figures.
        exploration: Its models side by side; None leaves the explorer out.
    """
    ranked = ranking(data)
    templates = environment()
    templates.filters["seed_count"] = seed_count
    models = ranked.order
    sections = images_by_section(rendered)
    every = chain.from_iterable(sections.values())
    explorer = None if exploration is None else make_section(exploration, {})
    inline = [] if explorer is None else [explorer.script]
    sheets = ["page.css", "comparison.css"]
    if explorer is not None:
        sheets.append("explorer.css")
    style = style_text(templates, sheets, every)
    tables = [table for table in [ranking_table(ranked)] if table is not None]
    answers = embedding.answers(data) if embedding.has_embeddings(data) else {}
    return templates.get_template("comparison.html").render(
        data=data,
        headline=headline(data, ranked),
        how_to_read=how_to_read(data, ranked),
        counts=counts(data),
        ranking=_ranking_lines(ranked),
        radii=_radius_lines(data, models),
        sections=sections,
        latent_section=embedding.SECTION,
        reference=next(iter(data.models)),
        answers=answers,
        embedding_table=embedding.table(data),
        tables=[*tables, *crossing_tables(data, models)],
        measures=measure_tables(data, "Measures", MAIN, models),
        further=measure_tables(data, "Further measures", FURTHER, models),
        cell_columns=cell_columns(data),
        cells=cell_rows(data),
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
    lines = []
    for place, one in enumerate(ranked.places):
        tied = one.from_best == "same"
        text = f"× {number(one.to_best.mean)}{bracket(one.to_best)}" if place else "best"
        if place and tied:
            text += ", not distinguishable"
        lines.append(Line(one.model, text, place == 0 or tied))
    return lines


def _radius_lines(data: ComparisonData, models: Sequence[str]) -> dict[str, list[Line]]:
    """Return the crossing radius of each model by series."""
    return {
        series: [Line(model, known[model].text) for model in models if model in known]
        for series, known in crossings(data).items()
    }
