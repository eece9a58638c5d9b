"""Studies with planted numbers, and their figures."""

import pytest

from planted_study import ALIGNED, CURLED, WEIGHTS, make_study, strange_study
from transect.report import render
from transect.report.rendering import Rendering
from transect.report.study import StudyData, study_plates


@pytest.fixture(scope="session")
def study() -> StudyData:
    """The loss `entanglement` aligns at no cost; `curled` shrinks, costs and leaves the plane."""
    return make_study({"entanglement": ALIGNED, "curled": CURLED})


@pytest.fixture(scope="session")
def study_rendered(study) -> list[Rendering]:
    return render(study_plates(study))


@pytest.fixture(scope="session")
def series() -> StudyData:
    """Four weights: the greater, the less covariance and the dearer."""
    values = {
        loss: {
            "embedding_entanglement": 0.4 / (1 + 9 * place),
            "embedding_covariance": 0.2 / (1 + 9 * place),
            "validation_nmse": 0.05 * (1 + 0.5 * place),
        }
        for place, loss in enumerate(WEIGHTS)
    }
    return make_study(values, losses=WEIGHTS)


@pytest.fixture(scope="session")
def strange(study) -> tuple[StudyData, list[Rendering]]:
    data = strange_study(study)
    return data, render(study_plates(data))
