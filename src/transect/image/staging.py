"""Files and folders that are complete or absent.

Everything is written in a hidden folder beside its place and renamed when it is complete. The
hidden folder is locked while its process lives. A killed process leaves it behind, unlocked, and
the next call that writes to the same folder removes it.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_ENDING = ".staged"
_WORKSHOP = re.compile(rf"\.(.+)\.[a-z0-9_]{{8}}{re.escape(_ENDING)}")  # as `mkdtemp` names it


@contextmanager
def staged(path: str | Path, overwrite: bool = False, mark: str | None = None) -> Iterator[Path]:
    """Give a path to write a file or folder to, and rename it to `path` once it is complete.

    What is written is removed if the body raises. Parent folders of `path` are made. A file is on
    the disk before it gets its name.

    Args:
        path: Where the complete file or folder goes; a `ValueError` if something is there that
            must not be replaced. An empty folder may always be replaced by a folder.
        overwrite: Whether something that is there already may be replaced.
        mark: Where a folder is written, the name of a file by which an old one is known to be of
            the same kind: any other folder is never replaced. None where a file is written.

    Yields:
        The path to write to; nothing is there yet.
    """
    path = Path(path)
    if path.parent.is_dir():
        _clear_leftovers(path.parent)
    check_target(path, overwrite, mark)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _workshop(path) as workshop:
        work = workshop / path.name
        yield work
        if work.is_file():
            with work.open("rb+") as file:
                os.fsync(file.fileno())
        if path.is_dir():
            _replace_folder(path, work, _old(workshop, path))
        else:
            work.replace(path)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, or replace it, so that a kill at any moment leaves the old one or the new one.

    Args:
        path: The file. Its folder is made if there is none.
        content: What it holds afterwards.
    """
    with staged(path, overwrite=True) as work:
        work.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8 as `write_bytes` does."""
    write_bytes(path, text.encode())


def check_target(path: Path, overwrite: bool = False, mark: str | None = None) -> None:
    """Check that something can be written to a path.

    Args:
        path: As in `staged`.
        overwrite: As in `staged`.
        mark: As in `staged`.

    Raises:
        ValueError: Something is there that must not be replaced.
    """
    if not path.exists():
        return
    if mark is not None and path.is_dir() and not any(path.iterdir()):
        return
    if not overwrite:
        raise ValueError(f"{path} exists already; name another path or ask to overwrite it")
    if path.is_dir() != (mark is not None):
        found, wanted = ("folder", "file") if mark is None else ("file", "folder")
        raise ValueError(f"{path} is a {found}, which no {wanted} may overwrite")
    if mark is not None and not (path / mark).is_file():
        raise ValueError(f"{path} is not overwritten: a folder without {mark} is of another kind")


def is_workshop(path: Path) -> bool:
    """Return whether a path is the hidden folder in which something is written, or was."""
    return _WORKSHOP.fullmatch(path.name) is not None


@contextmanager
def _workshop(path: Path) -> Iterator[Path]:
    """Make a locked folder beside a path, and remove it with all that is in it.

    Yields:
        The folder.
    """
    workshop, lock = _locked_folder(path)
    try:
        yield workshop
    finally:
        lock.release()
        # Whoever takes it for a leftover now removes it as well.
        shutil.rmtree(workshop, ignore_errors=True)


def _locked_folder(path: Path) -> tuple[Path, FileLock]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=_ENDING, dir=path.parent))
        lock = _lock(folder, path.name)
        # Until it is locked, another process may take the folder for a leftover and remove it.
        with suppress(FileNotFoundError, FileExistsError):
            # Without locks in a file system nobody can know a leftover, so none is removed.
            with suppress(NotImplementedError):
                lock.acquire()
            if folder.exists():
                return folder, lock
        lock.release()


def _clear_leftovers(folder: Path) -> None:
    """Remove what processes left in a folder that were killed while they wrote to it."""
    for leftover in list(folder.iterdir()):
        found = _WORKSHOP.fullmatch(leftover.name)
        if found is None:
            continue
        path = folder / found[1]
        try:
            with _lock(leftover, path.name).acquire(timeout=0):
                # Killed between the two renames that replace a folder: the new one was complete.
                work = leftover / path.name
                if work.exists() and _old(leftover, path).exists() and not path.exists():
                    work.rename(path)
                # While it is locked, since its process may be about to lock it.
                shutil.rmtree(leftover, ignore_errors=True)
        except (Timeout, OSError, NotImplementedError):
            continue  # its process is at work
        if os.name == "nt":  # where the lock could not be removed as long as it was held
            shutil.rmtree(leftover, ignore_errors=True)


def _lock(workshop: Path, name: str) -> FileLock:
    """Return the lock of a workshop; the system frees that of a process that ends, even killed."""
    return FileLock(workshop / f"{name}.lock")


def _old(workshop: Path, path: Path) -> Path:
    """Return where a folder lies while a new one takes its place."""
    return workshop / f"{path.name}.old"


def _replace_folder(path: Path, work: Path, old: Path) -> None:
    # A folder cannot be renamed over another one that is not empty.
    path.rename(old)
    try:
        work.rename(path)
    except OSError:
        old.rename(path)
        raise
