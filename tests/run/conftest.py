import dataclasses

import pytest

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
        training=TrainingOptions(epochs=1),
    )


@pytest.fixture(scope="session")
def finished(tiny, tmp_path_factory) -> Run:
    return Run(run(tiny, tmp_path_factory.mktemp("runs") / "tiny", progress=False))
