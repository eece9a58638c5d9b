"""The explorer: the factor space, the embedding and the latent space as one instrument to touch."""

from transect.report.explorer.exploration import Exploration, ExploredModel, Hand, Volume
from transect.report.explorer.page import explorer_page, write_explorer

__all__ = ["Exploration", "ExploredModel", "Hand", "Volume", "explorer_page", "write_explorer"]
