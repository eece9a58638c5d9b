"""The shape of planted latent spaces, and that of a run against the measures themselves."""

import numpy as np
import pytest
import torch
from torch import Tensor

from planted_metrics import flat
from transect.measure.embedding.covariance import correlation
from transect.measure.embedding.dimension import two_nn
from transect.measure.embedding.disentanglement import mig
from transect.measure.embedding.geometry import principal_stretches, pullback_metric
from transect.run.config import Config, PointsConfig
from transect.run.embedding import measure_embedding
from transect.run.setup import prepare

SIZE = 16
PLACES = torch.linspace(-1 + 1 / SIZE, 1 - 1 / SIZE, SIZE)
WIDTH = 0.3


class Pair:
    """An encoder and a decoder of bumps: the code is the place of the bump, turned by an angle."""

    def __init__(self, angle: float = 0.0) -> None:
        cosine, sine = np.cos(angle), np.sin(angle)
        self.turn = np.array([[cosine, -sine], [sine, cosine]])
        self.batch = 256

    def encode(self, images):
        mass = images.sum(axis=(1, 2))
        x = (images.sum(axis=1) @ PLACES.numpy()) / mass
        y = -(images.sum(axis=2) @ PLACES.numpy()) / mass
        return (np.column_stack([x, y]) @ self.turn).astype(np.float32)

    def decode_tensor(self, codes: Tensor) -> Tensor:
        place = codes @ torch.from_numpy(self.turn.T).to(codes)
        across = torch.exp(-(((PLACES - place[:, :1]) / WIDTH) ** 2) / 2)
        down = torch.exp(-(((-PLACES - place[:, 1:]) / WIDTH) ** 2) / 2)
        return down[:, :, None] * across[:, None, :]


def bumps(hole) -> Config:
    return Config(
        world={"kind": "gaussian_bump", "x": [-0.5, 0.5], "y": [-0.5, 0.5], "width": WIDTH},
        hole=hole,
        points=PointsConfig(count=1500),
        canvas={"kind": "square", "size": SIZE},
        latent=2,
    )


def numbers(found):
    return flat(found.metrics)


@pytest.fixture(scope="module")
def punctured():
    return prepare(bumps({"kind": "disc", "radius": 0.25}))


@pytest.fixture(scope="module")
def found(punctured):
    return measure_embedding(punctured, Pair(), Pair(0.7))  # pyright: ignore[reportArgumentType]


def test_a_faithful_embedding_is_an_aligned_sheet_with_the_hole_in_it(found):
    metrics = numbers(found)
    assert "embedding.missing" not in metrics
    assert metrics["embedding.verdict"] == "aligned"
    assert metrics["embedding.mcc"] > 0.99
    assert min(metrics["embedding.factor_vae"], metrics["embedding.beta_vae"]) > 0.99
    for name in ("two_nn", "maximum_likelihood", "local_pca"):
        assert metrics[f"embedding.{name}"] == pytest.approx(2, abs=0.15)
    assert metrics["embedding.components"] == 1
    assert metrics["embedding.loops"] == 1
    assert metrics["embedding.loop_boundary"] < 0.3 < metrics["embedding.loop_boundary_random"]
    assert metrics["embedding.variance_1"] + metrics["embedding.variance_2"] == pytest.approx(1)


def test_the_oracle_has_no_hole_and_its_turn_is_seen(found):
    assert numbers(found)["oracle.embedding.loops"] == 0
    assert numbers(found)["oracle.embedding.verdict"] == "rotated"
    assert numbers(found)["oracle.embedding.mcc"] < numbers(found)["embedding.mcc"]


def test_the_loop_runs_along_the_boundary_and_through_kept_points_alone(found, punctured):
    loop = found.columns["on_loop"]
    assert loop.sum() >= 4
    assert (punctured.points.split[loop] != "removed").all()
    assert np.median(punctured.points.boundary_distance[loop]) < 0.08


def test_straight_codes_are_the_true_way_across(found):
    for name in ("x", "y"):
        assert numbers(found)[f"transect.{name}.embedding.straight_nmse"] < 0.01
        straight, true = (
            numbers(found)[f"transect.{name}.embedding.{path}_length"]
            for path in ("straight", "true")
        )
        assert straight == pytest.approx(true, rel=0.02)
    table = found.interpolations
    straight = table[(table["transect"] == "x") & (table["path"] == "straight")]
    np.testing.assert_allclose(straight["factor.x"].iloc[[0, -1]], [-0.25, 0.25], atol=1e-6)
    # a bump near the edge of the image is cut, which moves its centre of mass inwards
    np.testing.assert_allclose(straight["code.0"], straight["factor.x"], atol=0.02)


def test_the_stretch_is_that_of_the_decoder(found, punctured):
    stretch = found.columns["stretch"]
    rows = np.flatnonzero(np.isfinite(stretch))
    assert len(rows) == 240
    images = punctured.dataset(punctured.points).images(rows[:5])
    metric = pullback_metric(Pair().decode_tensor, Pair().encode(images))
    expected = principal_stretches(metric).prod(axis=1)
    np.testing.assert_allclose(stretch[rows[:5]], expected, rtol=1e-4)
    # A moving bump changes its image equally everywhere.
    assert numbers(found)["embedding.stretch_removed"] == pytest.approx(1, abs=0.05)


def test_without_a_hole_nothing_is_crossed():
    whole = prepare(bumps({"kind": "none"}))
    found = measure_embedding(whole, Pair(), None)  # pyright: ignore[reportArgumentType]
    assert numbers(found)["embedding.loops"] == 0
    assert not len(found.interpolations)
    assert not [name for name in found.metrics if str(name).endswith(("nmse", "length", "removed"))]


def test_what_refuses_the_codes_is_named(punctured):
    class Blind(Pair):
        def encode(self, images):
            return np.zeros((len(images), 2), dtype=np.float32)

    found = measure_embedding(punctured, Blind(), None)  # pyright: ignore[reportArgumentType]
    reason = numbers(found)["embedding.missing"]
    assert "maximum_likelihood, local_pca: codes need at least 102" in reason
    assert "embedding.two_nn" not in numbers(found)
    assert numbers(found)["embedding.mig"] == 0
    assert not found.columns["on_loop"].any()


def test_a_run_holds_the_measures_of_its_own_codes(finished):
    points = finished.points[finished.points["split"] != "removed"]
    codes = points[["code.0", "code.1", "code.2"]].to_numpy()
    metrics = finished.metrics
    assert metrics["embedding.correlation"] == pytest.approx(correlation(codes), rel=1e-4)
    assert metrics["embedding.mig"] == pytest.approx(
        mig(codes, points[["factor.a", "factor.b"]].to_numpy())
    )
    if len(codes) >= 102:
        assert metrics["embedding.two_nn"] == pytest.approx(two_nn(codes), rel=1e-3)
    assert finished.points["stretch"].notna().sum() == min(240, len(finished.points))
