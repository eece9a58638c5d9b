"""Factors of an image, found by search over the renderer."""
