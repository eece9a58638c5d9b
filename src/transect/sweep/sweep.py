"""A sweep: one configuration with some of its fields varied, each cell of it an ordinary run.

| in its folder | what it is |
|---|---|
| `sweep.yaml` | the configuration that all cells start from, the grid and the list of cells |
| `cells/` | a run folder each, without figures and page |
| `results.parquet`, `results.csv` | one row a cell; see `transect.sweep.results` |
| `shared/` | oracles and images that cells have in common; gone when all cells are finished |

The folder is there from the start, its cells come one by one, and the same command again goes on
where a sweep stopped.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

from transect.image.staging import is_workshop, write_text
from transect.run import folder as files
from transect.run import yaml_text
from transect.run.component import check_trust
from transect.run.config import Config, from_dict, to_dict
from transect.run.experiment import check
from transect.run.folder import HOLDER, LOCK, held
from transect.run.setup import prepare
from transect.sweep.cells import run_cells
from transect.sweep.engine import Engine
from transect.sweep.grid import Grid, Values, configure, labelled, nested
from transect.sweep.results import write_results
from transect.training.performance import tune_process

SWEEP = "sweep.yaml"
CELLS = "cells"

STARTED = {LOCK, HOLDER}
"""All that the folder can hold where a sweep was killed before it had written `SWEEP`."""


@dataclasses.dataclass(frozen=True)
class Sweep:
    """What a sweep runs.

    Attributes:
        base: All that the cells have in common.
        grid: What they differ in.

    Raises:
        ValueError: A field of the grid is unknown, or one of its values is out of range.
    """

    base: Config
    grid: Grid

    def __post_init__(self) -> None:
        for name, values in self.grid.grid.items():
            for _, value in labelled(values):
                configure(self.base, {name: value}, f"the grid's {name}")
        for label, values in self.grid.cells.items():
            configure(self.base, values, f"cell {label}")

    def cells(self) -> dict[str, Config]:
        """Return the configuration of every cell by its name, which names its folder too."""
        bare = dataclasses.replace(self.base, report=False)
        return {name: configure(bare, values) for name, values in self.grid.combinations().items()}


def make_sweep(base: Config, grid: dict[str, object], cells: object) -> Sweep:
    """Return the sweep that a file or a command line describes.

    Args:
        base: All that the cells have in common.
        grid: Field -> list of values, or label -> value.
        cells: {label: {field: value}}, or a list of {field: value}, which get numbers as labels.

    Raises:
        ValueError: A field is unknown, or a value is of the wrong type or out of range.
    """
    axes, listed = described({"grid": grid, "cells": cells}, "the sweep")
    return Sweep(
        base,
        Grid(
            {name: _axis(name, values) for name, values in axes.items()},
            {
                label: _named(values, f"cell {label}", "{field: value}")
                for label, values in listed.items()
            },
        ),
    )


def described(section: object, source: str) -> tuple[dict[str, object], dict[str, object]]:
    """Return the grid and the cells of a `sweep:` section, with text as names.

    Args:
        section: {grid: {field: values}, cells: {label: {field: value}}}. Each may be left out, and
            the cells may be a list, whose places become labels.
        source: Where it comes from, for the message.

    Raises:
        ValueError: It has another shape.
    """
    parts = _named({} if section is None else section, f"{source}: sweep", "{grid: …, cells: …}")
    for name in parts:
        if name not in {"grid", "cells"}:
            raise ValueError(f"{source}: sweep has no {name!r}; choose from grid, cells")
    grid, cells = parts.get("grid"), parts.get("cells")
    if isinstance(cells, list | tuple):
        cells = dict(enumerate(cells))
    return (
        _named({} if grid is None else grid, f"{source}: grid", "{field: [value, …]}"),
        _named({} if cells is None else cells, f"{source}: cells", "{label: {field: value}}"),
    )


def run_sweep(
    sweep: Sweep, out: Path, *, engine: Engine | None = None, progress: bool = True
) -> dict[str, str]:
    """Run every cell of a sweep that is not finished yet, and write its table.

    Args:
        sweep: What to run.
        out: The folder to make, or that of the same sweep to go on with.
        engine: Where the cells run; this machine where None.
        progress: Whether to show progress.

    Returns:
        What went wrong, by the name of the cell. The others are finished, and the same sweep again
        tries the failed ones.

    Raises:
        ValueError: The configuration of a cell is impossible, the folder holds something else, or
            another process works in it.
    """
    tune_process()
    cells = sweep.cells()
    for name, config in cells.items():
        try:
            check(prepare(config))
        except ValueError as error:
            raise ValueError(f"cell {name}: {error}") from error
    _refuse_foreign(out)
    with held(out):
        _refuse_another(sweep, out)
        write_text(out / SWEEP, dump(sweep))
        failed = run_cells(cells, out / CELLS, engine=engine, progress=progress)
        write_results(sweep.grid.labels(), out / CELLS, out, failed)
    return failed


def dump(sweep: Sweep) -> str:
    """Return a sweep as YAML that `transect sweep --config` takes."""
    grid = {name: _as_list(values) for name, values in sweep.grid.grid.items()}
    values = to_dict(sweep.base) | {"sweep": {"grid": grid, "cells": dict(sweep.grid.cells)}}
    return yaml_text.dump(values)


def read_sweep(folder: Path, *, trust: bool) -> Sweep:
    """Return the sweep of a folder.

    Args:
        folder: The folder of the sweep.
        trust: Whether it may name classes from outside of this package.

    Raises:
        ValueError: It is not the folder of a sweep, it is damaged, or it names such classes and is
            not trusted.
    """
    path = folder / SWEEP
    if not path.is_file():
        raise ValueError(f"{folder} is not the folder of a sweep: it has no {SWEEP}")
    values = files.load_yaml(path)
    try:
        grid, cells = described(values.pop("sweep", None), "the file")
        sweep = make_sweep(from_dict(values), grid, cells)
    except ValueError as error:
        raise ValueError(f"can't read the sweep {path}: {error}") from error
    check_trust([sweep.base, *named_values(grid, cells)], folder, trust=trust)
    return sweep


def named_values(
    grid: Mapping[str, object], cells: Mapping[str, object]
) -> Iterator[dict[str, object]]:
    """Yield what a grid and a list of cells set, each as nested mappings of fields."""
    for name, values in grid.items():
        axis = values if isinstance(values, list | tuple | Mapping) else []
        for _, value in labelled(axis):
            yield nested({name: value})
    for values in cells.values():
        fields = values if isinstance(values, Mapping) else {}
        yield nested({str(name): value for name, value in fields.items()})


def _refuse_foreign(out: Path) -> None:
    """Check, before a folder is held and gets files by it, that it can be a sweep's.

    Raises:
        ValueError: It holds something else.
    """
    names = (
        {path.name for path in out.iterdir() if not is_workshop(path)} if out.exists() else set()
    )
    if names - STARTED and not (out / SWEEP).is_file():
        raise ValueError(f"{out} exists already and is not a sweep; choose another --out")


def _refuse_another(sweep: Sweep, out: Path) -> None:
    """Check that a folder holds no other sweep.

    Raises:
        ValueError: It does.
    """
    path = out / SWEEP
    if path.is_file() and path.read_text(encoding="utf-8", errors="replace") != dump(sweep):
        raise ValueError(f"{out} holds another sweep, see {path}; choose another --out")


def _axis(name: str, values: object) -> Values:
    """Return the values of a field of the grid, their labels as text.

    Raises:
        ValueError: They are neither a list nor {label: value}.
    """
    if isinstance(values, list | tuple):
        return values
    return _named(values, f"the grid's {name}", "a list of values or {label: value}")


def _as_list(values: Values) -> Values:
    return dict(values) if isinstance(values, dict) else list(values)


def _named(values: object, source: str, needed: str) -> dict[str, object]:
    """Return a mapping with text as names: YAML takes `64:` for a number, `yes:` for true.

    Raises:
        ValueError: It is no mapping, or two of its names are the same text.
    """
    if not isinstance(values, Mapping):
        raise ValueError(f"{source} needs {needed}, got {values!r}")
    found = {}
    for name, value in values.items():
        if str(name) in found:
            raise ValueError(f"{source} needs different names, got {str(name)!r} twice")
        found[str(name)] = value
    return found
