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
    whatever happens. Parent folders of `path` are made.

    Args:
        path: Where the complete file or folder goes; a `ValueError` if something is there that
            must not be replaced.
        overwrite: Whether something that is there already may be replaced.
        mark: Name of a file by which a folder is known as one that may be replaced; any other
            folder is never replaced.

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
            # A folder cannot be renamed over another one that is not empty.
            path.rename(workshop / f"{path.name}.old")
        work.replace(path)
    finally:
        shutil.rmtree(workshop)


def _check_target(path: Path, overwrite: bool, mark: str | None) -> None:
    if not path.exists():
        return
    if not overwrite:
        raise ValueError(f"{path} exists already; name another path or ask to overwrite it")
    if path.is_dir() and (mark is None or not (path / mark).is_file()):
        holds = f"it holds no {mark}" if mark else "it is a folder"
        raise ValueError(f"{path} is not overwritten: {holds}")
