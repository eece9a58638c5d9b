"""How quick a training step is, under which settings, and how near to the peak of this machine.

Every line is a process of its own, since settings of memory can't be taken back. The peak is that
of `torch.mm` on 2048×2048 floats in the same process and with as many threads; a step is forward,
backward and optimizer, its operations those that torch counts in forward and backward. On a machine
that others use too, set OMP_NUM_THREADS=1 and count the time of the processor, --clock processor.

    python bench/training.py                    every model and setting, about two minutes
    python bench/training.py --settings memory memory+last memory+bf16   channels last, autocast
    python bench/training.py --model default --size 64 --seconds 10
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch.utils.flop_counter import FlopCounterMode

from transect.model import VAE, Batch, Loss, seeded
from transect.run.component import CANVAS, LOSS, build
from transect.run.model import build_model
from transect.run.presets import preset
from transect.training.optimizer import make_optimizer
from transect.training.performance import keep_freed_memory, use_physical_cores

PRESETS = {"default": "default", "original": "seed"}
"""Name of a model: the preset that trains it."""
BATCH = 8
CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}
COLUMNS = ("model", "px", "settings", "images/s", "GFLOP/image", "GFLOP/s", "of peak")
SETTINGS = ("none", "memory", "memory+last", "memory+bf16", "memory+flush")


def build_step(model: str, size: int) -> tuple[VAE, Loss, torch.optim.Optimizer]:
    """Return model, loss and optimizer of the preset that trains such a model."""
    config = preset(PRESETS[model])
    canvas = build(CANVAS, {"kind": "square", "size": size})
    vae = build_model(config, canvas, seed=0)
    optimizer = make_optimizer(config.training, vae.parameters(), torch.device("cpu"))
    return vae, build(LOSS, config.loss), optimizer


def make_step(
    model: str, size: int, batch: int, settings: list[str]
) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return the step, and its part whose operations are counted."""
    vae, loss, optimizer = build_step(model, size)
    if "last" in settings:
        vae.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    with seeded(1):
        images = (torch.rand(batch, 1, size, size) > 0.9).float()
        noise = torch.randn(batch, vae.latent)

    def backward() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled="bf16" in settings):
            outputs = vae(images, noise)
        loss(Batch(images, *(part.float() for part in outputs)))["loss"].backward()

    def step() -> None:
        backward()
        optimizer.step()
        optimizer.zero_grad()

    return step, backward


def median_rate(work: Callable[[], object], seconds: float, clock: Callable[[], float]) -> float:
    """Return how often a second `work` runs, by its median time."""
    for _ in range(2):
        work()
    times, end = [], clock() + seconds
    while clock() < end:
        start = clock()
        work()
        times.append(clock() - start)
    return 1 / statistics.median(times)


def measure(
    model: str,
    size: int,
    batch: int,
    settings: list[str],
    seconds: float,
    clock: Callable[[], float],
) -> None:
    """Print one measurement as JSON."""
    threads = use_physical_cores()
    if "memory" in settings:
        keep_freed_memory()
    torch.set_flush_denormal("flush" in settings)
    square = torch.ones(2048, 2048)
    peak = 2 * 2048**3 * median_rate(lambda: torch.mm(square, square), seconds / 3, clock)
    step, backward = make_step(model, size, batch, settings)
    with FlopCounterMode(display=False) as counter:
        backward()
    operations = counter.get_total_flops()
    rate = median_rate(step, seconds, clock)
    row = {
        "threads": threads,
        "images_per_second": batch * rate,
        "operations": operations / batch,
        "share": operations * rate / peak,
        "peak": peak,
    }
    print(json.dumps(row))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure training steps on this CPU.")
    parser.add_argument("--model", nargs="+", default=["default", "original"])
    parser.add_argument("--size", type=int, nargs="+", default=[64, 256])
    parser.add_argument("--settings", nargs="+", default=list(SETTINGS))
    parser.add_argument("--batch", type=int, default=BATCH, help="images a step")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each measurement")
    parser.add_argument("--clock", choices=list(CLOCKS), default="wall")
    parser.add_argument("--one", action="store_true", help="measure here and print JSON")
    options = parser.parse_args()
    cases = [
        (model, size, settings)
        for model in options.model
        for size in options.size
        for settings in options.settings
    ]
    if options.one:
        (model, size, settings), *_ = cases
        measure(
            model, size, options.batch, settings.split("+"), options.seconds, CLOCKS[options.clock]
        )
        return
    table = Table("model", "px", "settings", "images/s", "GFLOP/image", "GFLOP/s", "of peak")
    for model, size, settings in track(cases, console=Console(stderr=True)):
        command = [sys.executable, __file__, "--one", "--model", model, "--size", str(size)]
        command += ["--settings", settings, "--seconds", str(options.seconds)]
        command += ["--batch", str(options.batch), "--clock", options.clock]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        row = json.loads(done.stdout)
        table.add_row(
            model,
            str(size),
            settings,
            f"{row['images_per_second']:.1f}",
            f"{row['operations'] / 1e9:.3f}",
            f"{row['share'] * row['peak'] / 1e9:.0f} of {row['peak'] / 1e9:.0f}",
            f"{row['share']:.0%}",
        )
        table.title = f"training steps of {options.batch} images, threads: {row['threads']}"
    Console().print(table)


if __name__ == "__main__":
    main()
