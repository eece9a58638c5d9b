"""Losses: what a model is trained to lower."""

from transect.model.loss.autoencoder import AutoencoderLoss
from transect.model.loss.base import Loss
from transect.model.loss.beta_tcvae import BetaTCVAELoss
from transect.model.loss.beta_vae import BetaVAELoss
from transect.model.loss.capacity import CapacityLoss
from transect.model.loss.consistency import ConsistencyLoss
from transect.model.loss.covariance import CovarianceLoss
from transect.model.loss.dip_vae import DIPVAELoss
from transect.model.loss.elbo import ELBOLoss
from transect.model.loss.entanglement import EntanglementLoss
from transect.model.loss.factor_vae import FactorVAELoss
from transect.model.loss.original import OriginalLoss

__all__ = [
    "AutoencoderLoss",
    "BetaTCVAELoss",
    "BetaVAELoss",
    "CapacityLoss",
    "ConsistencyLoss",
    "CovarianceLoss",
    "DIPVAELoss",
    "ELBOLoss",
    "EntanglementLoss",
    "FactorVAELoss",
    "Loss",
    "OriginalLoss",
]
