"""One process at a time in a folder."""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from transect.strict_json import to_json

LOCK = "lock"
HOLDER = "holder.json"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder while the body runs; the lock of a process that was killed is free.

    Raises:
        ValueError: Another process holds the folder; the message says which one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ValueError(f"{folder} is in use: {_holder(folder)} works in it") from None
    try:
        holder = {"process": os.getpid(), "host": socket.gethostname(), "since": time.time()}
        (folder / HOLDER).write_text(to_json(holder), encoding="utf-8")
        yield
    finally:
        (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


def _holder(folder: Path) -> str:
    try:
        holder = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "another process"
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(holder["since"]))
    return f"process {holder['process']} on {holder['host']} since {since}"
