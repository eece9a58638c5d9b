"""The variational autoencoder that joins an encoder and a decoder.

z = μ + σ ε with ε ~ N(0, 1) (Kingma & Welling 2014, section 2.4). σ is one constant, or learned for
every image and every coordinate of the code.
"""

import math
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from transect.model.decoder.base import Decoder
from transect.model.encoder.base import Encoder

LEARNED = "learned"
INITIAL_NOISE = 0.1


class Outputs(NamedTuple):
    """What one pass of a `VAE` gives, all that a loss needs.

    Attributes:
        logits: (n, 1, h, w); their sigmoid is the image.
        mean: (n, latent), μ.
        log_variance: (n, latent), ln σ².
        codes: (n, latent), z, what was decoded.
    """

    logits: Tensor
    mean: Tensor
    log_variance: Tensor
    codes: Tensor


class VAE(nn.Module):
    """An encoder and a decoder with Gaussian noise on the code between them.

    Only `forward` adds noise, and only the noise that it is given. Batch norm follows the mode of
    the module as everywhere in torch: call `eval()` before you encode or decode.

    Args:
        encoder: Image -> code.
        decoder: Code -> logits, of the same size and latent dimension.
        noise: σ, one constant above 0; or "learned": a second linear head on the features of
            the encoder gives ln σ², and starts at σ = 0.1 for every image.

    Raises:
        ValueError: Encoder and decoder differ in size or latent dimension, or `noise` is
            neither a finite number above 0 nor "learned".
    """

    def __init__(
        self, encoder: Encoder, decoder: Decoder, noise: float | Literal["learned"] = 0.1
    ) -> None:
        super().__init__()
        if (encoder.size, encoder.latent) != (decoder.size, decoder.latent):
            raise ValueError(
                "encoder and decoder must share size and latent dimension, got "
                f"{encoder.size} px, {encoder.latent} and {decoder.size} px, {decoder.latent}"
            )
        self.encoder, self.decoder = encoder, decoder
        self.deviation = INITIAL_NOISE if noise == LEARNED else _check_deviation(noise)
        self.log_variance_head: nn.Linear | None = None
        if noise == LEARNED:
            self.log_variance_head = nn.Linear(encoder.head.in_features, encoder.latent)
            nn.init.zeros_(self.log_variance_head.weight)
            nn.init.constant_(self.log_variance_head.bias, 2 * math.log(INITIAL_NOISE))

    @property
    def size(self) -> int:
        """Height and width of the images in pixels."""
        return self.encoder.size

    @property
    def latent(self) -> int:
        """Dimension of the code."""
        return self.encoder.latent

    def forward(self, images: Tensor, noise: Tensor | None = None) -> Outputs:
        """Return logits, μ, ln σ² and z of images (n, 1, h, w) or (n, h, w) in [0, 1].

        Args:
            images: (n, 1, h, w) in [0, 1].
            noise: ε, (n, latent), drawn by the caller from N(0, 1), so that a run is repeatable;
                without it μ itself is decoded.
        """
        features = self.encoder.features(self._check_images(images))
        mean = self.encoder.head(features)
        log_variance = self._log_variance(features, mean)
        codes = mean if noise is None else mean + torch.exp(log_variance / 2) * noise
        return Outputs(self.decoder(codes), mean, log_variance, codes)

    def encode(self, images: Tensor) -> Tensor:
        """Return the codes μ, (n, latent), of images (n, 1, h, w) or (n, h, w) in [0, 1]."""
        return self.encoder(self._check_images(images))

    def decode(self, codes: Tensor) -> Tensor:
        """Return the images (n, h, w) in [0, 1] of codes (n, latent).

        Raises:
            ValueError: The codes have another shape.
        """
        if codes.ndim != 2 or codes.shape[1] != self.latent:
            raise ValueError(f"codes need the shape (n, {self.latent}), got {tuple(codes.shape)}")
        return torch.sigmoid(self.decoder(codes)).squeeze(1)

    def decode_with_jacobian(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        """Return the images (n, h, w) of codes (n, latent), and their derivatives by the code.

        Args:
            codes: (n, latent).

        Returns:
            The images and (n, latent, h, w); no gradient flows through either.
        """
        logits, slopes = self.decoder.with_jacobian(codes)
        images = torch.sigmoid(logits)
        return images.squeeze(1), (slopes * (images * (1 - images))[:, None]).squeeze(2)

    def reconstruct(self, images: Tensor) -> Tensor:
        """Return the reconstructions (n, h, w) of images (n, 1, h, w) or (n, h, w) in [0, 1]."""
        return self.decode(self.encode(images))

    def _check_images(self, images: Tensor) -> Tensor:
        stacked = images.unsqueeze(1) if images.ndim == 3 else images
        if stacked.shape[1:] != (1, self.size, self.size):
            raise ValueError(
                f"images need the shape (n, {self.size}, {self.size}) or "
                f"(n, 1, {self.size}, {self.size}), got {tuple(images.shape)}"
            )
        return stacked

    def _log_variance(self, features: Tensor, mean: Tensor) -> Tensor:
        if self.log_variance_head is not None:
            return self.log_variance_head(features)
        return torch.full_like(mean, 2 * math.log(self.deviation))


def weight_count(module: nn.Module) -> int:
    """Return how many numbers describe `module`: its weights and what else is kept with them."""
    return sum(part.numel() for part in module.state_dict().values() if part.is_floating_point())


def _check_deviation(noise: float | str) -> float:
    if isinstance(noise, str) or not 0 < noise < math.inf:
        raise ValueError(f"noise must be a number above 0 or {LEARNED!r}, got {noise!r}")
    return float(noise)
