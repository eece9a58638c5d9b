"""The whole experiment: draw, split, train, train the oracle, cross, measure, report."""

import dataclasses
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Any

import torch

from transect.report import Rendering, ReportData, render, run_plates, write_figures, write_page
from transect.report.explorer.exploration import Exploration
from transect.run import folder as files
from transect.run.codec import build_model
from transect.run.component import build
from transect.run.config import Config
from transect.run.exploring import explore, explore_oracle, explore_together
from transect.run.folder import RunFolder
from transect.run.loaded import Run
from transect.run.measuring import measure, write_measured
from transect.run.report_data import report_data
from transect.run.setup import Setup, prepare
from transect.run.sharing import Shared
from transect.run.trainings import SCRATCH, take_oracle, train_models
from transect.run.workers import as_finished
from transect.training import sample_weights
from transect.training.performance import keep_freed_memory, tune_process
from transect.training.tracking import check_tracker

TIMINGS = "timings.json"

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
        shared: What other runs made for this one.

    Returns:
        The path of the run folder.

    Raises:
        ValueError: The configuration is impossible, or `out` exists, or there is nothing to
            resume.
        NonFiniteLoss: The training diverged; the last good checkpoint is kept.
    """
    tune_process()
    shared = shared or Shared()
    setup = prepare(config, shared.pictures)
    check(setup)
    folder = RunFolder(out)
    folder.open(setup.config, resume=resume)
    if shared.oracle is not None:
        take_oracle(shared.oracle, folder.partial)
    _Experiment(setup, folder.partial, progress=progress).run()
    return folder.finish(folder.partial / SCRATCH, folder.partial / TIMINGS)


def report(path: Path) -> Path:
    """Make the figures and the page of a run folder anew.

    Returns:
        The path of the page.

    Raises:
        ValueError: It is not a run folder, or its model was only judged.
    """
    run = Run(path)
    if run.config.judged:
        raise ValueError(
            f"{path} holds what was measured of {run.config.judged!r}, not the model itself; "
            "judge it again to another folder"
        )
    workers = min(torch.get_num_threads(), MOST_RENDERERS)
    if workers < 2:
        data = report_data(run)
        return write_report(run, data, render(run_plates(data)), explore(run))
    # What the page explores takes the longest, so it comes first.
    tasks: list[tuple[Any, ...]] = [(path, "model"), (path, "oracle")]
    tasks += [(path, "figures", part, workers) for part in range(workers)]
    made = dict(as_finished(_report_part, tasks, workers, 1))
    exploration, oracle, *shares = (made[place] for place in range(len(tasks)))
    model = dataclasses.replace(exploration.models[0], oracle=oracle)
    exploration = dataclasses.replace(exploration, models=(model,))
    rendered = [one for some in zip_longest(*shares) for one in some if one is not None]
    return write_report(run, report_data(run), rendered, exploration)


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


def _report_part(path: Path, name: str, part: int = 0, parts: int = 1) -> Any:
    """Return what the page explores of the model or the oracle, or a share of the figures."""
    keep_freed_memory()
    run = Run(path)
    if name == "model":
        return explore_together({"model": run}, oracles=False)
    if name == "oracle":
        return explore_oracle(run)
    return render(run_plates(report_data(run)), part, parts)


def check(setup: Setup) -> None:
    """Build what a stage will need, so that an impossible part is refused before any writing.

    Args:
        setup: What is about to be run.

    Raises:
        ValueError: A part of the configuration is impossible.
    """
    config = setup.config
    if config.judged:
        raise ValueError(
            f"a run trains its own model, the configuration judges {config.judged!r}: "
            "leave out `judged`, or give the model to transect.judge"
        )
    build_model(config, setup.canvas, seed=0)
    build("loss", config.loss)
    if config.track != "off":
        check_tracker(config.track)
    if config.sample_weights:
        sample_weights(setup.points.factors, setup.world.space.names, config.sample_weights)


class _Experiment:
    """The stages of one run; each is skipped where its result is there already."""

    def __init__(self, setup: Setup, folder: Path, *, progress: bool) -> None:
        self.setup = setup
        self.folder = folder
        self.progress = progress
        self.timings = files.read_json(folder / TIMINGS) if (folder / TIMINGS).exists() else {}

    def run(self) -> None:
        with self._timed("train"):
            train_models(self.setup, self.folder, progress=self.progress)
        with self._timed("measure"):
            self._measure()
        self._note_timings()
        if self.setup.config.report:
            with self._timed("report"):
                report(self.folder)
        self._note_timings()

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        spent = self.timings.get(f"seconds_{stage}", 0.0) + time.perf_counter() - start
        self.timings[f"seconds_{stage}"] = spent
        files.write_json(self.folder / TIMINGS, self.timings)

    def _measure(self) -> None:
        if (self.folder / files.METRICS).exists():
            return
        write_measured(measure(self.setup, self.folder), self.folder)

    def _note_timings(self) -> None:
        """Add the seconds of each stage so far, and their sum, to the final numbers."""
        metrics = files.read_json(self.folder / files.METRICS) | self.timings
        metrics["seconds_total"] = sum(self.timings.values())
        files.write_json(self.folder / files.METRICS, metrics)
