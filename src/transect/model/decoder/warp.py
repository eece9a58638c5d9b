"""A decoder that deforms a few images of its own.

    logit(x, z) = Σ_k m_k(z) T_k(x + u(x, z)) + b(z)

with learned templates T_k and a smooth displacement u.
"""

import torch
from torch import Tensor, nn

from transect.model.decoder.base import Decoder
from transect.model.decoder.interpolation import cubic_between
from transect.model.decoder.perceptron import perceptron
from transect.space.values import check_whole


class WarpDecoder(Decoder):
    """A mixture of learned templates under a smooth warp, both of which the code chooses.

    Shu et al. 2018, "Deforming autoencoders": the mixture is the texture, and the warp deforms it.
    A perceptron gives the weights of the mixture, a constant for all pixels, and displacements on
    a coarse grid, which are interpolated bicubically. The warp starts as the identity. Beyond its
    edge a template repeats the values of the edge.

    Args:
        size: Height and width of the images in pixels, from 2 up.
        latent: Dimension of the code.
        templates: Number of templates.
        grid: Displacements per side, from 2 up; they lie on the image from corner to corner.
        width: Features of the two hidden layers of the perceptron.

    Raises:
        ValueError: The size or the grid is below 2, or latent, `templates` or the width is below 1.
    """

    between: Tensor

    def __init__(
        self,
        size: int = 64,
        latent: int = 3,
        templates: int = 16,
        grid: int = 8,
        width: int = 128,
    ) -> None:
        super().__init__()
        self.size, self.latent = check_whole("size", size, 2), check_whole("latent", latent, 1)
        self.grid = check_whole("grid", grid, 2)
        between = cubic_between(self.grid, self.size, corners=True)
        self.register_buffer("between", between, persistent=False)
        # Templates that start smooth give the warp a gradient to follow; white noise would not.
        noise = torch.randn(check_whole("templates", templates, 1), 1, grid, grid)
        self.templates = nn.Parameter(self._enlarge(noise).squeeze(1))
        self.trunk = nn.Sequential(
            *perceptron([latent, check_whole("width", width, 1), width]), nn.SiLU()
        )
        self.mixture_head = nn.Linear(width, templates)
        self.bias_head = nn.Linear(width, 1)
        self.warp_head = nn.Linear(width, 2 * grid * grid)
        nn.init.zeros_(self.warp_head.weight)
        nn.init.zeros_(self.warp_head.bias)

    def displacements(self, codes: Tensor) -> Tensor:
        """Return u at every pixel, across and down, in half image widths, (n, 2, size, size).

        Args:
            codes: (n, latent).
        """
        return self._displacements(self.trunk(codes))

    def forward(self, codes: Tensor) -> Tensor:
        """Return the logits (n, 1, size, size) of codes (n, latent)."""
        features = self.trunk(codes)
        # All templates share the warp, so that they can be mixed before it.
        mixed = self.mixture_head(features) @ self.templates.flatten(1)
        # Under autocast they come in bf16, which can't resolve positions of pixels.
        images = mixed.to(self.templates.dtype).unflatten(1, (self.size, -1))
        warped = _sample(images, self._displacements(features))
        return (warped + self.bias_head(features)[:, :, None]).unsqueeze(1)

    def _displacements(self, features: Tensor) -> Tensor:
        coarse = self.warp_head(features).unflatten(1, (2, self.grid, self.grid))
        return self._enlarge(coarse)

    def _enlarge(self, maps: Tensor) -> Tensor:
        return self.between @ maps @ self.between.T


def _sample(images: Tensor, displacements: Tensor) -> Tensor:
    """Return images (n, s, s), bilinear, where their pixels are displaced to, (n, s, s).

    `torch.nn.functional.grid_sample` does the same, but has no forward-mode derivative.
    """
    size = images.shape[-1]
    pixels = torch.arange(size, dtype=images.dtype, device=images.device)
    shifts = displacements * ((size - 1) / 2)
    x = (shifts[:, 0] + pixels).clamp(0, size - 1)
    y = (shifts[:, 1] + pixels[:, None]).clamp(0, size - 1)
    # A training that diverges should have NaN in its loss, not an index beyond the image.
    left, top = (part.detach().nan_to_num().floor().clamp(max=size - 2) for part in (x, y))
    corner = (top * size + left).long().flatten(1)
    flat = images.flatten(1)
    top_left, top_right, bottom_left, bottom_right = (
        flat.gather(1, corner + step).view_as(images) for step in (0, 1, size, size + 1)
    )
    right_share, bottom_share = x - left, y - top
    upper = top_left + right_share * (top_right - top_left)
    lower = bottom_left + right_share * (bottom_right - bottom_left)
    return upper + bottom_share * (lower - upper)
