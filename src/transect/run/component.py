"""From a component of the configuration to an object.

A component is a mapping `{"kind": name, **options}`. The kind is a class that the room's package
exports, written in lower case with underscores and without the room's suffix (`Disc` is `disc`,
`TransposedDecoder` is `transposed`), or the import path `package.module:Class` of anybody's own.
Either derives from the base of its room. The options are the keyword arguments of its constructor,
of the types that its annotations say.

Before anything is constructed every class is found, those of components within components too. To
import a module is to run it; `transect.run.trust` says when that needs the user's consent.
"""

import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from transect.space.values import check_value, shown, shown_key

Component = dict[str, Any]

MOST_REASON = 200
"""Most characters of what another program says of an error."""


@dataclass(frozen=True)
class Room:
    """Where the classes of one sort of component live.

    Attributes:
        package: The package that exports them.
        base: Name of the exported class that they derive from.
        suffix: What their names end with and their kinds leave out.
    """

    package: str
    base: str
    suffix: str = ""


ROOMS = {
    "world": Room("transect.world", base="World"),
    "hole": Room("transect.space", base="Hole"),
    "canvas": Room("transect.image", base="Canvas", suffix="Canvas"),
    "encoder": Room("transect.model.encoder", base="Encoder", suffix="Encoder"),
    "decoder": Room("transect.model.decoder", base="Decoder", suffix="Decoder"),
    "loss": Room("transect.model.loss", base="Loss", suffix="Loss"),
}


def kinds(room: str) -> dict[str, type]:
    """Return the classes that `room` exports, by their kind.

    Args:
        room: One of `ROOMS`.
    """
    place = ROOMS[room]
    package = importlib.import_module(place.package)
    base = getattr(package, place.base)
    found = {}
    for name in package.__all__:
        item = getattr(package, name)
        kind = _kind_name(name.removesuffix(place.suffix))
        concrete = inspect.isclass(item) and not inspect.isabstract(item)
        belongs = name.endswith(place.suffix) and name != place.base
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
        ValueError: The kind or an option is unknown, the kind is no class of the room, an option is
            of another type than its annotation says, or the constructor refused a value.
    """
    _check_classes(room, component)
    return _construct(room, component, context)


def _check_classes(room: str, component: Mapping[str, Any]) -> None:
    """Find every class that a component names, at any depth, so that none is constructed in vain.

    Raises:
        ValueError: There is no such class, or it is of another sort.
    """
    _find(room, component)
    for part in _components(list(component.values())):
        _check_classes(room, part)


def _components(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the components among the values of a list, those of lists in it too."""
    if _is_component(value):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _components(item)


def _construct(room: str, component: Mapping[str, Any], context: Mapping[str, Any]) -> Any:
    cls, kind = _find(room, component), component["kind"]
    accepted = inspect.signature(cls).parameters
    options = {key: _nested(room, value, context) for key, value in component.items()}
    del options["kind"]
    known = {key: value for key, value in context.items() if key in accepted}
    unknown = sorted(set(options) - (set(accepted) - set(known)), key=str)
    if unknown:
        choices = [name for name in accepted if name not in known]
        raise ValueError(
            f"{room} {kind!r} has no option {shown(unknown[0])}; "
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
        raise ValueError(f"{room} {kind!r} needs the option {needed[0]!r}")
    hints = _hints(cls)
    for name, value in options.items():
        check_value(f"{room} {kind!r}: {shown_key(name)}", value, hints.get(name, Any))
    try:
        return cls(**known, **options)
    # Whatever a constructor makes of an option that it can't use: torch says RuntimeError, an array
    # that no memory holds MemoryError.
    except (
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        RuntimeError,
        MemoryError,
    ) as error:
        if isinstance(error, ValueError):
            raise ValueError(f"{room} {kind!r}: {error}") from error
        given = ", ".join(f"{key}={shown(value)}" for key, value in options.items())
        reason = " ".join(str(error).split())[:MOST_REASON]
        raise ValueError(
            f"{room} {kind!r} can't be made with {given or 'its defaults'}: "
            f"{type(error).__name__}: {reason}"
        ) from error


def _hints(cls: type) -> dict[str, Any]:
    """Return the types of a constructor's arguments; none where they can't be told."""
    try:
        return get_type_hints(cls.__init__)
    except (NameError, TypeError):  # annotations of names that only a type checker imports
        return {}


def merge(base: Mapping[str, Any] | None, override: Mapping[str, Any] | None) -> Component:
    """Return `base` with the options of `override`; another kind drops the options of `base`."""
    base, override = dict(base or {}), dict(override or {})
    if "kind" in override and _plain(override["kind"]) != _plain(base.get("kind", "")):
        return override
    return base | override


def _is_component(value: Any) -> bool:
    return isinstance(value, Mapping) and "kind" in value


def _nested(room: str, value: Any, context: Mapping[str, Any]) -> Any:
    if _is_component(value):
        return _construct(room, value, context)
    if isinstance(value, list | tuple):
        return [_nested(room, item, context) for item in value]
    return value


def _find(room: str, component: Mapping[str, Any]) -> type:
    """Return the class that a component names.

    Raises:
        ValueError: There is none, or it is of another sort.
    """
    kind = component.get("kind")
    if not isinstance(kind, str) or not kind:
        raise ValueError(f"every {room} needs a kind, got {shown(dict(component))}")
    if ":" in kind:
        return _import(room, kind)
    choices = kinds(room)
    for name, cls in choices.items():
        if _plain(name) == _plain(kind):
            return cls
    raise ValueError(
        f"no {room} {shown(kind)}; choose from {', '.join(sorted(choices))}, "
        "or give the import path of your own, package.module:Class"
    )


def _import(room: str, path: str) -> type:
    """Return the class at an import path.

    Raises:
        ValueError: The module or the class is not there, or it is no class that can be one of the
            room.
    """
    module_name, _, class_name = path.partition(":")
    what = f"{room} {shown(path)}"
    if not all(name.isidentifier() for name in [*module_name.split("."), class_name]):
        raise ValueError(f"{what}: an import path is package.module:Class")
    # A module beside the user is found, but never in place of an installed one of its name.
    if str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
    # Whatever a module does while it is imported.
    except Exception as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise ValueError(f"{what}: can't import {module_name!r}: {reason}") from error
    cls = getattr(module, class_name, None)
    place = ROOMS[room]
    base = getattr(importlib.import_module(place.package), place.base)
    if not inspect.isclass(cls):
        where = getattr(module, "__file__", None) or "built into Python"
        raise ValueError(f"{what}: {module_name!r} ({where}) has no class {class_name!r}")
    if not issubclass(cls, base):
        raise ValueError(f"{what}: every {room} derives from {place.package}.{place.base}")
    if inspect.isabstract(cls):
        missing = ", ".join(sorted(getattr(cls, "__abstractmethods__", ())))
        raise ValueError(f"{what}: the class lacks {missing}, which every {room} needs")
    return cls


def _kind_name(class_name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", class_name).lower()


def _plain(kind: str) -> str:
    return str(kind).replace("_", "").replace("-", "").lower()
