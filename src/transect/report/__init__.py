"""Figures (functions that return a Figure) and the HTML page."""
