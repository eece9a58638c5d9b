"""Decoders: one class a file."""
