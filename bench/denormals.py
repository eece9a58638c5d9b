"""How much slower training steps of a model that has learnt are with denormal numbers.

A step is forward, backward and optimizer, from the weights of a finished run, on its own pictures.
The two settings take turns in one process, so that other work on the machine slows both alike.

    python bench/denormals.py RUN               the folder of a run, half a minute
    python bench/denormals.py RUN --steps 50
"""

import argparse
import statistics
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch

from transect import load
from transect.model import Batch
from transect.run.codec import Codec
from transect.run.component import build
from transect.training.optimizer import make_optimizer
from transect.training.performance import flushed_denormals, keep_freed_memory


def make_step(path: Path) -> Callable[[], None]:
    """Return a step that leaves the weights all but as they are."""
    run = load(path)
    if not isinstance(run.model, Codec):
        raise SystemExit(f"{path} has no model of its own to train")
    config, vae = run.config, run.model.model.train()
    vae.requires_grad_()
    some = run.points[run.points["split"] == "train"][: config.training.batch_size]
    images = torch.from_numpy(run.draw(some[list(run.world.space.names)]))[:, None]
    noise = torch.randn(len(images), vae.latent)
    loss = build("loss", config.loss)
    optimizer = make_optimizer(config.training, vae.parameters(), torch.device("cpu"))
    for group in optimizer.param_groups:
        group["lr"] = 1e-9

    def step() -> None:
        loss(Batch(images, *vae(images, noise)))["loss"].backward()
        optimizer.step()
        optimizer.zero_grad()

    return step


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure training steps with denormal numbers.")
    parser.add_argument("run", type=Path, help="a finished run")
    parser.add_argument("--steps", type=int, default=20, help="of each setting")
    options = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    step = make_step(options.run)
    times: dict[Callable[[], Any], list[float]] = {nullcontext: [], flushed_denormals: []}
    for _ in range(options.steps + 1):
        for setting, found in times.items():
            with setting():
                start = time.perf_counter()
                step()
                found.append(time.perf_counter() - start)
    kept, flushed = (1e3 * statistics.median(found[1:]) for found in times.values())
    print(f"kept {kept:.1f} ms, flushed {flushed:.1f} ms a step: {kept / flushed:.2f} times")


if __name__ == "__main__":
    main()
