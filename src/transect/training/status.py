"""How far a training has come, for whoever watches it from another process."""

import json
import math
from pathlib import Path
from typing import NamedTuple

from transect.image.staging import write_bytes
from transect.strict_json import to_json

STATUS = "status.json"


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
    write_bytes(folder / STATUS, to_json(status).encode())


def read_status(folder: Path) -> Status | None:
    """Return the last status of the training in `folder`, or None before there is one."""
    try:
        values = json.loads((folder / STATUS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    epoch, done, steps, *rates = values
    loss, speed = (math.nan if rate is None else rate for rate in rates)
    return Status(epoch, done, steps, loss, speed)
