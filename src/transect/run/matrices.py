"""Every measure of two files, codes and factors, without a run."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from transect.measure import catalogue
from transect.measure.embedding.scores import CodeScores, measure_codes
from transect.run.folder import write_text
from transect.run.matrix_file import read_matrix
from transect.strict_json import to_json

SUFFIXES = (".json", ".csv")


def measure_files(
    codes: str | Path, factors: str | Path, discrete: Sequence[str] = (), seed: int = 0
) -> CodeScores:
    """Return every measure of the codes and factors in two files.

    The rows are matched by their order. `transect.run.matrix_file` lists the kinds of files.

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
    if out.suffix.lower() not in SUFFIXES:
        raise ValueError(f"--out needs a file {' or '.join(SUFFIXES)}, got {out}")
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
