"""What it costs to take denormal numbers as 0 nowhere, around torch alone, or all the time.

Two parts of a finished run are timed on its own images: `step`, a training step of forward,
backward and optimizer from the weights of the run, and `reconstruct`, which encodes, refines and
decodes as measuring does. The settings take turns in one process, so that other work on the machine
slows all alike.

    python bench/denormals.py RUN               the folder of a run, a minute
    python bench/denormals.py RUN --turns 50
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import torch

from transect import load
from transect.model import Batch
from transect.run.component import LOSS, build
from transect.run.loaded import Run
from transect.run.model import CodedModel
from transect.space.denormals import denormals
from transect.training.optimizer import make_optimizer
from transect.training.performance import keep_freed_memory

SETTINGS: dict[str, Callable[[], Any]] = {
    # The package asks for its setting by this function.
    "nowhere": partial(mock.patch.object, torch, "set_flush_denormal", lambda _: False),
    "torch alone": nullcontext,
    "all the time": partial(denormals, flushed=True),
}


def make_parts(run: Run) -> dict[str, Callable[[], object]]:
    """Return what is timed; the step leaves the weights all but as they are."""
    if not isinstance(run.model, CodedModel):
        raise SystemExit(f"{run.path} has no model of its own to train")
    config = run.config
    vae = CodedModel.load(config, run.setup.canvas, run.path / "model.safetensors").model.train()
    vae.requires_grad_()
    truth = run.setup.images("train")[: config.training.batch_size]
    images = torch.from_numpy(truth)[:, None]
    noise = torch.randn(len(images), config.latent)
    loss = build(LOSS, config.loss)
    optimizer = make_optimizer(config.training, vae.parameters(), torch.device("cpu"))
    for group in optimizer.param_groups:
        group["lr"] = 1e-9

    @denormals(flushed=True)
    def step() -> None:
        loss(Batch(images, *vae(images, noise)))["loss"].backward()
        optimizer.step()
        optimizer.zero_grad()

    return {"step": step, "reconstruct": partial(run.model.reconstruct, truth)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what denormal numbers cost.")
    parser.add_argument("run", type=Path, help="a finished run")
    parser.add_argument("--turns", type=int, default=20, help="of each setting")
    options = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    parts = make_parts(load(options.run))
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _ in range(options.turns + 1):
        for name, part in parts.items():
            for setting, enter in SETTINGS.items():
                with enter():
                    start = time.perf_counter()
                    part()
                    times[name, setting].append(time.perf_counter() - start)
    for name in parts:
        best = statistics.median(times[name, "torch alone"][1:])
        said = []
        for setting in SETTINGS:
            median = statistics.median(times[name, setting][1:])
            said.append(f"{setting} {1e3 * median:.1f} ms ({median / best:.2f})")
        print(f"{name}: {', '.join(said)}")


if __name__ == "__main__":
    main()
