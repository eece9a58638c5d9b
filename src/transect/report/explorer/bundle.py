"""The modules of the page as one inline script.

A page from the file system can't import modules. So they are written as such, which linters and
readers understand, and joined here: each becomes a function that returns what it exports, behind
those that it imports.
"""

import re
from functools import cache
from importlib.resources import files

START = "main.js"
"""The module that imports all others, in the end."""

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([\w.]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+))", re.MULTILINE)


@cache
def script() -> str:
    """Return the script of the explorer."""
    ordered: dict[str, str] = {}
    _add(START, ordered)
    return "\n".join(['"use strict";', "const modules = {};", *ordered.values(), ""])


def _add(name: str, ordered: dict[str, str]) -> None:
    """Add a module behind all that it imports.

    Raises:
        RuntimeError: It imports or exports in a form that is not known here.
    """
    if name in ordered:
        return
    text = (files("transect.report.explorer") / "page" / name).read_text(encoding="utf-8")
    for _, other in _IMPORT.findall(text):
        _add(other, ordered)
    exported = ", ".join(_EXPORT.findall(text))
    body = _EXPORT.sub("", _IMPORT.sub(r'const \1 = modules["\2"];', text))
    if re.search(r"^(import|export)\b", body, re.MULTILINE):
        raise RuntimeError(f"{name} imports or exports in a form that can't be joined")
    ordered[name] = f'modules["{name}"] = (function () {{\n{body}return {{ {exported} }};\n}})();'
