"""The initial weights of the original models."""

from torch import nn


def draw_normal_weights(module: nn.Module, deviation: float = 0.05) -> None:
    """Draw every kernel of `module` from N(0, deviation²) and set every bias to 0, in place.

    Kernels are those of convolutions and linear layers; batch norm keeps its scale 1 and shift 0.
    """
    for part in module.modules():
        if isinstance(part, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.normal_(part.weight, std=deviation)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
