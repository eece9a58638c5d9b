"""Seeds: whole numbers from 0 up, of any size, from which every random choice flows.

Libraries differ in the seeds that they take, so they are given numbers of 32 bits that NumPy's
`SeedSequence` derives from the seed and the number of a stream. The streams of one seed are
independent.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from transect.space.values import check_whole


def check_seed(seed: int) -> int:
    """Return the seed, or refuse one that is negative or no whole number by `ValueError`."""
    return check_whole("seed", seed, least=0)


def random_generator(seed: int, *stream: int) -> np.random.Generator:
    """Return NumPy's generator for a stream of a seed; `ValueError` as in `check_seed`.

    Args:
        seed: From 0 up.
        stream: The number of the stream; without it the first, which 0 names as well.
    """
    return np.random.default_rng([check_seed(part) for part in (seed, *stream)])


def library_seed(seed: int, stream: int) -> int:
    """Return a seed for a library: from 0 to 2³² − 1; `ValueError` as in `check_seed`.

    Args:
        seed: From 0 up.
        stream: The number of the stream.

    Example:
        >>> library_seed(2**40, 0) < 2**32
        True
    """
    return int(np.random.SeedSequence([check_seed(seed), stream]).generate_state(1)[0])


@contextmanager
def seeded(*key: int) -> Iterator[None]:
    """Make the random numbers of torch within the block a function of `key` alone.

    The state of the global generators is put back afterwards. Wrap the construction of a model in
    it to draw the same initial weights every time.

    Args:
        key: Whole numbers from 0 up, for instance a seed and the number of a stream;
            `ValueError` for others.

    Yields:
        Nothing.
    """
    import torch  # noqa: PLC0415 - slow to import, and only models need it

    entropy = [check_seed(part) for part in key]
    word = np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0]
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(int(word >> np.uint64(1)))
        yield
