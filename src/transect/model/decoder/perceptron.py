"""The multilayer perceptrons that decoders are made of."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn


def perceptron(widths: Sequence[int]) -> nn.Sequential:
    """Return linear layers with SiLU between them, none after the last.

    Args:
        widths: Numbers of features, from those that come in to those that go out; at least two.
    """
    layers: list[nn.Module] = []
    for features_in, features_out in pairwise(widths):
        layers += [nn.Linear(features_in, features_out), nn.SiLU()]
    return nn.Sequential(*layers[:-1])


class PixelwisePerceptron(nn.Sequential):
    """1×1 convolutions with SiLU between them, none after the last.

    Args:
        widths: Numbers of features, from those that come in to those that go out; at least two.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        layers: list[nn.Module] = []
        for features_in, features_out in pairwise(widths):
            layers += [nn.Conv2d(features_in, features_out, 1), nn.SiLU()]
        super().__init__(*layers[:-1])

    def forward(self, fields: Tensor) -> Tensor:
        """Return the values (n, features out, h, w) of fields (n, features in, h, w)."""
        values = fields.flatten(2)
        for layer in self:
            values = (
                _at_every_place(layer, values) if isinstance(layer, nn.Conv2d) else layer(values)
            )
        return values.unflatten(2, fields.shape[2:])


def _at_every_place(layer: nn.Conv2d, values: Tensor) -> Tensor:
    """Return a 1×1 convolution of values (n, features, places).

    As a product of matrices a training step takes two thirds of the time that convolutions with so
    few features take on a CPU.
    """
    assert layer.bias is not None, "layers of a perceptron have a bias"
    weight = layer.weight.flatten(1).expand(values.shape[0], -1, -1)
    return torch.baddbmm(layer.bias[:, None], weight, values)
