"""A decoder whose code moves smooth fields, from which each pixel is computed.

    F_k(x, z) = Σ_j φ_j(z) T_jk(x),    logit(x, z) = h(F_1(x, z), …, F_K(x, z))

φ are the monomials of the code up to a degree, T_jk smooth maps of the plane, and h is a perceptron
that is the same at every pixel and for every code.
"""

import math
from collections.abc import Sequence
from functools import reduce
from itertools import combinations_with_replacement

import torch
from torch import Tensor
from torch.nn import functional as F

from transect.model.decoder.base import Decoder
from transect.model.decoder.coordinate import fourier_features
from transect.model.decoder.interpolation import cubic_between
from transect.model.decoder.perceptron import PixelwisePerceptron, perceptron
from transect.model.derivative import with_jacobian
from transect.space.values import check_counts, check_positive, check_whole


class LevelSetDecoder(Decoder):
    """Fields that are polynomials in the code, and one rule that reads every pixel off them.

    A line is where a field crosses a level (Osher & Sethian 1988), so it moves as the field rises
    or falls, and does not fade. Fields are sums over maps of the plane weighted by functions of the
    code, the form of a DeepONet (Lu et al. 2021, eq. 2), but with plain monomials as weights: a
    polynomial of low degree that is known around a hole is known inside it. What is not linear in
    them is left to h, whose inputs are values of fields and neither place nor code; the same values
    occur elsewhere in training. A perceptron of coordinates and Fourier features gives the maps on
    a coarse grid, from which they are interpolated bicubically, so that they are smooth; it runs
    once for all codes of a batch.

    Args:
        size: Height and width of the images in pixels, from 2 up.
        latent: Dimension of the code.
        fields: K, their number.
        degree: Of the monomials: 1 for fields that are affine in the code, 2 with its squares and
            products, and so on.
        grid: Points per side at which the maps are computed.
        frequencies: Number of frequencies of the Fourier features, drawn once from
            N(0, bandwidth²) and kept with the weights.
        bandwidth: Their standard deviation, cycles per image width. A larger one draws
            finer lines, and less of what lies between examples.
        widths: Features of the hidden layers of the perceptron that gives the maps.
        readout: Features of the hidden layers of h.

    Raises:
        ValueError: The size is below 2, latent, `fields`, `degree`, `grid`, `frequencies` or a
            width is below 1, or the bandwidth is not above 0.
    """

    frequencies: Tensor
    between: Tensor

    def __init__(
        self,
        size: int = 64,
        latent: int = 3,
        *,
        fields: int = 8,
        degree: int = 2,
        grid: int = 32,
        frequencies: int = 48,
        bandwidth: float = 1.25,
        widths: Sequence[int] = (128, 128),
        readout: Sequence[int] = (32, 32, 32),
    ) -> None:
        super().__init__()
        self.size, self.latent = check_whole("size", size, 2), check_whole("latent", latent, 1)
        self.degree = check_whole("degree", degree, 1)
        self.grid = check_whole("grid", grid, 1)
        self.terms = math.comb(latent + degree, degree)
        count = check_whole("frequencies", frequencies, 1)
        drawn = check_positive("bandwidth", bandwidth) * torch.randn(count, 2)
        self.register_buffer("frequencies", drawn)
        self.register_buffer("between", cubic_between(self.grid, self.size), persistent=False)
        outputs = self.terms * check_whole("fields", fields, 1)
        self.maps = perceptron([2 + 2 * count, *check_counts("widths", widths), outputs])
        self.readout = PixelwisePerceptron([fields, *check_counts("readout", readout), 1])

    def fields(self, codes: Tensor) -> Tensor:
        """Return the fields (n, K, size, size) of codes (n, latent)."""
        return (self._monomials(codes) @ self._maps()).unflatten(1, (-1, self.size, self.size))

    def forward(self, codes: Tensor) -> Tensor:
        """Return the logits (n, 1, size, size) of codes (n, latent)."""
        return self.readout(self.fields(codes))

    def with_jacobian(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits (n, 1, size, size) and their derivatives (n, latent, 1, size, size).

        Fields depend on the code by matrices, and a pixel's logit on its own fields alone, so one
        backward pass through h serves all coordinates of the code.

        Args:
            codes: (n, latent).
        """
        with torch.no_grad():
            maps = self._maps()
            monomials, slopes = with_jacobian(self._monomials, codes)
            fields = (monomials @ maps).unflatten(1, (-1, self.size, self.size))
        with torch.enable_grad():
            logits = self.readout(fields.requires_grad_())
            (gradient,) = torch.autograd.grad(logits.sum(), fields)
        moved = (slopes @ maps).unflatten(2, (-1, self.size, self.size))
        return logits.detach(), torch.einsum("nkhw,nlkhw->nlhw", gradient, moved)[:, :, None]

    def _maps(self) -> Tensor:
        """Return the maps T, (terms, K size²)."""
        coarse = self.maps(self._places()).T.unflatten(1, (self.grid, self.grid))
        return (self.between @ coarse @ self.between.T).reshape(self.terms, -1)

    def _monomials(self, codes: Tensor) -> Tensor:
        """Return the monomials (n, terms) of codes (n, latent), 1 first."""
        padded = F.pad(codes, (1, 0), value=1.0)
        columns = combinations_with_replacement(padded.unbind(1), self.degree)
        return torch.stack([reduce(torch.mul, column) for column in columns], dim=1)

    def _places(self) -> Tensor:
        """Return coordinates in [-1, 1] and Fourier features of the grid, (grid², 2 + 2 n)."""
        steps = (torch.arange(self.grid).to(self.frequencies) + 0.5) * (2 / self.grid) - 1
        y, x = torch.meshgrid(steps, steps, indexing="ij")
        features = fourier_features(self.frequencies, self.grid)
        return torch.cat([x.reshape(-1, 1), y.reshape(-1, 1), features], dim=1)
