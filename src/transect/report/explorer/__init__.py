"""The explorer: factor space, embedding and latent space in one interactive view."""

from transect.report.explorer.exploration import (
    Exploration,
    ExploredModel,
    Reconstructions,
    Volume,
)
from transect.report.explorer.section import explorer_page, write_explorer

__all__ = [
    "Exploration",
    "ExploredModel",
    "Reconstructions",
    "Volume",
    "explorer_page",
    "write_explorer",
]
