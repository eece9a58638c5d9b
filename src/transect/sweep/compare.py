"""Runs compared: models against each other, under every condition, over seeds."""

import ast
import dataclasses
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pandas as pd

from transect.image.staging import staged
from transect.report import render, write_figures
from transect.report.comparison import (
    ComparisonData,
    Embeddings,
    comparison_figures,
    has_embeddings,
    write_comparison_page,
)
from transect.report.explorer import Exploration
from transect.report.rendering import Rendering
from transect.run import folder as files
from transect.run.config import role_of
from transect.run.exploring import explore_together, same_task
from transect.run.loaded import Run
from transect.space import code_columns
from transect.sweep.grid import nested
from transect.sweep.grouping import configuration_fields, group, texts_of
from transect.sweep.results import TABLE, read_results, result
from transect.sweep.sweep import CELLS

OUT = Path("runs/comparison")
"""Where the page goes by default if it is not of a single sweep."""

MOST_EXPLORED = 4
"""Runs that one explorer shows side by side: each takes seconds, and space on the page."""

OWN_FIGURES = r"(penalty|errors|conditions)_\d+|ratios|shares|embedding_measures|embeddings"
"""Names of the figures of a comparison."""


def compare(
    paths: Sequence[Path],
    out: Path | None = None,
    *,
    models: Sequence[str] | None = None,
    trust: bool = False,
) -> Path:
    """Compare the runs of sweeps, or others, and write a page.

    Args:
        paths: Folders of sweeps and of runs.
        out: The folder of the page; if None, the folder of the sweep if it is the only path,
            otherwise a free one beside `OUT`.
        models: Fields that tell models apart, with dots; found if None.
        trust: Whether the runs may name classes from outside of this package.

    Returns:
        The path of the page.

    Raises:
        ValueError: A path is neither, no run is finished, a field of `models` is unknown, two
            runs are the same model, condition and seed though they differ, `out` holds a run, or
            a run names classes from outside of this package and is not trusted.
    """
    table, folders = _gather(paths, trust=trust)
    title = paths[0].resolve().name if len(paths) == 1 else "comparison"
    data = comparison_data(title, table, folders, models)
    if out is None:
        out = paths[0] if len(paths) == 1 and _is_sweep(paths[0]) else files.free_path(OUT)
    if (out / files.METRICS).exists():
        raise ValueError(f"{out} holds a run, whose page would be replaced; choose another --out")
    embeddings = _embeddings(data, folders, trust=trust)
    data = dataclasses.replace(data, links=_links(folders, out), embeddings=embeddings)
    rendered = render(comparison_figures(data))
    exploration = _exploration(paths, data, folders, trust=trust)
    with nullcontext(out) if out.exists() else staged(out, mark=files.PAGE) as work:
        _write_figures(rendered, work / files.FIGURES)
        write_comparison_page(data, work / files.PAGE, rendered, exploration)
    return out / files.PAGE


def cells_table(paths: Sequence[Path], *, trust: bool = False) -> pd.DataFrame:
    """Return one row a run: the fields of its configuration and its final numbers.

    Args:
        paths: Folders of sweeps and of runs.
        trust: Whether the runs may name classes from outside of this package.

    Raises:
        ValueError: A path is neither, or is given twice, or a run names such classes and is not
            trusted.
    """
    return _gather(paths, trust=trust)[0]


def comparison_data(
    title: str,
    table: pd.DataFrame,
    folders: Mapping[str, Path] | None = None,
    models: Sequence[str] | None = None,
) -> ComparisonData:
    """Return what the page shows of a table of results.

    Args:
        title: What the page is about.
        table: One row a run, as `transect.sweep.results` has it, with its name in `cell`.
        folders: Name of the run -> its folder, if it is there.
        models: As in `compare`.

    Raises:
        ValueError: As in `compare`.
    """
    failed = _failed(table)
    table = table[~table["cell"].isin(list(failed))].reset_index(drop=True)
    if not len(table):
        raise ValueError(f"nothing to compare: none of the {len(failed)} runs is finished")
    # beside runs that failed, and have no seed, seeds are of a type that has missing values
    table = table.assign(seed=table["seed"].astype(int))
    found = group(table, models)
    table = table.assign(model=found.model, condition=found.condition)
    kept = _without_repeats(table)
    fields = configuration_fields(table)
    scores = table.drop(columns=[*fields, "error"], errors="ignore").assign(seed=table["seed"])
    return ComparisonData(
        title=title,
        scores=scores[kept].reset_index(drop=True),
        models=found.models,
        conditions=found.conditions,
        axis=found.axis,
        failed=failed,
        config=_common(table, fields),
        versions=_versions((folders or {}).values()),
        repeated=int((~kept).sum()),
    )


