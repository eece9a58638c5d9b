"""From a component of the configuration to an object.

A component is a mapping `{"kind": name, **options}`. The kind is a class that the package of its
type exports, written in lower case with underscores and without the suffix of the type (`Disc` is
`disc`, `TransposedDecoder` is `transposed`), or the import path `package.module:Class` of a class
of your own. Either derives from the base of the type. The options are the keyword arguments of its
constructor, of the types that its annotations say.

Before anything is constructed every class is found, those of components within components too. To
import a module is to run it. What the user says, on the command line or as a `Config` in Python, is
the user's own. A file may come from anybody: one that names classes from outside of this package is
used only with the user's consent, and nothing is imported before.
"""

import dataclasses
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeGuard, TypeVar, get_type_hints

from transect.space.values import check_value, shown, shown_key

if TYPE_CHECKING:
    from transect.image import Canvas
    from transect.model import Decoder, Encoder, Loss
    from transect.space import Hole
    from transect.world import World

Component = dict[str, Any]
"""A kind and its options."""

MOST_REASON = 200
"""Most characters of what another program says of an error."""


Base = TypeVar("Base", covariant=True)  # noqa: PLC0105


@dataclass(frozen=True)
class ComponentType(Generic[Base]):
    """A type of components and the package that its classes come from.

    Attributes:
        name: What a configuration calls it.
        package: The package that exports the classes.
        base: Name of the exported class that they derive from.
        suffix: What their names end with and their kinds leave out.
    """

    name: str
    package: str
    base: str
    suffix: str = ""


WORLD: "ComponentType[World]" = ComponentType("world", "transect.world", "World")
HOLE: "ComponentType[Hole]" = ComponentType("hole", "transect.space", "Hole")
CANVAS: "ComponentType[Canvas]" = ComponentType("canvas", "transect.image", "Canvas", "Canvas")
ENCODER: "ComponentType[Encoder]" = ComponentType(
    "encoder", "transect.model.encoder", "Encoder", "Encoder"
)
DECODER: "ComponentType[Decoder]" = ComponentType(
    "decoder", "transect.model.decoder", "Decoder", "Decoder"
)
LOSS: "ComponentType[Loss]" = ComponentType("loss", "transect.model.loss", "Loss", "Loss")


def kinds(of: ComponentType[Base]) -> dict[str, type[Base]]:
    """Return the classes of a type of components that its package exports, by their kind.

    Args:
        of: The type.
    """
    package = importlib.import_module(of.package)
    base = getattr(package, of.base)
    found = {}
    for name in package.__all__:
        item = getattr(package, name)
        kind = _kind_name(name.removesuffix(of.suffix))
        concrete = inspect.isclass(item) and not inspect.isabstract(item)
        belongs = name.endswith(of.suffix) and name != of.base
        if kind and concrete and belongs and issubclass(item, base):
            found[kind] = item
    return found


def build(of: ComponentType[Base], component: Mapping[str, object], **context: object) -> Base:
    """Return the object that a component describes.

    Args:
        of: The type of the component.
        component: `kind` and the options of that kind. An option that is itself a component, or a
            list of them, is built first, as one of the same type.
        context: Arguments that the program knows; each is passed where the constructor takes it.

    Raises:
        ValueError: The kind or an option is unknown, the kind is no class of the type, an option is
            of another type than its annotation says, or the constructor refused a value.
    """
    _check_classes(of, component)
    return _construct(of, component, context)


def _check_classes(of: ComponentType[Base], component: Mapping[str, object]) -> None:
    """Find every class that a component names, at any depth, so that none is constructed in vain.

    Raises:
        ValueError: There is no such class, or it is of another type.
    """
    _find(of, component)
    for part in _components(list(component.values())):
        _check_classes(of, part)


def _components(value: object) -> Iterator[Mapping[str, object]]:
    """Yield the components among the values of a list, those of lists in it too."""
    if _is_component(value):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _components(item)


