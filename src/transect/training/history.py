"""What happened in each epoch, kept on disk while training goes on."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from transect.image.staging import write_text
from transect.space.reading import reading


class History:
    """Rows of numbers, one per epoch, in a CSV file that is whole at every moment.

    Args:
        path: The file. Rows that it holds already are read.

    Raises:
        ValueError: The file is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[dict[str, float]] = []
        if path.exists():
            with reading(path):
                self.rows = _parse(path.read_text(encoding="utf-8"))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, float]]:
        return iter(self.rows)

    def column(self, name: str) -> list[float]:
        """Return one column, one number per epoch.

        Raises:
            ValueError: There is no such column.
        """
        if self.rows and name not in self.rows[0]:
            raise ValueError(f"no column {name!r}; choose from {', '.join(self.rows[0])}")
        return [row[name] for row in self.rows]

    def append(self, row: Mapping[str, float]) -> None:
        """Add a row and put the file on disk."""
        self.rows.append(dict(row))
        self._write()

    def truncate(self, epochs: int) -> None:
        """Drop the rows after the first `epochs`, which a resumed training will write anew."""
        self.rows = self.rows[:epochs]
        self._write()

    def _write(self) -> None:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(self.rows[0]) if self.rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        write_text(self.path, text.getvalue())


def _parse(text: str) -> list[dict[str, float]]:
    header, *lines = csv.reader(io.StringIO(text))
    if not text.endswith("\n") or (header and "epoch" not in header):
        raise ValueError("the file is not a whole table with a column 'epoch'")
    return [_numbers(dict(zip(header, line, strict=True))) for line in lines]


def _numbers(row: Mapping[str, str]) -> dict[str, float]:
    return {name: int(text) if name == "epoch" else float(text) for name, text in row.items()}
