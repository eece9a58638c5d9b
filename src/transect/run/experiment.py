"""The whole experiment: draw, split, train, train the oracle, cross, measure, report."""

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

import numpy as np
import torch

from transect.measure.key import Key
from transect.report import Rendering, ReportData, render, run_figures, write_figures, write_page
from transect.report.explorer.exploration import Exploration
from transect.run import folder as files
from transect.run.config import Config
from transect.run.exploring import explore, explore_oracle, explore_together
from transect.run.folder import RunFolder
from transect.run.loaded import Run
from transect.run.measuring import measure, write_measured
from transect.run.model import build_model
from transect.run.repeats import warn_of_repeats
from transect.run.report_data import report_data
from transect.run.setup import Setup, check_weights_memory, prepare
from transect.run.sharing import Shared
from transect.run.trainings import SCRATCH, train_models
from transect.run.workers import as_finished, side_by_side
from transect.space.values import shown
from transect.training import sample_weights
from transect.training.device import place_training
from transect.training.performance import tune_process
from transect.training.tracking import check_tracker

TIMINGS = "timings.json"
IMAGES = "images.npy"
"""The drawn images, within the partial run folder."""

TRIED = 16
"""Points that are drawn to try a world and a canvas before anything is written."""

MOST_RENDERERS = 4
"""Processes that share out the figures; each makes all data of the report for itself."""


def run(
    config: Config,
    out: Path,
    *,
    resume: bool = False,
    progress: bool = True,
    shared: Shared | None = None,
) -> Path:
    """Run the experiment that `config` describes.

    Args:
        config: What to run.
        out: The folder to make; see `transect.run.folder` for what it holds.
        resume: Whether to go on where an interrupted run of the same configuration stopped.
        progress: Whether to show progress bars.
        shared: What this run has in common with others.

    Returns:
        The path of the run folder.

    Raises:
        ValueError: The configuration is impossible, or `out` exists, or there is nothing to
            resume.
        NonFiniteLoss: The training diverged; the last good checkpoint is kept.
    """
    tune_process()
    folder = RunFolder(out)
    images, of_others = folder.partial / IMAGES, None if shared is None else shared.images
    setup = prepare(config, of_others or images)
    check(setup)
    place_training(config.training)
    folder.open(setup.config, resume=resume)
    images.unlink(missing_ok=True)  # a world that was changed since draws others
    setup.fill_store()
    if shared is None:  # what is common to many runs was looked at before the first of them
        warn_of_repeats(setup)
        shared = Shared()
    _Experiment(setup, folder.partial, shared.oracle, progress=progress).run()
    return folder.finish(folder.partial / SCRATCH, folder.partial / TIMINGS, images)


def report(path: Path, *, trust: bool = False) -> Path:
    """Make the figures and the page of a run folder anew.

    Args:
        path: The run folder.
        trust: Whether the run may name classes from outside of this package.

    Returns:
        The path of the page.

    Raises:
        ValueError: It is not a run folder, its model was only judged, or it names such classes and
            is not trusted.
    """
    run = Run(path, trust=trust)
    if run.judged:
        raise ValueError(
            f"{path} holds what was measured of {run.judged!r}, not the model itself; "
            "judge it again to another folder"
        )
    workers = min(torch.get_num_threads(), MOST_RENDERERS)
    if workers < 2:
        data = report_data(run)
        return write_report(run, data, render(run_figures(data)), explore(run))
    parts = [(path, name, trust) for name in _REPORT_PARTS]
    made = dict(as_finished(_report_part, parts, workers, threads=1))
    exploration, data, oracle = (made[place] for place in range(len(parts)))
    model = dataclasses.replace(exploration.models[0], oracle=oracle)
    exploration = dataclasses.replace(exploration, models=(model,))
    shares_of = [(path, data, at, workers, trust) for at in range(workers)]
    shares = side_by_side(_render, shares_of, threads=1)
    rendered = [one for some in zip_longest(*shares) for one in some if one is not None]
    return write_report(run, data, rendered, exploration)


