"""Run an experiment, open it, and ask its model about images of your own choice."""

import dataclasses
from pathlib import Path

import numpy as np

from transect import load
from transect.measure.error.pixel import pixel_errors
from transect.run.experiment import run
from transect.run.presets import preset

config = dataclasses.replace(preset("smoke"), seed=1)
opened = load(run(config, Path("runs/from_python"), progress=False))

points = np.array([[1.25, 1.0], [0.75, 0.5]])  # the middle of the hole, and a place far from it
images = opened.draw(points)  # (2, 32, 32) in [0, 1]
codes = opened.encode(images)  # (2, 3)
between = opened.decode(codes.mean(axis=0, keepdims=True))  # the image halfway between the codes
errors = pixel_errors(images, opened.reconstruct(images))

print(f"codes {codes.shape}, image between {between.shape}")
for name, values in errors.items():
    print(f"{name:11}" + "  ".join(f"{value:.3f}" for value in values))
print(f"hole penalty {opened.metrics['penalty.nmse']:.2f}")
