"""The explorer alone on a page, to be embedded in another one."""

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from transect.image.staging import write_bytes
from transect.report.document import environment, policy, style_text
from transect.report.explorer.exploration import Exploration
from transect.report.explorer.payload import MOST_BYTES
from transect.report.explorer.section import make_section


def write_explorer(
    exploration: Exploration,
    path: Path,
    title: str,
    questions: Mapping[str, str] | None = None,
    *,
    most_bytes: int = MOST_BYTES,
) -> Path:
    """Write a page with nothing but the explorer, such as for an `iframe`.

    Args:
        exploration: What to show.
        path: Where to write; the file is replaced at once.
        title: What the page is about.
        questions: Question -> answer, to stand above it.
        most_bytes: Of all sprite sheets together, before they become text.

    Returns:
        The path of the page.
    """
    page = explorer_page(exploration, title, questions, most_bytes=most_bytes)
    write_bytes(path, page.encode())
    return path


def explorer_page(
    exploration: Exploration,
    title: str,
    questions: Mapping[str, str] | None = None,
    *,
    most_bytes: int = MOST_BYTES,
) -> str:
    """Return a page with nothing but the explorer as HTML; see `write_explorer`."""
    section = make_section(exploration, questions or {}, most_bytes)
    templates = environment()
    style = style_text(templates, ["page.css", "explorer.css"])
    return templates.get_template("explorer_page.html").render(
        title=title,
        explorer=section,
        scripts=[Markup(section.script)],
        style=Markup(style),
        policy=policy([section.script], style),
    )
