import numpy as np
import pytest
import torch

from transect.model import Batch


@pytest.fixture
def random_batch():
    """Makes batches of random numbers in float64, whose sampled codes follow from μ and σ."""

    def make(seed=0, count=5, size=4, latent=3, weights=True, **more):
        random = np.random.default_rng(seed)
        mean = random.standard_normal((count, latent))
        log_variance = random.uniform(-3, 0.5, (count, latent))
        codes = mean + np.exp(log_variance / 2) * random.standard_normal((count, latent))
        values = {
            "truth": random.random((count, 1, size, size)),
            "logits": 2 * random.standard_normal((count, 1, size, size)),
            "mean": mean,
            "log_variance": log_variance,
            "codes": codes,
        }
        if weights:
            values["weights"] = random.random(count)
        tensors = {name: torch.from_numpy(value) for name, value in values.items()}
        return Batch(**(tensors | more))

    return make
