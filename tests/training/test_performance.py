import os
import platform
import subprocess
import sys

import pytest
import torch

from trainings import run_training
from transect.model import ELBOLoss
from transect.space.denormals import are_denormals_flushed
from transect.training.performance import keep_freed_memory, physical_cores, tune_process

PROBE = """
import resource
import numpy as np
from transect.training.performance import keep_freed_memory
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(10_000_000)  # 80 MB, beyond any threshold that glibc accepts
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults()
print(faults())
assert keep_freed_memory()
faults()
print(faults())
"""

glibc_only = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc alone")


@glibc_only
def test_freed_memory_is_used_again():
    command = [sys.executable, "-c", PROBE]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    before, after = map(int, done.stdout.split())
    assert after < before / 5
    assert keep_freed_memory() and keep_freed_memory()


def test_other_c_libraries_are_left_alone(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    assert not keep_freed_memory()


def test_threads_are_the_cores_unless_the_user_says_otherwise(monkeypatch):
    chosen = []
    monkeypatch.setattr(torch, "set_num_threads", chosen.append)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    tune_process()
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    tune_process()
    assert chosen == [physical_cores()]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no affinity here")
def test_cores_are_those_that_this_process_may_use(monkeypatch):
    assert 1 <= physical_cores() <= len(os.sched_getaffinity(0))
    one = {min(os.sched_getaffinity(0))}
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: one)
    assert physical_cores() == 1


def test_training_takes_denormal_numbers_as_zero_and_leaves_them_as_they_were(tmp_path):
    flushed, outside = [], are_denormals_flushed()

    class Probe(ELBOLoss):
        def __call__(self, batch):
            flushed.append(are_denormals_flushed())
            return super().__call__(batch)

    run_training(tmp_path, loss=Probe())
    assert len(flushed) == 3 * (6 + 2) and all(flushed)  # steps, and batches of the validation
    assert are_denormals_flushed() == outside
