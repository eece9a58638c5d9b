"""Images along walks through the latent space of a run."""

import numpy as np
from numpy.typing import NDArray

from transect.measure.embedding.cloud import distinct_codes
from transect.measure.embedding.traversal import (
    along_axes,
    along_factors,
    along_principal_directions,
)
from transect.run.codec import Codec
from transect.run.loaded import Run

MOST_LATENTS, MOST_DIRECTIONS, MOST_FACTORS = 8, 3, 6
"""Rows at most of a sheet of traversals, of each kind."""


def traversals(run: Run) -> dict[str, NDArray[np.float32]]:
    """Return the images along straight walks through the mean code, each (steps, h, w).

    They go along the latents, the principal directions of the codes of the kept points, and the
    directions in which these codes follow each factor; of many the first few. There are none where
    the model has no codes or all are alike.
    """
    if not isinstance(run.model, Codec):
        return {}
    codes, space = run.embedding, run.world.space
    if len(distinct_codes(codes).rows) < 2:
        return {}
    factors = run.points.loc[run.points["split"] != "removed", list(space.columns)]
    named = {
        "z{}": along_axes(codes)[:MOST_LATENTS],
        "principal {}": along_principal_directions(codes)[:MOST_DIRECTIONS],
        "factor {}": along_factors(codes, factors)[:MOST_FACTORS],
    }
    labels = {
        "z{}": range(codes.shape[1]),
        "principal {}": range(1, codes.shape[1] + 1),
        "factor {}": space.names,
    }
    return {
        name.format(label): run.decode(walk)
        for name, walks in named.items()
        for label, walk in zip(labels[name], walks, strict=False)
    }
