"""The report of a comparison: models over conditions and seeds."""

from transect.report.comparison.data import ComparisonData, Condition, Embeddings
from transect.report.comparison.embedding import has_embeddings
from transect.report.comparison.page import write_comparison_page
from transect.report.comparison.plates import comparison_plates

__all__ = [
    "ComparisonData",
    "Condition",
    "Embeddings",
    "comparison_plates",
    "has_embeddings",
    "write_comparison_page",
]