def _gather(paths: Sequence[Path], *, trust: bool) -> tuple[pd.DataFrame, dict[str, Path]]:
    """Return the table of all runs, and the folders that are there by the names of the runs.

    Raises:
        ValueError: A path is neither the folder of a sweep nor of a run, or is given twice.
    """
    tables, folders = [], {}
    names = [path.resolve().name for path in paths]
    for path, name in zip(paths, names, strict=True):
        if _is_sweep(path):
            table = read_results(path)
            known = name if names.count(name) == 1 else path
            prefix = f"{known}/" if len(paths) > 1 else ""
            # only the last part of a name counts, so that a table leads to no other folder
            places = {
                f"{prefix}{cell}": path / CELLS / Path(str(cell)).name for cell in table["cell"]
            }
            table = table.assign(cell=list(places))
        else:
            places = {str(path): path}
            table = pd.DataFrame([{"cell": str(path), "error": None} | _row(path, trust=trust)])
        folders |= {name: place for name, place in places.items() if place.is_dir()}
        tables.append(table)
    table = pd.concat([one.dropna(axis="columns", how="all") for one in tables], ignore_index=True)
    twice = table["cell"][table["cell"].duplicated()]
    if len(twice):
        raise ValueError(f"{twice.iloc[0]} is given twice")
    return table, folders


def _is_sweep(path: Path) -> bool:
    return (path / TABLE).is_file()


def _row(path: Path, *, trust: bool) -> dict[str, object]:
    """Return the configuration and the final numbers of a run folder.

    Raises:
        ValueError: It is no folder of a finished run.
    """
    if not path.is_dir():
        raise ValueError(f"{path} is no folder")
    if not (path / files.CONFIG).is_file():
        raise ValueError(f"{path} is the folder of neither a sweep that has run nor of a run")
    if not (path / files.METRICS).is_file():
        raise ValueError(f"{path} is the folder of a run that is not finished")
    return result(path, trust=trust)


def _failed(table: pd.DataFrame) -> dict[str, str]:
    if "error" not in table:
        return {}
    rows = table[table["error"].notna()]
    return {str(cell): str(error) for cell, error in zip(rows["cell"], rows["error"], strict=True)}


def _without_repeats(table: pd.DataFrame) -> "pd.Series[bool]":
    """Return which rows to keep: of runs that repeat each other, the first.

    Raises:
        ValueError: Runs of one model, condition and seed have different configurations.
    """
    fields = [name for name in configuration_fields(table) if role_of(name) != "presentation"]
    texts = texts_of(table, fields)
    for _, rows in table.groupby(["model", "condition", "seed"]).groups.items():
        first, *others = rows
        for other in others:
            differing = [name for name in fields if texts[name][first] != texts[name][other]]
            if differing:
                raise ValueError(
                    f"{table['cell'][first]} and {table['cell'][other]} are the same model, "
                    f"condition and seed and differ in {', '.join(differing)}; "
                    f"tell them apart with --models {differing[0]}"
                )
    return ~table.duplicated(["model", "condition", "seed"])


def _common(table: pd.DataFrame, fields: Sequence[str]) -> dict[str, object]:
    """Return the configuration that all runs have in common, nested."""
    same = {
        name: _plain(table[name].iloc[0])
        for name in fields
        if table[name].notna().all() and table[name].astype(str).nunique() == 1
    }
    return nested(same)


