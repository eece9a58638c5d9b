"""One process at a time."""

import json
import os
import subprocess
import sys

import pytest

from transect.run.folder import held

HOLD = (
    "import sys, time\nfrom pathlib import Path\nfrom transect.run.folder import held\n"
    "with held(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
)


def test_the_second_is_told_who_holds_the_folder(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(ValueError, match=f"in use: process {process.pid} on "), held(tmp_path):
            raise AssertionError("two hold one folder")
        process.kill()
        process.wait()
    # The lock of a killed process is free.
    with held(tmp_path):
        holder = json.loads((tmp_path / "holder.json").read_text(encoding="utf-8"))
        assert holder["process"] == os.getpid()
    assert not (tmp_path / "holder.json").exists()


def test_it_is_free_after_an_error(tmp_path):
    with pytest.raises(RuntimeError, match="broken"), held(tmp_path):
        raise RuntimeError("broken")
    with held(tmp_path):
        pass
