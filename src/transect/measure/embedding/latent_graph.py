"""A graph of codes through which paths find their way before they are refined.

N. Chen et al., "Fast approximate geodesics for deep generative models", ICANN 2019. Steps are
weighted by the distance of the two images, which is their length under the pulled-back metric
where they are short.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from transect.measure.embedding.cloud import distinct_codes
from transect.measure.embedding.geometry import Decoder, decode
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
