"""Tables of text with a header line, as spreadsheets and other programs write them.

The cells are separated by commas, semicolons or tabs, whichever the header has. The text is UTF-8,
or UTF-16 with its byte order mark. Cells may be quoted with `"`; blanks around them do not count.

Lines without any text are skipped, and nothing else is: a row needs as many cells as the header,
and at least one that is not empty. A number is written with decimal digits, a decimal point and an
exponent (`-1.5e-3`). A decimal comma is read where it can be nothing else: no number has a point,
and in at least one of them the comma cannot separate thousands. Everything else is refused, since
a guess would give other numbers.
"""

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SUFFIXES = (".csv", ".tsv", ".txt")
"""Endings of the names of files that are tables."""

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
# Python's own float() also takes 1_000, digits of other scripts, nan and infinity.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INFINITE = re.compile(r"[+-]?inf")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+", re.ASCII)


@dataclass(frozen=True)
class Table:
    """The cells of a table, as text without blanks around it.

    Attributes:
        path: The file.
        names: The header, one name for each of the k columns; unused columns may share one.
        rows: n rows of k cells.
        lines: The number of the line, counted from 1, that each row ends on.
    """

    path: Path
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> int:
        """Return the place of the column `name`, counted from 0.

        Raises:
            ValueError: The header does not have the name exactly once.
        """
        if self.names.count(name) != 1:
            raise ValueError(
                f"{self.path}: the header needs the column {name!r} once, got "
                f"{self.names.count(name)} among {', '.join(self.names)}"
            )
        return self.names.index(name)

    def texts(self, name: str) -> list[str]:
        """Return the cells of a column, none of them empty.

        Raises:
            ValueError: The column is missing or repeated, or has an empty cell.
        """
        column = self.column(name)
        cells = [row[column] for row in self.rows]
        if "" in cells:
            raise ValueError(
                f"{self.path}, line {self.lines[cells.index('')]}: {name} is empty; "
                "fill the cell or remove the line"
            )
        return cells

    def numbers(self, names: Sequence[str], *, infinite: bool = False) -> NDArray[np.float64]:
        """Return the numbers in some columns, (n, len(names)).

        Args:
            names: The columns, in the order wanted. One notation is expected in all of them.
            infinite: Whether `inf` and `-inf` are numbers as well.

        Raises:
            ValueError: A column is missing or repeated, a cell is not a finite number, or it is
                open whether a comma separates decimals or thousands.
        """
        columns = [self.column(name) for name in names]
        values = np.empty((len(self.rows), len(columns)))
        comma = self._decimal_comma(columns)
        for row, (line, cells) in enumerate(zip(self.lines, self.rows, strict=True)):
            for place, column in enumerate(columns):
                text = cells[column]
                written = text.replace(",", ".", 1) if comma else text
                valid = _NUMBER.fullmatch(written) or (infinite and _INFINITE.fullmatch(written))
                value = float(written) if valid else math.nan
                if not (infinite or math.isfinite(value)) or math.isnan(value):
                    raise ValueError(
                        f"{self.path}, line {line}: {names[place]} needs a "
                        f"{'' if infinite else 'finite '}number such as 0.5 or -1e-3, got {text!r}"
                    )
                values[row, place] = value
        return values

    def _decimal_comma(self, columns: Sequence[int]) -> bool:
        """Return whether the numbers in some columns have a decimal comma.

        Raises:
            ValueError: It is open what commas separate.
        """
        cells = [
            (line, row[column])
            for line, row in zip(self.lines, self.rows, strict=True)
            for column in columns
        ]
        with_comma = [cell for cell in cells if "," in cell[1]]
        if not with_comma:
            return False
        points = any("." in text for _, text in cells)
        if points or all(_THOUSANDS.fullmatch(text) for _, text in with_comma):
            line, text = with_comma[0]
            reason = "some numbers have points" if points else "it may separate thousands"
            raise ValueError(
                f"{self.path}, line {line}: the comma in {text!r} is not known to be a decimal "
                f"comma, since {reason}; write a decimal point, and nothing between thousands"
            )
        return True


def read_table(path: str | Path) -> Table:
    """Return the table in a file.

    Args:
        path: The file, in the format that this module describes.

    Raises:
        ValueError: The file has no header, is not such text, its quotes or the lengths of its rows
            are wrong, or a row has only empty cells; the message names the line.
    """
    file = Path(path)
    text = _decode(file)
    separator = _separator(file, text)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    header: list[str] | None = None
    rows, lines = [], []
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if row in ([], [""]):
                continue
            if header is None:
                header = row
                continue
            _check_row(f"{file}, line {reader.line_num}", row, header, separator)
            rows.append(tuple(row))
            lines.append(reader.line_num)
    except csv.Error as error:
        raise ValueError(
            f"{file}, line {reader.line_num}: the file needs to be CSV: {error}"
        ) from error
    if header is None:
        raise ValueError(f"{file}: a table needs a header line, got an empty file")
    return Table(file, tuple(header), tuple(rows), tuple(lines))


def header_line(names: Sequence[str]) -> str:
    r"""Return the header of a table with commas, as any program reads it.

    Names with any separator are quoted, so that none of them is taken for what separates cells.

    Examples:
        >>> header_line(["row", "factor.a;b"])
        'row,"factor.a;b"\n'
    """
    quoted = [
        f'"{doubled}"' if set(name) & {*_SEPARATORS, '"', "\r", "\n"} else name
        for name in names
        for doubled in [name.replace('"', '""')]
    ]
    return ",".join(quoted) + "\n"


def _decode(file: Path) -> str:
    content = file.read_bytes()
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} needs to be a CSV file in UTF-8: {error}") from error
    if "\0" in text:
        raise ValueError(f"{file} needs to be a CSV file in UTF-8, got zero bytes")
    return text


def _separator(file: Path, text: str) -> str:
    """Return what separates the cells of the first line that has text.

    Raises:
        ValueError: Several separators stand outside of quotes.
    """
    first = re.match(r'[ \r\n]*((?:"[^"]*"|[^"\r\n])*)', text)
    assert first is not None, "the pattern matches the empty text"
    bare = re.sub(r'"[^"]*"', "", first[1])
    found = [separator for separator in _SEPARATORS if separator in bare]
    if len(found) > 1:
        raise ValueError(
            f"{file}: the header has {' and '.join(_SEPARATORS[each] for each in found)}, and only "
            "one of them can separate its cells; put names that contain another into quotes"
        )
    return found[0] if found else ","


def _check_row(place: str, row: list[str], header: list[str], separator: str) -> None:
    """Check that a row has a cell for each column, and not only empty ones.

    Raises:
        ValueError: It has not.
    """
    if not any(row):
        raise ValueError(f"{place}: all cells are empty; remove the line")
    if len(row) == len(header):
        return
    reason = ""
    if len(row) > len(header):
        reason = "; row names need a column name too"
        if separator == ",":
            reason += ", and numbers with decimal commas need semicolons between them"
    raise ValueError(
        f"{place}: the row has {len(row)} cells and the header {len(header)} "
        f"({', '.join(header)}){reason}"
    )
