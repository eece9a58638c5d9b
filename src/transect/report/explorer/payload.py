"""An exploration as JSON: images as sprite sheets, numbers as typed arrays in base64."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transect.measure.catalogue import IMAGE_MEASURES, Measure
from transect.measure.key import Source, column
from transect.report.explorer.exploration import (
    Exploration,
    ExploredModel,
    Reconstructions,
    Volume,
)
from transect.report.explorer.sprites import Sheet, choose_levels, pack
from transect.report.style import short
from transect.space import FactorSpace

MOST_BYTES = 4_500_000
"""Of all sprite sheets: as text they take a third more, and the figures need their room."""

SPLITS = ("train", "validation", "removed")
HANDS = {"drawn": Source.MODEL, "oracle": Source.ORACLE, "nearest": Source.NEAREST_IMAGE}
"""What made the images, by the name that the script has for it."""

IN_SENTENCES = ("nmse", "soft_iou")
"""Measures that the page reads out for the point under the pointer."""

Values = dict[str, object]
Pack = Callable[[NDArray[np.floating]], Values]
"""Packs images into a sprite sheet, and returns what the script needs to unpack it."""


class Payload(NamedTuple):
    """What the page carries, and what it says of it.

    Attributes:
        values: To be written as JSON.
        sheets: Every sprite sheet in it.
    """

    values: Values
    sheets: list[Sheet]

    @property
    def sprite_bytes(self) -> int:
        """Bytes of all sprite sheets before they become text."""
        return sum(len(sheet.content) for sheet in self.sheets)

    @property
    def worst(self) -> float:
        """The largest error of a pixel of any sprite, in [0, 1]."""
        return max(sheet.worst for sheet in self.sheets)

    @property
    def mean(self) -> float:
        """The mean error of a pixel, of the sheet where it is largest, in [0, 1]."""
        return max(sheet.mean for sheet in self.sheets)


def make_payload(exploration: Exploration, *, most_bytes: int = MOST_BYTES) -> Payload:
    """Return an exploration in the form that the page reads.

    Args:
        exploration: What to show.
        most_bytes: Of all sprite sheets together.
    """
    levels = choose_levels([exploration.truth, *_stacks(exploration)], most_bytes)
    sheets: list[Sheet] = []

    def sprites(images: NDArray[np.floating]) -> Values:
        sheets.append(pack(images, levels))
        return sheets[-1].to_json()

    space = exploration.space
    values = {
        "dark": exploration.dark_foreground,
        "factors": [
            {"name": short(factor.name), "label": short(factor.label), "nodes": nodes.tolist()}
            | {"low": float(factor.low), "high": float(factor.high)}
            for factor, nodes in zip(space.factors, exploration.nodes, strict=True)
        ],
        "measures": [
            _described(one)
            for one in IMAGE_MEASURES
            if one.name in exploration.models[0].drawn.errors
        ],
        "measures_of_points": [
            _described(one)
            for one in IMAGE_MEASURES
            if any(_only_of_points(model, one.name) for model in exploration.models)
        ],
        "labels": {one.name: one.title for one in IMAGE_MEASURES},
        "hands": {hand: source.label for hand, source in HANDS.items()},
        "samples": {
            "factors": typed(exploration.factors),
            "boundary": typed(exploration.boundary),
            "truth": sprites(exploration.truth),
        },
        "transects": [
            {"name": short(name), "count": count} for name, count in exploration.transects.items()
        ],
        "models": [_model(model, space, sprites) for model in exploration.models],
    }
    return Payload(values, sheets)


def typed(values: NDArray[np.generic], kind: str = "f4") -> dict[str, str]:
    """Return numbers as the bytes of a little-endian typed array: f4, u1 or u2."""
    content = np.ascontiguousarray(values, dtype=f"<{kind}").tobytes()
    return {"type": kind, "data": b64encode(content).decode()}


def _stacks(exploration: Exploration) -> Iterator[NDArray[np.floating]]:
    for model in exploration.models:
        yield model.drawn.images
        if model.oracle is not None:
            yield model.oracle.images
        yield model.nearest
        yield model.volume.images


def _model(model: ExploredModel, space: FactorSpace, sprites: Pack) -> Values:
    return {
        "name": short(model.name),
        "drawn": _reconstructions(model.drawn, sprites),
        "oracle": None if model.oracle is None else _reconstructions(model.oracle, sprites),
        "codes": typed(model.codes),
        "labels": list(model.labels),
        "points": _points(model, space) | {"codes": typed(model.point_codes)},
        "nearest": {
            "sprites": sprites(model.nearest),
            "of": typed(model.nearest_of, "u2"),
            "errors": _errors(model.nearest_errors),
        },
        "volume": _volume(model.volume, sprites),
        "config": dict(model.config),
    }


def _described(one: Measure) -> Values:
    return {
        "name": one.name,
        "label": one.title,
        "heading": one.heading,
        "higher": one.better == "higher",
        "spoken": one.name in IN_SENTENCES,
    }


def _reconstructions(hand: Reconstructions, sprites: Pack) -> Values:
    return {"sprites": sprites(hand.images), "errors": _errors(hand.errors)}


def _errors(errors: Mapping[str, NDArray[np.floating]]) -> Values:
    return {name: typed(values) for name, values in errors.items()}


def _only_of_points(model: ExploredModel, name: str) -> bool:
    """Return whether a measure is known of some points of the data, and not of the samples."""
    return name not in model.drawn.errors and _known(model.points, name)


def _known(table: pd.DataFrame, column: str) -> bool:
    return column in table and bool(table[column].notna().any())


def _points(model: ExploredModel, space: FactorSpace) -> Values:
    """Return the factors, splits and errors of points, and which lie on the longest loop.

    The errors of the nearest training images are only those that the samples lack.
    """
    table = model.points
    split = table["split"].map({name: place for place, name in enumerate(SPLITS)})
    found: Values = {
        "factors": typed(table[list(space.columns)].to_numpy(dtype=np.float64)),
        "split": typed(split.to_numpy(), "u1"),
        "errors": {
            hand: {
                one.name: typed(table[column(source, one.name)].to_numpy(dtype=np.float64))
                for one in IMAGE_MEASURES
                if _known(table, column(source, one.name))
                and (hand != "nearest" or _only_of_points(model, one.name))
            }
            for hand, source in HANDS.items()
        },
    }
    if "on_loop" in table and table["on_loop"].any():
        found["loop"] = typed(table["on_loop"].to_numpy(), "u1")
    return found


def _volume(volume: Volume, sprites: Pack) -> Values:
    return {
        "axes": [axis.tolist() for axis in volume.axes],
        "sprites": sprites(volume.images),
        "distance": typed(volume.distance),
        "occupied": typed(volume.occupied, "u1"),
    }