def write_report(
    run: Run, data: ReportData, rendered: Sequence[Rendering], exploration: Exploration | None
) -> Path:
    """Write the figures and the page of a run folder.

    Returns:
        The path of the page.
    """
    write_figures(rendered, run.path / files.FIGURES)
    write_page(data, run.path / files.PAGE, rendered, exploration)
    return run.path / files.PAGE


_REPORT_PARTS: dict[str, Callable[[Run], object]] = {
    "model": lambda run: explore_together({"model": run}, oracles=False),
    # It can draw any world, whose images may be too many to be handed around.
    "data": lambda run: dataclasses.replace(report_data(run), draw=None),
    "oracle": explore_oracle,
}
"""What the page needs of a run, in the order that keeps two processes busy."""


def _report_part(path: Path, name: str, trust: bool) -> object:
    tune_process()
    return _REPORT_PARTS[name](Run(path, trust=trust))


def _render(path: Path, data: ReportData, part: int, parts: int, trust: bool) -> list[Rendering]:
    draw = Run(path, trust=trust).draw
    return render(run_figures(dataclasses.replace(data, draw=draw)), part, parts)


def check(setup: Setup) -> None:
    """Build what a stage will need, so that an impossible part is refused before any writing.

    Args:
        setup: What is about to be run.

    Raises:
        ValueError: A part of the configuration is impossible.
    """
    config = setup.config
    check_weights_memory(config, setup.canvas.height)
    build_model(config, setup.canvas, seed=0)
    _check_images(setup)
    if config.track != "off":
        check_tracker(config.track)
    if config.sample_weights:
        sample_weights(setup.points.factors, setup.world.space.names, config.sample_weights)


def _check_images(setup: Setup) -> None:
    """Check that the world can be drawn and that its images differ.

    Raises:
        ValueError: It can't, or the first `TRIED` points all have the same image.
    """
    points = setup.points.factors[:TRIED]
    try:
        images = setup.draw(points)
    # Whatever a world or a canvas makes of values that it can't use.
    except (ArithmeticError, LookupError, MemoryError, RuntimeError, TypeError) as error:
        raise ValueError(
            f"world {shown(setup.config.world)} on canvas {shown(setup.config.canvas)} can't be "
            f"drawn: {type(error).__name__}: {' '.join(str(error).split())}"
        ) from error
    if len(images) > 1 and not np.ptp(images, axis=0).any():
        raise ValueError(
            f"world {shown(setup.config.world)} on canvas {shown(setup.config.canvas)} has the "
            f"same image at {len(images)} points, so there is nothing to learn; change an option"
        )


class _Experiment:
    """The stages of one run; each is skipped where its result is there already."""

    def __init__(self, setup: Setup, folder: Path, oracle: Path | None, *, progress: bool) -> None:
        self.setup = setup
        self.folder = folder
        self.oracle = oracle
        self.progress = progress
        self.timings: dict[str, float] = (
            files.read_json(folder / TIMINGS) if (folder / TIMINGS).exists() else {}
        )

    def run(self) -> None:
        with self._timed("train"):
            train_models(self.setup, self.folder, shared=self.oracle, progress=self.progress)
        with self._timed("measure"):
            self._measure()
        self._note_timings()
        if self.setup.config.report:
            with self._timed("report"):
                report(self.folder, trust=True)
        self._note_timings()

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = self.timings.get(stage, 0.0) + time.perf_counter() - start
            self.timings[stage] = spent
            files.write_json(self.folder / TIMINGS, self.timings)

    def _measure(self) -> None:
        if (self.folder / files.METRICS).exists():
            return
        write_measured(measure(self.setup, self.folder), self.folder)

    def _note_timings(self) -> None:
        """Add the seconds of each stage so far, and their sum, to the final numbers."""
        spent = self.timings | {"total": sum(self.timings.values())}
        metrics = files.read_metrics(self.folder / files.METRICS)
        metrics |= {Key(stage, "seconds"): seconds for stage, seconds in spent.items()}
        files.write_metrics(self.folder / files.METRICS, metrics)
