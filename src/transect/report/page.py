"""The page of a run: one file of HTML that needs nothing else."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from transect.report.data import ReportData
from transect.report.rendering import Rendering, render, replace_file
from transect.report.sentences import headline, hole_penalty, number
from transect.report.tables import duration, measure_tables, penalty_table, transect_table
from transect.report.turnable import turnable_embedding

WIDE = 5.0
"""Figures wider than this, in inches, take the whole width of the page."""

LONG = 6.0
"""Figures wider than this, in inches, scroll within their frame on a narrow screen."""


@dataclass(frozen=True)
class Image:
    """A figure within the page.

    Attributes:
        rendering: The figure and its words.
    """

    rendering: Rendering

    @property
    def source(self) -> str:
        """The figure as a data URI: SVG or PNG, whichever is smaller."""
        svg, png = self.rendering.svg, self.rendering.png
        kind, content = ("svg+xml", svg) if len(svg) <= len(png) else ("png", png)
        return f"data:image/{kind};base64,{b64encode(content).decode()}"

    @property
    def width(self) -> int:
        """Width in CSS pixels."""
        return round(self.rendering.width * 96)

    @property
    def height(self) -> int:
        """Height in CSS pixels."""
        return round(self.rendering.height * 96)

    @property
    def wide(self) -> bool:
        """Whether it takes the whole width of the page."""
        return self.rendering.width > WIDE

    @property
    def long(self) -> bool:
        """Whether it is too wide to be read on a narrow screen at once."""
        return self.rendering.width > LONG


def write_page(data: ReportData, path: Path, rendered: Sequence[Rendering] | None = None) -> Path:
    """Write the page of a run.

    It opens from the file system with no network: pictures, styles and scripts are within. Its
    content security policy allows nothing else: scripts by their hash alone, no connections.

    Args:
        data: What to show; what is missing is left out.
        path: Where to write; the file is replaced at once.
        rendered: What `render` returned for these data, so that it need not be done again.

    Returns:
        The path of the page.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    html = page(data, render(data) if rendered is None else rendered)
    replace_file(path, html.encode())
    return path


def page(data: ReportData, rendered: Sequence[Rendering]) -> str:
    """Return the page as HTML.

    Args:
        data: What to show.
        rendered: Its figures.
    """
    images = [Image(rendering) for rendering in rendered]
    sections: dict[str, list[Image]] = {}
    for image in images:
        sections.setdefault(image.rendering.section, []).append(image)
    strips = sections.pop("strips", [])
    turnable = None
    if data.points is not None and data.codes:
        turnable = turnable_embedding(data.points, data.transects, data.space)
    environment = Environment(
        loader=PackageLoader("transect.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["duration"] = duration
    scripts = [] if turnable is None else _scripts(environment)
    tables = [*measure_tables(data), penalty_table(data), transect_table(data)]
    return environment.get_template("page.html").render(
        data=data,
        headline=headline(data),
        penalty=hole_penalty(data),
        strips=strips,
        sections=sections,
        tables=[table for table in tables if table is not None],
        config=None if data.config is None else _yaml(data.config),
        turnable=None if turnable is None else _json(turnable),
        scripts=[Markup(script) for script in scripts],
        policy=_policy(scripts),
    )


def _scripts(environment: Environment) -> list[str]:
    """Return plotly and the script that draws with it.

    Raises:
        RuntimeError: A script holds what would end its own element.
    """
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - five megabytes for one figure

    own = environment.get_template("turnable.js").render()
    scripts = [get_plotlyjs(), own]
    for script in scripts:
        if "</script" in script.lower() or "<!--" in script:
            raise RuntimeError("a script that would end its own element can't be put into a page")
    return scripts


def _policy(scripts: Sequence[str]) -> str:
    """Return the content security policy of a page with these inline scripts and no others."""
    digests = [b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src {allowed}; base-uri 'none'; form-action 'none'"
    )


def _json(value: dict[str, Any]) -> Markup:
    """Return a value as JSON that can't end the script element which holds it."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _yaml(config: Any) -> str:
    return yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True)
