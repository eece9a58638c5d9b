"""Writers that are killed in the middle, in a module that a new process can import."""

import os
import signal
from pathlib import Path

from transect.image.staging import staged


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def write_half_a_folder(path: Path) -> None:
    with staged(path, overwrite=True, mark="table") as work:
        work.mkdir()
        (work / "half").write_text("half")
        _kill()


def replace_half(path: Path) -> None:
    rename = Path.rename

    def dies(source, target):
        if Path(source).name == path.name and Path(target) == path:
            _kill()
        return rename(source, target)

    Path.rename = dies
    with staged(path, overwrite=True, mark="table") as work:
        work.mkdir()
        (work / "table").write_text("new")
