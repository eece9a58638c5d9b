"""The page of a study: one file of HTML that needs nothing else."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from markupsafe import Markup

from transect.image.staging import write_bytes
from transect.report.document import (
    environment,
    images_by_section,
    json_text,
    policy,
    scripts,
    style_text,
    yaml_text,
)
from transect.report.rendering import Rendering
from transect.report.sentences import seed_count
from transect.report.study.data import StudyData
from transect.report.study.headline import headline, how_to_read
from transect.report.study.sentences import answers
from transect.report.study.tables import comparisons, remaining_table, study_tables
from transect.report.study.turnable import turnable_embeddings


def write_study_page(data: StudyData, path: Path, rendered: Sequence[Rendering]) -> Path:
    """Write the page of a study.

    It opens from the file system with no network, as the page of a run does.

    Args:
        data: What to show.
        path: Where to write; the file is replaced at once.
        rendered: Its figures, from `transect.report.render`.

    Returns:
        The path of the page.
    """
    write_bytes(path, study_page(data, rendered).encode())
    return path


def study_page(data: StudyData, rendered: Sequence[Rendering]) -> str:
    """Return the page as HTML.

    Args:
        data: What to show.
        rendered: Its figures.
    """
    templates = environment()
    templates.filters["seed_count"] = seed_count
    turnable = turnable_embeddings(data)
    inline = [] if turnable is None else scripts(templates, "study.js")
    sections = images_by_section(rendered)
    every = chain.from_iterable(sections.values())
    style = style_text(templates, ["page.css", "study.css"], every)
    tables = study_tables(data)
    return templates.get_template("study.html").render(
        data=data,
        headline=headline(data),
        how_to_read=how_to_read(data),
        # the answers come first, what they are compared with last
        cards={loss: answers(data, loss) for loss in (*data.others, data.reference)},
        sections=sections,
        tables=tables,
        comparisons=comparisons(tables),
        remaining=remaining_table(data),
        config=yaml_text(data.config),
        turnable=turnable,
        turnable_json=None if turnable is None else json_text(turnable),
        scripts=[Markup(script) for script in inline],
        policy=policy(inline, None if inline else style),
        style=Markup(style),
    )
