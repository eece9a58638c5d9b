"""Interpolation across the hole: codes between the codes of the boundary."""

from typing import get_args

import numpy as np
from numpy.typing import NDArray

from transect.measure.embedding.geodesic import latent_graph, place_at, shortest_path, travelled
from transect.measure.embedding.interpolation import Interpolation
from transect.run.model import CodedModel, Codes
from transect.run.setup import Setup
from transect.space import PointSet, boundary_chord

PATHS, FEW = 16, 8
"""Points at most whose geodesic is sought, evenly chosen by their distance from the boundary,
and no more than one in `FEW`: a path takes as long as dozens of best codes."""

PATH_CODES = 9
"""Codes on such a path."""

STEPS = 15
"""True images along a chord by which the place of the point on its path is found."""


def interpolate_boundary(
    setup: Setup, model: CodedModel, points: PointSet, codes: Codes
) -> dict[Interpolation, Codes]:
    """Return codes between those of the boundary, (n, latent) by path, nan if there is none.

    Args:
        setup: World and hole.
        model: The punctured model.
        points: Points in the hole.
        codes: (m, latent), codes of kept points, through which a geodesic may lead.
    """
    assert setup.hole is not None, "only a hole has a boundary"
    entry, exit_, fraction = boundary_chord(points.space, setup.hole, points.factors)
    found: dict[Interpolation, Codes] = {
        path: np.full((len(points), codes.shape[1]), np.nan) for path in get_args(Interpolation)
    }
    rows = np.flatnonzero(np.isfinite(fraction))
    if not rows.size:
        return found
    start, end = (model.encode(setup.draw(end[rows])).astype(np.float64) for end in (entry, exit_))
    share = fraction[rows, None]
    found["straight"][rows] = (1 - share) * start + share * end
    chosen = _evenly(points.boundary_distance[rows])
    moved = chosen[(start[chosen] != end[chosen]).any(axis=1)]
    # Where both ends have one code, every path between them is that code.
    found["geodesic"][rows[chosen]] = start[chosen]
    if moved.size:
        decoder = model.decode_tensor
        graph = latent_graph(decoder, codes, seed=setup.config.seed)
        for place in moved:
            path = shortest_path(decoder, start[place], end[place], graph, PATH_CODES)
            row = rows[place]
            gone = _gone(setup, entry[row], exit_[row], float(fraction[row]))
            found["geodesic"][row] = place_at(path.codes, np.array([gone]))[0]
    return found


def _evenly(distance: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the places of the points with a path, evenly spaced in the order of the distance."""
    order = np.argsort(distance, kind="stable")
    count = min(PATHS, -(-len(order) // FEW))
    return order[((np.arange(count) + 0.5) * len(order) / count).astype(np.int64)]


def _gone(setup: Setup, entry: Codes, exit_: Codes, fraction: float) -> float:
    """Return which share of its path the true image has covered at a fraction of a chord."""
    fractions = np.sort(np.append(np.linspace(0, 1, STEPS), fraction))
    gone = travelled(setup.draw(entry + fractions[:, None] * (exit_ - entry)))
    if gone[-1] == 0:
        return fraction
    return float(gone[np.searchsorted(fractions, fraction)] / gone[-1])
