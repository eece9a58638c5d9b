"""Which cells a sweep has: a grid of values for some fields, a list of cells, or both.

A field is named with dots, as on the command line: `hole.radius`, `decoder.kind`, `seed`. A value
is whatever the field takes, a whole component too.
"""

import copy
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from transect.run.config import Config, from_dict
from transect.space.values import shown

Values = Sequence[object] | Mapping[str, object]
"""The values of a field; or each under a label of the user's own."""

_BY_FACTOR = {one.name for one in fields(Config) if one.type == dict[str, float]}
"""Fields whose keys are names of factors, which may have dots."""

LONGEST = 60
"""Most characters of a label that is made of a value."""


@dataclass(frozen=True)
class Grid:
    """Every combination of the values of some fields, for each cell of a list.

    Attributes:
        grid: Field -> its values, or label -> value.
        cells: Label -> {field: value}, the fields set together; one without any where empty.

    Raises:
        ValueError: A field has no values, two of the same label, or a label can't name a folder;
            or a cell sets a field of the grid.

    Example:
        >>> grid = Grid({"seed": [0, 1]}, {"small": {"latent": 2}, "large": {"latent": 8}})
        >>> list(grid.combinations())
        ['small,seed=0', 'small,seed=1', 'large,seed=0', 'large,seed=1']
    """

    grid: Mapping[str, Values] = field(default_factory=dict)
    cells: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.grid and not self.cells:
            raise ValueError("a sweep needs a grid of fields or a list of cells, got neither")
        for name, values in self.grid.items():
            if not re.fullmatch(r"[^/\\\x00-\x1f]+", name):
                raise ValueError(f"a field can't be part of the name of a folder: {shown(name)}")
            listed = isinstance(values, Sequence) and not isinstance(values, str)
            if not (listed or isinstance(values, Mapping)) or not len(values):
                raise ValueError(
                    f"the grid needs a list of values for {name}, or label: value pairs, "
                    f"got {values!r}"
                )
            _check_labels(name, [label for label, _ in labelled(values)])
        _check_labels("cells", list(self.cells))
        for label, values in self.cells.items():
            if both := sorted(self.grid.keys() & values.keys()):
                raise ValueError(
                    f"the grid varies {both[0]}, which cell {label} sets; give it once"
                )

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the cells differ in, those of the list first."""
        listed = [name for values in self.cells.values() for name in values]
        return tuple(dict.fromkeys([*listed, *self.grid]))

    def combinations(self) -> dict[str, dict[str, object]]:
        """Return the name of every cell -> {field: value}, the grid's last field fastest."""
        return {
            ",".join(([label] if label else []) + [f"{name}={own}" for name, own, _ in chosen]): {
                **self.cells.get(label, {}),
                **{name: value for name, _, value in chosen},
            }
            for label, chosen in self._products()
        }

    def labels(self) -> dict[str, dict[str, str]]:
        """Return the name of every cell -> {`cells` or field: label}, for a table."""
        rows = (
            ({"cells": label} if label else {}) | {name: own for name, own, _ in chosen}
            for label, chosen in self._products()
        )
        return dict(zip(self.combinations(), rows, strict=True))

    def _products(self) -> Iterator[tuple[str, tuple[tuple[str, str, object], ...]]]:
        """Yield the label of the list's cell, and (field, label, value) of each of the grid."""
        axes = [[(name, *one) for one in labelled(values)] for name, values in self.grid.items()]
        for label in self.cells or [""]:
            for chosen in itertools.product(*axes):
                yield label, chosen


def configure(base: Config, values: Mapping[str, object], source: str = "") -> Config:
    """Return a configuration with some fields, named with dots, replaced.

    Args:
        base: The configuration to start from.
        values: Field -> value.
        source: Where the values come from, for the message.

    Raises:
        ValueError: A field is unknown or a value is out of range.

    Example:
        >>> configure(Config(), {"hole.radius": 0.5, "seed": 3}).hole
        {'radius': 0.5}
    """
    return from_dict(nested(values), base, source)


def nested(values: Mapping[str, object]) -> dict[str, object]:
    """Return fields named with dots as nested mappings; the values are copies.

    A whole component comes before the options in it, in whatever order they are given, so that
    both count.

    Raises:
        ValueError: A field is said to lie in something that is no mapping.

    Example:
        >>> nested({"hole.radius": 0.5, "hole": {"kind": "disc", "radius": 0.3}, "seed": 1})
        {'hole': {'kind': 'disc', 'radius': 0.5}, 'seed': 1}
    """
    # Every field has its place in the order that is given, whichever is applied first.
    found: dict[str, object] = {name.partition(".")[0]: {} for name in values}
    for name in sorted(values, key=lambda name: len(_steps(name))):
        *path, last = _steps(name)
        place = found
        for step in path:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise ValueError(f"can't set {name}: {step} is {place!r}, no {{option: value}}")
        place[last] = copy.deepcopy(values[name])
    return found


def _steps(name: str) -> list[str]:
    """Return the parts of a field's name; the name of a factor is one part, dots and all."""
    field, dot, factor = name.partition(".")
    return [field, factor] if dot and field in _BY_FACTOR else name.split(".")


def labelled(values: Values) -> list[tuple[str, object]]:
    """Return values with the label of each.

    Example:
        >>> labelled([0.5, {"kind": "disc", "radius": 0.3}])
        [('0.5', 0.5), ('disc-0.3', {'kind': 'disc', 'radius': 0.3})]
        >>> labelled({"small": 1})
        [('small', 1)]
    """
    if isinstance(values, Mapping):
        return [(str(label), value) for label, value in values.items()]
    return [(_label(value), value) for value in values]


def _label(value: object) -> str:
    parts = value.values() if isinstance(value, Mapping) else [value]
    text = "-".join(str(part) for part in parts)
    return re.sub(r"[^\w.+-]+", "-", text).strip("-")[:LONGEST]


def _check_labels(name: str, labels: Sequence[str]) -> None:
    for label in labels:
        if not re.fullmatch(r"[\w+-][\w.+-]*", label):
            raise ValueError(
                f"{name} needs labels of letters, digits and _ . + -, which become names of "
                f"folders, got {label!r}"
            )
        if labels.count(label) > 1:
            raise ValueError(
                f"{name} needs values with different labels, got {label!r} twice; "
                "give label: value pairs"
            )
