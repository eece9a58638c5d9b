"""What every page is made of: one file of HTML that needs nothing else.

Images, styles and scripts are within. The content security policy allows nothing else: scripts
and styles by their hash alone, no connections.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import yaml
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from transect.report.rendering import Rendering
from transect.report.words import duration, number
from transect.strict_json import to_json

WIDE = 5.0
"""Figures wider than this, in inches, take the whole width of the page."""

LONG = 6.0
"""Figures wider than this, in inches, scroll within their frame on a narrow screen."""


@dataclass(frozen=True)
class Image:
    """A figure within the page.

    Attributes:
        rendering: The figure with its caption and alternative text.
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


def images_by_section(rendered: Sequence[Rendering]) -> dict[str, list[Image]]:
    """Return the figures of every section, both in the order in which they came."""
    sections: dict[str, list[Image]] = {}
    for rendering in rendered:
        sections.setdefault(rendering.section, []).append(Image(rendering))
    return sections


def environment() -> Environment:
    """Return where the templates of pages live; what they are given is escaped."""
    templates = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("transect.report"),
                PackageLoader("transect.report.explorer", "page"),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["number"] = number
    templates.filters["duration"] = duration
    return templates


def style_text(templates: Environment, names: Sequence[str], images: Iterable[Image] = ()) -> str:
    """Return the style of a page: some style sheets, and the width of every figure.

    The widths stand in rules, since a strict policy allows no style on an element.

    Args:
        templates: Where the sheets live.
        names: Names of their files.
        images: The figures of the page.
    """
    sheets = [templates.get_template(name).render() for name in names]
    widths = sorted({image.width for image in images})
    rules = [f".natural-{width} {{ --natural: {width}px; }}" for width in widths]
    return "\n".join([*sheets, *rules, ""])


def policy(inline: Sequence[str], style: str) -> str:
    """Return the content security policy of a page.

    Args:
        inline: Its inline scripts; no others run.
        style: Its only style element.
    """
    allowed = " ".join(_digest(script) for script in inline) or "'none'"
    return (
        f"default-src 'none'; img-src data:; style-src {_digest(style)}; "
        f"script-src {allowed}; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    """Return how a policy names an inline script or style: by its hash."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def json_text(value: Mapping[str, Any]) -> Markup:
    """Return a value as JSON that can't end the script element which holds it."""
    text = to_json(value)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def yaml_text(config: Mapping[str, Any]) -> str:
    """Return a configuration as YAML, its fields in their own order."""
    return yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True)
