"""The border between files and the program: whatever a file does, one line names it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn every error that occurs while a file is read into a `ValueError` that names the file.

    A broken byte leads readers anywhere: to `BadZipFile`, `zlib.error`, `struct.error`,
    `IndexError`, `MemoryError` and what others will raise in their next version. So every
    `Exception` counts, and only the reading and checking of the file belongs into the block.

    Args:
        path: The file or folder that is read.

    Raises:
        ValueError: An error occurred; its message is the path, a colon and one line that says
            what is wrong.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise ValueError(f"{error.filename or path}: no such file or folder") from error
    except Exception as error:
        reason = _reason(error)
        named = reason.startswith(str(path))
        raise ValueError(reason if named else f"{path}: {reason}") from error


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, OSError):
        return error.strerror or text or "it cannot be read"
    if isinstance(error, ValueError) and text:
        return text
    return f"damaged, or not the kind of file that is needed ({type(error).__name__}: {text})"
