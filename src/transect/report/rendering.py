"""From figures to files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from transect.image.staging import write_bytes
from transect.report.plate import Plate
from transect.report.style import encode_png, encode_svg, lay_out


@dataclass(frozen=True)
class Rendering:
    """A figure as bytes, with its words.

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


def render(plates: Iterable[Plate], part: int = 0, parts: int = 1) -> list[Rendering]:
    """Return figures as bytes; the same figures give the same bytes.

    Args:
        plates: The figures with their words; each is made when its turn comes, one at a time.
        part: Which of `parts` to render, from 0: every `parts`-th figure from this one on.
        parts: Among how many the figures are shared out.
    """
    made = []
    for plate in islice(plates, part, None, parts):
        width, height = plate.figure.get_size_inches()
        words = plate.section, plate.name, plate.title, plate.caption, plate.alt
        lay_out(plate.figure)
        svg, png = encode_svg(plate.figure), encode_png(plate.figure)
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
