"""The code from which a decoder draws a picture best, whatever its encoder says.

    z* = argmin_z |g(z) − x|²

with g the decoder and x the true picture. From several starts, Levenberg–Marquardt steps

    (JJᵀ + μ I) s = −J (g(z) − x)

descend for all pictures side by side (K. Levenberg 1944, D. Marquardt 1963). J holds the derivative
of the picture along each coordinate of the code, and μ, of its own for every descent, grows where a
step would raise the error and shrinks where it lowers it.

A descent has converged where even the undamped step promises to lower the squared error by no more
than a small share of it: the error is then nearly at right angles to everything that the decoder
can change (D. Bates and D. Watts, "A relative offset orthogonality convergence criterion for
nonlinear least squares", Technometrics 23 (1981)). The problem is not convex, so that is a local
minimum: `BestCodes.agreement` tells how many starts led to an error as small.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.cloud import check_cloud
from transect.measure.geometry import Decoder, decode, decode_with_jacobian

ALIKE = 0.01
"""Descents whose error exceeds the best by no more than this share of it agree with the best."""

STEPS = 20
"""Steps of a descent at most, those that are not taken counted too."""

TOLERANCE = 1e-3
"""Share of the squared error up to which a promised or made gain counts as none."""

SCREENED = 32
"""Candidates of least error, of a picture, among which its starts are chosen."""

_DAMPING = 1e-3
_GIVE_UP = 1e6
_REACH = 10
_ROWS_A_BLOCK = 128


class BestCodes(NamedTuple):
    """The best codes that were found, one a picture.

    Attributes:
        codes: (n, latent).
        error: (n,), nMSE of the decoded pictures: 0 is perfect.
        converged: (n,), whether the descent that ended best has converged.
        agreement: (n,), in (0, 1], share of the starts that ended within `ALIKE` of the best
            error. Low where the error has many valleys and a better code may have been missed.
    """

    codes: NDArray[np.float64]
    error: NDArray[np.float64]
    converged: NDArray[np.bool_]
    agreement: NDArray[np.float64]


def best_codes(
    decoder: Decoder,
    pictures: ArrayLike,
    starts: ArrayLike,
    *,
    steps: int = STEPS,
    tolerance: float = TOLERANCE,
) -> BestCodes:
    """Return for each picture the best of the codes that descents from several starts reach.

    No descent ends higher than it starts, so the best error is at most that of each start.

    Args:
        decoder: See `transect.measure.geometry`.
        pictures: (n, …), the true pictures, of the size that the decoder gives.
        starts: (n, s, latent), s codes a picture, at least 1.
        steps: Steps of a descent at most, at least 1.
        tolerance: Share of the squared error that counts as no gain, above 0.

    Raises:
        ValueError: Pictures or starts are not finite or do not belong together, an option is out
            of range, or the decoder gives something else than finite pictures of that size.

    Example:
        A decoder that draws the code on the diagonal reaches (1, 3) best at (2, 2):

        >>> found = best_codes(lambda z: z.expand(-1, 2), [[1.0, 3.0]], [[[0.0], [7.0]]])
        >>> found.codes.round(1).tolist(), found.error.round(3), found.agreement
        ([[2.0]], array([0.2]), array([1.]))
    """
    truth, places = _flat(pictures), np.asarray(starts, dtype=np.float64)
    if places.ndim != 3 or len(places) != len(truth) or 0 in places.shape:
        raise ValueError(
            f"starts need the shape (n, s, latent) of {len(truth)} pictures, s and latent at "
            f"least 1, got {places.shape}"
        )
    if not np.isfinite(places).all():
        raise ValueError("starts need finite numbers, got NaN or infinity")
    if steps < 1 or not tolerance > 0:
        raise ValueError(
            f"steps need at least 1 and tolerance a number above 0, got {steps} and {tolerance}"
        )
    _check_size(decoder, places[0, 0], truth)
    count, each, latent = places.shape
    descents = _Descents(
        decoder, truth, np.repeat(np.arange(count), each), places.reshape(-1, latent), tolerance
    )
    for _ in range(steps):
        if not descents.active.size:
            break
        descents.step()
    error = descents.error.reshape(count, each)
    first = np.arange(count), error.argmin(axis=1)
    best = error[first]
    return BestCodes(
        codes=descents.codes.reshape(places.shape)[first],
        error=_share(best, _squared(truth)),
        converged=descents.converged.reshape(count, each)[first],
        agreement=(error <= (1 + ALIKE) * best[:, None]).mean(axis=1),
    )


def choose_starts(
    decoder: Decoder, pictures: ArrayLike, pool: ArrayLike, own: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return two starts a picture among many candidates, (n, 2, latent).

    Every candidate is decoded. Of the `SCREENED` that come closest to the picture the first start
    is the best, and the second the best of the half that lies farther from the first.

    Args:
        decoder: See `transect.measure.geometry`.
        pictures: (n, …), the true pictures, of the size that the decoder gives.
        pool: (m, latent), candidates of all pictures, at least 1.
        own: (n, k, latent), candidates of each picture alone; nan where there is none.

    Raises:
        ValueError: Pictures or pool are not finite, shapes do not match, or the decoder gives
            something else than finite pictures of that size.

    Example:
        >>> pool = [[0.0], [1.0], [5.0], [6.0]]
        >>> choose_starts(lambda z: z * z, [[25.5]], pool).ravel().tolist()
        [5.0, 1.0]
    """
    truth, codes = _flat(pictures), check_cloud(pool, least=1)
    _check_size(decoder, codes[0], truth)
    errors = _screen(decoder, truth, codes)
    most = min(SCREENED, len(codes))
    near = np.argpartition(errors, most - 1, axis=1)[:, :most]
    errors, candidates = np.take_along_axis(errors, near, axis=1), codes[near]
    if own is not None:
        extra = np.asarray(own, dtype=np.float64)
        if extra.ndim != 3 or (len(extra), extra.shape[2]) != (len(truth), codes.shape[1]):
            raise ValueError(
                f"own needs the shape (n, k, latent), ({len(truth)}, k, {codes.shape[1]}), "
                f"got {extra.shape}"
            )
        errors = np.concatenate([errors, _own_errors(decoder, truth, extra)], axis=1)
        candidates = np.concatenate([candidates, np.nan_to_num(extra)], axis=1)
    rows = np.arange(len(truth))
    first = candidates[rows, errors.argmin(axis=1)]
    distance = np.linalg.norm(candidates - first[:, None], axis=2)
    distance[np.isinf(errors)] = np.nan
    near = distance < np.nanmedian(distance, axis=1, keepdims=True)
    errors[near] = np.inf
    return np.stack([first, candidates[rows, errors.argmin(axis=1)]], axis=1)


