"""Numbers too small for a normal float, which a thread may compute with or take as 0.

Below 1.2e-38 in single precision and 2.2e-308 in double precision the digits of a float run out
one by one. Some processors need up to a hundred times longer for such denormal numbers, so
programs that train networks take them as 0. Libraries do not expect that: the difference of two
different numbers may then be 0, and the k-d tree of SciPy recurses without end.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


def are_denormals_flushed() -> bool:
    """Return whether this thread takes denormal numbers as 0."""
    return sys.float_info.min / 2 == 0


@contextmanager
def denormals(*, flushed: bool) -> Iterator[None]:
    """Let this thread take denormal numbers as 0, or compute with them, while the body runs.

    Threads and forks that the body starts keep the setting, so `flushed=True` belongs around
    computations of torch alone, and `flushed=False` around calls of other libraries, whose caller
    may have flushed denormals for the whole process. Where the processor has no such setting
    nothing happens.

    Args:
        flushed: Whether they are taken as 0.

    Yields:
        Nothing; afterwards the thread computes as it did before.
    """
    if are_denormals_flushed() == flushed:
        yield
        return
    import torch  # noqa: PLC0415 - slow to import, and needed only where something changes

    torch.set_flush_denormal(flushed)
    try:
        yield
    finally:
        torch.set_flush_denormal(not flushed)
