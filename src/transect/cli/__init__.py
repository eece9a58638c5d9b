"""The command line: thin subcommands over the other packages.

Imports of the packages stand inside the subcommands, so that `--help` costs no second.
Exit codes: 0 done; 2 the input is wrong or the run diverged, with one line that says why;
130 interrupted.
"""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jsonargparse import Namespace

from transect.cli.encoding import encode_anything
from transect.cli.parsers import build_parser
from transect.cli.subcommands import SUBCOMMANDS

__all__ = ["build_parser", "main"]


def main(argv: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: The arguments, without the program's name; those of the process where None.

    Returns:
        The exit code.
    """
    encode_anything()
    parser = build_parser()
    given = parser.parse_args(_spell_kinds(sys.argv[1:] if argv is None else argv), defaults=False)
    subcommand = given.subcommand
    options = {key: value for key, value in _plain(given[subcommand]).items() if value is not None}
    try:
        with _warnings_in_a_line(subcommand):
            SUBCOMMANDS[subcommand](options)
        print(end="", flush=True)  # sys.stdout is None where a program starts with it closed
    except BrokenPipeError:
        # The reader of the output has left; the interpreter must not flush into the void again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ValueError, OSError, FloatingPointError) as error:
        print(f"transect {subcommand}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        hint = "; add --resume to go on" if subcommand == "run" else ""
        print(f"\ntransect {subcommand}: interrupted{hint}", file=sys.stderr)
        return 130
    return 0


@contextmanager
def _warnings_in_a_line(subcommand: str) -> Iterator[None]:
    """Write warnings as errors are written, without the place in the code that gives them."""
    written = warnings.formatwarning
    warnings.formatwarning = lambda message, *_, **__: (
        f"transect {subcommand}: warning: {message}\n"
    )
    try:
        yield
    finally:
        warnings.formatwarning = written


def _plain(value: Any) -> Any:
    """Return nested namespaces as nested mappings."""
    if isinstance(value, Namespace):
        return {key: _plain(item) for key, item in vars(value).items()}
    return value


def _spell_kinds(argv: list[str]) -> list[str]:
    """Return the words with `--hole disc` as `--hole.kind disc`; `--hole '{…}'` stays."""
    from transect.run.config import COMPONENTS

    spelled = []
    for position, word in enumerate(argv):
        name, equals, value = word.partition("=")
        value = value if equals else "".join(argv[position + 1 : position + 2])
        component = name.startswith("--") and name[2:] in COMPONENTS
        if component and value and not value.lstrip().startswith("{"):
            spelled.append(f"{name}.kind{equals}{value if equals else ''}")
        else:
            spelled.append(word)
    return spelled
