"""Planted final numbers."""

from collections.abc import Mapping

from transect.measure.key import Key, Number


def keyed(texts: Mapping[str, Number]) -> dict[Key, Number]:
    """Return numbers by the keys of their flat texts."""
    return {Key.parse(text): value for text, value in texts.items()}
