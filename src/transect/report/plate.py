"""A figure with its words."""

from dataclasses import dataclass

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Plate:
    """A figure with its words.

    Attributes:
        section: Name of the section of the page that it belongs to.
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
