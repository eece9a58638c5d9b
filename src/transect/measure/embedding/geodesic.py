"""Shortest paths between two codes under the metric that the decoder pulls back.

The energy of a curve z₀ … z_m with fixed ends,

    E = ½ Σ_i |g(z_{i+1}) − g(z_i)|²

(H. Shao, A. Kumar and P. Fletcher, "The Riemannian geometry of deep generative models", CVPR
workshops 2018), is least on a shortest path walked at constant speed. A path through a
graph of codes starts the search.

The graph is that of N. Chen et al., "Fast approximate geodesics for deep generative models", ICANN
2019. Steps are weighted by the distance of the two images, which is their length under the
pulled-back metric where they are short.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from transect.measure.embedding.cloud import check_cloud, distinct_codes
from transect.measure.embedding.geometry import Decoder, decode, decode_with_jacobian
from transect.measure.neighbors import Neighbors
from transect.space.denormals import denormals
from transect.space.seeds import random_generator

_EDGES_A_BLOCK = 1024


@dataclass(frozen=True)
class LatentGraph:
    """Codes and codes in between, joined to their neighbours by the change of the image.

    Attributes:
        codes: (m, latent), float64.
        images: (m, p), decoded and flat, float32.
        steps: (m, m), lengths of the steps between neighbours.
        neighbors: Number of neighbours that a code is joined to.
    """

    codes: NDArray[np.float64]
    images: NDArray[np.float32]
    steps: csr_array
    neighbors: int


def latent_graph(
    decoder: Decoder,
    codes: ArrayLike,
    *,
    nodes: int = 700,
    between: int = 500,
    neighbors: int = 10,
    seed: int = 0,
) -> LatentGraph:
    """Return the graph in which shortest paths begin.

    Its nodes are some of the codes, and points on the straight lines between random pairs of them,
    which fill what the codes leave empty: a hole can be crossed.

    Args:
        decoder: See `transect.measure.embedding.geometry`.
        codes: (n, latent), of the training images, at least two different.
        nodes: Number of codes drawn, at least 2; all where there are fewer.
        between: Number of points between codes, not negative.
        neighbors: Number of nearest nodes that each is joined to, at least 1.
        seed: Seed of both draws.

    Raises:
        ValueError: Codes are not a table of finite numbers or all equal, a number is out of range,
            or the decoder gives something else than finite images, one a code.

    Example:
        >>> graph = latent_graph(lambda z: z, [[0], [1], [3]], between=0, neighbors=1)
        >>> graph.steps.toarray().tolist()
        [[0.0, 1.0, 0.0], [1.0, 0.0, 2.0], [0.0, 2.0, 0.0]]
    """
    if nodes < 2 or between < 0 or neighbors < 1:
        raise ValueError(
            "nodes needs at least 2, between at least 0 and neighbors at least 1, "
            f"got {nodes}, {between} and {neighbors}"
        )
    cloud = distinct_codes(codes, least=2).points
    generator = random_generator(seed)
    chosen = cloud[generator.permutation(len(cloud))[:nodes]]
    one, other = cloud[generator.integers(len(cloud), size=(2, between))]
    inner = one + generator.random((between, 1)) * (other - one)
    places = np.unique(np.concatenate([chosen, inner]), axis=0)
    images = decode(decoder, places).reshape(len(places), -1)
    count = min(neighbors + 1, len(places))
    _, near = Neighbors(places).nearest(places, count)
    starts, ends = np.repeat(np.arange(len(places)), count - 1), near[:, 1:].ravel()
    lengths = np.concatenate(
        [
            np.linalg.norm(images[starts[rows]] - images[ends[rows]], axis=1)
            for rows in np.array_split(np.arange(len(starts)), len(starts) // _EDGES_A_BLOCK + 1)
        ]
    )
    return LatentGraph(places, images, _steps(starts, ends, lengths, len(places)), neighbors)


@denormals(flushed=False)
def graph_path(
    decoder: Decoder, ends: NDArray[np.float64], graph: LatentGraph
) -> NDArray[np.float64]:
    """Return the shortest path through the graph between two codes outside of it, (k, latent).

    Both are joined to their nearest nodes. Where no path leads from one to the other it is the
    straight line between them.

    Args:
        decoder: The one that the graph was made with.
        ends: (2, latent).
        graph: From `latent_graph`.

    Example:
        >>> graph = latent_graph(lambda z: z, [[0], [1], [2]], between=0, neighbors=1)
        >>> graph_path(lambda z: z, np.array([[-1.0], [3.0]]), graph).ravel().tolist()
        [-1.0, 0.0, 1.0, 2.0, 3.0]
    """
    images = decode(decoder, ends).reshape(2, -1)
    _, near = Neighbors(graph.codes).nearest(ends, min(graph.neighbors, len(graph.codes)))
    to_graph = [
        np.linalg.norm(graph.images[rows] - image, axis=1)
        for rows, image in zip(near, images, strict=True)
    ]
    reach, before = dijkstra(graph.steps, indices=near[0], return_predecessors=True)
    total = to_graph[0][:, None] + reach[:, near[1]] + to_graph[1]
    first, last = np.unravel_index(np.argmin(total), total.shape)
    place, path = int(near[1][last]), []
    while place >= 0 and np.isfinite(total[first, last]):
        path.append(graph.codes[place])
        place = int(before[first, place])
    return np.array([ends[0], *path[::-1], ends[1]])


def _steps(
    starts: NDArray[np.int64], ends: NDArray[np.int64], lengths: NDArray, size: int
) -> csr_array:
    # A step that leaves the image as it is has length 0, which a sparse graph takes for no step.
    lengths = np.maximum(lengths.astype(np.float64), np.finfo(np.float32).tiny)
    there = csr_array((lengths, (starts, ends)), shape=(size, size))
    return csr_array(there.maximum(there.T))


_SUBDIVISION = 4
"""Images between two codes of a path when its length is taken."""

_MOST_STEPS = 25
_CONVERGED = 1e-3
_GIVE_UP = 1e6


class Path(NamedTuple):
    """A curve of codes, equally spaced by the length of the image's change.

    Attributes:
        codes: (k, latent), both ends included.
        length: How far the image travels on the way, √Σ over pixels.
    """

    codes: NDArray[np.float64]
    length: float


def straight_path(decoder: Decoder, start: ArrayLike, end: ArrayLike, count: int = 25) -> Path:
    """Return the straight line between two codes, at equal steps of the image.

    Args:
        decoder: See `transect.measure.embedding.geometry`.
        start: (latent,).
        end: (latent,), not the start.
        count: Number of codes on the path, at least 3.

    Raises:
        ValueError: The ends are not two different codes of finite numbers, there are too few
            codes, or the decoder gives something else than finite images, one a code.

    Example:
        >>> straight_path(lambda z: 2 * z, [0, 0], [1, 0], count=3).length
        2.0
    """
    return _equal_steps(decoder, _ends(start, end, count), count)


def shortest_path(
    decoder: Decoder, start: ArrayLike, end: ArrayLike, graph: LatentGraph, count: int = 25
) -> Path:
    """Return a path between two codes along which the image travels least.

    It starts from the shortest path through the graph or from the straight line, whichever is
    shorter, and descends from there by Levenberg–Marquardt steps on the energy. The result is a
    local minimum: no small change shortens it.

    Args:
        decoder: See `transect.measure.embedding.geometry`.
        start: (latent,).
        end: (latent,), not the start.
        graph: From `latent_graph`.
        count: Number of codes on the path, at least 3. Neighbours should differ by less than what
            moves a line by its width: farther images share no foreground, and their distance no
            longer grows.

    Raises:
        ValueError: The ends are not two different codes of finite numbers as long as those of the
            graph, there are too few codes, or the decoder gives something else than finite
            images, one a code.

    Example:
        In the plane nothing is shorter than the straight line:

        >>> from transect.measure.embedding.geodesic import latent_graph
        >>> graph = latent_graph(lambda z: z, [[0, 0], [0, 1], [1, 0], [1, 1]])
        >>> round(shortest_path(lambda z: z, [0, 0], [1, 1], graph).length, 4)
        1.4142
    """
    ends = _ends(start, end, count)
    if ends.shape[1] != graph.codes.shape[1]:
        raise ValueError(
            f"start and end need {graph.codes.shape[1]} numbers as the graph has, "
            f"got {ends.shape[1]}"
        )
    straight = _equal_steps(decoder, ends, count)
    through = _equal_steps(decoder, graph_path(decoder, ends, graph), count)
    first = min(straight, through, key=lambda path: path.length)
    refined = _equal_steps(decoder, _descend(decoder, first.codes), count)
    return min(first, refined, key=lambda path: path.length)


def _ends(start: ArrayLike, end: ArrayLike, count: int) -> NDArray[np.float64]:
    one, other = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    if one.ndim != 1 or one.shape != other.shape:
        raise ValueError(
            f"start and end need the same shape (latent,), got {one.shape} and {other.shape}"
        )
    if count < 3:
        raise ValueError(f"count needs at least 3, got {count}")
    ends = check_cloud(np.stack([one, other]))
    if np.array_equal(*ends):
        raise ValueError(f"start and end need to be different codes, got {one.tolist()} twice")
    return ends


def _descend(decoder: Decoder, codes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the codes moved to a minimum of the energy, both ends kept.

    The energy is a sum of squares, so its second derivative is nearly the block tridiagonal matrix
    of the products J_iᵀJ_j of neighbours (K. Levenberg 1944, D. Marquardt 1963).
    """
    latent, inner = codes.shape[1], len(codes) - 2
    damping, codes = 1e-3, codes.copy()
    ends = decode(decoder, codes[[0, -1]]).reshape(2, -1).astype(np.float64)
    images, jacobian = _between(decoder, codes, ends)
    energy = _energy(images)
    if energy == 0:
        return codes
    for _ in range(_MOST_STEPS):
        pull = 2 * images[1:-1] - images[:-2] - images[2:]
        slope = np.einsum("nlp,np->nl", jacobian, pull).ravel()
        curvature = _curvature(jacobian)
        # Above 0 where no small step of a code changes its image.
        scale = max(np.trace(curvature) / len(curvature), np.finfo(np.float64).tiny)
        while damping < _GIVE_UP:
            system = curvature + damping * scale * np.eye(len(curvature))
            moved = codes.copy()
            moved[1:-1] -= np.linalg.solve(system, slope).reshape(inner, latent)
            lower = _energy(decode(decoder, moved).reshape(len(moved), -1).astype(np.float64))
            if lower <= energy:
                break
            damping *= 4
        else:
            return codes
        gain, codes, energy, damping = energy - lower, moved, lower, damping / 8
        if gain <= _CONVERGED * energy:
            return codes
        images, jacobian = _between(decoder, codes, ends)
    return codes


