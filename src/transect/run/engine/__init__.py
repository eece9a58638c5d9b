"""Where the cells of a sweep run: on this machine, or on a cluster."""

from transect.run.engine.base import Engine, Lost
from transect.run.engine.cluster import Cluster
from transect.run.engine.local import Local

__all__ = ["Cluster", "Engine", "Local", "Lost"]
