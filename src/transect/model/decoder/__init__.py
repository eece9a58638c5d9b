"""Decoders: a code -> a picture, as logits."""

from transect.model.decoder.base import Decoder
from transect.model.decoder.original import OriginalDecoder
from transect.model.decoder.transposed import TransposedDecoder

__all__ = ["Decoder", "OriginalDecoder", "TransposedDecoder"]
