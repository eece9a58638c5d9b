"""The metric that a decoder pulls back from image space to its codes.

With g the decoder and J its Jacobian at z, a step dz changes the image by |J dz|, so

    G(z) = JᵀJ,    |dz|² = dzᵀ G dz,    volume element √det G

(H. Shao, A. Kumar and P. Fletcher, "The Riemannian geometry of deep generative models", CVPR
workshops 2018; G. Arvanitidis, L. Hansen and S. Hauberg, "Latent space oddity", ICLR 2018). Lengths
are Euclidean distances of images, √Σ over pixels. Off the manifold of codes nothing has trained the
decoder, and the metric there tells what it happens to draw.

A decoder is any differentiable function of a torch tensor: codes (n, latent), float32, to images
(n, …), each row on its own. Put batch norm and dropout into evaluation mode first.
"""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from transect.measure.embedding.cloud import check_cloud
from transect.model.derivative import with_jacobian

Decoder = Callable[[Tensor], Tensor]


@runtime_checkable
class DerivedDecoder(Protocol):
    """A decoder that knows its derivatives by a quicker way than forward mode."""

    def __call__(self, codes: Tensor) -> Tensor:
        """Return the images (n, …) of codes (n, latent)."""
        ...

    def with_jacobian(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        """Return the images (n, …) of codes (n, latent) and the derivatives (n, latent, …)."""
        ...


_PIXELS_A_BATCH = 1 << 19
"""Pixels that are decoded at a time, 128 images of 64 px: a wide decoder of 256 px needs a
hundred megabytes an image."""


def pullback_metric(decoder: Decoder, codes: ArrayLike) -> NDArray[np.float64]:
    """Return the metric G = JᵀJ at each code, (n, latent, latent).

    Args:
        decoder: See the top of this module.
        codes: (n, latent).

    Raises:
        ValueError: Codes are not a table of finite numbers, or the decoder gives something else
            than finite images, one a code.

    Example:
        An image of two pixels, one of which shows the first coordinate doubled:

        >>> pullback_metric(lambda z: z * torch.tensor([2.0, 1.0]), [[0.5, 0.5]])
        array([[[4., 0.],
                [0., 1.]]])
    """
    jacobian = decode_with_jacobian(decoder, check_cloud(codes))[1]
    return jacobian @ np.swapaxes(jacobian, 1, 2)


def principal_stretches(metric: ArrayLike) -> NDArray[np.float64]:
    """Return how much the image changes along the principal directions, (n, latent).

    The square roots of the eigenvalues of G, largest first. On a manifold of two dimensions in a
    wider latent space the product of the first two is its area element, and the others tell how
    much the decoder answers to steps off the manifold.

    Args:
        metric: From `pullback_metric`, (n, latent, latent).

    Raises:
        ValueError: The metric is not (n, latent, latent) or not finite.

    Example:
        >>> principal_stretches([[[4, 0], [0, 9]]])
        array([[3., 2.]])
    """
    values = np.asarray(metric, dtype=np.float64)
    if values.ndim != 3 or values.shape[1] != values.shape[2] or 0 in values.shape:
        raise ValueError(f"metric needs the shape (n, latent, latent), got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("metric needs finite numbers")
    return np.sqrt(np.maximum(np.linalg.eigvalsh(values)[:, ::-1], 0))


def volume_element(metric: ArrayLike) -> NDArray[np.float64]:
    """Return √det G at each code, (n,): how far the decoder stretches a small volume of codes.

    Large where small steps change the image much, small where the model wastes room. Its unit
    depends on the scale of codes and images, so compare it within one model: as a share of its
    median, say. A metric that is not (n, latent, latent) or not finite raises `ValueError`.

    Args:
        metric: From `pullback_metric`, (n, latent, latent).

    Example:
        >>> volume_element([[[4, 0], [0, 9]]])
        array([6.])
    """
    return principal_stretches(metric).prod(axis=1)


def decode(decoder: Decoder, codes: NDArray) -> NDArray[np.float32]:
    """Return the images of codes (n, latent) as numpy, (n, …).

    Raises:
        ValueError: The decoder gives something else than finite images, one a code.

    Example:
        >>> decode(lambda z: z.sum(dim=1), np.ones((2, 3)))
        array([3., 3.], dtype=float32)
    """
    with torch.no_grad():
        batches = [_check(decoder(part), len(part)) for part in _batches(decoder, codes)]
    return torch.cat(batches).numpy()


def decode_with_jacobian(
    decoder: Decoder, codes: NDArray
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return flat images (n, p) and the rows of their Jacobians (n, latent, p).

    A decoder that brings its derivatives (`DerivedDecoder`) is asked for them.

    Raises:
        ValueError: The decoder gives something else than finite images, one a code.

    Example:
        >>> images, jacobian = decode_with_jacobian(lambda z: z**2, np.array([[3.0]]))
        >>> images.tolist(), jacobian.tolist()
        ([[9.0]], [[[6.0]]])
    """
    images, jacobians = [], []
    for part in _batches(decoder, codes):
        image, jacobian = _derivatives(decoder, part)
        images.append(_check(image, len(part)).flatten(1))
        jacobians.append(_check(jacobian, len(part)).flatten(2))
    return (
        torch.cat(images).numpy().astype(np.float64),
        torch.cat(jacobians).numpy().astype(np.float64),
    )


def _derivatives(decoder: Decoder, codes: Tensor) -> tuple[Tensor, Tensor]:
    """Return the images of codes (n, latent) and their derivatives (n, latent, …)."""
    if isinstance(decoder, DerivedDecoder):
        return decoder.with_jacobian(codes)
    return with_jacobian(decoder, codes)


def _batches(decoder: Decoder, codes: NDArray) -> tuple[Tensor, ...]:
    every = torch.from_numpy(np.array(codes, dtype=np.float32))
    if not len(every):
        return every.split(1)
    with torch.no_grad():
        pixels = _check(decoder(every[:1]), 1).numel()
    return every.split(max(1, _PIXELS_A_BATCH // max(pixels, 1)))


def _check(images: Tensor, count: int) -> Tensor:
    if not isinstance(images, Tensor):
        raise ValueError(f"decoder needs to give a torch tensor, got {type(images).__name__}")
    if images.ndim < 1 or len(images) != count:
        raise ValueError(
            f"decoder needs to give one image a code, got {tuple(images.shape)} of {count}"
        )
    if not torch.isfinite(images).all():
        raise ValueError("decoder needs to give finite images, got NaN or infinity")
    return images.detach()
