"""Scripts that let a shell complete subcommands, options and the values that can be listed.

A script is made once and holds all words itself, so that a key press costs no start of Python.
"""

import argparse
import shlex
from typing import Any

from transect.cli.parsers import ENGINES

SHELLS = ("bash", "zsh", "fish")


def completion(shell: str, parser: argparse.ArgumentParser) -> str:
    """Return the script of a shell.

    Args:
        shell: One of `SHELLS`.
        parser: The parser of all subcommands.

    Raises:
        ValueError: There is no such shell.
    """
    if shell not in SHELLS:
        raise ValueError(f"no completion for {shell!r}; choose from {', '.join(SHELLS)}")
    subcommands = _subcommands(parser)
    if shell == "fish":
        return _fish(subcommands)
    head = "autoload -U +X bashcompinit && bashcompinit\n" if shell == "zsh" else ""
    return head + _bash(subcommands)


def _subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action.choices, dict):
            return dict(action.choices)
    raise AssertionError("the parser of all subcommands has subcommands")


def _options(parser: argparse.ArgumentParser) -> list[str]:
    from transect.run.config import COMPONENTS

    words = {word for action in parser._actions for word in action.option_strings}
    kinds = {f"--{name}.kind" for name in COMPONENTS if f"--{name}" in words}
    return sorted(word for word in words | kinds if word.startswith("--"))


def _values() -> dict[str, list[str]]:
    """Return the words that can follow an option."""
    from transect.image.formats import FORMATS
    from transect.run.component import kinds
    from transect.run.config import COMPONENTS

    found = {f"--{name}": sorted(kinds(of)) for name, of in COMPONENTS.items()}
    found |= {f"--{name}.kind": found[f"--{name}"] for name in COMPONENTS}
    return found | {
        "--sampling": ["uniform", "grid", "sobol"],
        "--format": [*FORMATS, "onnx"],
        "--engine": list(ENGINES),
    }


def _firsts() -> dict[str, list[str]]:
    """Return the words that can follow a subcommand at once; other subcommands want paths."""
    from transect.run.listing import SORTS
    from transect.run.presets import PRESETS

    presets = list(PRESETS)
    return {"run": presets, "sweep": presets, "list": list(SORTS), "completion": list(SHELLS)}


def _bash(subcommands: dict[str, Any]) -> str:
    firsts = _firsts()
    subcommand_cases = "\n".join(
        f"    {name}) words={shlex.quote(' '.join([*firsts.get(name, []), *_options(own)]))} ;;"
        for name, own in subcommands.items()
    )
    value_cases = "\n".join(
        f'    {option}) COMPREPLY=( $(compgen -W {shlex.quote(" ".join(words))} -- "$word") ); '
        "return ;;"
        for option, words in _values().items()
    )
    return f"""_transect() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=( $(compgen -W {shlex.quote(" ".join(subcommands))} -- "$word") ); return
  fi
  case "${{COMP_WORDS[COMP_CWORD-1]}}" in
{value_cases}
  esac
  case "${{COMP_WORDS[1]}}" in
{subcommand_cases}
  esac
  COMPREPLY=( $(compgen -W "$words" -- "$word") $(compgen -f -- "$word") )
}}
complete -o filenames -F _transect transect
"""


def _fish(subcommands: dict[str, Any]) -> str:
    values, firsts = _values(), _firsts()
    lines = [
        f"complete -c transect -n __fish_use_subcommand -f -a {subcommand}"
        for subcommand in subcommands
    ]
    for subcommand, parser in subcommands.items():
        seen = f"complete -c transect -n '__fish_seen_subcommand_from {subcommand}'"
        if subcommand in firsts:
            lines.append(f"{seen} -a {shlex.quote(' '.join(firsts[subcommand]))}")
        for option in _options(parser):
            words = values.get(option)
            after = "" if words is None else f" -x -a {shlex.quote(' '.join(words))}"
            lines.append(f"{seen} -l {option.removeprefix('--')}{after}")
    return "\n".join(lines) + "\n"
