"""Encoders, decoders, the VAE that joins them, and losses: one class each, passed in."""

from transect.model import decoder, encoder, loss
from transect.model.adapter import ImageMap, ModulePair
from transect.model.decoder import *  # noqa: F403 - whatever a decoder's package exports
from transect.model.encoder import *  # noqa: F403
from transect.model.loss import *  # noqa: F403
from transect.model.loss.base import Batch, Critic, Needs
from transect.model.vae import VAE, Outputs, weight_count
from transect.space.seeds import seeded

__all__ = [
    "VAE",
    "Batch",
    "Critic",
    "ImageMap",
    "ModulePair",
    "Needs",
    "Outputs",
    "seeded",
    "weight_count",
]
__all__ += decoder.__all__
__all__ += encoder.__all__
__all__ += loss.__all__
