"""What tests do with other processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

KEPT = []

needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")

PATIENCE = 300
"""Seconds after which something that has not happened never will."""


def wait_until(condition) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
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


def kill_once(condition, command: list[str]) -> None:
    """Start a command and kill it as soon as a condition holds."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, **quiet, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert wait_until(condition)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def kill_at(function: str, words: list[str]) -> None:
    """Run a command line in another process that is killed as soon as it calls a function."""
    module, _, name = function.rpartition(".")
    code = (
        "import importlib, os, signal, transect.cli\n"
        "kill = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"setattr(importlib.import_module({module!r}), {name!r}, kill)\n"
        f"transect.cli.main({words!r})\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    died = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
