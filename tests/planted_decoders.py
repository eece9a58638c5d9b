"""Decoders of known weights, and errors of what they draw by the plain formula."""

import numpy as np
import torch

from transect.model import TransposedDecoder, seeded


def network():
    """Return a small network with random weights as a decoder of codes (n, 3)."""
    with seeded(0):
        net = TransposedDecoder(16, channels=(4, 8)).eval()
    return lambda codes: torch.sigmoid(net(3 * codes)).squeeze(1)


def shares(truth, drawn):
    """Return the nMSE of each image."""
    truth, drawn = (np.asarray(x, np.float64).reshape(len(truth), -1) for x in (truth, drawn))
    return np.square(truth - drawn).sum(axis=1) / np.square(truth).sum(axis=1)
