"""Seconds of each part of the error attribution on a finished run, and of all of it.

OMP_NUM_THREADS=1 python bench/attribution.py RUN    (the folder of a run; about a minute on one
core) OMP_NUM_THREADS=1 python bench/attribution.py        (makes a run of the default preset
before)
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from transect.measure.embedding.geometry import decode, decode_with_jacobian
from transect.run.attribution import (
    Drawn,
    codes_near,
    draw_removed,
    find_starting_codes,
    search_best_codes,
)
from transect.run.boundary_interpolation import PATHS, interpolate_boundary
from transect.run.experiment import run
from transect.run.loaded import Run
from transect.run.model import CodedModel
from transect.run.presets import preset
from transect.run.setup import Setup
from transect.training.performance import tune_process

CODES = 512

Array = np.ndarray


def timed(name: str, call: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    found = call()
    print(f"{name:44}{time.perf_counter() - start:8.2f} s", flush=True)
    return found


def decoding(model: CodedModel) -> None:
    codes = np.random.default_rng(0).normal(size=(CODES, model.model.latent))
    decoder = model.decode_tensor
    decode_with_jacobian(decoder, codes[:2])  # torch compiles its rules
    timed(f"{CODES} images", lambda: decode(decoder, codes))
    timed(f"{CODES} images with derivatives", lambda: decode_with_jacobian(decoder, codes))


def find_best(
    setup: Setup, model: CodedModel, drawn: Drawn, codes: Array, own: Sequence[Array]
) -> None:
    starts = timed("starts", lambda: find_starting_codes(setup, model, drawn.truth, codes, own))
    found = timed("best codes", lambda: search_best_codes(model, drawn.truth, starts))
    print(
        f"    nMSE {found.error.mean():.5f}, {found.converged.mean():.1%} converged, "
        f"{found.agreement.mean():.1%} of the starts agree"
    )


def main(finished: Run) -> None:
    setup, model, oracle = finished.setup, finished.model, finished.oracle
    decoding(model)
    start = time.perf_counter()
    drawn = timed("removed images", lambda: draw_removed(setup))
    print(f"    {len(drawn.truth)} of them, {torch.get_num_threads()} threads\nmodel")
    kept = setup.points[setup.points.split != "removed"]
    codes = timed("codes of kept points", lambda: codes_near(setup, model, kept))
    between = timed(
        f"straight lines and {PATHS} geodesics",
        lambda: interpolate_boundary(setup, model, drawn.points, codes),
    )
    find_best(setup, model, drawn, codes, list(between.values()))
    if oracle is not None:
        print("oracle")
        codes = timed("codes of its points", lambda: codes_near(setup, oracle, setup.oracle_points))
        find_best(setup, oracle, drawn, codes, ())
    print(f"{'all':44}{time.perf_counter() - start:8.2f} s")


if __name__ == "__main__":
    tune_process()
    if len(sys.argv) > 1:
        main(Run(Path(sys.argv[1])))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Run(run(preset("default"), Path(folder) / "run")))
