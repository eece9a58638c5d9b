"""Values of the configuration as a file or a command line has them, brought to their types."""

from collections.abc import Mapping
from typing import Any

from jsonargparse import ArgumentError, ArgumentParser, Namespace

from transect.run.config import Config


def typed(values: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return nested values with the types of the fields of `Config`.

    Args:
        values: Any of the fields; `1e-3`, which YAML takes for text, becomes a number.
        source: Where they come from, for the message.

    Raises:
        ValueError: A field is unknown or a value is of another type.
    """
    parser = ArgumentParser(exit_on_error=False)
    parser.add_class_arguments(Config, skip={"preset", "judged"})
    try:
        return plain(parser.parse_object(dict(values), defaults=False))
    except ArgumentError as error:
        raise ValueError(f"{source}: {error}") from error


def plain(value: Any) -> Any:
    """Return nested namespaces as nested mappings."""
    if isinstance(value, Namespace):
        return {key: plain(item) for key, item in vars(value).items()}
    return value