def _plain(value: object) -> object:
    """Return a value of a table as one that YAML knows.

    Lists are text in a table, and whole numbers may be floats.
    """
    if isinstance(value, str) and value.startswith("["):
        try:
            return ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return value
    value = value.item() if isinstance(value, np.generic) else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _versions(folders: Iterable[Path]) -> dict[str, str]:
    """Return the versions that the runs were made with, several if they differ."""
    found: dict[str, dict[str, None]] = {}
    for folder in folders:
        if (folder / files.VERSIONS).is_file():
            for name, version in files.read_json(folder / files.VERSIONS).items():
                found.setdefault(name, {})[str(version)] = None
    return {name: ", ".join(versions) for name, versions in found.items()}


def _links(folders: Mapping[str, Path], out: Path) -> dict[str, str]:
    """Return the addresses, relative to `out`, of the pages that the runs have."""
    return {
        name: quote(os.path.relpath(folder / files.PAGE, out).replace(os.sep, "/"))
        for name, folder in folders.items()
        if (folder / files.PAGE).is_file()
    }


def _embeddings(
    data: ComparisonData, folders: Mapping[str, Path], *, trust: bool
) -> Embeddings | None:
    """Return the codes of one run of each model; None if they or their world are not at hand.

    Raises:
        ValueError: A run names classes from outside of this package and is not trusted.
    """
    if not has_embeddings(data):
        return None
    rows = _first_runs(data.scores)
    places = dict(zip(rows["model"].astype(str), _folders_of(rows, folders), strict=True))
    runs = {
        model: Run(place, trust=trust)
        for model, place in places.items()
        if (place / files.POINTS).is_file()
    }
    worlds = [run.config.world for run in runs.values()]
    if not runs or any(world != worlds[0] for world in worlds):
        return None
    try:
        space = next(iter(runs.values())).world.space
    except (ValueError, OSError):  # a world of files that are gone
        return None
    points = {model: run.points for model, run in runs.items() if code_columns(run.points.columns)}
    condition, seed = rows[["condition", "seed"]].iloc[0]
    return Embeddings(space, str(condition), int(seed), points) if points else None


def _exploration(
    paths: Sequence[Path], data: ComparisonData, folders: Mapping[str, Path], *, trust: bool
) -> Exploration | None:
    """Return what the explorer shows of a few runs side by side; None if their tasks differ.

    Of a sweep over one condition it shows one run of each model, of other sweeps none.
    """
    scores = data.scores
    if any(_is_sweep(path) for path in paths):
        scores = _first_runs(scores) if len(data.conditions) == 1 else scores.head(0)
    if not 1 < len(scores) <= MOST_EXPLORED:
        return None
    places = _folders_of(scores, folders)
    if not all((place / files.MODEL).is_file() for place in places):
        return None
    runs = [Run(place, trust=trust) for place in places]
    if not same_task(runs):
        return None
    return explore_together(dict(zip(_short_names(scores), runs, strict=True)))


def _first_runs(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the runs of the first condition and seed of those that most models have."""
    keys = ["condition", "seed"]
    condition, seed = scores.groupby(keys, sort=False).size().idxmax()  # pyright: ignore[reportGeneralTypeIssues]
    return scores[(scores["condition"] == condition) & (scores["seed"] == seed)]


def _folders_of(scores: pd.DataFrame, folders: Mapping[str, Path]) -> list[Path]:
    """Return the folder of each run; one that is not there has a path that leads nowhere."""
    return [folders.get(str(name), Path(os.devnull)) for name in scores["cell"]]


def _short_names(scores: pd.DataFrame) -> list[str]:
    """Return a name of each row, no longer than it takes to tell them apart."""
    names = scores["model"].astype(str)
    for column, word in (("seed", "seed "), ("condition", ""), ("cell", "")):
        if names.is_unique:
            break
        names = names + f", {word}" + scores[column].astype(str)
    return names.tolist()


def _write_figures(rendered: Sequence[Rendering], folder: Path) -> None:
    """Write the figures, and remove the other figures of an earlier comparison."""
    written = write_figures(rendered, folder)
    for path in folder.iterdir():
        if path not in written and re.fullmatch(rf"({OWN_FIGURES})\.(png|svg)", path.name):
            path.unlink()
