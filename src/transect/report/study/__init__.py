"""The report of a study: losses compared over seeds."""

from transect.report.study.data import StudyData
from transect.report.study.page import write_study_page
from transect.report.study.plates import study_plates

__all__ = ["StudyData", "study_plates", "write_study_page"]
