"""From figures to files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from transect.report.data import ReportData
from transect.report.plates import plates
from transect.report.style import encode_png, encode_svg


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


def render(data: ReportData) -> list[Rendering]:
    """Return every figure that the data allow; the same data give the same bytes."""
    made = []
    for plate in plates(data):
        width, height = plate.figure.get_size_inches()
        words = plate.section, plate.name, plate.title, plate.caption, plate.alt
        svg, png = encode_svg(plate.figure), encode_png(plate.figure)
        made.append(Rendering(*words, float(width), float(height), svg, png))
    return made


def write_figures(
    data: ReportData, folder: Path, rendered: Sequence[Rendering] | None = None
) -> list[Path]:
    """Write every figure as PNG and SVG, and return the paths.

    Args:
        data: What to show.
        folder: Where to write; made where it is missing. Each file is replaced at once.
        rendered: What `render` returned for these data, so that it need not be done again.

    Returns:
        The paths of the files, in the order of the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for rendering in render(data) if rendered is None else rendered:
        for ending, content in (("png", rendering.png), ("svg", rendering.svg)):
            path = folder / f"{rendering.name}.{ending}"
            replace_file(path, content)
            paths.append(path)
    return paths


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it, so that it is never there in part."""
    beside = path.with_name(f"{path.name}.partial")
    beside.write_bytes(content)
    beside.replace(path)
