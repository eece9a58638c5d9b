import dataclasses
import os

import pytest
from filelock import FileLock

from transect.run.config import Config
from transect.run.experiment import run
from transect.run.loaded import Run
from transect.run.presets import preset
from transect.training import TrainingOptions


@pytest.fixture(scope="session")
def tiny() -> Config:
    """The smallest run that has every part."""
    return dataclasses.replace(
        preset("smoke"),
        points=dataclasses.replace(preset("smoke").points, count=80),
        training=TrainingOptions(epochs=1, batch_size=8),
    )


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
