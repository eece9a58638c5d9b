"""Models that were made elsewhere, seen as `transect` sees its own."""

from transect.model.adapter.image_map import ImageMap
from transect.model.adapter.module_pair import ModulePair

__all__ = ["ImageMap", "ModulePair"]
