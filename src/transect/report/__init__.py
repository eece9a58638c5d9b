"""Figures (functions that return a Figure) and the HTML page."""

from transect.report.data import Pictures, ReportData

__all__ = ["Pictures", "ReportData"]
