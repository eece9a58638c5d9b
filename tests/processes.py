"""Waiting for processes that others have started."""

import time
from pathlib import Path

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
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
