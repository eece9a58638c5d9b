"""Values of the configuration as a file or a command line has them, brought to their types."""

import copy
import dataclasses
from collections.abc import Mapping
from types import NoneType
from typing import Any, get_args, get_type_hints

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
        # The parser converts what lies deeper in place.
        found = plain(parser.parse_object(copy.deepcopy(dict(values)), defaults=False))
    except ArgumentError as error:
        raise ValueError(f"{source}: {' '.join(str(error).split())}") from error
    _check(found, Config, source)
    return found


def _check(values: Mapping[str, Any], section: type, source: str, prefix: str = "") -> None:
    """Check what the parser lets pass: null for any field, and anything for a section.

    Raises:
        ValueError: A section is no mapping, or a field that can't be empty is null.
    """
    for name, kind in get_type_hints(section).items():
        value = values.get(name)
        if name in values and isinstance(kind, type) and dataclasses.is_dataclass(kind):
            if not isinstance(value, Mapping):
                raise ValueError(f"{source}: {name} needs {{field: value}}, got {value!r}")
            _check(value, kind, source, f"{name}.")
        elif name in values and value is None and NoneType not in get_args(kind):
            raise ValueError(f"{source}: {prefix}{name} needs a value, got null")


def plain(value: Any) -> Any:
    """Return nested namespaces as nested mappings."""
    if isinstance(value, Namespace):
        return {key: plain(item) for key, item in vars(value).items()}
    return value
