"""Trackers that people use, through accelerate; off unless asked for.

Each training writes its epochs to the folder that it is given. Weights & Biases works offline
unless the environment says otherwise by WANDB_MODE; `wandb sync` sends its runs later.
"""

import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from accelerate import Accelerator

Tracker = Literal["tensorboard", "wandb"]
PROJECT = "transect"


@dataclass(frozen=True)
class Tracking:
    """Where the epochs of a training are written beside its history.

    Attributes:
        tracker: `tensorboard` or `wandb`.
        folder: For its files.
        name: Of this training within them.

    Raises:
        ValueError: The tracker is unknown or not installed.
    """

    tracker: Tracker
    folder: Path
    name: str

    def __post_init__(self) -> None:
        check_tracker(self.tracker)

    def start(self, accelerator: Accelerator, options: Mapping[str, Any]) -> None:
        """Open the tracker of an accelerator that was made for it, with the training's options."""
        self.folder.mkdir(parents=True, exist_ok=True)
        mode = os.environ.get("WANDB_MODE", "offline")
        wandb = {"mode": mode, "dir": str(self.folder), "name": self.name}
        project = self.name if self.tracker == "tensorboard" else PROJECT
        accelerator.init_trackers(project, dict(options), {"wandb": wandb})


def check_tracker(name: str) -> None:
    """Check that a tracker can be used.

    Raises:
        ValueError: It is unknown or not installed.
    """
    if name not in get_args(Tracker):
        raise ValueError(f"unknown tracker {name!r}; choose from {', '.join(get_args(Tracker))}")
    if importlib.util.find_spec(name) is None:
        raise ValueError(f"the tracker {name} is not installed: pip install 'transect[track]'")
