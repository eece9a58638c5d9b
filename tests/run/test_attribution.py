"""Error attribution, of planted models with a known broken part, and of a run."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from planted_metrics import flat
from transect.measure.error.pixel import nmse
from transect.run import attribution as analysis
from transect.run.attribution import (
    AttributionResult,
    attribution_metrics,
    attribution_rows,
    measure_attribution,
    measure_oracle_attribution,
)
from transect.run.boundary_interpolation import FEW, PATHS
from transect.run.config import Config, PointsConfig, from_dict
from transect.run.loaded import Run
from transect.run.measuring import measure
from transect.run.setup import Setup, prepare
from transect.space import boundary_chord

SIZE = 16
PLACES = torch.linspace(-1 + 1 / SIZE, 1 - 1 / SIZE, SIZE)
WIDTH, RADIUS = 0.25, 0.2


class Faithful:
    """A model of bumps whose code is the place of the bump, read off by the centre of mass."""

    def encode(self, images):
        mass = images.sum(axis=(1, 2))
        x = (images.sum(axis=1) @ PLACES.numpy()) / mass
        y = -(images.sum(axis=2) @ PLACES.numpy()) / mass
        return np.column_stack([x, y]).astype(np.float32)

    def decode_tensor(self, codes: Tensor) -> Tensor:
        across = torch.exp(-(((PLACES - codes[:, :1]) / WIDTH) ** 2) / 2)
        down = torch.exp(-(((-PLACES - codes[:, 1:]) / WIDTH) ** 2) / 2)
        return down[:, :, None] * across[:, None, :]


class Shifted(Faithful):
    def encode(self, images):
        return super().encode(images) + np.float32(0.1)


class Noisy(Faithful):
    def encode(self, images):
        codes = super().encode(images)
        return codes + np.random.default_rng(0).normal(0, 0.1, codes.shape).astype(np.float32)


class Constant(Faithful):
    def encode(self, images):
        return np.full((len(images), 2), 0.3, dtype=np.float32)


class Mirrored(Faithful):
    def encode(self, images):
        return -super().encode(images)


class Faint(Faithful):
    """Draws the fainter the nearer the code is to the middle of the hole.

    By so little that a code which lies farther out, and draws darker, is hardly better.
    """

    def decode_tensor(self, codes: Tensor) -> Tensor:
        depth = torch.exp(-(codes.square().sum(dim=1) / RADIUS**2))
        return super().decode_tensor(codes) * (1 - 0.25 * depth)[:, None, None]


class FaintAndShifted(Faint, Shifted):
    """Both halves are broken, about equally."""

    def encode(self, images):
        return Faithful.encode(self, images) + np.float32(0.043)


@pytest.fixture(scope="module")
def setup() -> Setup:
    return prepare(
        Config(
            world={"kind": "gaussian_bump", "x": [-0.5, 0.5], "y": [-0.5, 0.5], "width": WIDTH},
            hole={"kind": "disc", "radius": RADIUS},
            points=PointsConfig(count=500),
            canvas={"kind": "square", "size": SIZE},
            latent=2,
        )
    )


@pytest.fixture(scope="module")
def oracle(setup) -> AttributionResult:
    return measure_oracle_attribution(setup, Faithful())  # pyright: ignore[reportArgumentType]


def encoded_errors(setup, model) -> np.ndarray:
    errors = np.full(len(setup.points), np.nan)
    rows = np.flatnonzero(setup.points.split == "removed")
    truth = setup.dataset(setup.points).images(rows)
    drawn = model.decode_tensor(torch.from_numpy(model.encode(truth))).numpy()
    errors[rows] = nmse(truth, drawn)
    return errors


def take_apart(setup, model, oracle=None):
    """Return the table of points and the final numbers of a planted model."""
    found = measure_attribution(setup, model)
    results = [found] if oracle is None else [found, oracle]
    points = pd.DataFrame({"split": setup.points.split})
    for one in results:
        points = points.assign(**one.columns)
    return points, flat(attribution_metrics(points, results))


@pytest.mark.parametrize("broken", [Shifted, Noisy, Constant, Mirrored])
def test_a_broken_encoder_is_blamed(setup, oracle, broken):
    points, metrics = take_apart(setup, broken(), oracle)
    assert "attribution.missing" not in metrics
    assert metrics["attribution.verdict"] == "encoder"
    assert metrics["attribution.encoder_share"] == pytest.approx(1, abs=0.05)
    # The decoder can draw every image, and its best codes are found in spite of the encoder.
    assert metrics["best_code.removed.nmse"] < 0.002 < 0.05 < points["amortised.nmse"].mean()
    expected = encoded_errors(setup, broken())
    np.testing.assert_allclose(points["amortised.nmse"], expected, rtol=1e-4)


def test_a_decoder_broken_in_the_hole_is_blamed(setup, oracle):
    _, metrics = take_apart(setup, Faint(), oracle)
    assert metrics["attribution.verdict"] == "decoder"
    assert metrics["attribution.decoder_share"] > 0.8
    assert metrics["best_code.removed.nmse"] > 10 * metrics["oracle_best_code.removed.nmse"]


def test_two_broken_halves_share_the_blame(setup, oracle):
    _, metrics = take_apart(setup, FaintAndShifted(), oracle)
    assert metrics["attribution.verdict"] == "both"
    assert min(metrics["attribution.encoder_low"], metrics["attribution.decoder_low"]) > 0.01
    shares = [metrics[f"attribution.{part}_share"] for part in ("encoder", "decoder")]
    assert sum(shares) == pytest.approx(1)


def test_a_model_as_good_as_its_oracle_is_not_blamed(setup, oracle):
    points, metrics = take_apart(setup, Faithful(), oracle)
    assert metrics["attribution.verdict"] == "neither"
    known = points[points["best_code.nmse"].notna()]
    assert (known["best_code.nmse"] <= known["amortised.nmse"]).all()


def test_without_an_oracle_the_whole_error_is_shared_out(setup):
    points, metrics = take_apart(setup, Shifted())
    assert metrics["attribution.verdict"] == "encoder"
    assert metrics["attribution.excess"] == pytest.approx(points["amortised.nmse"].mean())
    assert metrics["attribution.decoder"] == pytest.approx(points["best_code.nmse"].mean())
    assert not [name for name in metrics if name.startswith("oracle")]


def test_interpolations_lead_between_the_codes_of_the_boundary(setup):
    points, metrics = take_apart(setup, Shifted())
    rows = np.flatnonzero(points["straight.nmse"].notna())
    entry, leave, fraction = boundary_chord(
        setup.world.space, setup.hole, setup.points.factors[rows]
    )
    first, last = (Shifted().encode(setup.draw(end)) for end in (entry, leave))
    codes = first + fraction[:, None] * (last - first)
    drawn = Shifted().decode_tensor(torch.from_numpy(codes).float()).numpy()
    expected = nmse(setup.draw(setup.points.factors[rows]), drawn)
    np.testing.assert_allclose(points.loc[rows, "straight.nmse"], expected, rtol=1e-3)
    shortest = points["geodesic.nmse"].dropna()
    assert len(shortest) == metrics["attribution.paths"] == min(PATHS, -(-len(rows) // FEW))
    # A bump is moved along the way, and the shortest path is nearly the straight line of codes.
    assert metrics["geodesic.removed.nmse"] == pytest.approx(expected.mean(), rel=0.2)


def test_only_the_removed_points_have_values(setup):
    points, metrics = take_apart(setup, Faithful())
    removed = points["split"] == "removed"
    for name in ("best_code.nmse", "straight.nmse", "best_code.agreement"):
        assert points.loc[removed, name].notna().all(), name
        assert points.loc[~removed, name].isna().all(), name
    assert metrics["attribution.count"] == removed.sum()
    assert metrics["attribution.converged"] > 0.95
    assert metrics["attribution.agreement"] > 0.9


def test_a_large_hole_is_measured_at_some_of_its_points_and_none_that_the_oracle_has_seen(
    setup, monkeypatch
):
    every = attribution_rows(setup)
    seen = setup.points.split == "removed"
    seen[np.flatnonzero(seen)[::2]] = False
    half = dataclasses.replace(setup, oracle_seen=seen)
    assert not seen[attribution_rows(half)].any()
    assert len(attribution_rows(half)) == len(every) - seen.sum()
    alone = dataclasses.replace(half, config=dataclasses.replace(setup.config, oracle=False))
    assert len(attribution_rows(alone)) == len(every)
    monkeypatch.setattr(analysis, "POINTS", 10)
    some = attribution_rows(setup)
    assert len(some) == 10 < len(every)
    assert set(some) < set(every)
    assert (np.diff(some) > 0).all()


def test_a_decoder_that_draws_nothing_finite_is_named(setup):
    class Broken(Faithful):
        def decode_tensor(self, codes: Tensor) -> Tensor:
            return super().decode_tensor(codes) / 0

    found = measure_attribution(setup, Broken())  # pyright: ignore[reportArgumentType]
    assert "finite images" in flat(found.metrics)["attribution.missing"]
    assert not found.columns
    numbers = flat(attribution_metrics(pd.DataFrame({"amortised.nmse": [0.1]}), [found]))
    assert "attribution.verdict" not in numbers


def test_a_run_takes_its_own_errors_apart(finished):
    points, metrics = finished.points, finished.metrics
    removed = points[points["split"] == "removed"]
    for own, before in (("nmse", ""), ("oracle.nmse", "oracle_")):
        best, refined, encoded = (
            removed[one] for one in (f"{before}best_code.nmse", own, f"{before}amortised.nmse")
        )
        assert (best <= encoded * (1 + 1e-5)).all()
        assert (best <= refined * 1.01).all()
        assert refined.mean() < encoded.mean()
    assert points.loc[points["split"] != "removed", "best_code.nmse"].isna().all()
    assert removed["best_code.agreement"].between(1 / 3 - 1e-9, 1).all()
    excess = (removed["amortised.nmse"] - removed["oracle_amortised.nmse"]).mean()
    decoder = (removed["best_code.nmse"] - removed["oracle_best_code.nmse"]).mean()
    assert metrics["attribution.excess"] == pytest.approx(excess)
    assert metrics["attribution.decoder"] == pytest.approx(decoder)
    assert metrics["attribution.encoder"] == pytest.approx(excess - decoder)
    assert metrics["attribution.decoder_share"] == pytest.approx(decoder / excess)
    assert metrics["attribution.excess_low"] <= excess <= metrics["attribution.excess_high"]
    assert metrics["straight.removed.nmse"] == pytest.approx(removed["straight.nmse"].mean())
    assert metrics["seconds.attribution"] > 0
    truth = finished.draw(removed[["factor.a", "factor.b"]])
    codes = finished.encode(truth)
    for radius in (0.1, 1.0):
        around = codes + radius * np.random.default_rng(0).normal(size=codes.shape)
        errors = nmse(truth, finished.decode(around))
        assert (errors >= removed["best_code.nmse"] * 0.99).all()


def test_a_run_whose_encoder_is_broken_is_found_out(finished):
    broken = Run(finished.path)
    with torch.no_grad():
        head = broken.model.model.encoder.head
        head.weight *= -1
        head.bias *= -1
    found = measure_attribution(broken.setup, broken.model)
    points = broken.points.drop(columns=list(found.columns)).assign(**found.columns)
    numbers = flat(attribution_metrics(points, [found]))
    # The decoder is the same, and so are its best codes; all that was spoilt is the encoder's part.
    assert numbers["best_code.removed.nmse"] == pytest.approx(
        finished.metrics["best_code.removed.nmse"], rel=0.02
    )
    spoilt = points["amortised.nmse"].mean() - finished.metrics["amortised.removed.nmse"]
    assert spoilt > 0
    grown = numbers["attribution.encoder"] - finished.metrics["attribution.encoder"]
    assert grown == pytest.approx(spoilt, rel=0.05)


@pytest.mark.parametrize(
    "change", [{"measure": {"attribution": False}}, {"hole": {"kind": "none"}}]
)
def test_parts_can_be_left_out_and_attribution_needs_a_hole(bare, finished, change):
    wanted = from_dict({"measure": {"attribution": True}}, bare)
    found = measure(prepare(from_dict(change, wanted)), finished.path)
    assert not [one for one in flat(found.metrics) if "attribution" in one or "embedding" in one]
    assert found.points.columns.intersection(["best_code.nmse", "stretch", "on_loop"]).empty
    assert not len(found.interpolations)
