"""The codes of a whole dataset: alignment, disentanglement, geometry, topology."""
