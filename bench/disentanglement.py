"""Seconds, stability and planted values of the measures of disentanglement and alignment.

Prints how long each takes on 4500 codes of 3 dimensions, how far each is at 500 samples from its
value at 5000 (mean over seeds and the standard deviation of one), and the values of every planted
embedding. All of a two-dimensional sheet with a hole in it.

    OMP_NUM_THREADS=1 python bench/disentanglement.py      (about three minutes on one core)
"""

import time
from collections.abc import Callable

import numpy as np

from transect.measure.embedding import disentanglement
from transect.measure.embedding.alignment import alignment, verdict
from transect.measure.embedding.scores import measure_codes

SEEDS = 5
SIZES = (500, 1000, 2000, 5000)


def sheet(count: int, seed: int = 0) -> np.ndarray:
    """Return points of [-1, 1]² outside of a disc of radius 0.3."""
    points = np.random.default_rng(seed).uniform(-1, 1, (3 * count, 2))
    return points[np.linalg.norm(points, axis=1) > 0.3][:count]


def tilted(codes: np.ndarray) -> np.ndarray:
    """Return a sheet (n, 2) at an angle in three dimensions, one hundredth thick."""
    thickness = 0.01 * np.random.default_rng(1).normal(size=(len(codes), 1))
    frame = np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)))[0]
    return np.hstack([codes, thickness]) @ frame


def turned(v: np.ndarray, angle: np.ndarray | float) -> np.ndarray:
    a, b = v.T
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.stack([a * cosine - b * sine, a * sine + b * cosine], axis=1)


def curled(v: np.ndarray) -> np.ndarray:
    return np.stack([np.sin(1.3 * v[:, 0]) / 1.3, v[:, 1], np.cos(1.3 * v[:, 0]) / 1.3], axis=1)


def noise(v: np.ndarray) -> np.ndarray:
    return np.random.default_rng(3).normal(size=(len(v), 3))


PLANTED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relabelled": lambda v: np.stack([-3 * v[:, 1], np.exp(v[:, 0]), 0 * v[:, 0]], axis=1),
    "noisy": lambda v: np.hstack([v, 0 * v[:, :1]]) + 0.1 * noise(v),
    "rotated 15°": lambda v: turned(v, np.pi / 12),
    "rotated 45°": lambda v: turned(v, np.pi / 4),
    "tilted": tilted,
    "sheared": lambda v: tilted(v @ np.array([[1, 0.8], [0, 1]])),
    "curled 149°": curled,
    "swirled": lambda v: tilted(turned(v, 2.5 * np.linalg.norm(v, axis=1))),
    "noise": noise,
}


def scores(codes: np.ndarray, factors: np.ndarray) -> dict[str, float]:
    values = measure_codes(codes, factors).values
    return {name: value for name, value in values.items() if name in NAMES}


NAMES = (
    *("mig", "sap", "disentanglement", "completeness", "informativeness", "factor_vae", "beta_vae"),
    *("mcc", "mcc_rank", "r2_factors", "r2_codes", "as_it_stands", "after_rotation", "linear"),
    *("curved", "bend", "crossing_angle"),
)


def seconds() -> None:
    factors = sheet(4500)
    codes = tilted(turned(factors, 2.5 * np.linalg.norm(factors, axis=1)))
    names = ("mig", "sap", "dci", "mcc", "linear_r2")
    measures = {name: getattr(disentanglement, name) for name in names} | {"alignment": alignment}
    total = 0.0
    for name, measure in measures.items():
        start = time.perf_counter()
        measure(codes, factors)
        passed = time.perf_counter() - start
        total += passed
        print(f"{name:12}{passed:8.3f} s")
    print(f"{'together':12}{total:8.3f} s for 4500 codes of 3 dimensions\n")


def stability() -> None:
    print(f"mean over {SEEDS} seeds ± deviation of one, at {', '.join(map(str, SIZES))} samples")
    for name in ("noisy", "rotated 15°", "curled 149°", "swirled", "noise"):
        table = []
        for size in SIZES:
            trials = [
                scores(PLANTED[name](factors), factors)
                for factors in (sheet(size, seed) for seed in range(SEEDS))
            ]
            table.append({key: [trial[key] for trial in trials] for key in trials[0]})
        print(f"\n{name}")
        for key in table[0]:
            cells = [f"{np.mean(row[key]):8.3f} ±{np.std(row[key]):6.3f}" for row in table]
            shift = np.mean(table[0][key]) - np.mean(table[-1][key])
            print(f"  {key:16}{'  '.join(cells)}   500 − 5000: {shift:+.3f}")
    print()


def planted() -> None:
    factors = sheet(2000)
    for name, embed in PLANTED.items():
        codes = embed(factors)
        values = scores(codes, factors)
        print(f"{name} ({verdict(alignment(codes, factors)).kind})")
        print("  " + "  ".join(f"{key} {value:.2f}" for key, value in values.items()))


if __name__ == "__main__":
    seconds()
    planted()
    stability()
