"""The page of a run: one file of HTML that needs nothing else."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from transect.image.staging import write_bytes
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
from transect.report.parts import CaptionedFigure
from transect.report.rendering import Rendering
from transect.report.section import (
    answer,
    attribution,
    errors,
    factor_space,
    interpolation,
    latent_space,
    training,
    transects,
)

SECTIONS = (
    answer,
    transects,
    errors,
    attribution,
    factor_space,
    training,
    latent_space,
    interpolation,
)
"""Every section of the page, in order; the figures of the first stand beside the headline."""


def run_figures(data: ReportData) -> Iterator[CaptionedFigure]:
    """Yield every figure that the data allow, in the order of the page."""
    for one in SECTIONS:
        yield from one.section(data).figures


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
    images = images_by_section(rendered)
    strips = images.get(answer.TITLE, [])
    sections = [one.section(data) for one in SECTIONS]
    explorer = None if exploration is None else make_section(exploration, questions(data))
    inline = [] if explorer is None else [explorer.script]
    templates = environment()
    style_files = ["page.css"] if explorer is None else ["page.css", "explorer.css"]
    style = style_text(templates, style_files, [one for some in images.values() for one in some])
    return templates.get_template("page.html").render(
        data=data,
        headline=answer.headline(data),
        penalty=answer.hole_penalty(data),
        strips=strips,
        sections=[one for one in sections[1:] if one.findings or one.title in images],
        images=images,
        tables=[table for one in sections for table in one.tables],
        config=None if data.config is None else yaml_text(data.config),
        explorer=explorer,
        scripts=[Markup(script) for script in inline],
        style=Markup(style),
        policy=policy(inline, style),
    )
