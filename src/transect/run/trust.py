"""Whose code a configuration may run.

A component names a class by its import path, and to import a module is to run it. What the user
says, on the command line or as a `Config` in Python, is the user's own. A file may come from
anybody: one that names classes from outside of this package is used only with the user's consent,
and nothing is imported before.
"""

import dataclasses
from collections.abc import Mapping

from transect.space.values import shown

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
