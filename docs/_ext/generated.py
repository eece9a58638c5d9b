"""What the code writes into pages: configuration, choices, presets, help, verdicts, measures."""

import contextlib
import dataclasses
import io
import math
import typing
from typing import Any, get_type_hints

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

from transect.cli import build_parser
from transect.measure.catalogue import (
    ATTRIBUTION_MEASURES,
    EMBEDDING_MEASURES,
    IMAGE_MEASURES,
    INTERPOLATION_MEASURES,
    RUN_MEASURES,
    Measure,
)
from transect.measure.error.verdict import PENALTY_BANDS
from transect.report.section.answer import VERDICTS
from transect.run.component import ComponentType, kinds
from transect.run.config import Config, to_dict
from transect.run.listing import PLURALS, listing
from transect.run.presets import PRESETS

Row = tuple[str, ...]
GROUPS = {
    "Images": IMAGE_MEASURES,
    "Embedding": EMBEDDING_MEASURES,
    "Interpolations across the hole": INTERPOLATION_MEASURES,
    "Attribution of errors": ATTRIBUTION_MEASURES,
    "Run": RUN_MEASURES,
}
"""Title of a table of measures: the measures."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives with Sphinx."""
    app.add_directive("configuration", Configuration)
    app.add_directive("choices", Choices)
    app.add_directive("preset", Preset)
    app.add_directive("subcommand-help", SubcommandHelp)
    app.add_directive("verdicts", Verdicts)
    app.add_directive("measures", Measures)
    return {"parallel_read_safe": True}