def _between(
    decoder: Decoder, codes: NDArray[np.float64], ends: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the images of codes, those of both ends known, and the others' Jacobians."""
    inner, jacobian = decode_with_jacobian(decoder, codes[1:-1])
    return np.concatenate([ends[:1], inner, ends[1:]]), jacobian


def _energy(images: NDArray[np.float64]) -> float:
    return float(np.square(np.diff(images, axis=0)).sum() / 2)


def _curvature(jacobian: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the second derivative of the energy, (k·latent, k·latent), of Jacobians (k, …)."""
    count, latent, _ = jacobian.shape
    blocks = np.zeros((count, latent, count, latent))
    places = np.arange(count)
    blocks[places, :, places] = 2 * jacobian @ np.swapaxes(jacobian, 1, 2)
    beside = -jacobian[:-1] @ np.swapaxes(jacobian[1:], 1, 2)
    blocks[places[:-1], :, places[1:]] = beside
    blocks[places[1:], :, places[:-1]] = np.swapaxes(beside, 1, 2)
    return blocks.reshape(count * latent, count * latent)


def _equal_steps(decoder: Decoder, codes: NDArray[np.float64], count: int) -> Path:
    """Return the polygon of codes at equal steps of the image, and the image's way along it."""
    shares = np.linspace(0, 1, _SUBDIVISION * max(count, len(codes)) + 1)
    fine = place_at(codes, shares)
    gone = travelled(decode(decoder, fine))
    if gone[-1] == 0:
        return Path(place_at(codes, np.linspace(0, 1, count)), 0.0)
    return Path(
        place_at(fine, np.interp(np.linspace(0, gone[-1], count), gone, shares)), float(gone[-1])
    )


def travelled(images: NDArray) -> NDArray[np.float64]:
    """Return how far the image has travelled at each of the images (n, …), (n,)."""
    changes = np.diff(images.reshape(len(images), -1), axis=0)
    return np.concatenate([[0], np.cumsum(np.linalg.norm(changes.astype(np.float64), axis=1))])


def place_at(codes: NDArray[np.float64], fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the places at fractions (m,) of a polygon whose sides count alike, (m, latent)."""
    place = fractions * (len(codes) - 1)
    return np.stack([np.interp(place, np.arange(len(codes)), axis) for axis in codes.T], axis=1)
