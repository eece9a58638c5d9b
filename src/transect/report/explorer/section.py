"""The explorer as a part of a page, and alone on a page, to be embedded in another one.

A page from the file system can't import modules. So the modules of the explorer are written as
such, which linters and readers understand, and joined here to one inline script: each becomes a
function that returns what it exports, behind those that it imports.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from transect.image.staging import write_bytes
from transect.report.document import environment, json_text, policy, style_text
from transect.report.explorer.exploration import Exploration
from transect.report.explorer.payload import MOST_BYTES, make_payload
from transect.report.explorer.sentences import precision, volume_words

START = "main.js"
"""The module that imports all others, in the end."""

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([\w.]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+))", re.MULTILINE)


class Section(NamedTuple):
    """What the template of the explorer needs.

    Attributes:
        questions: Question -> answer, in words.
        precision: What the page holds and how exact it is.
        volume: What the decoded latent space holds.
        json: What the script reads, safe within a script element.
        script: The script.
    """

    questions: Mapping[str, str]
    precision: str
    volume: str
    json: Markup
    script: str


def make_section(
    exploration: Exploration, questions: Mapping[str, str], most_bytes: int = MOST_BYTES
) -> Section:
    """Return the explorer of an exploration.

    Args:
        exploration: What to show.
        questions: Question -> answer, to stand above it.
        most_bytes: Of all sprite sheets together, before they become text.
    """
    payload = make_payload(exploration, most_bytes=most_bytes)
    return Section(
        questions,
        precision(exploration, payload),
        volume_words(exploration.models[0]),
        json_text(payload.values),
        script(),
    )


def write_explorer(
    exploration: Exploration, path: Path, title: str, *, most_bytes: int = MOST_BYTES
) -> Path:
    """Write a page with nothing but the explorer, such as for an `iframe`.

    Args:
        exploration: What to show.
        path: Where to write; the file is replaced at once.
        title: What the page is about.
        most_bytes: Of all sprite sheets together, before they become text.

    Returns:
        The path of the page.
    """
    write_bytes(path, explorer_page(exploration, title, most_bytes=most_bytes).encode())
    return path


def explorer_page(exploration: Exploration, title: str, *, most_bytes: int = MOST_BYTES) -> str:
    """Return a page with nothing but the explorer as HTML; see `write_explorer`."""
    section = make_section(exploration, {}, most_bytes)
    templates = environment()
    style = style_text(templates, ["page.css", "explorer.css"])
    return templates.get_template("explorer_page.html").render(
        title=title,
        explorer=section,
        scripts=[Markup(section.script)],
        style=Markup(style),
        policy=policy([section.script], style),
    )


@cache
def script() -> str:
    """Return the script of the explorer."""
    ordered: dict[str, str] = {}
    _add(START, ordered)
    return "\n".join(['"use strict";', "const modules = {};", *ordered.values(), ""])


def _add(name: str, ordered: dict[str, str]) -> None:
    """Add a module behind all that it imports.

    Raises:
        RuntimeError: It imports or exports in a form that is not known here.
    """
    if name in ordered:
        return
    text = (files("transect.report.explorer") / "page" / name).read_text(encoding="utf-8")
    for _, other in _IMPORT.findall(text):
        _add(other, ordered)
    exported = ", ".join(_EXPORT.findall(text))
    body = _EXPORT.sub("", _IMPORT.sub(r'const \1 = modules["\2"];', text))
    if re.search(r"^(import|export)\b", body, re.MULTILINE):
        raise RuntimeError(f"{name} imports or exports in a form that can't be joined")
    ordered[name] = f'modules["{name}"] = (function () {{\n{body}return {{ {exported} }};\n}})();'
