"""Measures whether a generative model can draw what it was never shown."""

__version__ = "0.1.0"
