"""The HTML page of a run, one file per section; functions that return a Figure."""

from transect.report.data import Images, ReportData
from transect.report.page import run_figures, write_page
from transect.report.rendering import Rendering, render, write_figures

__all__ = [
    "Images",
    "Rendering",
    "ReportData",
    "render",
    "run_figures",
    "write_figures",
    "write_page",
]
