"""The command line: thin verbs over the rooms.

Imports of the rooms stand inside the verbs, so that `--help` costs no second.
Exit codes: 0 done; 2 the input is wrong or the run diverged, with one line that says why;
130 interrupted.
"""

import json
import os
import sys
from argparse import ArgumentError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonargparse import ArgumentParser, Namespace, set_parsing_settings

if TYPE_CHECKING:
    from transect.run.config import Config

COMPONENTS = ("world", "hole", "canvas", "encoder", "decoder", "loss")


def main(argv: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: The arguments, without the program's name; those of the process where None.

    Returns:
        The exit code.
    """
    parser = build_parser()
    given = parser.parse_args(_spell_kinds(sys.argv[1:] if argv is None else argv), defaults=False)
    verb = given.subcommand
    options = {key: value for key, value in _plain(given[verb]).items() if value is not None}
    try:
        _VERBS[verb](options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of the output has left; the interpreter must not flush into the void again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ValueError, OSError, FloatingPointError) as error:
        print(f"transect {verb}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        hint = "; add --resume to go on" if verb == "run" else ""
        print(f"\ntransect {verb}: interrupted{hint}", file=sys.stderr)
        return 130
    return 0


def build_parser() -> ArgumentParser:
    """Return the parser of all verbs; its help texts are the fields' docstrings."""
    set_parsing_settings(docstring_parse_attribute_docstrings=True)
    from transect import __version__

    parser = ArgumentParser(
        prog="transect",
        description="Can a generative model draw what it was never shown?",
        version=__version__,
    )
    verbs = parser.add_subcommands(title="verbs", required=True, metavar="VERB")
    verbs.add_subcommand("run", _run_parser(), help="the whole experiment, ending with a report")
    verbs.add_subcommand("draw", _draw_parser(), help="draw a dataset to files")
    verbs.add_subcommand("score", _score_parser(), help="score anybody's reconstructions")
    verbs.add_subcommand("report", _report_parser(), help="make the report of a run anew")
    verbs.add_subcommand("list", _list_parser(), help="worlds, holes, models, losses, presets")
    return parser


def _run_parser() -> ArgumentParser:
    from transect.run.config import Config

    parser = ArgumentParser(
        description="Draw, split, train, train the oracle, cross the hole, measure, report. "
        "Every field below can stand in a YAML file (--config) or here; here wins."
    )
    parser.add_argument(
        "preset",
        nargs="?",
        type=str,
        help="name of a preset; `transect list presets` tells what each is for",
    )
    parser.add_argument("--config", type=str, help="YAML file with any of the fields below")
    parser.add_argument("--out", type=str, help="folder to make (default: runs/PRESET)")
    parser.add_argument("--resume", action="store_true", help="finish the run that was interrupted")
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    parser.add_class_arguments(Config, skip={"preset"})
    return parser


def _draw_parser() -> ArgumentParser:
    parser = ArgumentParser(description="Draw points of a world to files, with their factors.")
    parser.add_argument("--points", type=str, help="points to draw: .csv, .npy, .npz or .mat")
    parser.add_argument("--count", type=int, default=5000, help="points to sample without a file")
    parser.add_argument("--sampling", type=str, default="uniform", help="uniform, grid or sobol")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample")
    parser.add_argument("--world", type=dict[str, Any], help="{kind, options} (default: rose)")
    parser.add_argument("--hole", type=dict[str, Any], help="{kind, options}; marks the split")
    parser.add_argument("--canvas", type=dict[str, Any], help="square or original, with options")
    parser.add_argument("--size", type=int, help="pixels of a side, short for --canvas.size")
    parser.add_argument(
        "--format",
        type=str,
        help="npz, png, parquet or mat (default: by the ending of --out, or png)",
    )
    parser.add_argument("--out", type=str, required=True, help="folder (png) or file to make")
    parser.add_argument("--overwrite", action="store_true", help="replace what is there")
    return parser


def _score_parser() -> ArgumentParser:
    parser = ArgumentParser(
        description="Measure reconstructions against the truth: two folders of images, matched by "
        "sorted names, or by the columns truth and reconstruction of the points file."
    )
    parser.add_argument("truth", type=str, help="folder of true images, ink light on dark")
    parser.add_argument("reconstruction", type=str, help="folder of reconstructions, any size")
    parser.add_argument("--points", type=str, help="CSV: one row an image with its factors")
    parser.add_argument("--world", type=dict[str, Any], help="{kind, options} (default: rose)")
    parser.add_argument("--hole", type=dict[str, Any], help="splits the errors; needs --points")
    parser.add_argument(
        "--canvas", type=dict[str, Any], help="how the truth was drawn; adds factor_error"
    )
    parser.add_argument("--out", type=str, help="folder to make: scores, figures and a page")
    parser.add_argument("--json", action="store_true", help="flat JSON on standard output")
    return parser


def _report_parser() -> ArgumentParser:
    parser = ArgumentParser(description="Make figures and report.html of a run folder anew.")
    parser.add_argument("run", type=str, help="the run folder")
    return parser


def _list_parser() -> ArgumentParser:
    parser = ArgumentParser(description="List what there is to choose from, with a line each.")
    parser.add_argument(
        "what",
        nargs="?",
        type=str,
        help="worlds, holes, canvases, encoders, decoders, losses or presets (default: all)",
    )
    parser.add_argument("--json", action="store_true", help="JSON on standard output")
    return parser


def _spell_kinds(argv: list[str]) -> list[str]:
    """Return the words with `--hole disc` as `--hole.kind disc`; `--hole '{…}'` stays."""
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


def _plain(value: Any) -> Any:
    """Return nested namespaces as nested mappings."""
    if isinstance(value, Namespace):
        return {key: _plain(item) for key, item in vars(value).items()}
    return value


def _run(options: dict[str, Any]) -> None:
    out, resume = options.pop("out", None), options.pop("resume", False)
    quiet = options.pop("quiet", False)
    config, path = _config_and_path(options, out, resume=resume)
    if config.study.losses:
        from transect.run.study import run_study

        print(run_study(config, path, resume=resume, progress=not quiet) / "report.html")
        return
    from transect.run.experiment import run

    made = run(config, path, resume=resume, progress=not quiet)
    from transect.run.outcome import outcome

    print(outcome(made))
    print(made / "report.html" if config.report else made)


def _config_and_path(
    options: dict[str, Any], out: str | None, *, resume: bool
) -> "tuple[Config, Path]":
    from transect.run.config import from_dict
    from transect.run.folder import RunFolder, free_path, latest_partial, load_yaml, read_config
    from transect.run.presets import preset

    if resume and not options:
        path = Path(out) if out else latest_partial(Path("runs"))
        return read_config(RunFolder(path).partial), path
    file = options.pop("config", None)
    values = load_yaml(Path(file)) if file else {}
    name = options.pop("preset", None) or values.pop("preset", "default")
    config = from_dict(options, from_dict(_check_types(values, file), preset(name)))
    return config, Path(out) if out else free_path(Path("runs") / name)


def _check_types(values: dict[str, Any], file: str | None) -> dict[str, Any]:
    from transect.run.config import Config

    parser = ArgumentParser(exit_on_error=False)
    parser.add_class_arguments(Config, skip={"preset"})
    try:
        return _plain(parser.parse_object(values, defaults=False))
    except ArgumentError as error:
        raise ValueError(f"{file}: {error}") from error


def _draw(options: dict[str, Any]) -> None:
    from transect.run.draw import draw

    print(draw(**options))


def _score(options: dict[str, Any]) -> None:
    as_json, out = options.pop("json", False), options.pop("out", None)
    from transect.run.score import print_scores, score, write_scores

    scores = score(**options)
    if out is not None:
        write_scores(scores, Path(out))
    if as_json:
        print(json.dumps(scores.metrics, indent=1))
        return
    print_scores(scores)
    if out is not None:
        print(Path(out) / "report.html")


def _report(options: dict[str, Any]) -> None:
    from transect.run.folder import read_config

    path = Path(options["run"])
    if read_config(path).study.losses:
        from transect.run.study import report_study as report
    else:
        from transect.run.experiment import report
    print(report(path))


def _list(options: dict[str, Any]) -> None:
    from transect.run.listing import listing, print_listing

    found = listing(options.get("what"))
    if options.get("json"):
        print(json.dumps(found, indent=1))
    else:
        print_listing(found)


_VERBS = {"run": _run, "draw": _draw, "score": _score, "report": _report, "list": _list}
