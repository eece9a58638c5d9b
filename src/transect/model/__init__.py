"""Encoders, decoders, the VAE that joins them, and losses: one class each, passed in."""

from transect.model.decoder import Decoder, OriginalDecoder, TransposedDecoder
from transect.model.encoder import Encoder, OriginalEncoder, StridedEncoder
from transect.model.loss import ELBOLoss, EntanglementLoss, Loss, OriginalLoss
from transect.model.seeding import seeded
from transect.model.vae import VAE, Outputs, weight_count

__all__ = [
    "VAE",
    "Decoder",
    "ELBOLoss",
    "Encoder",
    "EntanglementLoss",
    "Loss",
    "OriginalDecoder",
    "OriginalEncoder",
    "OriginalLoss",
    "Outputs",
    "StridedEncoder",
    "TransposedDecoder",
    "seeded",
    "weight_count",
]
