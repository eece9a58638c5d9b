"""What tests do with other processes."""

import os
import time
from pathlib import Path

import numpy as np
import psutil

KEPT = []

PATIENCE = 300
"""Seconds after which something that has not happened never will."""


def wait_until(condition) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def is_running(process: int) -> bool:
    """Whether a process is there and no zombie that nobody has collected."""
    try:
        state = (
            Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        )
    except FileNotFoundError:
        return False
    return state != "Z"


def scattered_memory() -> tuple[int, int]:
    """Return this process and the bytes it holds, then take 384 MB and free all but the last."""
    found = psutil.Process().memory_info().rss
    blocks = [np.ones(12_000) for _ in range(4000)]
    # It stands above the free ones, so that the heap can't shrink by itself.
    KEPT.append(blocks[-1])
    return os.getpid(), found
