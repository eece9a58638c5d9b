"""Files and folders that are complete or absent."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def staged(path: str | Path, overwrite: bool = False, mark: str | None = None) -> Iterator[Path]:
    """Give a path to write a file or folder to, and rename it to `path` once it is complete.

    The work is done in a hidden folder beside `path`, on the same file system, which is removed
    whatever happens but a kill, which leaves it behind. Parent folders of `path` are made.

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
    _check_target(path, overwrite, mark)
    path.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        work = workshop / path.name
        yield work
        if path.is_dir():
            _replace_folder(path, work, workshop / f"{path.name}.old")
        else:
            work.replace(path)
    finally:
        shutil.rmtree(workshop)


def _check_target(path: Path, overwrite: bool, mark: str | None) -> None:
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


def _replace_folder(path: Path, work: Path, old: Path) -> None:
    # A folder cannot be renamed over another one that is not empty.
    path.rename(old)
    try:
        work.rename(path)
    except OSError:
        old.rename(path)
        raise
