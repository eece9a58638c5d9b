"""What there is to choose from."""

import inspect

from rich.console import Console
from rich.table import Table

from transect.run.component import kinds
from transect.run.config import COMPONENTS
from transect.run.presets import PRESETS

PLURALS = {f"{name}es" if name.endswith("s") else f"{name}s": of for name, of in COMPONENTS.items()}
"""What the components of a type are called together."""

SORTS = (*PLURALS, "presets")
"""What can be listed."""


def listing(what: str | None = None) -> dict[str, dict[str, str]]:
    """Return the choices by sort and by name, each with its one line.

    Args:
        what: One sort, such as `holes`; all of them where None.

    Raises:
        ValueError: There is no such sort.
    """
    if what is not None and what not in SORTS:
        raise ValueError(f"no list of {what!r}; choose from {', '.join(SORTS)}")
    return {name: _choices(name) for name in SORTS if what in (None, name)}


def print_listing(found: dict[str, dict[str, str]]) -> None:
    """Print the choices as a table a sort."""
    console = Console()
    for sort, choices in found.items():
        table = Table(title=sort, title_justify="left", show_header=False, box=None, padding=(0, 2))
        for name, line in choices.items():
            table.add_row(f"[bold]{name}[/bold]", line)
        console.print(table)


def _choices(sort: str) -> dict[str, str]:
    if sort == "presets":
        return {name: item.summary for name, item in PRESETS.items()}
    found = {}
    for name, cls in kinds(PLURALS[sort]).items():
        line = (inspect.getdoc(cls) or "").partition("\n")[0]
        options = ", ".join(str(item).partition(":")[0] for item in _options(cls))
        found[name] = f"{line} ({options})" if options else line
    return found


def _options(cls: type) -> list[str]:
    """Return the names of the options with their defaults, those the program fills in left out."""
    known = ("space", "size", "latent")
    shown = []
    for name, parameter in inspect.signature(cls).parameters.items():
        if name in known and parameter.default is inspect.Parameter.empty:
            continue
        default = parameter.default
        shown.append(name if default is inspect.Parameter.empty else f"{name}={default!r}")
    return shown
