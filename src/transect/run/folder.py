"""The run folder: complete under its name, or absent.

A run works in `NAME.partial` beside its final place and is renamed when everything is in it. A
kill at any moment leaves either nothing, or a partial folder that the run can be resumed from.
One process at a time works in a folder that it holds.
"""

import csv
import io
import json
import math
import os
import platform
import shutil
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout

from transect.image.staging import write_text
from transect.measure.key import Key, Number
from transect.run import yaml_text
from transect.run.component import check_trust
from transect.run.config import Config, from_dict, to_dict
from transect.space.reading import reading
from transect.space.table import header_line
from transect.space.values import shown
from transect.strict_json import to_json

CONFIG = "config.yaml"
POINTS = "points.csv"
TRANSECTS = "transects.csv"
INTERPOLATIONS = "interpolations.csv"
HISTORY = "history.csv"
ORACLE_HISTORY = "oracle_history.csv"
METRICS = "metrics.json"
VERSIONS = "versions.json"
MODEL = "model.safetensors"
ORACLE = "oracle.safetensors"
FIGURES = "figures"
PAGE = "report.html"

JUDGED = Key("judged")
"""Among the final numbers, the name of a model that was made elsewhere."""

WORDS = ("split", "transect", "path")
"""Columns that hold text in every table that has them."""

PARTIAL = ".partial"
"""End of the name of the folder that a run works in until it is finished."""


@dataclass(frozen=True)
class RunFolder:
    """Where one run is made and where it ends up.

    Attributes:
        final: The path of the finished run.
    """

    final: Path

    @property
    def partial(self) -> Path:
        """The folder that the run works in until it is finished."""
        return self.final.with_name(self.final.name + PARTIAL)

    @property
    def unfinished(self) -> bool:
        """Whether an interrupted run can be resumed here."""
        return (self.partial / CONFIG).exists()

    def open(self, config: Config, *, resume: bool) -> None:
        """Make the partial folder, or take up the one that an interrupted run left.

        Args:
            config: The resolved configuration; written to `config.yaml`.
            resume: Whether to go on where an interrupted run stopped.

        Raises:
            ValueError: The finished run exists; a partial one exists and `resume` is false; there
                is nothing to resume; or the partial run has another configuration.
        """
        if self.final.exists():
            raise ValueError(f"{self.final} exists already; choose another --out")
        if self.unfinished and not resume:
            raise ValueError(
                f"{self.partial} holds an unfinished run; "
                "finish it with --resume, remove it, or choose another --out"
            )
        if resume and not self.unfinished:
            raise ValueError(f"nothing to resume: {self.partial} holds no unfinished run")
        if resume:
            # It is only compared; nothing that it names is imported unless `config` names it too.
            started = read_config(self.partial, trust=True)
            if started != config:
                raise ValueError(
                    f"{self.partial} was started with another configuration "
                    f"({_difference(started, config)}); resume it with its own"
                )
            return
        # A kill before the configuration was written leaves an empty folder, which is taken over.
        self.partial.mkdir(parents=True, exist_ok=True)
        write_text(self.partial / CONFIG, dump_config(config))

    def finish(self, *scratch: Path) -> Path:
        """Remove what only a resume needs and give the run its name.

        Returns:
            The path of the finished run.
        """
        for path in scratch:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        self.partial.rename(self.final)
        return self.final


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV, so that it is there whole or not at all."""
    rows = table.to_csv(index=False, header=False, lineterminator="\n")
    write_text(path, header_line(list(table.columns)) + rows)


def read_table(path: Path, needed: Sequence[str], rows: int | None = None) -> pd.DataFrame:
    """Return a table of a run folder.

    Args:
        path: The CSV file.
        needed: Columns that it has if it is whole.
        rows: How many rows it has if it is whole; any number if None.

    Raises:
        ValueError: The file is absent, ends early, lacks a column, or has text where numbers
            belong.
    """
    with reading(path):
        content = path.read_bytes().decode("utf-8")  # as it is: a name may hold line ends
        if not content.endswith("\n"):
            raise ValueError("the table ends in the middle of a line")
        header, *lines = csv.reader(io.StringIO(content, newline=""))
        missing = [name for name in needed if name not in header]
        if missing:
            raise ValueError(f"the table lacks the column {missing[0]!r}; it has {header}")
        for number, line in enumerate(lines, start=2):
            if len(line) != len(header):
                raise ValueError(
                    f"line {number} has {len(line)} cells, but the header has {len(header)}"
                )
        if rows is not None and len(lines) != rows:
            raise ValueError(f"the table needs {rows} rows, it has {len(lines)}")
        table = pd.read_csv(io.StringIO(content, newline=""))
        for name in set(WORDS) & set(header):
            # pandas takes some names for numbers, and `NA` for none
            table[name] = [line[header.index(name)] for line in lines]
        for name in table.columns.difference(list(WORDS)):
            values = table[name]
            truth = pd.api.types.is_bool_dtype(values) or values.dropna().isin([True, False]).all()
            if not (truth or pd.api.types.is_numeric_dtype(values)):
                raise ValueError(f"the column {name!r} needs numbers")
    return table


def write_json(path: Path, values: Mapping[str, object]) -> None:
    """Write a mapping as JSON, atomically; numbers that are not finite become null."""
    write_text(path, to_json(values, indent=1) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Return the mapping that `write_json` wrote; its numbers that were not finite are nan.

    Raises:
        ValueError: The file is absent or damaged.
    """
    with reading(path):
        values = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ValueError(f"a mapping is needed, got {type(values).__name__}")
    return {key: math.nan if value is None else value for key, value in values.items()}


