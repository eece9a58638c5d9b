"""Memory and speed of a dataset that is drawn as it is read.

Iterates over COUNT points at 64 pixels in shuffled batches, and prints how far the peak of the
memory in use rises after the first batches; then how fast each format is written and read, and
how far that raises the peak.

    python bench/dataset.py [COUNT]      (a million by default: some minutes on two cores)
"""

import resource
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

from transect.image import Dataset, SquareCanvas, read_dataset, write_dataset
from transect.space import Disc, split_points, uniform
from transect.world import Rose

BATCH = 256
WRITTEN = 20_000


def peak() -> float:
    """Return the largest memory that the process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make(count: int) -> Dataset:
    world = Rose()
    points = uniform(world.space, count=count, seed=0)
    hole = Disc(world.space, radius=0.3)
    return Dataset(world, SquareCanvas(64), split_points(world.space, points, hole, 0.05, seed=0))


def iterate(dataset: Dataset) -> None:
    start, before = time.perf_counter(), 0.0
    for number, _ in enumerate(dataset.batches(BATCH, seed=0)):
        if number == 10:
            before = peak()
    seconds = time.perf_counter() - start
    held = len(dataset) * 64 * 64 / 1e6
    print(f"iterated {len(dataset)} images in {seconds:.1f} s: {len(dataset) / seconds:.0f}/s")
    print(f"peak memory {before:.0f} MB after 10 batches, {peak():.0f} MB after all")
    print(f"growth {peak() - before:.1f} MB; the images alone would take {held:.0f} MB")


def trace(dataset: Dataset) -> None:
    for count in (BATCH * 10, BATCH * 80):
        tracemalloc.start()
        for _ in dataset.batches(BATCH, rows=slice(0, count), seed=0):
            pass
        allocated = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        print(f"largest allocation of Python over {count} images: {allocated:.1f} MB")


def files(dataset: Dataset) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.npz", "a.parquet", "a", "a.mat"):
            before, start = peak(), time.perf_counter()
            path = write_dataset(dataset, Path(folder) / name)
            written, middle = time.perf_counter() - start, peak()
            start = time.perf_counter()
            read_dataset(path)
            read = time.perf_counter() - start
            print(
                f"{path.suffix or 'folder':9}{len(dataset) / written:6.0f} drawn and written/s, "
                f"{len(dataset) / read:6.0f} read/s, writing raised the peak by "
                f"{middle - before:.0f} MB"
            )


if __name__ == "__main__":
    dataset = make(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    print(dataset)
    iterate(dataset)
    trace(dataset)
    files(make(WRITTEN))
