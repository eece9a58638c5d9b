"""A table of runs that never happened, with planted errors, ties and crossing radii."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

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
                        "removed_nmse": error,
                        "oracle_removed_nmse": float(oracle * shift),
                        "penalty_nmse": float(penalty),
                        "validation_nmse": 0.02 * effect * float(shift),
                        "removed_soft_iou": float(1 / (1 + 3 * error)),
                        "oracle_removed_soft_iou": float(1 / (1 + 3 * oracle * shift)),
                        "seconds_train": 80.0 + place,
                    }
                )
    return pd.DataFrame(rows)
