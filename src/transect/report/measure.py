"""A final number and how it is named on a page."""

from typing import NamedTuple


class Measure(NamedTuple):
    """A final number of a run.

    Attributes:
        column: Its name in the scores.
        label: Its name on the page, with an arrow where it has a better side.
    """

    column: str
    label: str

    @property
    def geometric(self) -> bool:
        """Whether its means are geometric ones, as those of errors and ratios of errors."""
        return self.column.endswith("_nmse") or self.column.startswith("penalty_")

    @property
    def heading(self) -> str:
        """The label, its arrow kept beside the last word."""
        return self.label.replace(" ↑", "\u00a0↑").replace(" ↓", "\u00a0↓")

    @property
    def name(self) -> str:
        """The label without its arrow."""
        return self.label.rstrip(" ↑↓")
