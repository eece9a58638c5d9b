"""Worlds: the rule that turns a point of a factor space into a curve or an image."""

from transect.world.base import CurveWorld, PaintedWorld, World
from transect.world.rose import Rose

__all__ = ["CurveWorld", "PaintedWorld", "Rose", "World"]
