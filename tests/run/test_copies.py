"""Work in copies of a process: what they give, and that they end with it."""

import os
import signal
import subprocess
import sys

import pytest
import torch

from processes import is_running, wait_until
from transect.run.copies import copied
from transect.run.workers import as_finished
from transect.training.performance import physical_cores

needs_copies = pytest.mark.skipif(
    sys.platform != "linux" or physical_cores() < 2, reason="processes are not copied here"
)
PROGRAM = """
import os, signal, sys, time
from pathlib import Path
import torch
from transect.run.copies import copied

# What a shell starts in the background ignores it, and so would this.
signal.signal(signal.SIGINT, signal.default_int_handler)

def number(at):
    return os.getpid(), torch.get_num_threads(), at

def fail(at):
    raise ValueError(f"no {{at}}")

def outlast(place):
    place.with_suffix(".new").write_text(str(os.getpid()))
    place.with_suffix(".new").replace(place)
    time.sleep(600)

with copied(alone=True) as spread:
    {body}
"""
FREE = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}


def program(tmp_path, body) -> list[str]:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM.format(body=body))
    return [sys.executable, str(script)]


@needs_copies
def test_copies_do_all_the_work_with_the_threads_they_are_given(tmp_path):
    body = "print(sorted(spread(number, [(at,) for at in range(6)], 2, 1)), os.getpid())"
    done = subprocess.run(
        program(tmp_path, body), env=FREE, check=True, capture_output=True, text=True
    )
    listing, _, parent = done.stdout.rpartition(" ")
    found = eval(listing)
    assert [(place, at) for place, (_, _, at) in found] == [(at, at) for at in range(6)]
    assert {threads for _, (_, threads, _) in found} == {1}
    assert int(parent) not in {process for _, (process, _, _) in found}


@needs_copies
def test_an_error_in_a_copy_is_the_error_of_the_program(tmp_path):
    command = program(tmp_path, "list(spread(fail, [(7,)], 2, 1))")
    done = subprocess.run(command, env=FREE, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "ValueError: no 7"


@needs_copies
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_copies_end_with_the_program(how, tmp_path):
    place = tmp_path / "copy"
    command = program(tmp_path, f"list(spread(outlast, [(Path({str(place)!r}),)], 2, 1))")
    starter = subprocess.Popen(command, env=FREE, stderr=subprocess.DEVNULL)
    assert wait_until(place.exists)
    copy = int(place.read_text())
    os.kill(starter.pid, how)
    starter.wait(60)
    try:
        assert wait_until(lambda: not is_running(copy))
    finally:
        if is_running(copy):
            os.kill(copy, signal.SIGKILL)


def test_a_process_that_is_not_its_own_starts_others_afresh():
    with copied(alone=False) as spread:
        assert spread is as_finished


def test_one_core_makes_no_copies(monkeypatch):
    monkeypatch.setattr("transect.run.copies.use_physical_cores", lambda: 1)
    with copied(alone=True) as spread:
        assert spread is as_finished
        assert dict(spread(torch.get_num_threads, [()], 1, 1)) == {0: 1}
