"""Interpolations across a hole: the straight line of codes and the geodesic, against the truth.

How even and how short each is shows in the images, not in the codes: N. Chen et al., "Metrics for
deep generative models", AISTATS 2018, and G. Arvanitidis, L. Hansen and S. Hauberg, "Latent space
oddity", ICLR 2018, compare both in this way.

An interpolation is closer to the truth if its mean nMSE is at least 5 % smaller
(`closer_interpolation`).
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.embedding.geodesic import (
    LatentGraph,
    Path,
    place_at,
    shortest_path,
    straight_path,
    travelled,
)
from transect.measure.embedding.geometry import Decoder, decode
from transect.measure.error.pixel import nmse

CLEAR = 0.05
"""Share by which the error of one interpolation must be smaller for it to be closer."""

Interpolation = Literal["straight", "geodesic"]


class Crossing(NamedTuple):
    """Two interpolation paths from one code to another, and how close each is to the truth.

    Attributes:
        straight: The straight line of codes.
        geodesic: The shortest path under the decoder's metric.
        straight_codes: (m, latent), the codes on the straight line that lie as far along as each
            true image on its own path.
        geodesic_codes: (m, latent), those on the geodesic.
        straight_error: (m,), nMSE of the straight line's images against the true ones.
        geodesic_error: (m,), nMSE of the geodesic's images.
        true_length: How far the true image travels on its path, in the unit of `Path.length`.
    """

    straight: Path
    geodesic: Path
    straight_codes: NDArray[np.float64]
    geodesic_codes: NDArray[np.float64]
    straight_error: NDArray[np.float64]
    geodesic_error: NDArray[np.float64]
    true_length: float


def crossing(
    decoder: Decoder,
    start: ArrayLike,
    end: ArrayLike,
    *,
    graph: LatentGraph,
    truth: ArrayLike,
    count: int = 25,
) -> Crossing:
    """Return the straight interpolation and the geodesic, with the error of both against the truth.

    The true images lie somewhere on their own path from the first to the last, by the length of
    the image's change; each is compared with the image that lies as far along the path. The
    geodesic need not be closer: if fading a line out and in again costs less than moving it, the
    geodesic fades.

    Args:
        decoder: See `transect.measure.embedding.geometry`; its images (n, h, w) in [0, 1].
        start: (latent,), the code of the first true image.
        end: (latent,), the code of the last.
        graph: From `latent_graph`.
        truth: (m, h, w) in [0, 1], the true images along their path, in order, at least 2.
        count: Number of codes on each path, at least 3; see `shortest_path`.

    Raises:
        ValueError: As in `shortest_path`, the true images are fewer than 2 or all alike, or they
            and the decoder's are not of one size with values in [0, 1].

    Example:
        >>> from transect.measure.embedding.geodesic import latent_graph
        >>> def grey(codes):  # as bright as the first coordinate, 2×2 pixels
        ...     return codes[:, :1, None].expand(-1, 2, 2)
        >>> graph = latent_graph(grey, [[0, 0], [1, 0], [1, 1]])
        >>> truth = np.array([0.2, 0.5, 0.8])[:, None, None] * np.ones((2, 2))
        >>> across = crossing(grey, [0.2, 0], [0.8, 1], graph=graph, truth=truth)
        >>> across.straight_error.round(6)
        array([0., 0., 0.])
    """
    images = np.asarray(truth, dtype=np.float64)
    if images.ndim != 3 or len(images) < 2:
        raise ValueError(f"truth needs the shape (m, h, w) with m >= 2, got {images.shape}")
    gone = travelled(images)
    if not gone[-1] > 0:
        raise ValueError("truth needs images that differ, got all alike")
    paths = (
        straight_path(decoder, start, end, count),
        shortest_path(decoder, start, end, graph, count),
    )
    codes = [place_at(path.codes, gone / gone[-1]) for path in paths]
    errors = [nmse(images, decode(decoder, one)) for one in codes]
    return Crossing(*paths, *codes, *errors, true_length=float(gone[-1]))


def closer_interpolation(straight: float, geodesic: float) -> Interpolation | None:
    """Return the interpolation that is clearly closer to the truth, or None if both are alike.

    Args:
        straight: Mean nMSE along the straight line of codes, not negative.
        geodesic: Mean nMSE along the geodesic, not negative.

    Example:
        >>> closer_interpolation(0.10, 0.08), closer_interpolation(0.10, 0.098)
        ('geodesic', None)
    """
    if geodesic <= (1 - CLEAR) * straight and geodesic < straight:
        return "geodesic"
    return "straight" if straight <= (1 - CLEAR) * geodesic and straight < geodesic else None
