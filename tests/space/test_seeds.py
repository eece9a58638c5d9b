"""Seeds of any size, and what is no seed, in every public function that takes one."""

from functools import partial

import numpy as np
import pytest
import torch

from transect.image import Dataset, SquareCanvas
from transect.measure.embedding.dimension import intrinsic_dimension
from transect.measure.embedding.geodesic import latent_graph
from transect.measure.embedding.scores import measure_codes
from transect.measure.embedding.topology import topology
from transect.measure.error.penalty import penalty_interval
from transect.measure.recovery.search import FactorSearch, bank_points
from transect.measure.statistics import bootstrap_interval
from transect.model import VAE, ELBOLoss, MlpDecoder, StridedEncoder, seeded
from transect.run.config import Config
from transect.run.draw import draw
from transect.space import Disc, Factor, FactorSpace, inside, sobol, split_points, uniform
from transect.space.seeds import library_seed, random_generator
from transect.training import TrainingOptions, train
from transect.world import GaussianBump

SPACE = FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1)])
GRID = np.stack(np.meshgrid(np.arange(11.0), np.arange(11.0)), axis=-1).reshape(-1, 2) / 11


def splits(seed):
    return split_points(SPACE, GRID, None, 5, seed=seed).split


def batches(seed):
    points = split_points(GaussianBump().space, GRID, None, 5, seed=0)
    dataset = Dataset(GaussianBump(), SquareCanvas(8), points)
    return np.concatenate([rows for rows, _ in dataset.batches(50, seed=seed)])


def weights(seed):
    with seeded(seed):
        return torch.rand(3).numpy()


def measured_codes(seed):
    found = measure_codes(GRID @ [[1, 1], [0, 1]], GRID, seed=seed)
    assert not found.missing
    return found.values


DRAWN = {
    "uniform": partial(uniform, SPACE, 5),
    "sobol": partial(sobol, SPACE, 5),
    "inside": partial(inside, SPACE, Disc(SPACE, radius=0.3), 5),
    "split": splits,
    "batches": batches,
    "weights": weights,
    "generator": lambda seed: random_generator(seed).random(3),
    "library": partial(library_seed, stream=0),
    "bank": partial(bank_points, FactorSpace([Factor(name, 0, 1) for name in "abc"]), 8),
    "codes": measured_codes,
    "dimension": lambda seed: intrinsic_dimension(GRID**1.1, halves=2, seed=seed).two_nn,
    "topology": lambda seed: topology(GRID, landmarks=20, halves=2, seed=seed).longest,
    "graph": lambda seed: latent_graph(torch.sin, GRID, nodes=20, seed=seed).codes,
    "bootstrap": lambda seed: bootstrap_interval(GRID[:, 0], resamples=9, seed=seed),
    "penalty": lambda seed: penalty_interval(GRID[:, 0], GRID[::-1, 1] + 1, "nmse", seed=seed),
}


@pytest.mark.parametrize("function", DRAWN.values(), ids=DRAWN)
def test_seeds_of_any_size_work_and_differ(function):
    found = [repr(function(seed)) for seed in (1, 2**32 + 1, 2**64 + 1)]
    assert len(set(found)) == 3, "a seed is cut off"


def test_integers_of_numpy_are_seeds():
    assert uniform(SPACE, 5, np.int64(3)).tolist() == uniform(SPACE, 5, 3).tolist()


def test_seeds_of_libraries_have_32_bits_and_few_coincide():
    seeds = [library_seed(2**40 + seed, stream) for seed in range(50) for stream in range(4)]
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert len(set(seeds)) == len(seeds)


def search(seed):
    FactorSearch(GaussianBump(), SquareCanvas(8), bank=4, seed=seed)


def training(seed, tmp_path):
    model, images = VAE(StridedEncoder(16, 2), MlpDecoder(16, 2)), np.zeros((4, 16, 16), np.uint8)
    options = TrainingOptions(epochs=1, device="cpu")
    train(model, ELBOLoss(), images, images, options, seed=seed, folder=tmp_path / "t")


@pytest.mark.parametrize("seed", [-1, True, 1.0, "1", np.float64(2), None])
def test_what_is_no_seed_is_refused_by_all(seed, tmp_path):
    functions = {
        **DRAWN,
        "search": search,
        "training": partial(training, tmp_path=tmp_path),
        "configuration": lambda seed: Config(seed=seed),
        "draw": lambda seed: draw(str(tmp_path / "d"), sampling="grid", count=4, seed=seed),
    }
    if seed is None:
        del functions["batches"]  # keeps the order
    for name, function in functions.items():
        with pytest.raises(ValueError, match="seed needs a whole number"):
            print(name, function(seed))
    assert not list(tmp_path.iterdir())
