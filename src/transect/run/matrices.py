"""Codes and factors in files of any program: read as named columns, measured without a run."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from transect.measure import catalogue
from transect.measure.embedding.scores import CodeScores, measure_codes
from transect.run.folder import write_text
from transect.space.column import factor_name
from transect.space.reading import array_names, open_archive, read_array, reading
from transect.space.table import SUFFIXES as TABLES
from transect.space.table import Table as TextTable
from transect.space.table import read_table
from transect.strict_json import to_json

READ = (*TABLES, ".npy", ".npz", ".parquet")
WRITTEN = (".json", ".csv")

Role = Literal["codes", "factors"]

_KEYS = {"codes": ("codes",), "factors": ("factors", "points", "latents_values")}
_INDEX = "__index_level_0__"
"""The column in which pandas stores row names in Parquet files."""


def measure_files(
    codes: str | Path, factors: str | Path, discrete: Sequence[str] = (), seed: int = 0
) -> CodeScores:
    """Return every measure of the codes and factors in two files.

    The rows are matched by their order. `read_matrix` lists the kinds of files.

    Args:
        codes: File of the codes, a column for each latent.
        factors: File of the factors, a column for each factor, named by its header.
        discrete: Names of factors whose numbers are categories; columns of words always are.
        seed: Seed of everything that is drawn at random.

    Raises:
        ValueError: A file cannot be read, the numbers of rows differ, a value is missing or not
            finite, or a name is not that of a factor.
    """
    found, known = read_matrix(codes, "codes"), read_matrix(factors, "factors")
    rows = [len(next(iter(columns.values()))) for columns in (found, known)]
    if rows[0] != rows[1]:
        raise ValueError(
            f"{codes} has {rows[0]} rows ({', '.join(found)}) and {factors} {rows[1]} "
            f"({', '.join(known)}); rows are matched by order, so there must be as many"
        )
    for name, column in found.items():
        if np.asarray(column).dtype.kind not in "biuf":
            raise ValueError(f"{codes}: the latent {name} needs numbers, got {column[0]!r}")
    return measure_codes(
        np.stack([column.astype(np.float64) for column in found.values()], axis=1),
        known,
        discrete=discrete,
        seed=seed,
    )


def json_text(scores: CodeScores, seed: int) -> str:
    """Return the scores as strict JSON: the flat numbers, and what is missing.

    Args:
        scores: What was measured.
        seed: Seed that it was measured with.
    """
    values: dict[str, object] = {str(key): one for key, one in scores.numbers("").items()}
    values |= {"rows": scores.rows, "latents": scores.latents, "factors": list(scores.factors)}
    values |= {"seed": seed, "missing": scores.missing, "notes": list(scores.notes)}
    return to_json(values, indent=1) + "\n"


def write_code_scores(scores: CodeScores, out: Path, seed: int) -> None:
    """Write the scores to a file, JSON or a table with a line for each measure, by its suffix.

    Args:
        scores: What was measured.
        out: A new file, `.json` or `.csv`.
        seed: Seed that it was measured with.

    Raises:
        ValueError: See `check_out`.
    """
    check_out(out)
    if out.suffix.lower() == ".json":
        write_text(out, json_text(scores, seed))
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["measure", "label", "better", "value", "low", "high", "missing"])
    for name, value in scores.values.items():
        measure = catalogue.measure(name)
        ends = scores.intervals.get(name, ("", ""))
        writer.writerow([name, measure.label, measure.better, value, *ends, ""])
    for name, reason in scores.missing.items():
        measure = catalogue.measure(name)
        writer.writerow([name, measure.label, measure.better, "", "", "", reason])
    write_text(out, text.getvalue())


def check_out(out: Path) -> None:
    """Check that scores can be written to a file, before they are measured.

    Args:
        out: The file.

    Raises:
        ValueError: It exists, or its suffix is neither `.json` nor `.csv`.
    """
    if out.suffix.lower() not in WRITTEN:
        raise ValueError(f"--out needs a file {' or '.join(WRITTEN)}, got {out}")
    if out.exists():
        raise ValueError(f"{out} exists already; choose another --out")


def print_code_scores(scores: CodeScores) -> None:
    """Print the scores, a line for each measure, and below them what is missing and why."""
    table = Table("measure", "better", "value", "95 % interval")
    for name, value in scores.values.items():
        measure = catalogue.measure(name)
        low, high = scores.intervals.get(name, (np.nan, np.nan))
        interval = f"{low:.4g} to {high:.4g}" if np.isfinite([low, high]).all() else ""
        table.add_row(measure.label, measure.better, f"{value:.4g}", interval)
    Console().print(table)
    print(f"{scores.rows} rows, {scores.latents} latents, factors {', '.join(scores.factors)}")
    if scores.verdict is not None:
        print(f"The codes are {scores.verdict}.")
    for note in scores.notes:
        print(note)
    if scores.missing:
        print("Not measured:")
    for line in scores.reasons():
        print(f"  {line}")


def read_matrix(path: str | Path, role: Role) -> dict[str, NDArray]:
    """Return the columns of a file by name, each (n,): numbers, or strings.

    By the suffix of the file:

    - `.csv`, `.tsv`, `.txt`: a table, see `transect.space.table`. A first line of numbers is no
      header, unless it counts the columns: 0, 1, 2, …. Without a header columns have the names of
      an array. A first column without a name has to count the rows and is left out.
    - `.npy`: an array (n, k) or (n,), or records.
    - `.npz`: the array `codes`, or `factors`, `points` or `latents_values`; else the only array;
      else arrays (n,) of one length, each a column.
    - `.parquet`: all columns.

    Of a table of `transect` itself only its columns of codes or of factors are taken. Columns of
    arrays are named `z0`, … or `f0`, ….

    Args:
        path: The file.
        role: What the columns are.

    Raises:
        ValueError: The suffix is none of these, or the file is broken, empty or has no such
            columns; the message names the file.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in READ:
        raise ValueError(f"{role} need a file {', '.join(READ)}; got {file}")
    with reading(file):
        if suffix in TABLES:
            columns = _table_columns(read_table(file), role)
        elif suffix == ".parquet":
            columns = _parquet_columns(file, role)
        elif suffix == ".npz":
            columns = _archive_columns(file, role)
        else:
            columns = _array_columns(np.load(file, allow_pickle=False), role)
        if not columns or not len(next(iter(columns.values()))):
            raise ValueError(f"{role} need at least one column and one row, got none")
    return columns


