"""The page of a run: one file of HTML that needs nothing else."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from markupsafe import Markup

from transect.image.staging import write_bytes
from transect.report.attribution_words import attribution_findings
from transect.report.data import ReportData
from transect.report.document import (
    environment,
    images_by_section,
    policy,
    style_text,
    yaml_text,
)
from transect.report.explorer.exploration import Exploration
from transect.report.explorer.section import make_section
from transect.report.explorer.sentences import questions
from transect.report.latent_plates import CODES
from transect.report.plates import ATTRIBUTION
from transect.report.rendering import Rendering
from transect.report.sentences import headline, hole_penalty
from transect.report.shape_words import findings
from transect.report.tables import (
    attribution_table,
    measure_tables,
    penalty_table,
    shape_table,
    transect_table,
)


def write_page(
    data: ReportData,
    path: Path,
    rendered: Sequence[Rendering],
    exploration: Exploration | None = None,
) -> Path:
    """Write the page of a run.

    It opens from the file system with no network: images, styles and scripts are within. Its
    content security policy allows nothing else: scripts and styles by their hash alone, no
    connections.

    Args:
        data: What to show; what is missing is left out.
        path: Where to write; the file is replaced at once.
        rendered: Its figures, from `render`.
        exploration: What its explorer holds; None leaves the explorer out.

    Returns:
        The path of the page.
    """
    write_bytes(path, page(data, rendered, exploration).encode())
    return path


def page(
    data: ReportData, rendered: Sequence[Rendering], exploration: Exploration | None = None
) -> str:
    """Return the page as HTML.

    Args:
        data: What to show.
        rendered: Its figures.
        exploration: What its explorer holds; None leaves the explorer out.
    """
    sections = images_by_section(rendered)
    strips = sections.pop("strips", [])
    explorer = None if exploration is None else make_section(exploration, questions(data))
    inline = [] if explorer is None else [explorer.script]
    templates = environment()
    sheets = ["page.css"] if explorer is None else ["page.css", "explorer.css"]
    style = style_text(templates, sheets, chain(strips, *sections.values()))
    tables = [
        *measure_tables(data),
        penalty_table(data),
        attribution_table(data),
        transect_table(data),
        shape_table(data),
    ]
    return templates.get_template("page.html").render(
        data=data,
        headline=headline(data),
        penalty=hole_penalty(data),
        strips=strips,
        sections=sections,
        findings={ATTRIBUTION: attribution_findings(data), CODES: findings(data)},
        tables=[table for table in tables if table is not None],
        config=None if data.config is None else yaml_text(data.config),
        explorer=explorer,
        scripts=[Markup(script) for script in inline],
        style=Markup(style),
        policy=policy(inline, style),
    )
