"""A study that never happened: three losses over three seeds, with planted numbers and sheets."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from transect.image import SquareCanvas
from transect.report.study import StudyData
from transect.space import Factor, FactorSpace, code_column, factor_column, uniform
from transect.world import Rose
from webpages import EVIL

LOSSES = {
    "standard": {"kind": "entanglement", "entanglement": 0.0},
    "entanglement": {"kind": "entanglement", "entanglement": 0.0001},
    "curled": {"kind": "beta_vae", "beta": 4.0},
}
WEIGHTS = {f"{w:g}": {"kind": "entanglement", "entanglement": w} for w in (0.0, 1e-4, 0.01, 1.0)}

REFERENCE = {
    "embedding_entanglement": 0.4,
    "embedding_covariance": 0.2,
    "embedding_correlation": 0.3,
    "embedding_as_it_stands": 0.4,
    "embedding_mig": 0.2,
    "embedding_mcc": 0.7,
    "embedding_bend": 30.0,
    "embedding_two_nn": 2.05,
    "embedding_maximum_likelihood": 2.1,
    "embedding_local_pca": 2.0,
    "embedding_loops": 0.0,
    "validation_nmse": 0.05,
    "validation_soft_iou": 0.9,
    "embedding_two_nn_low": 2.0,
    "embedding_two_nn_high": 2.1,
    "seconds_total": 100.0,
}
"""Means of the reference over seeds."""

SEED_SPREAD = 0.1
"""Share by which a seed shifts every number of every loss, so that only pairs tell them apart."""

JITTER = 0.01
"""Share by which a loss strays from its planted value, up and down in turn."""


def make_scores(
    values: Mapping[str, Mapping[str, float | Sequence[float]]], seeds: int = 3
) -> pd.DataFrame:
    """Return scores with these means by loss and measure; what is not named is the reference's.

    A sequence gives the values of the seeds themselves.
    """
    rows = []
    for place, (loss, own) in enumerate(values.items()):
        for seed in range(seeds):
            row: dict[str, object] = {"loss": loss, "seed": seed}
            for name, value in (REFERENCE | dict(own)).items():
                if isinstance(value, float):
                    stray = JITTER * (-1) ** seed if place and seeds > 1 else 0.0
                    shift = SEED_SPREAD * (seed - (seeds - 1) / 2) / seeds
                    estimate = any(part in name for part in ("nn", "likelihood", "pca"))
                    row[name] = value + stray if estimate else value * (1 + shift + stray)
                elif value is not None:
                    row[name] = value[seed]
            rows.append(row)
    return pd.DataFrame(rows)


def make_codes(points: np.ndarray, shape: str, latent: int = 3) -> np.ndarray:
    """Return codes of points (n, 2) of the unit square: a sheet, turned, or curled."""
    u, v = 2 * points.T - 1
    sheet = {
        "aligned": np.stack([u, v, 0 * u], axis=1),
        "rotated": np.stack([u + v, u - v, u], axis=1) / np.sqrt(2),
        "curled": np.stack([np.sin(2.2 * u), v, 0.6 * np.cos(2.2 * u)], axis=1),
    }[shape]
    noise = np.random.default_rng(3).normal(size=(len(points), max(latent, 3)))
    sheet = np.pad(sheet, ((0, 0), (0, max(latent - 3, 0))))
    return (sheet + 0.01 * noise)[:, :latent]


def make_embedding(space: FactorSpace, shape: str, count: int, latent: int = 3) -> pd.DataFrame:
    factors = uniform(space, count, seed=1)
    table = pd.DataFrame(factors, columns=list(space.columns))
    table.insert(0, "split", np.where(np.arange(count) % 10 == 0, "validation", "train"))
    codes = make_codes(space.to_unit(factors)[:, :2], shape, latent)
    return table.assign(**{code_column(k): column for k, column in enumerate(codes.T)})


def make_traversals(latent: int = 3, steps: int = 9, size: int = 32) -> dict[str, np.ndarray]:
    """Return roses along a and b, and rows that stay at the centre."""
    rose = Rose()
    points = np.tile(rose.space.center, (latent, steps, 1))
    for row in range(min(latent, 2)):
        points[row, :, row] = np.linspace(rose.space.low[row], rose.space.high[row], steps)
    flat = points.reshape(-1, 2)
    images = SquareCanvas(size).draw(rose, flat).astype(np.float32) / 255
    rows = images.reshape(latent, steps, size, size)
    return {f"z{place}": row for place, row in enumerate(rows)}


def make_study(
    values: Mapping[str, Mapping[str, float | Sequence[float]]] | None = None,
    seeds: int = 3,
    losses: Mapping[str, Mapping[str, object]] = LOSSES,
    count: int = 400,
    latent: int = 3,
) -> StudyData:
    """Return a study whose losses have these values where they differ from the reference."""
    space = Rose().space
    shapes = ["rotated", "aligned", "curled"]
    planted = {loss: (values or {}).get(loss, {}) for loss in losses}
    return StudyData(
        title="entanglement",
        space=space,
        losses=losses,
        scores=make_scores(planted, seeds),
        embeddings={
            loss: make_embedding(space, shapes[place % 3], count, latent)
            for place, loss in enumerate(losses)
        },
        traversals=dict.fromkeys(losses, make_traversals(latent)),
        config={"preset": "entanglement", "latent": latent, "study": {"losses": dict(losses)}},
        versions={"transect": "0.1.0", "torch": "2.13.0"},
        seconds=3725.0,
    )


ALIGNED: dict[str, float | Sequence[float]] = {
    "embedding_entanglement": 0.1,
    "embedding_covariance": 0.05,
    "embedding_correlation": 0.1,
    "embedding_as_it_stands": 0.95,
    "embedding_mig": 0.8,
    "embedding_mcc": 0.98,
    "embedding_bend": 5.0,
}
CURLED: dict[str, float | Sequence[float]] = {
    "embedding_entanglement": 0.3,
    "embedding_covariance": 0.15,
    "embedding_bend": 120.0,
    "embedding_two_nn": 2.6,
    "embedding_maximum_likelihood": 2.5,
    "embedding_loops": [0, 1, 0],
    "validation_nmse": 0.07,
}


def strange_study(study: StudyData, name: str = EVIL) -> StudyData:
    """Return the study with the name wherever a user can put one."""
    rename = {loss: f"{name}{place}" for place, loss in enumerate(study.losses)}
    space = FactorSpace([Factor(name, 0.5, 2, unit=name), Factor(f"{name}2", 0, 2)])
    columns = {"factor.a": factor_column(name), "factor.b": factor_column(f"{name}2")}
    return StudyData(
        title=name,
        space=space,
        losses={rename[loss]: {"kind": name, name: name} for loss in study.losses},
        scores=study.scores.assign(
            loss=study.scores["loss"].map(rename), **{name: 1.0, "embedding_verdict": name}
        ),
        embeddings={
            rename[loss]: table.rename(columns=columns) for loss, table in study.embeddings.items()
        },
        traversals={rename[loss]: array for loss, array in study.traversals.items()},
        config={name: {"kind": name}},
        versions={name: name},
        seconds=1.0,
    )