class _Descents:
    """Descents side by side, each of one picture from one start.

    Args:
        decoder: The decoder.
        truth: (n, p), the pictures.
        rows: (m,), the picture of each descent.
        codes: (m, latent), the starts.
        tolerance: See `best_codes`.
    """

    def __init__(
        self,
        decoder: Decoder,
        truth: NDArray[np.float32],
        rows: NDArray[np.int64],
        codes: NDArray[np.float64],
        tolerance: float,
    ) -> None:
        self.decoder, self.truth, self.rows, self.tolerance = decoder, truth, rows, tolerance
        self.codes = codes.copy()
        count, latent = codes.shape
        self.error = np.empty(count)
        self.converged = np.zeros(count, dtype=bool)
        self._damping = np.full(count, _DAMPING)
        # Where the picture hardly depends on the code a step could lead beyond all numbers.
        self._reach = _REACH * max(1.0, float(np.abs(codes).max()))
        self._curvature = np.empty((count, latent, latent))
        self._slope = np.empty((count, latent))
        self.active = np.arange(count)
        self._linearise(self.active)
        self.active = np.flatnonzero(~self.converged)

    def step(self) -> None:
        """Try one step of every descent that goes on."""
        active = self.active
        curvature, damping = self._curvature[active], self._damping[active]
        steps = _solve(curvature, self._slope[active], damping * _scale(curvature))
        length = np.linalg.norm(steps, axis=1, keepdims=True)
        moved = self.codes[active] - steps * np.minimum(1, self._reach / np.maximum(length, 1e-30))
        error = self._errors(moved, active)
        lower = error < self.error[active]
        little = self.error[active] - error <= self.tolerance * self.error[active]
        taken, settled = active[lower], active[lower & little & (damping <= _DAMPING)]
        self.codes[taken], self.error[taken] = moved[lower], error[lower]
        self._damping[active] = np.where(lower, damping / 8, damping * 8)
        self.converged[settled] = True
        self._linearise(np.setdiff1d(taken, settled))
        self.active = active[~self.converged[active] & (self._damping[active] < _GIVE_UP)]

    def _errors(self, codes: NDArray[np.float64], descents: NDArray[np.int64]) -> NDArray:
        found = np.empty(len(codes))
        for block in _blocks(len(codes)):
            drawn = _decoded(self.decoder, codes[block])
            found[block] = _squared(drawn - self.truth[self.rows[descents[block]]])
        return found

    def _linearise(self, descents: NDArray[np.int64]) -> None:
        """Take error, slope and curvature at the codes, and note where there is no way down."""
        for block in _blocks(len(descents)):
            chosen = descents[block]
            pictures, jacobian = decode_with_jacobian(self.decoder, self.codes[chosen])
            residual = pictures - self.truth[self.rows[chosen]]
            self.error[chosen] = _squared(residual)
            self._slope[chosen] = (jacobian @ residual[:, :, None])[:, :, 0]
            self._curvature[chosen] = jacobian @ np.swapaxes(jacobian, 1, 2)
        slope, curvature = self._slope[descents], self._curvature[descents]
        ridge = 1e-9 * _scale(curvature) + np.finfo(np.float64).tiny
        promised = (_solve(curvature, slope, ridge) * slope).sum(axis=1)
        self.converged[descents] = promised <= self.tolerance * self.error[descents]


