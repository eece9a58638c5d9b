"""Names of numbers: `Key` inside the program, flat text in files.

A key as text is `[source.]group.measure[_low|_high]`:

| part      | content                              | examples                                   |
|-----------|--------------------------------------|--------------------------------------------|
| `source`  | origin of the images; none: model    | `oracle`, `nearest_image`, `best_code`     |
| `group`   | what the number is taken over        | `removed`, `penalty`, `transect.P1.inside` |
| `measure` | a measure of `measure.catalogue`     | `nmse`, `mig`                              |
| the end   | an end of the interval of the number | `_low`, `_high`                            |

The name of a measure holds no dot, so that a group may hold any name of a user. A column of a table
of points has no group: `nmse`, `oracle.nmse`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

End = Literal["", "low", "high"]
Number = float | str
"""A final number; a verdict or a reason is a text."""


class Source(StrEnum):
    """What made the images or the codes that a number is about."""

    MODEL = ""
    ORACLE = "oracle"
    NEAREST_IMAGE = "nearest_image"
    NEAREST_POINT = "nearest_point"
    BLEND = "blend"
    AMORTISED = "amortised"
    BEST_CODE = "best_code"
    STRAIGHT = "straight"
    GEODESIC = "geodesic"
    ORACLE_AMORTISED = "oracle_amortised"
    ORACLE_BEST_CODE = "oracle_best_code"

    @property
    def label(self) -> str:
        """Its name in tables and figures."""
        return _LABELS[self]


_LABELS = {
    Source.MODEL: "model",
    Source.ORACLE: "oracle",
    Source.NEAREST_IMAGE: "nearest training image",
    Source.NEAREST_POINT: "nearest training point",
    Source.BLEND: "blend of the boundary images",
    Source.AMORTISED: "model, encoder’s code",
    Source.BEST_CODE: "model, best code",
    Source.STRAIGHT: "model, straight interpolation",
    Source.GEODESIC: "model, geodesic",
    Source.ORACLE_AMORTISED: "oracle, encoder’s code",
    Source.ORACLE_BEST_CODE: "oracle, best code",
}

COMPARED = (
    Source.MODEL,
    Source.ORACLE,
    Source.NEAREST_IMAGE,
    Source.NEAREST_POINT,
    Source.BLEND,
)
"""Model, oracle and baselines, whose errors stand side by side."""

_SOURCES = {source.value: source for source in Source if source}
_ENDS: tuple[End, ...] = ("low", "high")


@dataclass(frozen=True, order=True)
class Key:
    """The name of one number.

    Attributes:
        measure: Name of the measure; it holds no dot and does not end in `_low` or `_high`.
        group: What the number is taken over; empty for a column of a table.
        source: What made the images or codes.
        end: Which end of the interval of the number; empty for the number itself.

    Raises:
        ValueError: The measure holds a dot or is empty, or measure or group would be read
            differently from the text.

    Example:
        >>> str(Key("nmse", "removed", Source.ORACLE, "low"))
        'oracle.removed.nmse_low'
        >>> Key.parse("transect.P1.inside.soft_iou").group
        'transect.P1.inside'
    """

    measure: str
    group: str = ""
    source: Source = Source.MODEL
    end: End = ""

    def __post_init__(self) -> None:
        if not self.measure or "." in self.measure or self.measure.endswith(("_low", "_high")):
            raise ValueError(
                "measure needs a name without a dot that does not end in _low or _high, "
                f"got {self.measure!r}"
            )
        if self.group.partition(".")[0] in _SOURCES:
            raise ValueError(f"group needs a name that starts with no source, got {self.group!r}")

    def __str__(self) -> str:
        """Return the flat text, as files hold it."""
        parts = (self.source.value, self.group, self.measure)
        text = ".".join(part for part in parts if part)
        return f"{text}_{self.end}" if self.end else text

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Return the key that `text` is the flat text of.

        Args:
            text: As in `metrics.json`.

        Raises:
            ValueError: It is not the text of a key.
        """
        ends: list[End] = [one for one in _ENDS if text.endswith(f"_{one}")]
        end = ends[0] if ends else ""
        head, _, measure = text.removesuffix(f"_{end}" if end else "").rpartition(".")
        first, _, rest = head.partition(".")
        source = _SOURCES.get(first, Source.MODEL)
        return cls(measure, rest if source else head, source, end)


def column(source: Source, measure: str) -> str:
    """Return the name of the column that holds a measure of the images of a source.

    Example:
        >>> column(Source.MODEL, "nmse"), column(Source.ORACLE, "nmse")
        ('nmse', 'oracle.nmse')
    """
    return str(Key(measure, source=source))


def transect_group(transect: str, part: str) -> str:
    """Return the group of the numbers of one transect.

    Args:
        transect: Name of the transect.
        part: What of it, such as `inside` or `outside` for the points in the hole and the others.

    Example:
        >>> str(Key("nmse", transect_group("P1", "inside")))
        'transect.P1.inside.nmse'
    """
    return f"transect.{transect}.{part}"
