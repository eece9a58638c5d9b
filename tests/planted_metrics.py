"""Final numbers by their keys and by flat texts."""

from collections.abc import Mapping

from transect.measure.key import Key, Number


def keyed(texts: Mapping[str, Number]) -> dict[Key, Number]:
    """Return numbers by the keys of their flat texts."""
    return {Key.parse(text): value for text, value in texts.items()}


def flat(numbers: Mapping[Key, Number]) -> dict[str, Number]:
    """Return numbers by the flat texts of their keys."""
    return {str(key): value for key, value in numbers.items()}
