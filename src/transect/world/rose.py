"""The rose curve of the original experiment."""

from transect.world.base import CurveWorld


class Rose(CurveWorld):
    """Placeholder."""