def _construct(
    of: ComponentType[Base], component: Mapping[str, object], context: Mapping[str, object]
) -> Base:
    cls, kind = _find(of, component), component["kind"]
    accepted = inspect.signature(cls).parameters
    options = {key: _nested(of, value, context) for key, value in component.items()}
    del options["kind"]
    known = {key: value for key, value in context.items() if key in accepted}
    unknown = sorted(set(options) - (set(accepted) - set(known)), key=str)
    if unknown:
        choices = [name for name in accepted if name not in known]
        raise ValueError(
            f"{of.name} {kind!r} has no option {shown(unknown[0])}; "
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
        raise ValueError(f"{of.name} {kind!r} needs the option {needed[0]!r}")
    hints = _hints(cls)
    for name, value in options.items():
        check_value(f"{of.name} {kind!r}: {shown_key(name)}", value, hints.get(name, object))
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
            raise ValueError(f"{of.name} {kind!r}: {error}") from error
        given = ", ".join(f"{key}={shown(value)}" for key, value in options.items())
        reason = " ".join(str(error).split())[:MOST_REASON]
        raise ValueError(
            f"{of.name} {kind!r} can't be made with {given or 'its defaults'}: "
            f"{type(error).__name__}: {reason}"
        ) from error


def _hints(cls: type) -> dict[str, object]:
    """Return the types of a constructor's arguments; none if they can't be resolved."""
    try:
        return get_type_hints(cls.__init__)
    except (NameError, TypeError):  # annotations of names that only a type checker imports
        return {}


def merge(base: Mapping[str, object] | None, override: Mapping[str, object] | None) -> Component:
    """Return `base` with the options of `override`; another kind drops the options of `base`."""
    base, override = dict(base or {}), dict(override or {})
    if "kind" in override and _plain(override["kind"]) != _plain(base.get("kind", "")):
        return override
    return base | override


def _is_component(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping) and "kind" in value


def _nested(of: ComponentType[Base], value: object, context: Mapping[str, object]) -> object:
    if _is_component(value):
        return _construct(of, value, context)
    if isinstance(value, list | tuple):
        return [_nested(of, item, context) for item in value]
    return value


def _find(of: ComponentType[Base], component: Mapping[str, object]) -> type[Base]:
    """Return the class that a component names.

    Raises:
        ValueError: There is none, or it is of another type.
    """
    kind = component.get("kind")
    if not isinstance(kind, str) or not kind:
        raise ValueError(f"every {of.name} needs a kind, got {shown(dict(component))}")
    if ":" in kind:
        return _import(of, kind)
    choices = kinds(of)
    for name, cls in choices.items():
        if _plain(name) == _plain(kind):
            return cls
    raise ValueError(
        f"no {of.name} {shown(kind)}; choose from {', '.join(sorted(choices))}, "
        "or give the import path of your own, package.module:Class"
    )


def _import(of: ComponentType[Base], path: str) -> type[Base]:
    """Return the class at an import path.

    Raises:
        ValueError: The module or the class is not there, or the class is not of the type.
    """
    module_name, _, class_name = path.partition(":")
    what = f"{of.name} {shown(path)}"
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
    base: type[Base] = getattr(importlib.import_module(of.package), of.base)
    if not inspect.isclass(cls):
        where = getattr(module, "__file__", None) or "built into Python"
        raise ValueError(f"{what}: {module_name!r} ({where}) has no class {class_name!r}")
    if not issubclass(cls, base):
        raise ValueError(f"{what}: every {of.name} derives from {of.package}.{of.base}")
    if inspect.isabstract(cls):
        missing = ", ".join(sorted(getattr(cls, "__abstractmethods__", ())))
        raise ValueError(f"{what}: the class lacks {missing}, which every {of.name} needs")
    return cls


def _kind_name(class_name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", class_name).lower()


def _plain(kind: object) -> str:
    return str(kind).replace("_", "").replace("-", "").lower()


OWN = __name__.partition(".")[0]
"""The package whose classes need no consent."""


def check_trust(values: object, source: object, *, trust: bool) -> None:
    """Check that a file names only classes of this package, unless it is trusted.

    Args:
        values: What was read from the file: a configuration, or a list of values for its fields.
        source: The file or folder, for the message.
        trust: Whether the user consents to the import of classes from elsewhere.

    Raises:
        ValueError: It names others and `trust` is false; the message says which.
    """
    paths = sorted(set(foreign_paths(values)))
    if paths and not trust:
        raise ValueError(
            f"{source} names classes from outside of {OWN}, and to use it would import "
            f"{', '.join(shown(path) for path in paths)}, which runs whatever code stands there; "
            "if you trust where it comes from, add --trust, in Python trust=True"
        )


def foreign_paths(value: object) -> list[str]:
    """Return the import paths from outside of the package that a value names, at any depth.

    Example:
        >>> foreign_paths({"kind": "union", "parts": [{"kind": "disc"}, {"kind": "mine:Hole"}]})
        ['mine:Hole']
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return foreign_paths(vars(value))
    if isinstance(value, Mapping):
        kind = value.get("kind")
        named = [kind] if isinstance(kind, str) and _is_foreign(kind) else []
        return named + [path for item in value.values() for path in foreign_paths(item)]
    if isinstance(value, list | tuple):
        return [path for item in value for path in foreign_paths(item)]
    return []


def _is_foreign(kind: str) -> bool:
    module, colon, _ = kind.partition(":")
    return bool(colon) and module.partition(".")[0] != OWN
