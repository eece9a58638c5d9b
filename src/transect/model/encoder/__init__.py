"""Encoders: a picture -> the code of that picture."""

from transect.model.encoder.base import Encoder
from transect.model.encoder.original import OriginalEncoder
from transect.model.encoder.strided import StridedEncoder

__all__ = ["Encoder", "OriginalEncoder", "StridedEncoder"]
