"""Work in other processes ends with the process that started it."""

import os
import signal
import subprocess
import sys
from runpy import run_module

import pytest
import torch

from processes import is_running, scattered_memory, wait_until
from transect.run.workers import as_finished, side_by_side

STARTER = """
import os, sys, time
from pathlib import Path
from transect.run.workers import side_by_side

def outlast(place):
    place.with_suffix(".new").write_text(str(os.getpid()))
    place.with_suffix(".new").replace(place)
    time.sleep(600)

if __name__ == "__main__":
    side_by_side(outlast, [(Path(sys.argv[1]),)], threads=1)
"""
COUNT = """
import os, sys, time
from pathlib import Path

mine = Path(sys.argv[1]) / str(os.getpid())
mine.touch()
most = 0
for _ in range(50):
    most = max(most, len(list(mine.parent.iterdir())))
    time.sleep(0.02)
mine.unlink()
print(most)
"""


def test_a_worker_ends_with_the_process_that_was_killed(tmp_path):
    script, place = tmp_path / "starter.py", tmp_path / "worker"
    script.write_text(STARTER)
    starter = subprocess.Popen([sys.executable, str(script), str(place)])
    assert wait_until(place.exists)
    worker = int(place.read_text())
    assert is_running(worker)
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()
    try:
        assert wait_until(lambda: not is_running(worker))
    finally:
        if is_running(worker):
            os.kill(worker, signal.SIGKILL)


def test_every_call_has_a_process_the_folder_and_the_modules_of_its_caller(tmp_path, monkeypatch):
    assert side_by_side(os.getpid, [()], threads=1) != [os.getpid()]
    assert side_by_side(torch.get_num_threads, [()], threads=1) == [1]
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        found = side_by_side(os.path.abspath, [("a",), ("b",)], threads=1)
        assert found == [str(tmp_path / name / "a"), str(tmp_path / name / "b")]
    (tmp_path / "found_late.py").write_text("ANSWER = 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    (module,) = side_by_side(run_module, [("found_late",)], threads=1)
    assert module["ANSWER"] == 42


def test_no_more_calls_run_at_once_than_workers(tmp_path):
    arguments = [([sys.executable, "-c", COUNT, str(tmp_path)],)] * 4
    for workers in (1, 2):
        found = as_finished(subprocess.check_output, arguments, workers, threads=1)
        assert max(int(printed) for _, printed in found) == workers


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs glibc")
def test_a_worker_gives_back_the_memory_of_its_last_call():
    held: dict[int, list[int]] = {}
    for _, (process, resident) in as_finished(scattered_memory, [()] * 6, workers=2, threads=1):
        held.setdefault(process, []).append(resident)
    # Each call holds 384 MB for a while.
    assert max(max(found) - found[0] for found in held.values()) < 100e6
