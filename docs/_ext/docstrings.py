"""Docstrings are written for the terminal; here they become reStructuredText."""

import re
from typing import Any

from sphinx.application import Sphinx

CODE = re.compile(r"(``.+?``|`[^`]+`)")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx; docstrings are treated before napoleon reads their sections."""
    app.connect("autodoc-process-docstring", process, priority=100)
    return {"parallel_read_safe": True}


def process(*event: Any) -> None:
    """Escape what is no markup, and keep indented formulas on their lines.

    Args:
        event: What `autodoc-process-docstring` gives; the last is the lines, changed in place.
    """
    lines: list[str] = event[-1]
    treated: list[str] = []
    last, literal = "", False
    for line in lines:
        indented = line.startswith("    ")
        if line.strip() and not indented:
            literal = False
        if indented and not literal and treated and not treated[-1] and last[:1].strip():
            treated += ["::", ""]
            literal = True
        treated.append(line if literal else _escape(line))
        last = line or last
    lines[:] = treated


def _escape(line: str) -> str:
    """Return a line whose bars and asterisks outside of code are taken as they are."""
    if line.lstrip().startswith((">>>", "...")):
        return line
    parts = CODE.split(line)
    parts[::2] = [part.replace("|", r"\|") for part in parts[::2]]
    return "".join(parts)
