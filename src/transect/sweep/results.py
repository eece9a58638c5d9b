"""The results of many runs as one tidy table.

One row a cell: its name, the labels of what was varied, every field of its configuration under its
name with dots, every final number of `metrics.json`, and `error` where it failed.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from transect.image.staging import write_bytes
from transect.run import folder as files
from transect.run.config import COMPONENTS, Config, to_dict
from transect.space.reading import reading

TABLE = "results.parquet"
TEXT = "results.csv"


def write_results(
    labels: Mapping[str, Mapping[str, str]], cells: Path, out: Path, failed: Mapping[str, str]
) -> pd.DataFrame:
    """Write the table of some cells as parquet and as CSV.

    Args:
        labels: Name of the cell -> what was varied -> its label.
        cells: Where the run folders lie, by the names of the cells.
        out: The folder to write to.
        failed: What went wrong, by the name of the cell.

    Returns:
        The table.
    """
    rows = []
    for name, varied in labels.items():
        row: dict[str, object] = {"cell": name, "error": failed.get(name)}
        if (cells / name).exists():
            row |= result(cells / name, trust=True)
        rows.append(row | _plain_labels(varied))
    table = _tidy(rows)
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), buffer)
    write_bytes(out / TABLE, buffer.getvalue().to_pybytes())
    files.write_table(out / TEXT, table)
    return table


def read_results(
    path: Path,
    columns: list[str] | None = None,
    filters: list[tuple[str, str, object]] | None = None,
) -> pd.DataFrame:
    """Return the table of a sweep.

    Args:
        path: The folder of the sweep.
        columns: Only these; all where None.
        filters: Only rows that meet all of them: (column, operator, value), as
            `[("hole.radius", "<=", 0.3), ("decoder.kind", "in", ["film", "mlp"])]`.

    Raises:
        ValueError: It is not the folder of a sweep that has run.
    """
    if not (path / TABLE).is_file():
        raise ValueError(f"{path} has no {TABLE}; it is the folder of no finished sweep")
    with reading(path / TABLE):
        return pd.read_parquet(path / TABLE, columns=columns, filters=filters)


def result(run: Path, *, trust: bool) -> dict[str, object]:
    """Return the configuration of a run, its fields named with dots, and its final numbers.

    Args:
        run: The run folder.
        trust: Whether it may name classes from outside of this package.
    """
    config, metrics = files.read_config(run, trust=trust), files.read_json(run / files.METRICS)
    return flat(to_dict(config, trained=str(files.JUDGED) not in metrics)) | metrics


def flat(values: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Return nested mappings as one, names joined by dots; lists as text.

    Example:
        >>> flat({"hole": {"kind": "disc", "radius": 0.3}, "seed": 0})
        {'hole.kind': 'disc', 'hole.radius': 0.3, 'seed': 0}
    """
    found: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = str(value) if isinstance(value, list | tuple) else value
    return found


def _plain_labels(varied: Mapping[str, str]) -> dict[str, str]:
    """Return the labels of whole components; of plain fields the configuration has the values."""
    return {name: label for name, label in varied.items() if name in _WHOLE}


_LISTS = [name for name, value in vars(Config()).items() if isinstance(value, list)]
_WHOLE = ("cells", *COMPONENTS, *_LISTS)


def _tidy(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return rows as a table with columns of one type each, always empty ones left out."""
    table = pd.DataFrame(rows).dropna(axis="columns", how="all")
    if "seed" in table:
        # A cell that failed has none, and floats would round what the others have.
        table["seed"] = pd.Series([row.get("seed") for row in rows], dtype="Int64")
    for name in table.columns:
        kinds = {type(value) for value in table[name].dropna()}
        if len(kinds) > 1 and not kinds <= {int, float}:
            table[name] = table[name].map(lambda value: value if pd.isna(value) else str(value))
    if "error" not in table:
        table["error"] = None
    return table
