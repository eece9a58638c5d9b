"""Encoders: one class a file."""
