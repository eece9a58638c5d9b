"""Decoders: a code -> an image, as logits."""

from transect.model.decoder.additive import AdditiveDecoder
from transect.model.decoder.base import Decoder
from transect.model.decoder.coordinate import CoordinateDecoder
from transect.model.decoder.film import FilmDecoder
from transect.model.decoder.level_set import LevelSetDecoder
from transect.model.decoder.mlp import MlpDecoder
from transect.model.decoder.original import OriginalDecoder
from transect.model.decoder.spatial_broadcast import SpatialBroadcastDecoder
from transect.model.decoder.transposed import TransposedDecoder
from transect.model.decoder.warp import WarpDecoder

__all__ = [
    "AdditiveDecoder",
    "CoordinateDecoder",
    "Decoder",
    "FilmDecoder",
    "LevelSetDecoder",
    "MlpDecoder",
    "OriginalDecoder",
    "SpatialBroadcastDecoder",
    "TransposedDecoder",
    "WarpDecoder",
]
