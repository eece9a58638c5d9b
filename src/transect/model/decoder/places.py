"""What decoders know of the place of a pixel."""

import math

import torch
from torch import Tensor


def fourier_features(frequencies: Tensor, size: int) -> Tensor:
    """Return (sin 2π F x, cos 2π F x) at the centre x of every cell, row by row, (size², 2 n).

    Tancik et al. 2020, "Fourier features let networks learn high frequency functions in low
    dimensional domains", eq. 5. The sines come first.

    Args:
        frequencies: The n rows of F, (n, 2), cycles an image width; x = (across, down) lies in
            [0, 1]².
        size: Cells a side of the image, its pixels or coarser ones.
    """
    centres = (torch.arange(size).to(frequencies) + 0.5) / size
    across, down = (2 * math.pi * centres[:, None, None] * frequencies.T).unbind(1)
    phases = (down[:, None] + across).flatten(0, 1)
    return torch.cat([phases.sin(), phases.cos()], dim=1)