def write_metrics(path: Path, metrics: Mapping[Key, Number]) -> None:
    """Write final numbers as JSON under the flat texts of their keys, atomically."""
    write_json(path, {str(key): value for key, value in metrics.items()})


def read_metrics(path: Path) -> dict[Key, Number]:
    """Return the final numbers that `write_metrics` wrote.

    Raises:
        ValueError: The file is absent or damaged.
    """
    values = read_json(path)
    with reading(path):
        return {Key.parse(text): value for text, value in values.items()}


def dump_config(config: Config, *, trained: bool = True) -> str:
    """Return the configuration as YAML that `transect run --config` takes.

    Args:
        config: The configuration.
        trained: See `transect.run.config.to_dict`.
    """
    return yaml_text.dump(to_dict(config, trained=trained))


def read_config(folder: Path, *, trust: bool) -> Config:
    """Return the configuration of a run folder.

    Args:
        folder: The run folder.
        trust: Whether it may name classes from outside of this package, which are imported then.

    Raises:
        ValueError: The folder is not a run folder, its configuration is damaged, or it names such
            classes and is not trusted.
    """
    path = folder / CONFIG
    if not path.is_file():
        raise ValueError(f"{folder} is not a run folder: it has no {CONFIG}")
    config = from_dict(load_yaml(path), source=str(path))
    check_trust(config, folder, trust=trust)
    return config


def load_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping that a YAML file holds.

    Raises:
        ValueError: The file can't be read, is not YAML, or holds no mapping.
    """
    try:
        values = yaml_text.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"can't read the configuration {path}: {error}") from error
    if not isinstance(values, dict):
        raise ValueError(f"the configuration {path} needs a mapping of fields, got {shown(values)}")
    return values


def _difference(one: Config, other: Config) -> str:
    first, second = to_dict(one), to_dict(other)
    return ", ".join(name for name in first if first[name] != second[name])


def free_path(path: Path) -> Path:
    """Return `path`, or the first of `path-2`, `path-3`, … that no run has taken."""
    candidate, number = path, 1
    while candidate.exists() or RunFolder(candidate).partial.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate


def latest_partial(folder: Path) -> Path:
    """Return the final path of the unfinished run in `folder` that was touched last.

    Raises:
        ValueError: There is no unfinished run.
    """
    partial = sorted(folder.glob("*.partial"), key=lambda path: path.stat().st_mtime)
    if not partial:
        raise ValueError(f"nothing to resume: {folder} holds no unfinished run; name it with --out")
    return partial[-1].with_name(partial[-1].name.removesuffix(PARTIAL))


PACKAGES = ("transect", "torch", "accelerate", "numpy", "scipy", "numba", "pandas", "matplotlib")


def versions() -> dict[str, str]:
    """Return the versions of Python, the system and the packages that shape the numbers."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    found["processor"] = platform.machine()
    return found | {name: version(name) for name in PACKAGES}


LOCK = "lock"
HOLDER = "holder.json"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder while the body runs; the lock of a process that was killed is free.

    Raises:
        ValueError: Another process holds the folder; the message says which one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ValueError(f"{folder} is in use: {_holder(folder)} works in it") from None
    try:
        holder = {"process": os.getpid(), "host": socket.gethostname(), "since": time.time()}
        (folder / HOLDER).write_text(to_json(holder), encoding="utf-8")
        yield
    finally:
        (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


def _holder(folder: Path) -> str:
    try:
        holder = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "another process"
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(holder["since"]))
    return f"process {holder['process']} on {holder['host']} since {since}"
