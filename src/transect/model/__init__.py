"""Encoders, decoders, the VAE that joins them, and losses: one class each, passed in."""

from transect.model.adapter import ImageMap, ModulePair
from transect.model.decoder import (
    AdditiveDecoder,
    CoordinateDecoder,
    Decoder,
    FilmDecoder,
    LevelSetDecoder,
    MlpDecoder,
    OriginalDecoder,
    SpatialBroadcastDecoder,
    TransposedDecoder,
    WarpDecoder,
)
from transect.model.encoder import Encoder, OriginalEncoder, StridedEncoder
from transect.model.loss import (
    AutoencoderLoss,
    BetaTCVAELoss,
    BetaVAELoss,
    CapacityLoss,
    ConsistencyLoss,
    CovarianceLoss,
    DIPVAELoss,
    ELBOLoss,
    EntanglementLoss,
    FactorVAELoss,
    Loss,
    OriginalLoss,
)
from transect.model.loss.base import Batch, Critic, Needs
from transect.model.vae import VAE, Outputs, weight_count
from transect.space.seeds import seeded

__all__ = [
    "VAE",
    "AdditiveDecoder",
    "AutoencoderLoss",
    "Batch",
    "BetaTCVAELoss",
    "BetaVAELoss",
    "CapacityLoss",
    "ConsistencyLoss",
    "CoordinateDecoder",
    "CovarianceLoss",
    "Critic",
    "DIPVAELoss",
    "Decoder",
    "ELBOLoss",
    "Encoder",
    "EntanglementLoss",
    "FactorVAELoss",
    "FilmDecoder",
    "ImageMap",
    "LevelSetDecoder",
    "Loss",
    "MlpDecoder",
    "ModulePair",
    "Needs",
    "OriginalDecoder",
    "OriginalEncoder",
    "OriginalLoss",
    "Outputs",
    "SpatialBroadcastDecoder",
    "StridedEncoder",
    "TransposedDecoder",
    "WarpDecoder",
    "seeded",
    "weight_count",
]
