"""Whether an embedding is the factors' own coordinate system: as it stands, turned or bent.

Four shares say how much of each factor can be read from the codes, by readers of growing freedom,
each in [0, 1]:

- as it stands: one axis for each factor, along which the factor moves, up to monotone scaling
- after rotation: the same after the best rotation
- linear: any direction of the latent space
- curved: any smooth map

Every invertible embedding can be read by the last, however knotted it is. What tells a bent copy of
the factors from an entangled one are the paths that the codes take as one factor moves: how far
they bend, and whether those of different factors still cross at right angles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.embedding.cloud import check_paired, check_periods, standardised
from transect.measure.embedding.disentanglement import adjusted
from transect.measure.embedding.factor_path import FactorPaths, neighbors_needed
from transect.measure.embedding.rotation import axis_shares, best_rotation, turn_motion
from transect.measure.neighbors import Neighbors

READABLE = 0.9
"""Share from which on a factor counts as read."""

SQUARE = 75.0
"""Crossing angle from which on paths count as crossing at right angles, degrees.

Directions at random cross at 45 degrees in a plane and at 57 in three dimensions.
"""

UNRELATED = 0.1
"""Share below which nothing of a factor can be read."""

NEIGHBORS = (4, 8, 16, 32)
"""Numbers of neighbours that the curved reader chooses from."""

Kind = Literal["aligned", "rotated", "sheared", "bent", "entangled", "unrelated"]


@dataclass(frozen=True, eq=False)
class Alignment:
    """How the codes lie to the factors; k factors, d codes.

    Attributes:
        as_it_stands: (k,), share of each factor that belongs to one axis of its own, in [0, 1].
        after_rotation: (k,), the same after the best rotation of the latent space.
        linear: (k,), share that a linear map of all codes explains.
        curved: (k,), share that a smooth map of all codes explains, on rows left out.
        bend: (k,), how far the path of each factor bends, degrees: 0 straight, 90 a quarter
            circle, up to 360.
        crossing: Mean angle at which paths of two factors cross, degrees: 90 at right angles; NaN
            with one factor.
        rotation: (d, d), codes @ rotation are the codes after rotation.
    """

    as_it_stands: NDArray[np.float64]
    after_rotation: NDArray[np.float64]
    linear: NDArray[np.float64]
    curved: NDArray[np.float64]
    bend: NDArray[np.float64]
    crossing: float
    rotation: NDArray[np.float64]


class Verdict(NamedTuple):
    """What an alignment amounts to.

    Attributes:
        kind: One word.
        sentence: One sentence with the numbers that it rests on.
    """

    kind: Kind
    sentence: str


def alignment(
    codes: ArrayLike, factors: ArrayLike, periods: Sequence[float | None] | None = None
) -> Alignment:
    """Return how the codes lie to the factors.

    A periodic factor is read as two numbers, its cosine and its sine, and has the mean of their
    shares. Its path comes back to where it began, so that its bend is 360. Deterministic.

    - As it stands, after rotation: squared rank correlation of factor and paired axis, times the
      share of the factor's movement that runs along that axis
      (`transect.measure.embedding.rotation`). Turned by φ in a plane that is cos⁴ φ.
    - Linear: adjusted R² (`transect.measure.embedding.disentanglement.linear_r2`).
    - Curved: adjusted R² of that linear map and a nearest-neighbour regression of what it leaves
      over, each row predicted from the others (T. Cover, "Estimation by the nearest neighbor
      rule", 1968), with the number of neighbours of `NEIGHBORS` that predicts best. Distances are
      those of the latent space, so that what differs by less than the noise is lost.
    - Bend and crossing: `transect.measure.embedding.factor_path`.

    Args:
        codes: (n, d).
        factors: (n, k).
        periods: Length of the full turn of each factor in its unit, None for a factor that doesn't
            come round; default: none does.

    Raises:
        ValueError: Too few rows (below d + 2, or 18 with two factors:
            `transect.measure.embedding.factor_path.neighbors_needed`), values that are not finite,
            a constant factor, or periods that don't fit the factors.

    Example:
        >>> points = np.random.default_rng(0).random((500, 2))
        >>> turned = points @ np.array([[1, -1], [1, 1]])
        >>> found = alignment(turned, points)
        >>> found.as_it_stands.round(1), found.after_rotation.round(2)
        (array([0.2, 0.3]), array([1., 1.]))
    """
    z, v = check_paired(codes, factors)
    z, v = check_paired(z, v, rows=max(neighbors_needed(v.shape[1]), z.shape[1] + 2))
    turns = check_periods(periods, v.shape[1])
    columns, owner = _expand(v, turns)
    z = z / (np.abs(z).max() or 1.0)  # so that squares neither vanish nor overflow
    paths = FactorPaths(z, v, turns)
    motion = paths.motion()[owner]
    rotation = best_rotation(z, columns, motion)
    linear, curved = _read_smoothly(z, columns)

    def by_axes(frame: NDArray[np.float64]) -> NDArray[np.float64]:
        told, moved = axis_shares(z @ frame, columns, turn_motion(motion, frame))
        return mean(told) * np.bincount(owner, moved)  # a circle moves along both of its axes

    def mean(shares: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(owner, shares) / np.bincount(owner)

    return Alignment(
        as_it_stands=by_axes(np.eye(z.shape[1])),
        after_rotation=by_axes(rotation),
        linear=mean(linear),
        curved=mean(curved),
        bend=paths.bend(),
        crossing=paths.crossing(),
        rotation=rotation,
    )


def verdict(found: Alignment) -> Verdict:
    """Return in words what an alignment amounts to.

    The first that holds for every factor, `READABLE` = 0.9 and `SQUARE` = 75°:

    - unrelated: no factor can be read from the codes
    - entangled: some factor can't be read by any smooth map
    - aligned, rotated: each factor has an axis of its own, as it stands or after a rotation
    - bent: all can be read along curves that cross at right angles
    - sheared: all can be read along straight lines that don't
    - entangled: all can be read, along curves that don't

    Args:
        found: From `alignment`.

    Example:
        >>> points = np.random.default_rng(0).random((500, 2))
        >>> verdict(alignment(points @ np.array([[1, -1], [1, 1]]), points)).kind
        'rotated'
    """
    kind = _kind(found)
    return Verdict(kind, f"{_SENTENCES[kind]}: {_numbers(found)}.")


_SENTENCES: dict[Kind, str] = {
    "aligned": "The axes are the factors as they stand",
    "rotated": "The embedding is a rotated copy of the factors",
    "sheared": "The embedding is a sheared copy of the factors",
    "bent": "The embedding is a bent copy of the factors",
    "entangled": "The embedding entangles the factors",
    "unrelated": "The embedding has nothing to do with the factors",
}


def _kind(found: Alignment) -> Kind:
    if found.curved.max() < UNRELATED:
        return "unrelated"
    if found.curved.min() < READABLE:
        return "entangled"
    if found.as_it_stands.min() >= READABLE:
        return "aligned"
    if found.after_rotation.min() >= READABLE:
        return "rotated"
    if np.isnan(found.crossing) or found.crossing >= SQUARE:
        return "bent"
    return "sheared" if found.linear.min() >= READABLE else "entangled"


def _numbers(found: Alignment) -> str:
    shares = {
        "one axis each has": found.as_it_stands,
        "after the best rotation": found.after_rotation,
        "a linear map": found.linear,
        "a smooth map": found.curved,
    }
    parts = [f"{words} {share.min():.0%}" for words, share in shares.items()]
    read = f"of the factor that fares worst {', '.join(parts)}"
    if found.curved.min() < READABLE:
        return read  # the paths of what isn't read say nothing
    angle = "" if np.isnan(found.crossing) else f" and cross at {found.crossing:.0f}°"
    return f"{read}; paths bend by up to {found.bend.max():.0f}°{angle}"


def _read_smoothly(
    codes: NDArray[np.float64], targets: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the shares that a linear and a smooth map explain of each target, both (k,)."""
    rows, width = codes.shape
    source, target = standardised(codes), standardised(targets)
    rest = target - source @ np.linalg.lstsq(source, target, rcond=None)[0]
    linear = 1 - np.mean(rest**2, axis=0)
    most = min(max(NEIGHBORS), rows - 1)
    near = _others(codes, most)
    curved = linear
    for count in NEIGHBORS:
        error = rest - rest[near[:, : min(count, most)]].mean(axis=1)
        curved = np.maximum(curved, 1 - np.mean(error**2, axis=0))
    return adjusted(linear, rows, width), adjusted(curved, rows, width)


def _others(codes: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return the `count` nearest other rows of each row, (n, count), nearest first."""
    found = Neighbors(codes).nearest(codes, count + 1)[1]
    own = found == np.arange(len(codes))[:, None]
    own[~own.any(axis=1), -1] = True  # among equal codes the row itself may not be listed
    return found[~own].reshape(len(codes), count)


def _expand(
    factors: NDArray[np.float64], periods: list[float | None]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return periodic factors as cosine and sine, (n, k'), and the factor of each column."""
    columns, owner = [], []
    for factor, period in enumerate(periods):
        values = factors[:, factor]
        if period is None:
            parts = [values]
        else:
            angle = 2 * np.pi * values / period
            parts = [np.cos(angle), np.sin(angle)]
        columns += parts
        owner += [factor] * len(parts)
    return np.stack(columns, axis=1), np.array(owner)
