"""A table of runs that never happened, with planted errors, ties and crossing radii."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from transect.report.comparison import Embeddings
from transect.space import FactorSpace, code_column, uniform
from transect.world import Rose

RADII = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
HOLES = {"band": 0.05, "ring": 0.08, "corner": 0.2}
"""Category -> nMSE of the oracle."""


def make_table(
    effects: Mapping[str, float],
    radii: Sequence[float] = RADII,
    holes: Mapping[str, float] = HOLES,
    seeds: int = 3,
    spread: float = 0.02,
    crossings: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return results of decoders on discs and other holes, as a sweep over labelled holes has them.

    The penalty of a decoder on a disc of radius r is 1 + r ÷ r₂, so that it is 2 at its r₂ and
    linear in between; elsewhere it is 1.5 times its effect. A seed shifts every error under a
    condition alike, by far more than decoders stray.

    Args:
        effects: Decoder -> factor of its nMSE; two with the same differ by chance alone.
        radii: Of the discs.
        holes: The others.
        seeds: How many.
        spread: Standard deviation of the logarithm of what is left to chance.
        crossings: Decoder -> r₂; 0.4 ÷ effect where not named.
    """
    generator = np.random.default_rng(0)
    shifts = generator.normal(0, 0.3, (len(radii) + len(holes), seeds))
    rows = []
    for place, (decoder, effect) in enumerate(effects.items()):
        crossing = (crossings or {}).get(decoder, 0.4 / effect)
        conditions: list[tuple[dict[str, Any], float, float]] = [
            ({"hole": f"disc-{r}", "hole.kind": "disc", "hole.radius": r}, 0.02 + 0.1 * r * r,
             1 + r / crossing)
            for r in radii
        ] + [
            ({"hole": name, "hole.kind": name}, error, 1.5 * effect)
            for name, error in holes.items()
        ]  # fmt: skip
        for condition, (hole, oracle, penalty) in enumerate(conditions):
            for seed in range(seeds):
                shift = np.exp(shifts[condition, seed] + generator.normal(0, spread))
                error = float(oracle * effect * (1.2 + condition / 10) * shift)
                rows.append(
                    {
                        "cell": f"decoder={decoder},hole={hole['hole']},seed={seed}",
                        "error": None,
                        "preset": "default",
                        "seed": seed,
                        "world.kind": "rose",
                        **hole,
                        "latent": 3,
                        "decoder.kind": decoder,
                        "decoder.width": 16.0 * (1 + place),
                        "training.epochs": 10,
                        "oracle": True,
                        "removed.nmse": error,
                        "oracle.removed.nmse": float(oracle * shift),
                        "penalty.nmse": float(penalty),
                        "validation.nmse": 0.02 * effect * float(shift),
                        "removed.soft_iou": float(1 / (1 + 3 * error)),
                        "oracle.removed.soft_iou": float(1 / (1 + 3 * oracle * shift)),
                        "seconds.train": 80.0 + place,
                    }
                )
    return pd.DataFrame(rows)


LATENT = {
    "entanglement": 0.4,
    "covariance": 0.2,
    "correlation": 0.3,
    "as_it_stands": 0.4,
    "mig": 0.2,
    "mcc": 0.7,
    "bend": 30.0,
    "two_nn": 2.05,
    "maximum_likelihood": 2.1,
    "local_pca": 2.0,
    "loops": 0.0,
}
"""Measures of the embedding of a loss, in the mean over seeds."""

ALIGNED = {
    "entanglement": 0.1,
    "covariance": 0.05,
    "correlation": 0.1,
    "as_it_stands": 0.95,
    "mig": 0.8,
    "mcc": 0.98,
    "bend": 5.0,
}
"""The same of a loss that aligns the axes with the factors."""


def make_losses(
    losses: Mapping[str, Mapping[str, float | Sequence[float]]],
    seeds: int = 3,
    holes: Sequence[str] = ("none",),
) -> pd.DataFrame:
    """Return results of losses whose embeddings were measured, as a sweep over labelled losses.

    A seed shifts every number of every loss by up to 10 %, a loss strays from that by 1 %, up and
    down in turn, so only pairs tell losses apart.

    Args:
        losses: Loss -> measure of `LATENT` or `nmse` -> its mean, or its value for each seed; what
            is not named is that of `LATENT`.
        seeds: How many.
        holes: Conditions.
    """
    rows = []
    for place, (loss, own) in enumerate(losses.items()):
        for hole in holes:
            for seed in range(seeds):
                shift = 1 + 0.1 * (seed - (seeds - 1) / 2) / seeds
                shift += 0.01 * (-1) ** seed * (place > 0)
                measured = {
                    name: value[seed] if isinstance(value, Sequence) else value * shift
                    for name, value in (LATENT | {"nmse": 0.05} | dict(own)).items()
                }
                error = measured.pop("nmse")
                rows.append(
                    {
                        "cell": f"hole={hole},seed={seed},loss={loss}",
                        "error": None,
                        "seed": seed,
                        "world.kind": "rose",
                        "hole.kind": hole,
                        "loss": loss,
                        "loss.kind": "entanglement",
                        "loss.entanglement": float(place),
                        "validation.nmse": error,
                        **{f"embedding.{name}": value for name, value in measured.items()},
                    }
                )
    return pd.DataFrame(rows)


def make_embeddings(
    models: Sequence[str], count: int = 200, latent: int = 3, periodic: bool = False
) -> Embeddings:
    """Return a sheet of codes for each model, in turn aligned with the factors and turned."""
    space = Rose().space
    if periodic:
        first, *others = space.factors
        space = FactorSpace([replace(first, periodic=True), *others])
    factors = uniform(space, count, seed=1)
    split = np.where(np.arange(count) % 10 == 0, "validation", "train")
    points = {}
    for place, model in enumerate(models):
        u, v = 2 * space.to_unit(factors).T - 1
        sheet = [u, v] if place % 2 == 0 else [u + v, u - v]
        noise = np.random.default_rng(place).normal(scale=0.01, size=(max(latent, 2), count))
        noise[:2] += sheet
        codes = {code_column(k): column for k, column in enumerate(noise[:latent])}
        table = pd.DataFrame(factors, columns=list(space.columns))
        points[model] = table.assign(split=split, **codes)
    return Embeddings(space, "none", 0, points)