def _chosen(names: list[str], role: Role) -> dict[str, str]:
    """Return the columns that are meant, by the names that they are given."""
    own: dict[str, str] = {}
    for name in names:
        short = factor_name(name) if role == "factors" else _code_name(name)
        if short is not None:
            own[short] = name
    return own or {name: name for name in names}


def _code_name(column: str) -> str | None:
    return column if column.startswith("code.") else None


def _table_columns(table: TextTable, role: Role) -> dict[str, NDArray]:
    names = list(table.names)
    if all(_is_number(name) for name in names) and names != [str(k) for k in range(len(names))]:
        lines = (1, *table.lines)
        names = _array_names(len(names), role)
        table = TextTable(table.path, tuple(names), (table.names, *table.rows), lines)
    if names[0] == "":
        counts = [row[0] for row in table.rows]
        if counts not in (
            [str(k) for k in range(len(counts))],
            [str(k + 1) for k in range(len(counts))],
        ):
            raise ValueError("the first column has no name, and does not count the rows; name it")
        names = names[1:]
    chosen = _chosen(names, role)
    texts = {short: table.texts(name) for short, name in chosen.items()}
    numeric = [
        short
        for short, cells in texts.items()
        if role == "codes" or any(_is_number(cell) for cell in cells)
    ]
    numbers = table.numbers([chosen[short] for short in numeric])
    values = dict(zip(numeric, numbers.T, strict=True))
    return {
        short: values[short] if short in values else np.array(cells)
        for short, cells in texts.items()
    }


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _array_names(count: int, role: Role) -> list[str]:
    return [f"{'z' if role == 'codes' else 'f'}{place}" for place in range(count)]


def _array_columns(array: NDArray, role: Role) -> dict[str, NDArray]:
    if array.dtype.names is not None:
        return _selected({name: array[name] for name in array.dtype.names}, role)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise ValueError(f"{role} need an array of the shape (n, columns), got {array.shape}")
    return dict(zip(_array_names(array.shape[1], role), array.T, strict=True))


def _archive_columns(file: Path, role: Role) -> dict[str, NDArray]:
    with open_archive(file) as archive:
        names = array_names(archive)
        known = [name for name in _KEYS[role] if name in names] or names
        if known[:1] == names or known[0] in _KEYS[role]:
            return _array_columns(read_array(archive, known[0]), role)
        arrays = {name: read_array(archive, name) for name in names}
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) != 1 or any(array.ndim != 1 for array in arrays.values()):
        listed = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(
            f"an archive needs an array {' or '.join(_KEYS[role])}, only one array, or one of the "
            f"shape (n,) for each column; got {listed}"
        )
    return _selected(arrays, role)


def _parquet_columns(file: Path, role: Role) -> dict[str, NDArray]:
    from pyarrow import parquet, types  # noqa: PLC0415 - slow to import

    table = parquet.read_table(file)
    names = [name for name in table.column_names if name != _INDEX]
    found: dict[str, NDArray] = {}
    for short, name in _chosen(names, role).items():
        column = table.column(name)
        if column.null_count:
            raise ValueError(f"{name} needs a value in every row, got {column.null_count} empty")
        if types.is_nested(column.type):
            raise ValueError(f"{name} needs one number or string in a row, got {column.type}")
        found[short] = column.to_numpy()
    return found


def _selected(columns: Mapping[str, NDArray], role: Role) -> dict[str, NDArray]:
    return {short: columns[name] for short, name in _chosen(list(columns), role).items()}