class _Generated(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        """Return what `made` makes; the page is read anew in each build, as the code may change."""
        self.env.note_reread()
        return self.made()

    def made(self) -> list[nodes.Node]:
        """Return the nodes of the directive."""
        raise NotImplementedError

    def _table(self, header: Row, rows: list[Row], widths: Row) -> nodes.Node:
        text = [
            ".. list-table::",
            "   :header-rows: 1",
            f"   :widths: {' '.join(widths)}",
            "   :class: longtable",
            "",
        ]
        for row in (header, *rows):
            text += [f"   {'* -' if k == 0 else '  -'} {cell}" for k, cell in enumerate(row)]
        container = nodes.container(classes=["generated"])
        container += self.parse_text_to_nodes("\n".join(text))
        return container


class Configuration(_Generated):
    """Every field of the configuration, section by section."""

    def made(self) -> list[nodes.Node]:
        """Return a table for the fields at the top and one for each section."""
        hints = get_type_hints(Config)
        sections = {n: cls for n, cls in hints.items() if dataclasses.is_dataclass(cls)}
        tables: list[nodes.Node] = [self._fields(Config, "", set(sections))]
        for name, cls in sections.items():
            tables.append(nodes.rubric(text=name))
            tables.append(self._fields(cls, f"{name}.", set()))
        return tables

    def _fields(self, cls: Any, prefix: str, left_out: set[str]) -> nodes.Node:
        docs = ModuleAnalyzer.for_module(cls.__module__).find_attr_docs()
        hints = get_type_hints(cls)
        rows = []
        for field in dataclasses.fields(cls):
            if field.name in left_out:
                continue
            text = " ".join(docs[cls.__name__, field.name]).strip()
            name = f"``{prefix}{field.name}``"
            rows.append((name, _type(hints[field.name]), f"``{_default(field)}``", _code(text)))
        return self._table(("field", "type", "default", "meaning"), rows, ("24", "20", "16", "40"))


class Choices(_Generated):
    """The table that `transect list WHAT` prints; the argument is WHAT."""

    required_arguments = 1

    def made(self) -> list[nodes.Node]:
        """Return the table."""
        sort = self.arguments[0]
        rows: list[Row] = []
        for name, line in listing(sort)[sort].items():
            summary = line if sort == "presets" else _summary(PLURALS[sort], name)
            options = line.removeprefix(summary).strip().removeprefix("(").removesuffix(")")
            rows.append((f"``{name}``", _code(summary), f"``{options}``" if options else "\\ "))
        return [
            self._table(("name", "what", "options and their defaults"), rows, ("18", "42", "40"))
        ]


class Preset(_Generated):
    """The fields of a preset that differ from `default`, as YAML; the argument names it."""

    required_arguments = 1

    def made(self) -> list[nodes.Node]:
        """Return the YAML."""
        own = to_dict(PRESETS[self.arguments[0]].config)
        differing = _difference(own, to_dict(Config()))
        text = yaml.safe_dump(differing, sort_keys=False, allow_unicode=True)
        block = nodes.literal_block(text, text)
        block["language"] = "yaml"
        return [block]


class SubcommandHelp(_Generated):
    """What `transect SUBCOMMAND --help` prints; the argument is SUBCOMMAND."""

    required_arguments = 1

    def made(self) -> list[nodes.Node]:
        """Return the help text."""
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
            build_parser().parse_args([self.arguments[0], "--help"])
        text = output.getvalue()
        block = nodes.literal_block(text, text)
        block["language"] = "text"
        return [block]


class Verdicts(_Generated):
    """What the report says of a hole penalty."""

    def made(self) -> list[nodes.Node]:
        """Return the table."""
        rows = [
            (f"up to {most:g}" if math.isfinite(most) else "beyond", VERDICTS[band])
            for band, most in PENALTY_BANDS.items()
        ]
        return [self._table(("penalty", "the report says"), rows, ("20", "80"))]


class Measures(_Generated):
    """Every measure of the catalogue, a table for each group."""

    def made(self) -> list[nodes.Node]:
        """Return the tables with their titles."""
        tables: list[nodes.Node] = []
        for title, group in GROUPS.items():
            tables.append(nodes.rubric(text=title))
            header = ("name", "label", "definition", "better", "range", "unit", "mean over runs")
            rows = [measure_row(one) for one in group]
            tables.append(self._table(header, rows, ("16", "20", "32", "8", "8", "8", "8")))
        return tables


def measure_row(measure: Measure) -> Row:
    """Return the cells of a measure."""
    low, high = measure.bounds
    whole = ", whole numbers" if measure.whole else ""
    return (
        f"``{measure.name}``",
        _plain(measure.label),
        _plain(measure.definition),
        measure.better or "\\ ",
        f"{_number(low)} to {_number(high)}{whole}",
        measure.unit or "\\ ",
        measure.mean,
    )


def _number(value: float) -> str:
    return f"{value:g}".replace("inf", "∞").replace("-", "−")


def _plain(text: str) -> str:
    return text.replace("|", r"\|").replace("*", r"\*")


def _summary(of: ComponentType[object], kind: str) -> str:
    return (kinds(of)[kind].__doc__ or "").partition("\n")[0]


def _difference(own: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in own.items():
        known = base.get(name)
        if value == known:
            continue
        both = isinstance(value, dict) and isinstance(known, dict) and "kind" not in value
        found[name] = _difference(value, known) if both and known else value
    return found


def _default(field: dataclasses.Field) -> str:
    """Return the default as it would stand in a file."""
    value = field.default
    if field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
    text = yaml.safe_dump(value, default_flow_style=True, width=1000)
    return "none" if value is None else text.removesuffix("...\n").strip()


def _type(hint: Any) -> str:
    if typing.get_origin(hint) is typing.Literal:
        return ", ".join(f"``{word}``" for word in typing.get_args(hint))
    parts = typing.get_args(hint)
    if parts and type(None) in parts:
        return f"{_type(parts[0])} or none"
    if parts and typing.get_origin(hint) not in {dict, list}:
        return " or ".join(_type(part) for part in parts)
    names = {float: "number", int: "whole number", str: "text", bool: "``true``, ``false``"}
    names |= {dict: "mapping", list: "list"}
    return names.get(typing.get_origin(hint) or hint, str(hint))


def _code(text: str) -> str:
    return text.replace("`", "``").replace("|", r"\|")
