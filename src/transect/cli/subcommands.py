"""What each subcommand does with its options."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from transect.cli.parsers import CLUSTER, ENGINES

if TYPE_CHECKING:
    from transect.run.config import Config
    from transect.sweep.engine import Engine
    from transect.sweep.sweep import Sweep


def _run(options: dict[str, Any]) -> None:
    if _is_sweep(options):
        # A sweep goes on by itself where it stopped.
        options.pop("resume", None)
        _sweep(options)
        return
    out, resume = options.pop("out", None), options.pop("resume", False)
    quiet, as_json = options.pop("quiet", False), options.pop("json", False)
    config, path = _config_and_path(options, out, resume=resume)
    from transect.run.experiment import run

    made = run(config, path, resume=resume, progress=not quiet)
    if as_json:
        from transect.run.folder import METRICS

        print((made / METRICS).read_text(encoding="utf-8"), end="")
        return
    from transect.run.display import outcome

    print(outcome(made))
    print(made / "report.html" if config.report else made)


def _is_sweep(options: dict[str, Any]) -> bool:
    """Return whether what is to be run, or to be finished, is a sweep."""
    from transect.run.presets import preset_grid

    if "preset" in options:
        return bool(preset_grid(options["preset"]))
    if not options.get("resume") or "out" not in options:
        return False
    from transect.sweep.sweep import SWEEP

    return (Path(options["out"]) / SWEEP).is_file()


def _config_and_path(
    options: dict[str, Any], out: str | None, *, resume: bool
) -> "tuple[Config, Path]":
    from transect.run.component import check_trust
    from transect.run.config import from_dict
    from transect.run.folder import RunFolder, free_path, latest_partial, load_yaml, read_config
    from transect.run.presets import preset

    trust = options.pop("trust", False)
    if resume and not options:
        path = Path(out) if out else latest_partial(Path("runs"))
        return read_config(RunFolder(path).partial, trust=trust), path
    file = options.pop("config", None)
    values = load_yaml(Path(file)) if file else {}
    name = options.pop("preset", None) or values.pop("preset", "default")
    from_file = from_dict(values, preset(name), str(file))
    check_trust(from_file, file, trust=trust)
    config = from_dict(options, from_file)
    return config, Path(out) if out else free_path(Path("runs") / name)


def _sweep(options: dict[str, Any]) -> None:
    from transect.sweep.sweep import run_sweep

    quiet, as_json = options.pop("quiet", False), options.pop("json", False)
    engine = _engine(options)
    sweep, out = _sweep_and_path(options)
    failed = run_sweep(sweep, out, engine=engine, progress=not quiet)
    count = len(sweep.grid.combinations())
    problems = []
    if len(failed) < count:
        from transect.sweep.compare import compare

        try:
            # Whoever runs a sweep trusts what it names.
            page = compare([out], trust=True)
        # Told after what failed, which it must not hide.
        except ValueError as error:
            problems.append(f"the cells lie in {out}, but not side by side: {error}")
        else:
            if as_json:
                _print_cells([out], trust=True)
            else:
                print(page)
    if failed:
        reasons = "\n".join(f"  {name}: {reason}" for name, reason in failed.items())
        problems.insert(
            0,
            f"{len(failed)} of {count} cells failed, the same command tries them again:\n{reasons}",
        )
    if problems:
        raise ValueError("\n".join(problems))


def _engine(options: dict[str, Any]) -> "Engine":
    from transect.sweep.engine import Cluster, Local

    name = options.pop("engine", "joblib")
    sorts: dict[str, Any] = dict(zip(ENGINES, (Local, Cluster), strict=True))
    if name not in sorts:
        raise ValueError(f"no engine {name!r}; choose from {', '.join(sorts)}")
    cls, own = sorts[name], ENGINES[name]
    for option in ("workers", *CLUSTER):
        if option in options and option not in own:
            raise ValueError(f"--{option} is not an option of the engine {name}")
    return cls(**{option: options.pop(option) for option in own if option in options})


def _sweep_and_path(options: dict[str, Any]) -> "tuple[Sweep, Path]":
    from transect.run.component import check_trust
    from transect.run.config import from_dict
    from transect.run.folder import load_yaml
    from transect.run.presets import preset, preset_grid
    from transect.sweep.sweep import described, make_sweep, named_values, read_sweep

    out, trust = options.pop("out", None), options.pop("trust", False)
    if out is not None and not options:
        return read_sweep(Path(out), trust=trust), Path(out)
    file = options.pop("config", None)
    values = load_yaml(Path(file)) if file else {}
    grid, cells = described(values.pop("sweep", None), str(file))
    listed = list(named_values(grid, cells))
    named = options.pop("preset", None)
    # The preset in a file is a label: what was varied stands in the file itself.
    grid = (preset_grid(named) if named else {}) | grid | _grids(options.pop("grid", None) or [])
    cells = _cells(options.pop("cell", None) or []) or cells
    name = named or values.pop("preset", "default")
    _refuse_varied(options, grid)
    from_file = from_dict(values, preset(name), str(file))
    check_trust([from_file, *listed], file, trust=trust)
    base = from_dict(options, from_file)
    return make_sweep(base, grid, cells), Path(out or f"runs/{name}-sweep")


def _refuse_varied(options: dict[str, Any], grid: dict[str, Any]) -> None:
    """Check that no option sets what the grid varies, since every run would replace it.

    Raises:
        ValueError: One does.
    """
    from transect.sweep.results import flat

    given = flat(options)
    for name in grid:
        if name in given or f"{name}.kind" in given:
            raise ValueError(
                f"the sweep varies {name}: give its values by transect sweep --grid '{name}=[…]'"
            )


def _grids(words: list[str]) -> dict[str, Any]:
    found = {}
    for word in words:
        name, equals, values = word.partition("=")
        if not equals:
            raise ValueError(f"--grid needs FIELD=[VALUE, …], got {word!r}")
        if name.strip() in found:
            raise ValueError(
                f"--grid is given twice for {name.strip()}; give all its values at once"
            )
        found[name.strip()] = _yaml("--grid", values)
    return found


def _cells(words: list[str]) -> list[Any]:
    return [_yaml("--cell", word) for word in words]


def _yaml(option: str, text: str) -> Any:
    from transect.run.yaml_text import parse

    try:
        return parse(text)
    except ValueError as error:
        raise ValueError(f"{option} can't read {text!r}: {error}") from error


def _compare(options: dict[str, Any]) -> None:
    from transect.sweep.compare import compare

    out, models = options.get("out"), options.get("models")
    paths = [Path(path) for path in options["paths"]]
    trust = options.get("trust", False)
    chosen = models.split(",") if models else None
    page = compare(paths, Path(out) if out else None, models=chosen, trust=trust)
    if options.get("json"):
        _print_cells(paths, trust=trust)
    else:
        print(page)


def _print_cells(paths: list[Path], *, trust: bool) -> None:
    """Print the configuration and the final numbers of each run as JSON."""
    from transect.strict_json import to_json
    from transect.sweep.compare import cells_table

    print(to_json(cells_table(paths, trust=trust).to_dict("records"), indent=1))


def _draw(options: dict[str, Any]) -> None:
    from transect.run.draw import draw

    print(draw(**options))


def _score(options: dict[str, Any]) -> None:
    as_json, out = options.pop("json", False), options.pop("out", None)
    from transect.image.staging import check_target
    from transect.run.score import SCORES, print_scores, score, write_scores
    from transect.strict_json import to_json

    if out is not None:
        check_target(Path(out), mark=SCORES)
    scores = score(**options)
    if out is not None:
        write_scores(scores, Path(out))
    if as_json:
        print(to_json(scores.metrics, indent=1))
        return
    print_scores(scores)
    if out is not None:
        print(Path(out) / "report.html")


def _measure(options: dict[str, Any]) -> None:
    from transect.run import matrices
    from transect.space.seeds import check_seed

    as_json, out = options.pop("json", False), options.pop("out", None)
    seed = check_seed(options.get("seed", 0))
    if out is not None:
        matrices.check_out(Path(out))
    names = [name.strip() for name in options.pop("discrete", "").split(",") if name.strip()]
    scores = matrices.measure_files(**options, discrete=names)
    if out is not None:
        matrices.write_code_scores(scores, Path(out), seed)
    if as_json:
        print(matrices.json_text(scores, seed), end="")
        return
    matrices.print_code_scores(scores)
    if out is not None:
        print(out)


def _report(options: dict[str, Any]) -> None:
    path, trust = Path(options["run"]), options.get("trust", False)
    from transect.run.experiment import report

    print(report(path, trust=trust))


def _export(options: dict[str, Any]) -> None:
    from transect.run.exporting import export

    print(export(options.pop("run"), **options))


def _list(options: dict[str, Any]) -> None:
    from transect.run.listing import listing, print_listing
    from transect.strict_json import to_json

    found = listing(options.get("what"))
    if options.get("json"):
        print(to_json(found, indent=1))
    else:
        print_listing(found)


def _completion(options: dict[str, Any]) -> None:
    from transect.cli.completion import completion
    from transect.cli.parsers import build_parser

    print(completion(options["shell"], build_parser()), end="")


SUBCOMMANDS = {
    "run": _run,
    "sweep": _sweep,
    "compare": _compare,
    "draw": _draw,
    "score": _score,
    "measure": _measure,
    "report": _report,
    "export": _export,
    "list": _list,
    "completion": _completion,
}
