"""Levenberg–Marquardt descents of codes towards images, side by side.

Each lowers |g(z) − x|², with g the decoder and x its image, by steps

    (JJᵀ + μ I) s = −J (g(z) − x)

(K. Levenberg 1944, D. Marquardt 1963). J holds the derivative of the image along each coordinate
of the code, and μ, of its own for every descent, grows where a step would raise the error and
shrinks where it lowers it.

A descent has converged where even the undamped step promises to lower the squared error by no more
than a small share of it: the error is then nearly at right angles to everything that the decoder
can change (D. Bates and D. Watts, "A relative offset orthogonality convergence criterion for
nonlinear least squares", Technometrics 23 (1981)).

**Refinement** is a descent of few steps from the code of an encoder, at the time of use.

An encoder answers at once what would take a search, and so answers less exactly: the amortization
gap (C. Cremer, X. Li and D. Duvenaud, "Inference suboptimality in variational autoencoders", ICML
2018). It is widest for images unlike those that were learnt, and a few steps from the encoder's
code close it, as in semi-amortized inference (Y. Kim et al., "Semi-amortized variational
autoencoders", ICML 2018). Neither weights nor factors are touched, nor is anything learnt: the
image is the model's own input.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.embedding.cloud import check_cloud
from transect.measure.embedding.geometry import Decoder, decode, decode_with_jacobian

TOLERANCE = 0.02
"""Share of the squared error that is not worth another step."""


def refine_codes(
    decoder: Decoder,
    images: ArrayLike,
    codes: ArrayLike,
    *,
    steps: int = 3,
    tolerance: float = TOLERANCE,
) -> NDArray[np.float64]:
    """Return codes from which a decoder draws images no worse, (n, latent).

    Levenberg–Marquardt steps from the codes given. An image gets no further step where one
    promises, or the last one left, no more than a small share of its error to gain.

    Args:
        decoder: See `transect.measure.embedding.geometry`.
        images: (n, …), of the size that the decoder gives.
        codes: (n, latent), the encoder's.
        steps: Steps an image at most, at least 1.
        tolerance: That share, above 0.

    Raises:
        ValueError: Images or codes are not finite or do not belong together, an option is out of
            range, or the decoder gives something else than finite images of that size.

    Example:
        A decoder that draws the code on the diagonal reaches (1, 3) best at (2, 2):

        >>> refine_codes(lambda z: z.expand(-1, 2), [[1.0, 3.0]], [[0.0]]).round(1)
        array([[2.]])
    """
    truth, start = flat_images(images), check_cloud(codes)
    if len(truth) != len(start):
        raise ValueError(f"codes need one row an image, got {len(start)} for {len(truth)}")
    check_options(steps, tolerance)
    check_size(decoder, start[0], truth)
    descents = Descents(decoder, truth, np.arange(len(start)), start, tolerance)
    for _ in range(steps):
        descents.step()
        going = descents.active
        descents.active = going[descents.surprise[going] > tolerance]
    return descents.codes


_DAMPING = 1e-3
_GIVE_UP = 1e6
_REACH = 10
_ROWS_A_BLOCK = 128


class Descents:
    """Descents side by side, each of one image from one start.

    Args:
        decoder: The decoder.
        truth: (n, p), the images.
        rows: (m,), the image of each descent.
        codes: (m, latent), the starts.
        tolerance: Share of the squared error up to which a promised or made gain counts as none.

    Attributes:
        codes: (m, latent), the best so far.
        error: (m,), their squared errors, infinite before the first step.
        converged: (m,), whether the last linearisation or step says so.
        surprise: (m,), of the last step: |error after − error promised| ÷ error before. Where it is
            small the decoder is as good as linear there, and nothing is left to gain.
        active: The descents that go on; a caller may drop some.
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
        self.error = np.full(count, np.inf)
        self.converged = np.zeros(count, dtype=bool)
        self._damping = np.full(count, _DAMPING)
        # Where the image hardly depends on the code a step could lead beyond all numbers.
        self._reach = _REACH * max(1.0, float(np.abs(codes).max()))
        self._curvature = np.empty((count, latent, latent))
        self._slope = np.empty((count, latent))
        self.active = np.arange(count)
        self.surprise = np.full(count, np.inf)
        self._moved = self.active

    def step(self) -> None:
        """Try one step of every descent that goes on."""
        self.settle()
        active = self.active
        if not active.size:
            return
        curvature, damping = self._curvature[active], self._damping[active]
        steps = _solve(curvature, self._slope[active], damping * _scale(curvature))
        length = np.linalg.norm(steps, axis=1, keepdims=True)
        moved = self.codes[active] - steps * np.minimum(1, self._reach / np.maximum(length, 1e-30))
        error = self._errors(moved, active)
        lower = error < self.error[active]
        little = self.error[active] - error <= self.tolerance * self.error[active]
        taken, settled = active[lower], active[lower & little & (damping <= _DAMPING)]
        self.surprise[active] = self._surprise(active, self.codes[active] - moved, error)
        self.codes[taken], self.error[taken] = moved[lower], error[lower]
        self._damping[active] = np.where(lower, damping / 8, damping * 8)
        self.converged[settled] = True
        self._moved = np.setdiff1d(taken, settled)
        self.active = active[~self.converged[active] & (self._damping[active] < _GIVE_UP)]

    def settle(self) -> None:
        """Linearise where the last step led, and end the descents that have converged there."""
        self._linearise(np.intersect1d(self._moved, self.active))
        self._moved = self.active[:0]
        self.active = self.active[~self.converged[self.active]]

    def _surprise(
        self,
        descents: NDArray[np.int64],
        steps: NDArray[np.float64],
        error: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return how far errors after steps are from those that were promised; see `surprise`."""
        before = self.error[descents]
        bent = np.einsum("ni,nij,nj->n", steps, self._curvature[descents], steps)
        promised = before - 2 * (steps * self._slope[descents]).sum(axis=1) + bent
        gap = np.abs(error - promised)
        return np.divide(gap, before, out=np.zeros_like(gap), where=before > 0)

    def _errors(self, codes: NDArray[np.float64], descents: NDArray[np.int64]) -> NDArray:
        found = np.empty(len(codes))
        for block in blocks(len(codes)):
            drawn = decoded(self.decoder, codes[block])
            found[block] = squared(drawn - self.truth[self.rows[descents[block]]])
        return found

    def _linearise(self, descents: NDArray[np.int64]) -> None:
        """Take error, slope and curvature at the codes, and note where there is no way down."""
        for block in blocks(len(descents)):
            chosen = descents[block]
            images, jacobian = decode_with_jacobian(self.decoder, self.codes[chosen])
            residual = images - self.truth[self.rows[chosen]]
            self.error[chosen] = squared(residual)
            self._slope[chosen] = (jacobian @ residual[:, :, None])[:, :, 0]
            self._curvature[chosen] = jacobian @ np.swapaxes(jacobian, 1, 2)
        slope, curvature = self._slope[descents], self._curvature[descents]
        ridge = 1e-9 * _scale(curvature) + np.finfo(np.float64).tiny
        promised = (_solve(curvature, slope, ridge) * slope).sum(axis=1)
        self.converged[descents] = promised <= self.tolerance * self.error[descents]


def _scale(curvature: NDArray[np.float64]) -> NDArray[np.float64]:
    # Above 0 where no small step of a code changes its image.
    scale = np.trace(curvature, axis1=1, axis2=2) / curvature.shape[1]
    return np.maximum(scale, np.finfo(np.float64).tiny / _DAMPING)


def _solve(
    curvature: NDArray[np.float64], slope: NDArray[np.float64], ridge: NDArray[np.float64]
) -> NDArray[np.floating]:
    system = curvature + ridge[:, None, None] * np.eye(slope.shape[1])
    return np.linalg.solve(system, slope[:, :, None])[:, :, 0]


def decoded(decoder: Decoder, codes: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the images of codes (n, latent), flat, (n, p)."""
    return decode(decoder, codes).reshape(len(codes), -1)


def check_size(decoder: Decoder, code: NDArray[np.float64], truth: NDArray[np.float32]) -> None:
    """Check that images (n, p) have the size that the decoder gives for a code (latent,).

    Raises:
        ValueError: They have another.
    """
    pixels = decoded(decoder, code[None]).shape[1]
    if pixels != truth.shape[1]:
        raise ValueError(f"images need the decoder’s {pixels} pixels, got {truth.shape[1]}")


def check_options(steps: int, tolerance: float) -> None:
    """Check the number of steps of descents, and the gain that counts as none.

    Raises:
        ValueError: There is no step, or the tolerance is not above 0.
    """
    if steps < 1 or not tolerance > 0:
        raise ValueError(
            f"steps need at least 1 and tolerance a number above 0, got {steps} and {tolerance}"
        )


def squared(rows: NDArray) -> NDArray[np.float64]:
    """Return the sum of the squares of each row."""
    return np.einsum("ij,ij->i", rows, rows, dtype=np.float64)


def blocks(count: int) -> Iterator[slice]:
    """Return the slices of `count` rows that are decoded at a time, which bounds the memory."""
    starts = range(0, count, _ROWS_A_BLOCK)
    return (slice(start, start + _ROWS_A_BLOCK) for start in starts)


def flat_images(images: ArrayLike) -> NDArray[np.float32]:
    """Return images (n, …) as rows (n, p).

    Raises:
        ValueError: They are not finite, or empty.
    """
    array = np.asarray(images, dtype=np.float32)
    if array.ndim < 2 or 0 in array.shape:
        raise ValueError(f"images need the shape (n, …), neither empty, got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("images need finite values, got NaN or infinity")
    return array.reshape(len(array), -1)
