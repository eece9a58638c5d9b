"""A small dataset with every split, and worlds that misbehave."""

import gc

import numpy as np
import pytest

from transect.image.canvas import SquareCanvas
from transect.image.dataset import Dataset
from transect.space import Factor, FactorSpace, PointSet
from transect.world import PaintedWorld, Rose

COUNT = 12


def rose_points() -> PointSet:
    space = Rose().space
    points = space.from_unit(np.random.default_rng(0).uniform(size=(COUNT, 2)))
    split = np.resize(np.array(["train", "validation", "removed", "train"]), COUNT)
    distance = np.where(split == "removed", -1, 1) * np.linspace(0.1, 0.9, COUNT)
    distance[0] = np.inf
    return PointSet(space, points, split, distance)


@pytest.fixture
def dataset() -> Dataset:
    """Twelve 16-pixel roses in all splits; one boundary distance is infinite."""
    return Dataset(Rose(), SquareCanvas(16), rose_points())


class Brightness(PaintedWorld):
    """Paints each image in one grey, its factor over 255, and counts what it paints."""

    def __init__(self, fails_at: float = np.inf) -> None:
        self.space = FactorSpace([Factor("grey", 0, 255), Factor("other", 0, 1)])
        self.fails_at = fails_at
        self.painted = 0

    def paint(self, points, size):
        grey = np.asarray(points)[:, 0]
        if np.any(grey >= self.fails_at):
            raise RuntimeError("the brush broke")
        self.painted += len(grey)
        level = np.float32(grey / 255)
        return np.broadcast_to(level[:, None, None], (len(grey), size, size))


@pytest.fixture
def greys():
    """Make a dataset whose image of row i is i everywhere, so that rows can be told apart."""

    def make(count: int = 10, fails_at: float = np.inf, size: int = 4) -> Dataset:
        world = Brightness(fails_at)
        factors = np.stack([np.arange(count) % 256, np.zeros(count)], axis=1).astype(float)
        points = PointSet(world.space, factors, np.full(count, "train"), np.full(count, np.inf))
        return Dataset(world, SquareCanvas(size), points)

    return make


@pytest.fixture
def huggingface(monkeypatch):
    """Give the `datasets` library, kept off the network and silent."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    datasets.disable_progress_bars()
    yield datasets
    # The library leaves files open; they are closed here, not in the midst of another test.
    gc.collect()
