"""Measures: pure functions of arrays, usable without a run."""
