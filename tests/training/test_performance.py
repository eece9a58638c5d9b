import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from transect.model import VAE, ELBOLoss, MlpDecoder, StridedEncoder
from transect.space.denormals import are_denormals_flushed
from transect.training import TrainingOptions, train
from transect.training.performance import keep_freed_memory, physical_cores

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


@glibc_only
def test_settings_can_be_made_twice():
    assert keep_freed_memory() and keep_freed_memory()


def test_other_c_libraries_are_left_alone(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    assert not keep_freed_memory()


def threads(environment):
    code = (
        "import torch; from transect.training import tune_process; tune_process(); "
        "print(torch.get_num_threads())"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return int(done.stdout)


def test_threads_are_the_cores_unless_the_user_says_otherwise():
    free = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    assert threads(free) == physical_cores()
    assert threads(free | {"OMP_NUM_THREADS": "1"}) == 1


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

    images = np.zeros((8, 16, 16), np.uint8)
    model = VAE(StridedEncoder(16, 2), MlpDecoder(16, 2))
    options = TrainingOptions(epochs=1, device="cpu")
    train(model, Probe(), images, images, options, seed=0, folder=tmp_path, progress=False)
    assert len(flushed) == 2 and all(flushed)  # a step, and the validation after it
    assert are_denormals_flushed() == outside
