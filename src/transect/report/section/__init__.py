"""The sections of the page of a run: each file holds all that one section shows.

Each has `section(data)`, which returns its `transect.report.parts.Section`.
"""
