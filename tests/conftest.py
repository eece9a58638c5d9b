"""What tests of every package share."""

import dataclasses
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from transect.run.config import Config, from_dict
from transect.run.experiment import run
from transect.run.loaded import Run
from transect.run.presets import preset
from transect.space.denormals import denormals
from transect.training import TrainingOptions
from webpages import ARGUMENTS, CHROMIUM

TESTS = Path(__file__).parent
SLOWEST = [
    TESTS / name
    for name in (
        "run/test_experiment.py",
        "run/test_data_sets.py",
        "test_docs.py",
        "run/test_trust.py",
        "test_damaged_files.py",
        "run/test_names.py",
        "sweep/test_engine.py",
        "report/test_explorer_browser.py",
        "test_examples.py",
        "test_cli.py",
        "sweep/test_sweep.py",
        "run/test_judging.py",
        "run/test_exploring.py",
        "training/test_loop.py",
        "sweep/test_compare.py",
        "sweep/test_cells.py",
        "run/test_workers.py",
        "run/test_notebook.py",
    )
]
"""Files that take more than ten seconds: one that starts last is waited for by idle processes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--flush-denormals",
        action="store_true",
        help="run every test with denormal numbers flushed, as a caller of the package may have",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Flush denormal numbers around a test and its fixtures where the option asks for it."""
    if not item.config.getoption("--flush-denormals"):
        return (yield)
    # Hypothesis draws denormal numbers, and refuses to where they are flushed: the body alone is.
    hypothesis = getattr(getattr(item, "obj", None), "hypothesis", None)
    if hypothesis is None:
        with denormals(flushed=True):
            return (yield)
    hypothesis.inner_test = denormals(flushed=True)(hypothesis.inner_test)
    return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first."""
    assert all(path.is_file() for path in SLOWEST), "a file of SLOWEST is gone"
    places = {path: place for place, path in enumerate(SLOWEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session")
def browser() -> Iterator:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _pages_are_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close the pages that a test opened: scenes on a forgotten one go on being drawn."""
    if "browser" not in request.fixturenames:
        yield
        return
    chromium = request.getfixturevalue("browser")
    shared = set(chromium.contexts)
    yield
    for context in chromium.contexts:
        if context not in shared:
            context.close()


@pytest.fixture(scope="session")
def tiny() -> Config:
    """The smallest run that has every part."""
    return dataclasses.replace(
        preset("smoke"),
        points=dataclasses.replace(preset("smoke").points, count=80),
        training=TrainingOptions(epochs=1, batch_size=8),
    )


@pytest.fixture(scope="session")
def bare(tiny) -> Config:
    """The tiny run without oracle and page, of which the errors of images alone are measured."""
    off = {"recovery": False, "embedding": False, "attribution": False}
    return from_dict({"oracle": False, "report": False, "measure": off}, tiny)


@pytest.fixture(scope="session")
def finished(tiny, tmp_path_factory) -> Run:
    """The tiny run, made once for all workers; it is only ever read."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent
    path = place / "tiny"
    with FileLock(place / "tiny.lock"):
        if not path.exists():
            run(tiny, path, progress=False)
    return Run(path)
