"""From a component of the configuration to an object.

A component is a mapping `{"kind": name, **options}`. The kind is a class that the room's package
exports, written in lower case with underscores and without the room's suffix (`Disc` is `disc`,
`TransposedDecoder` is `transposed`), or the import path `package.module:Class` of anybody's own.
The options are the keyword arguments of its constructor.
"""

import importlib
import inspect
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Component = dict[str, Any]


@dataclass(frozen=True)
class Room:
    """Where the classes of one sort of component live.

    Attributes:
        package: The package that exports them.
        base: Name of the exported class that they derive from, if they share one.
        suffix: What their names end with and their kinds leave out.
    """

    package: str
    base: str = ""
    suffix: str = ""


ROOMS = {
    "world": Room("transect.world", base="World"),
    "hole": Room("transect.space", base="Hole"),
    "canvas": Room("transect.image", suffix="Canvas"),
    "encoder": Room("transect.model.encoder", suffix="Encoder"),
    "decoder": Room("transect.model.decoder", suffix="Decoder"),
    "loss": Room("transect.model.loss", suffix="Loss"),
}


def kinds(room: str) -> dict[str, type]:
    """Return the classes that `room` exports, by their kind.

    Args:
        room: One of `ROOMS`.
    """
    place = ROOMS[room]
    package = importlib.import_module(place.package)
    base = getattr(package, place.base) if place.base else object
    found = {}
    for name in package.__all__:
        item = getattr(package, name)
        kind = _kind_name(name.removesuffix(place.suffix))
        concrete = inspect.isclass(item) and not inspect.isabstract(item)
        belongs = name.endswith(place.suffix) and name not in {place.base, place.suffix}
        if kind and concrete and belongs and issubclass(item, base):
            found[kind] = item
    return found


def build(room: str, component: Mapping[str, Any], **context: Any) -> Any:
    """Return the object that a component describes.

    Args:
        room: One of `ROOMS`.
        component: `kind` and the options of that kind. An option that is itself a component, or a
            list of them, is built first, in the same room.
        context: Arguments that the program knows; each is passed where the constructor takes it.

    Raises:
        ValueError: The kind or an option is unknown, or the constructor refused a value.
    """
    cls = _find(room, component)
    accepted = inspect.signature(cls).parameters
    options = {key: _nested(room, value, context) for key, value in component.items()}
    del options["kind"]
    known = {key: value for key, value in context.items() if key in accepted}
    unknown = sorted(set(options) - (set(accepted) - set(known)), key=str)
    if unknown:
        choices = [name for name in accepted if name not in known]
        raise ValueError(
            f"{room} {component['kind']!r} has no option {unknown[0]!r}; "
            f"choose from {', '.join(choices) or 'none: it takes no options'}"
        )
    needed = [
        name
        for name, parameter in accepted.items()
        if parameter.default is parameter.empty
        and parameter.kind not in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}
        and name not in known
        and name not in options
    ]
    if needed:
        raise ValueError(f"{room} {component['kind']!r} needs the option {needed[0]!r}")
    try:
        return cls(**known, **options)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{room} {component['kind']!r}: {error}") from error


def merge(base: Mapping[str, Any] | None, override: Mapping[str, Any] | None) -> Component:
    """Return `base` with the options of `override`; another kind drops the options of `base`."""
    base, override = dict(base or {}), dict(override or {})
    if "kind" in override and _plain(override["kind"]) != _plain(base.get("kind", "")):
        return override
    return base | override


def _nested(room: str, value: Any, context: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping) and "kind" in value:
        return build(room, value, **context)
    if isinstance(value, list):
        return [_nested(room, item, context) for item in value]
    return value


def _find(room: str, component: Mapping[str, Any]) -> type:
    kind = component.get("kind")
    if not isinstance(kind, str) or not kind:
        raise ValueError(f"a {room} needs a kind, got {dict(component)}")
    if ":" in kind:
        return _import(room, kind)
    choices = kinds(room)
    for name, cls in choices.items():
        if _plain(name) == _plain(kind):
            return cls
    raise ValueError(
        f"no {room} {kind!r}; choose from {', '.join(sorted(choices))}, "
        "or give the import path of your own, package.module:Class"
    )


def _import(room: str, path: str) -> type:
    module_name, _, class_name = path.partition(":")
    # A module beside the user is found as `python -m` would find it.
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise ValueError(f"{room} {path!r}: can't import {module_name!r}: {error}") from error
    cls = getattr(module, class_name, None)
    if not inspect.isclass(cls):
        raise ValueError(f"{room} {path!r}: {module_name!r} has no class {class_name!r}")
    return cls


def _kind_name(class_name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", class_name).lower()


def _plain(kind: str) -> str:
    return str(kind).replace("_", "").replace("-", "").lower()
