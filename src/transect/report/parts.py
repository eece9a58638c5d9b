"""What a page is made of: sections with findings, figures and tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from transect.measure.catalogue import Measure
from transect.report.words import number


@dataclass(frozen=True)
class CaptionedFigure:
    """A figure with its caption and its alternative text.

    Attributes:
        section: Title of the section of the page that it belongs to.
        name: Name of its files, without ending.
        title: Its heading.
        figure: The figure itself.
        caption: What to see in it.
        alt: What it shows, with the numbers, for readers who cannot see it.
    """

    section: str
    name: str
    title: str
    figure: Figure
    caption: str
    alt: str


@dataclass(frozen=True)
class Cell:
    """One number of a table.

    Attributes:
        text: As it is shown.
        best: Whether no other row of its column is better.
    """

    text: str
    best: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a heading for each row and column.

    Attributes:
        title: What it is about.
        columns: Heading of each column.
        rows: Heading of each row and its cells.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


class Finding(NamedTuple):
    """What was found, in words.

    Attributes:
        claim: One sentence.
        detail: The numbers that it rests on; may be empty.
    """

    claim: str
    detail: str


class Headline(NamedTuple):
    """The first words of a page.

    Attributes:
        verdict: One sentence with the answer.
        detail: The numbers beside it; may be empty.
    """

    verdict: str
    detail: str


@dataclass(frozen=True)
class Section:
    """A section of a page.

    Attributes:
        title: Its heading.
        figures: Its figures; each is made when its turn comes.
        findings: What was found, in words.
        tables: Its rows among the numbers at the end of the page.
    """

    title: str
    figures: Iterable[CaptionedFigure]
    findings: tuple[Finding, ...] = ()
    tables: tuple[Table, ...] = ()


def best_cells(values: np.ndarray, one: Measure) -> tuple[Cell, ...]:
    """Return the values of a measure (n,) as cells, the best of them marked."""
    finite = values[np.isfinite(values)]
    most = finite.max if one.better == "higher" else finite.min
    best = most() if len(finite) > 1 else np.nan
    return tuple(Cell(number(value), bool(value == best)) for value in values)
