"""Figures (functions that return a Figure) and the HTML page."""

from transect.report.data import Images, ReportData
from transect.report.page import write_page
from transect.report.plates import run_plates
from transect.report.rendering import Rendering, render, write_figures

__all__ = [
    "Images",
    "Rendering",
    "ReportData",
    "render",
    "run_plates",
    "write_figures",
    "write_page",
]
