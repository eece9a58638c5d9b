"""Losses: what a model is trained to lower."""

from transect.model.loss.base import Loss
from transect.model.loss.elbo import ELBOLoss
from transect.model.loss.entanglement import EntanglementLoss
from transect.model.loss.original import OriginalLoss

__all__ = ["ELBOLoss", "EntanglementLoss", "Loss", "OriginalLoss"]
