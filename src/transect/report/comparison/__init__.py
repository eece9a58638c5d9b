"""The report of a comparison: models over conditions and seeds, one file per section."""

from transect.report.comparison.data import ComparisonData, Condition, Embeddings
from transect.report.comparison.latent_space import has_embeddings
from transect.report.comparison.page import comparison_figures, write_comparison_page

__all__ = [
    "ComparisonData",
    "Condition",
    "Embeddings",
    "comparison_figures",
    "has_embeddings",
    "write_comparison_page",
]
