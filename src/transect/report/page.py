"""The page of a run: one file of HTML that needs nothing else."""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from transect.report.data import ReportData
from transect.report.document import (
    environment,
    images_by_section,
    json_text,
    policy,
    scripts,
    yaml_text,
)
from transect.report.fault_words import fault_findings
from transect.report.plates import CODES, FAULT
from transect.report.rendering import Rendering, replace_file
from transect.report.sentences import headline, hole_penalty
from transect.report.shape_words import findings
from transect.report.tables import (
    fault_table,
    measure_tables,
    penalty_table,
    shape_table,
    transect_table,
)
from transect.report.turnable import turnable_embedding


def write_page(data: ReportData, path: Path, rendered: Sequence[Rendering]) -> Path:
    """Write the page of a run.

    It opens from the file system with no network: pictures, styles and scripts are within. Its
    content security policy allows nothing else: scripts by their hash alone, no connections.

    Args:
        data: What to show; what is missing is left out.
        path: Where to write; the file is replaced at once.
        rendered: Its figures, from `render`.

    Returns:
        The path of the page.
    """
    replace_file(path, page(data, rendered).encode())
    return path


def page(data: ReportData, rendered: Sequence[Rendering]) -> str:
    """Return the page as HTML.

    Args:
        data: What to show.
        rendered: Its figures.
    """
    sections = images_by_section(rendered)
    strips = sections.pop("strips", [])
    turnable = None
    if data.points is not None and data.codes:
        turnable = turnable_embedding(data.points, data.transects, data.space)
    templates = environment()
    inline = [] if turnable is None else scripts(templates, "turnable.js")
    tables = [
        *measure_tables(data),
        penalty_table(data),
        fault_table(data),
        transect_table(data),
        shape_table(data),
    ]
    return templates.get_template("page.html").render(
        data=data,
        headline=headline(data),
        penalty=hole_penalty(data),
        strips=strips,
        sections=sections,
        findings={FAULT: fault_findings(data), CODES: findings(data)},
        tables=[table for table in tables if table is not None],
        config=None if data.config is None else yaml_text(data.config),
        turnable=None if turnable is None else json_text(turnable),
        scripts=[Markup(script) for script in inline],
        policy=policy(inline),
    )
