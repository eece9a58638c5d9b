"""From figures to files."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from matplotlib.figure import Figure

from transect.image.staging import write_bytes
from transect.report.parts import CaptionedFigure
from transect.report.style import DOTS_PER_INCH, styled


@dataclass(frozen=True)
class Rendering:
    """A figure as bytes, with its caption and alternative text.

    Attributes:
        section: Name of its section of the page.
        name: Name of its files, without ending.
        title: Its heading.
        caption: What to see in it.
        alt: What it shows, with the numbers.
        width: In inches.
        height: In inches.
        svg: Its SVG.
        png: Its PNG.
    """

    section: str
    name: str
    title: str
    caption: str
    alt: str
    width: float
    height: float
    svg: bytes
    png: bytes


def render(figures: Iterable[CaptionedFigure], part: int = 0, parts: int = 1) -> list[Rendering]:
    """Return figures as bytes; the same figures give the same bytes.

    Args:
        figures: The figures; each is made when its turn comes, one at a time.
        part: Which of `parts` to render, from 0: every `parts`-th figure from this one on.
        parts: Among how many the figures are shared out.
    """
    made = []
    for one in islice(figures, part, None, parts):
        width, height = one.figure.get_size_inches()
        words = one.section, one.name, one.title, one.caption, one.alt
        _lay_out(one.figure)
        svg, png = _encode_svg(one.figure), _encode_png(one.figure)
        made.append(Rendering(*words, float(width), float(height), svg, png))
    return made


def write_figures(rendered: Sequence[Rendering], folder: Path) -> list[Path]:
    """Write every figure as PNG and SVG, and return the paths.

    Args:
        rendered: From `render`.
        folder: Where to write; made where it is missing. Each file is replaced at once.

    Returns:
        The paths of the files, in the order of the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for rendering in rendered:
        for ending, content in (("png", rendering.png), ("svg", rendering.svg)):
            path = folder / f"{rendering.name}.{ending}"
            write_bytes(path, content)
            paths.append(path)
    return paths


@styled
def _lay_out(figure: Figure) -> None:
    """Give everything in a figure its place, once for all formats that it is encoded in."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine(None)


@styled
def _encode_png(figure: Figure) -> bytes:
    """Return a figure as the bytes of a PNG, the same for the same figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return buffer.getvalue()


@styled
def _encode_svg(figure: Figure) -> bytes:
    """Return a figure as the bytes of an SVG, the same for the same figure."""
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="svg", dpi=DOTS_PER_INCH, metadata={"Date": None, "Creator": None}
    )
    return buffer.getvalue()
