"""Encoders: an image -> the code of that image."""

from transect.model.encoder.base import Encoder
from transect.model.encoder.original import OriginalEncoder
from transect.model.encoder.strided import StridedEncoder

__all__ = ["Encoder", "OriginalEncoder", "StridedEncoder"]