def _scale(curvature: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.trace(curvature, axis1=1, axis2=2) / curvature.shape[1]


def _solve(
    curvature: NDArray[np.float64], slope: NDArray[np.float64], ridge: NDArray[np.float64]
) -> NDArray[np.floating]:
    system = curvature + ridge[:, None, None] * np.eye(slope.shape[1])
    return np.linalg.solve(system, slope[:, :, None])[:, :, 0]


def _screen(
    decoder: Decoder, truth: NDArray[np.float32], codes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the squared error of every code for every picture, (n, m), roughly."""
    energy = _squared(truth)
    errors = np.empty((len(truth), len(codes)))
    for block in _blocks(len(codes)):
        drawn = _decoded(decoder, codes[block])
        errors[:, block] = energy[:, None] + _squared(drawn) - 2 * (truth @ drawn.T)
    return errors


def _own_errors(
    decoder: Decoder, truth: NDArray[np.float32], own: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the squared error of each picture's own codes, (n, k), infinite where one is nan."""
    known = np.isfinite(own).all(axis=2)
    errors = np.full(known.shape, np.inf)
    rows, places = np.nonzero(known)
    for block in _blocks(len(rows)):
        chosen = rows[block], places[block]
        errors[chosen] = _squared(_decoded(decoder, own[chosen]) - truth[chosen[0]])
    return errors


def _decoded(decoder: Decoder, codes: NDArray[np.float64]) -> NDArray[np.float32]:
    return decode(decoder, codes).reshape(len(codes), -1)


def _check_size(decoder: Decoder, code: NDArray[np.float64], truth: NDArray[np.float32]) -> None:
    pixels = _decoded(decoder, code[None]).shape[1]
    if pixels != truth.shape[1]:
        raise ValueError(f"pictures need the decoder’s {pixels} pixels, got {truth.shape[1]}")


def _squared(rows: NDArray) -> NDArray[np.float64]:
    return np.einsum("ij,ij->i", rows, rows, dtype=np.float64)


def _share(error: NDArray[np.float64], energy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the nMSE; of a blank truth it is 0 for no error, else infinite."""
    blank = np.full_like(error, np.inf)
    blank[error == 0] = 0
    return np.divide(error, energy, out=blank, where=energy > 0)


def _blocks(count: int) -> Iterator[slice]:
    for start in range(0, count, _ROWS_A_BLOCK):
        yield slice(start, start + _ROWS_A_BLOCK)


def _flat(pictures: ArrayLike) -> NDArray[np.float32]:
    array = np.asarray(pictures, dtype=np.float32)
    if array.ndim < 2 or 0 in array.shape:
        raise ValueError(f"pictures need the shape (n, …), neither empty, got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("pictures need finite values, got NaN or infinity")
    return array.reshape(len(array), -1)
