"""How large and how quick every encoder and decoder is, side by side in one run.

A step is forward and backward of the model alone, to its weights and its input, without a loss and
an optimizer. The models take turns, round after round, so that other work on the machine slows
them all alike; a time is the median over the rounds, in time of the processor. With one thread that
is what an idle machine would take.

    python bench/decoders.py                    64 px, batch 8, one thread: a minute or two
    python bench/decoders.py --size 128 --rounds 10
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import nn

from transect.model import seeded, weight_count
from transect.run.component import DECODER, ENCODER, ComponentType, kinds
from transect.training.performance import keep_freed_memory

DECODED = 64
REFERENCE = {ENCODER: "strided", DECODER: "transposed"}
COLUMNS = ("kind", "weights", "ms a step", "of {}", "images/s")


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def works(model: nn.Module, given: torch.Tensor, batch: int) -> tuple[Callable, Callable]:
    """Return a training step on `batch` of what is given, and a pass through all of it."""
    some = given[:batch].clone().requires_grad_()
    pull = torch.ones_like(model(some))

    def step() -> None:
        model.zero_grad()
        model(some).backward(pull)

    @torch.inference_mode()
    def apply() -> None:
        model(given)

    return step, apply


def measure(
    of: ComponentType[nn.Module], options: argparse.Namespace
) -> dict[str, tuple[int, list[float], list[float]]]:
    """Return weights, seconds of each step and seconds of each pass, by kind."""
    count = max(DECODED, options.batch)
    if of is ENCODER:
        given = torch.rand(count, 1, options.size, options.size)
    else:
        given = torch.randn(count, options.latent)
    models = {}
    for kind, cls in kinds(of).items():
        with seeded(0):
            models[kind] = cls(size=options.size, latent=options.latent)
    pairs = {kind: works(model, given, options.batch) for kind, model in models.items()}
    times = {kind: ([], []) for kind in models}
    for _ in track(range(options.rounds + 1), of.name, console=Console(stderr=True)):
        for kind, pair in pairs.items():
            for work, found in zip(pair, times[kind], strict=True):
                found.append(seconds(work))
    # The first round warms up.
    return {
        kind: (weight_count(models[kind]), steps[1:], passes[1:])
        for kind, (steps, passes) in times.items()
    }


def table(of: ComponentType[nn.Module], options: argparse.Namespace) -> Table:
    found = measure(of, options)
    reference = statistics.median(found[REFERENCE[of]][1])
    made = Table(title=f"{of.name}s, {options.size} px", title_justify="left", box=box.MARKDOWN)
    for number, column in enumerate(COLUMNS):
        made.add_column(column.format(REFERENCE[of]), justify="right" if number else "left")
    for kind, (weights, steps, passes) in found.items():
        step = statistics.median(steps)
        rate = max(DECODED, options.batch) / statistics.median(passes)
        figures = (f"{weights:,}", f"{1e3 * step:.1f}", f"{step / reference:.2f}", f"{rate:,.0f}")
        made.add_row(kind, *(figure.replace(",", " ") for figure in figures))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure encoders and decoders on one thread.")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--latent", type=int, default=3)
    parser.add_argument("--batch", type=int, default=8, help="images a step")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    for of in REFERENCE:
        Console().print(table(of, options))


if __name__ == "__main__":
    main()
