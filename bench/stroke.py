"""Speed and exactness of the stroke kernel beside matplotlib's, in one run.

`python bench/stroke.py` prints two tables. Speed: images a second of the kernel on one thread and
two, of RendererAgg (one renderer, cleared between images), of pyplot `savefig` (what the original
did) and of a copy of as many bytes; the rows of a size are measured in turn, five times, and the
best of each counts. Exactness: mean absolute error against 16 × 16 supersampling over the pixels
that a stroke touches, over ten places within a pixel.
"""

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path as Curve
from matplotlib.transforms import Affine2D
from rich.console import Console
from rich.table import Table

from transect.image import stroke
from transect.world import Rose

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "image"))
from test_stroke import _agg, _mean_error, _supersampled

WORLD = Rose()
ROUNDS = 5


def main() -> None:
    """Print both tables."""
    console = Console(width=120)
    console.print(_speed())
    console.print(_exactness())


def _vertices(count: int, size: int, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    points = random.uniform(WORLD.space.low, WORLD.space.high, (count, 2))
    scale = size / (2 * WORLD.extent)
    return WORLD.curves(points) * (scale, -scale) + size / 2


def _speed() -> Table:
    table = Table("px", "kernel, 1 thread", "2 threads", "RendererAgg", "savefig", "copy", "ratios")
    table.title = "images a second; ratios: kernel ÷ RendererAgg a thread, copy ÷ kernel a thread"
    for size in (64, 128, 256):
        curves = _vertices(1000, size)
        images = np.empty((1000, size, size), np.uint8)
        ways: dict[str, tuple[Callable[[], object], int]] = {
            "one": (lambda c=curves, s=size, p=images: _stroke(c, s, p, 1), 1000),
            "two": (lambda c=curves, s=size, p=images: _stroke(c, s, p, 2), 1000),
            "agg": (lambda c=curves, s=size: _draw_agg(c[:300], s), 300),
            "savefig": (lambda c=curves, s=size: _savefig(c[:10], s), 10),
            "copy": (lambda p=images: p.copy(), 1000),
        }
        best = dict.fromkeys(ways, 0.0)
        for _ in range(ROUNDS):
            for name, (way, count) in ways.items():
                start = time.perf_counter()
                way()
                best[name] = max(best[name], count / (time.perf_counter() - start))
        ratios = f"{best['one'] / best['agg']:.1f}, {best['copy'] / best['one']:.0f}"
        table.add_row(str(size), *(f"{value:,.0f}" for value in best.values()), ratios)
    return table


def _stroke(curves: np.ndarray, size: int, out: np.ndarray, threads: int) -> None:
    stroke(curves, size, size, size / 64, True, threads=threads, out=out)


def _draw_agg(curves: np.ndarray, size: int) -> None:
    renderer = RendererAgg(size, size, 72)
    context = renderer.new_gc()
    context.set_linewidth(size / 64)
    context.set_joinstyle("round")
    flip = Affine2D().scale(1, -1).translate(0, size)
    for curve in curves:
        renderer.clear()
        renderer.draw_path(context, Curve(curve), flip)


def _savefig(curves: np.ndarray, size: int) -> None:
    mpl.use("agg")
    for curve in curves:
        figure = plt.figure(figsize=(size / 100, size / 100), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.plot(curve[:, 0], curve[:, 1], "k", linewidth=size / 64 * 0.72)
        axes.set_axis_off()
        figure.savefig(io.BytesIO(), format="png")
        plt.close(figure)


def _exactness() -> Table:
    table = Table("px", "width", "kernel", "RendererAgg", "worst place of the kernel")
    table.title = "mean absolute error against 16 × 16 supersampling (of 1)"
    places = np.random.default_rng(1).random((10, 2))
    for size in (64, 128):
        for width in (1.0, 2.0, 4.0):
            errors = np.array(
                [_errors(_vertices(4, size, seed=2) + place, size, width) for place in places]
            )
            ours, theirs = errors.mean(axis=0)
            row = (f"{ours:.5f}", f"{theirs:.5f}", f"{errors[:, 0].max():.5f}")
            table.add_row(str(size), f"{width:g}", *row)
    return table


def _errors(curves: np.ndarray, size: int, width: float) -> tuple[float, float]:
    images = stroke(curves, size, size, width, True) / 255
    truths = [_supersampled(curve, size, width) for curve in curves]
    ours = [_mean_error(*pair) for pair in zip(images, truths, strict=True)]
    drawn = [_agg(curve, size, width) for curve in curves]
    theirs = [_mean_error(*pair) for pair in zip(drawn, truths, strict=True)]
    return float(np.mean(ours)), float(np.mean(theirs))


if __name__ == "__main__":
    main()
