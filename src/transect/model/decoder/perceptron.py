"""The multilayer perceptron that decoders are made of."""

from collections.abc import Sequence
from itertools import pairwise

from torch import nn


def perceptron(widths: Sequence[int]) -> nn.Sequential:
    """Return linear layers with SiLU between them, none after the last.

    Args:
        widths: Numbers of features, from those that come in to those that go out; at least two.
    """
    layers: list[nn.Module] = []
    for features_in, features_out in pairwise(widths):
        layers += [nn.Linear(features_in, features_out), nn.SiLU()]
    return nn.Sequential(*layers[:-1])
