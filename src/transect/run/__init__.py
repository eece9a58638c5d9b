"""Runs: configuration, presets, the run folder and the experiment."""
