"""Settings of the process that make a training step on a CPU quicker."""

import ctypes
import os
import platform
from pathlib import Path

import torch

# From malloc.h of glibc.
M_TRIM_THRESHOLD = -1
M_MMAP_MAX = -4
KEEP = 2**31 - 1


def tune_process() -> None:
    """Set up memory and threads of this process; the second call changes nothing."""
    keep_freed_memory()
    use_physical_cores()


def keep_freed_memory() -> bool:
    """Make the allocator of glibc keep the memory of freed tensors for the next step.

    By default glibc takes large blocks from the system and gives them back at each free; the page
    faults that follow are a good part of a training step. Its environment variables do the same,
    but only when they are set before the program starts.

    Returns:
        Whether the settings were made; False where the C library is another one.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    library = ctypes.CDLL(None)
    # No mmap at all, since glibc refuses to raise its threshold for mmap beyond 32 MiB.
    settings = ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, KEEP))
    return all(library.mallopt(name, value) == 1 for name, value in settings)


def use_physical_cores() -> int:
    """Let torch use one thread a physical core, unless OMP_NUM_THREADS is set.

    Returns:
        The number of threads in use.
    """
    cores = physical_cores()
    if "OMP_NUM_THREADS" not in os.environ and cores:
        torch.set_num_threads(cores)
    return torch.get_num_threads()


def physical_cores() -> int:
    """Return how many physical cores this process may use; 0 where the system does not say.

    A quota of processor time, as containers have it, counts as that many cores.
    """
    if not hasattr(os, "sched_getaffinity"):
        return 0
    siblings = set()
    for cpu in os.sched_getaffinity(0):
        listing = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        siblings.add(listing.read_text(encoding="utf-8") if listing.exists() else str(cpu))
    return max(1, min(len(siblings), _quota()))


def _quota() -> int:
    limit = Path("/sys/fs/cgroup/cpu.max")
    words = limit.read_text(encoding="utf-8").split() if limit.exists() else ["max"]
    return os.cpu_count() or 1 if words[0] == "max" else int(words[0]) // int(words[1])
