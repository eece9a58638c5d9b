"""How far a training has come, for its user and for whoever watches it from another process."""

import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from transect.image.staging import write_text
from transect.strict_json import to_json

STATUS = "status.json"


class Reporter:
    """A progress bar over the steps of a training; one line per epoch if there is no terminal.

    Both go to standard error, since standard output belongs to results.

    Args:
        title: Name of the training.
        epochs: Number of epochs.
        steps: Number of steps of all epochs together.
        done: Steps that were done before, in a resumed training.
        quiet: Whether to say nothing at all.
    """

    def __init__(self, title: str, epochs: int, steps: int, done: int, *, quiet: bool) -> None:
        self._title, self._epochs = title, epochs
        self._console = Console(stderr=True, quiet=quiet)
        self._lines = not quiet and not sys.stderr.isatty()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[state]}"),
            console=self._console,
            disable=quiet or self._lines,
        )
        self._task = self._progress.add_task(title, total=steps, completed=done, state="")

    def __enter__(self) -> "Reporter":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def step(self, epoch: int, done: int, loss: float, images_per_second: float) -> None:
        """Show that `done` steps are done."""
        self._progress.update(
            self._task,
            completed=done,
            description=f"{self._title}: epoch {epoch}/{self._epochs}",
            state=f"loss {loss:.4f}, {images_per_second:.0f} images/s",
        )

    def epoch(self, row: Mapping[str, float]) -> None:
        """Show the row of an epoch that is over."""
        if self._lines:
            numbers = ", ".join(
                f"{name.replace('_', ' ')} {value:.4g}"
                for name, value in row.items()
                if name != "epoch"
            )
            self._console.print(
                f"{self._title}: epoch {row['epoch']}/{self._epochs}: {numbers}",
                soft_wrap=True,
                highlight=False,
            )


class Status(NamedTuple):
    """How far a training has come.

    Attributes:
        epoch: The epoch that it is in, from 1.
        done: Steps that are done, of all epochs together.
        steps: Steps of all epochs.
        loss: The last that was read.
        images_per_second: In this epoch.
    """

    epoch: int
    done: int
    steps: int
    loss: float
    images_per_second: float


def write_status(folder: Path, status: Status) -> None:
    """Replace the status in the folder of a training, which is made where there is none."""
    write_text(folder / STATUS, to_json(status))


def read_status(folder: Path) -> Status | None:
    """Return the last status of the training in `folder`, or None before there is one."""
    try:
        values = json.loads((folder / STATUS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    epoch, done, steps, *rates = values
    loss, speed = (math.nan if rate is None else rate for rate in rates)
    return Status(epoch, done, steps, loss, speed)
