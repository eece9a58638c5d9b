"""A sweep: one configuration with some of its fields varied, each cell of it an ordinary run.

| in its folder | what it is |
|---|---|
| `sweep.yaml` | the configuration that all cells start from, the grid and the list of cells |
| `cells/` | a run folder each, without figures and page |
| `results.parquet`, `results.csv` | one row a cell; see `transect.run.results` |
| `shared/` | oracles and pictures that cells have in common; gone when all cells are finished |

The folder is there from the start, its cells come one by one, and the same command again goes on
where a sweep stopped.
"""

import dataclasses
from pathlib import Path
from typing import Any

import yaml

from transect.run import folder as files
from transect.run.cells import run_cells
from transect.run.config import Config, from_dict, told
from transect.run.engine import Engine
from transect.run.experiment import check
from transect.run.fields import typed
from transect.run.grid import Grid, configure, labelled, nested
from transect.run.lock import held
from transect.run.results import write_results
from transect.run.setup import prepare
from transect.training.performance import tune_process

SWEEP = "sweep.yaml"
CELLS = "cells"


@dataclasses.dataclass(frozen=True)
class Sweep:
    """What a sweep runs.

    Attributes:
        base: All that the cells have in common.
        grid: What they differ in.

    Raises:
        ValueError: A field of the grid is unknown or one of its values is out of range.
    """

    base: Config
    grid: Grid

    def __post_init__(self) -> None:
        for name, values in self.grid.grid.items():
            for _, value in labelled(values):
                configure(self.base, {name: value})

    def cells(self) -> dict[str, Config]:
        """Return the configuration of every cell by its name, which names its folder too."""
        bare = dataclasses.replace(self.base, report=False)
        return {name: configure(bare, values) for name, values in self.grid.combinations().items()}


def make_sweep(base: Config, grid: dict[str, Any], cells: Any) -> Sweep:
    """Return the sweep that a file or a command line describes.

    Args:
        base: All that the cells have in common.
        grid: Field -> list of values, or label -> value.
        cells: {label: {field: value}}, or a list of {field: value}, which get numbers as labels.

    Raises:
        ValueError: A field is unknown, or a value is of the wrong type or out of range.
    """
    if not isinstance(cells, dict):
        cells = {str(number): values for number, values in enumerate(cells or [])}
    listed = {label: _typed(values, f"cell {label}") for label, values in cells.items()}
    return Sweep(base, Grid({name: _typed_values(name, grid[name]) for name in grid}, listed))


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
    _check_folder(sweep, out)
    with held(out):
        files.write_text(out / SWEEP, dump(sweep))
        failed = run_cells(cells, out / CELLS, engine=engine, progress=progress)
        write_results(sweep.grid.labels(), out / CELLS, out, failed)
    return failed


def dump(sweep: Sweep) -> str:
    """Return a sweep as YAML that `transect sweep --config` takes."""
    grid = {name: _as_list(values) for name, values in sweep.grid.grid.items()}
    values = told(sweep.base) | {"sweep": {"grid": grid, "cells": dict(sweep.grid.cells)}}
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def read_sweep(folder: Path) -> Sweep:
    """Return the sweep of a folder.

    Raises:
        ValueError: It is not the folder of a sweep, or it is damaged.
    """
    if not (folder / SWEEP).is_file():
        raise ValueError(f"{folder} is not the folder of a sweep: it has no {SWEEP}")
    values = files.load_yaml(folder / SWEEP)
    described = values.pop("sweep")
    return Sweep(from_dict(values), Grid(described["grid"], described["cells"]))


def _check_folder(sweep: Sweep, out: Path) -> None:
    if not out.exists() or not any(out.iterdir()):
        return
    if not (out / SWEEP).is_file():
        raise ValueError(f"{out} exists already and is not a sweep; choose another --out")
    if (out / SWEEP).read_text(encoding="utf-8") != dump(sweep):
        raise ValueError(f"{out} holds another sweep, see {out / SWEEP}; choose another --out")


def _as_list(values: Any) -> Any:
    return dict(values) if isinstance(values, dict) else list(values)


def _typed_values(name: str, values: Any) -> Any:
    if isinstance(values, dict):
        return {label: _typed_value(name, value) for label, value in values.items()}
    if isinstance(values, list | tuple):
        return [_typed_value(name, value) for value in values]
    return values


def _typed_value(name: str, value: Any) -> Any:
    return _typed({name: value}, f"the grid's {name}")[name]


def _typed(values: Any, source: str) -> dict[str, Any]:
    """Return {field: value} with the types of the fields.

    Raises:
        ValueError: It is no mapping, a field is unknown, or a value is of another type.
    """
    if not isinstance(values, dict):
        raise ValueError(f"{source} needs {{field: value}}, got {values!r}")
    found = {}
    for name, value in values.items():
        one: Any = typed(nested({name: value}), source)
        for step in name.split("."):
            one = one[step]
        found[name] = one
    return found
