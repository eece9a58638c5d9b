"""Seconds and planted values of the measures of an embedding's shape.

Prints how long each takes on 4500 codes of 3 dimensions and, for a decoder of 64 pixels, on the
crossings of three transects; then what dimension and topology say of planted manifolds over SEEDS
seeds, and how far the loops of both kinds are from the window that decides between them.

    OMP_NUM_THREADS=1 python bench/latent_shape.py [SEEDS]     (3; about two minutes on one core)
    OMP_NUM_THREADS=1 python bench/latent_shape.py 0           (the seconds alone)
"""

import sys
import time
from collections.abc import Callable

import numpy as np
import torch

from transect.measure.embedding.dimension import (
    intrinsic_dimension,
    local_pca,
    spectrum,
    thickness,
)
from transect.measure.embedding.geodesic import latent_graph
from transect.measure.embedding.geometry import decode, pullback_metric, volume_element
from transect.measure.embedding.interpolation import crossing
from transect.measure.embedding.topology import Topology, topology
from transect.model import TransposedDecoder, seeded

COUNT = 4500
CENTER = np.array([0.75, 1.0])
METRIC_CODES = 300

Array = np.ndarray
Manifold = Callable[[int], Array]


def rectangle(seed: int, hole: float) -> Array:
    """Return points of the rose's rectangle outside of a disc about its centre."""
    points = np.random.default_rng(seed).random((2 * COUNT, 2)) * [1.5, 2.0]
    return points[np.linalg.norm(points - CENTER, axis=1) > hole][:COUNT]


def rolled(points: Array, curvature: float = 1.2) -> Array:
    along = curvature * points[:, 1]
    return np.column_stack([np.sin(along), 1 - np.cos(along), curvature * points[:, 0]]) / curvature


def stretched(points: Array) -> Array:
    """Return the points moved, 3 times as fast at the edges as at the centre."""
    moved = points - CENTER
    return rolled(moved + np.sign(moved) * moved**2 / CENTER, 0.5)


def noisy(codes: Array, deviation: float, seed: int) -> Array:
    return codes + np.random.default_rng([seed, 1]).normal(0, deviation, codes.shape)


def torus(seed: int, wide: float = 2.0) -> Array:
    generator = np.random.default_rng(seed)
    around, across = generator.random((2, 4 * COUNT)) * 2 * np.pi
    kept = generator.random(4 * COUNT) < (wide + np.cos(across)) / (wide + 1)
    around, across = around[kept][:COUNT], across[kept][:COUNT]
    reach = wide + np.cos(across)
    return np.column_stack([reach * np.cos(around), reach * np.sin(around), np.sin(across)])


def sphere(seed: int) -> Array:
    points = np.random.default_rng(seed).normal(size=(COUNT, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def annulus(seed: int, inner: float) -> Array:
    radius, angle = np.random.default_rng(seed).random((2, COUNT))
    radius, angle = np.sqrt(inner**2 + radius * (1 - inner**2)), 2 * np.pi * angle
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), 0 * angle])


def swiss_roll(seed: int) -> Array:
    angle, height = np.random.default_rng(seed).random((2, COUNT)) * [[3 * np.pi], [21]]
    angle += 1.5 * np.pi
    return np.column_stack([angle * np.cos(angle), height, angle * np.sin(angle)])


PLANTED: dict[str, tuple[int, Manifold]] = {
    "sheet": (0, lambda seed: rolled(rectangle(seed, 0))),
    "sheet, hole 0.3": (1, lambda seed: rolled(rectangle(seed, 0.3))),
    "sheet, hole 0.2": (1, lambda seed: rolled(rectangle(seed, 0.2))),
    "stretched": (0, lambda seed: stretched(rectangle(seed, 0))),
    "stretched, hole 0.3": (1, lambda seed: stretched(rectangle(seed, 0.3))),
    "noisy": (0, lambda seed: noisy(rolled(rectangle(seed, 0)), 0.03, seed)),
    "noisy, hole 0.3": (1, lambda seed: noisy(rolled(rectangle(seed, 0.3)), 0.03, seed)),
    "torus 2:1": (2, torus),
    "torus 3:1": (2, lambda seed: torus(seed, 3.0)),
    "noisy torus": (2, lambda seed: noisy(torus(seed), 0.1, seed)),
    "sphere": (0, sphere),
    "disc": (0, lambda seed: annulus(seed, 0)),
    "annulus": (1, lambda seed: annulus(seed, 0.5)),
    "swiss roll": (0, swiss_roll),
    "noisy swiss roll": (0, lambda seed: noisy(swiss_roll(seed), 0.5, seed)),
}
"""Name: number of loops, manifold of a seed."""


def timed(name: str, call: Callable[[], object]) -> float:
    wall, processor = time.perf_counter(), time.process_time()
    call()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{name:48}{processor:8.1f} s of processor{wall:8.1f} s of wall clock")
    return processor


def seconds() -> None:
    codes = rolled(rectangle(0, 0.3))
    total = timed("dimension, with intervals", lambda: intrinsic_dimension(codes))
    total += timed("dimension around each code", lambda: local_pca(codes))
    total += timed("thickness and spectrum", lambda: (thickness(codes), spectrum(codes)))
    total += timed("topology, with intervals", lambda: topology(codes))
    with seeded(0):
        network = TransposedDecoder(64).eval()

    def decoder(codes: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(network(30 * codes)).squeeze(1)

    def metric() -> None:
        volume_element(pullback_metric(decoder, codes[:METRIC_CODES]))

    def crossings() -> None:
        graph = latent_graph(decoder, codes)
        for start, end in zip(codes[:3], codes[3:6], strict=True):
            truth = decode(decoder, np.linspace(start, end, 40))
            crossing(decoder, start, end, graph=graph, truth=truth)

    total += timed(f"volume element at {METRIC_CODES} codes, 64 px", metric)
    total += timed("three crossings, 64 px", crossings)
    print(f"{'all':48}{total:8.1f} s of processor")


def depth(found: Topology, loops: int) -> tuple[float, float]:
    """Return deaths in units of the window's end: of the shortest true loop, and of noise."""
    born = found.bars[:, 0] <= found.window[0]
    deaths = np.append(np.sort(found.bars[born, 1])[::-1], [0, 0, 0]) / found.window[1]
    return float(deaths[loops - 1]) if loops else np.nan, float(deaths[loops])


def planted(seeds: int) -> None:
    print(f"\n{'':22}loops right  halves agree  true loop  noise    two_nn  likelihood  local_pca")
    for name, (loops, manifold) in PLANTED.items():
        clouds = [manifold(seed) for seed in range(seeds)]
        found = [topology(cloud, halves=4, seed=seed) for seed, cloud in enumerate(clouds)]
        right = sum(one.loops == loops and one.components == 1 for one in found)
        true, noise = np.transpose([depth(one, loops) for one in found])
        sizes = [intrinsic_dimension(cloud, halves=2) for cloud in clouds]
        means = [
            np.mean([one.mean for one in column])
            for column in zip(
                *((s.two_nn, s.maximum_likelihood, s.local_pca) for s in sizes), strict=True
            )
        ]
        agree = np.mean([one.agreement for one in found])
        print(
            f"{name:20}{loops:3}{right:5} of {seeds}{agree:13.2f}{true.min():13.2f}"
            f"{noise.max():7.2f}{means[0]:10.2f}{means[1]:12.2f}{means[2]:11.2f}",
            flush=True,
        )


if __name__ == "__main__":
    seconds()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    if count:
        planted(count)
