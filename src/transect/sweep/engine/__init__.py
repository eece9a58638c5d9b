"""Where the cells of a sweep run: on this machine, or on a cluster."""

from transect.sweep.engine.base import Engine, Lost
from transect.sweep.engine.cluster import Cluster
from transect.sweep.engine.local import Local

__all__ = ["Cluster", "Engine", "Local", "Lost"]
