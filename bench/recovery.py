"""Accuracy and speed of the recovery of factors, on renders and on broken renders.

python bench/recovery.py                      the rose, 2000 points, 64 px
python bench/recovery.py --world Ellipse --count 500 --size 64
"""

import argparse
import time

import numpy as np
from scipy.ndimage import gaussian_filter

import transect.world
from transect.image import SquareCanvas
from transect.measure.recovery.search import FactorSearch
from transect.space import uniform


def points_everywhere(space, count, seed=0):
    """Three quarters uniform, a quarter on faces, edges and corners of the box."""
    generator = np.random.default_rng([seed, 7])
    unit = generator.random((count // 4, space.dimension))
    on_wall = generator.random(unit.shape) < 0.6
    unit[on_wall] = generator.integers(2, size=int(on_wall.sum()))
    inner = uniform(space, count - len(unit), seed)
    return np.concatenate([inner, space.snap(space.from_unit(unit))])


def report(label, space, points, recovery, seconds):
    apart = np.abs(recovery.factors - points) / space.span
    turns = [factor.periodic for factor in space.factors]
    apart = np.where(turns, np.minimum(apart, 1 - apart), apart)
    worst = apart.max(axis=1)
    print(
        f"{label:14s} median {np.median(worst):.4%}  99 % {np.quantile(worst, 0.99):.3%}  "
        f"max {worst.max():.3%}  above 1 %: {np.sum(worst > 0.01)} "
        f"({np.sum((worst > 0.01) & ~recovery.ambiguous)} not flagged)  "
        f"ambiguous {recovery.ambiguous.sum()}  median spread {np.median(recovery.spread):.3%}  "
        f"{seconds:.1f} s"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--world", default="Rose")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--threads", type=int, default=None)
    options = parser.parse_args()
    world, canvas = getattr(transect.world, options.world)(), SquareCanvas(options.size)
    points = points_everywhere(world.space, options.count)
    images = canvas.draw(world, points) / np.float32(255)
    start = time.perf_counter()
    search = FactorSearch(world, canvas, threads=options.threads)
    print(
        f"{options.world} {options.size} px, {len(points)} points; errors are the largest of a "
        f"point's factors in % of the range; bank {time.perf_counter() - start:.1f} s"
    )
    pixel = options.size / 64
    noise = np.random.default_rng(0).normal(0, 0.1, images.shape).astype(np.float32)
    for label, pixels in (
        ("render", images),
        ("blur 1/64", gaussian_filter(images, (0, pixel, pixel))),
        ("blur 2/64", gaussian_filter(images, (0, 2 * pixel, 2 * pixel))),
        ("half strength", images / 2),
        ("noise 0.1", np.clip(images + noise, 0, 1)),
    ):
        start = time.perf_counter()
        recovery = search.recover(pixels)
        report(label, world.space, points, recovery, time.perf_counter() - start)


if __name__ == "__main__":
    main()
