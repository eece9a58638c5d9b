"""Random numbers of torch that come from a seed and leave the global state alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

from transect.space.seeds import check_seed


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
    entropy = [check_seed(part) for part in key]
    word = np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0]
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(int(word >> np.uint64(1)))
        yield
