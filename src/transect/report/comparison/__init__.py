"""The report of a comparison: models over conditions and seeds."""

from transect.report.comparison.data import ComparisonData, Condition
from transect.report.comparison.page import write_comparison_page
from transect.report.comparison.plates import comparison_plates

__all__ = ["ComparisonData", "Condition", "comparison_plates", "write_comparison_page"]
