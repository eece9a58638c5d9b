"""Derivatives of pictures by their codes.

Codes are short and pictures long, so that forward mode is the cheap one: one pass along each
coordinate of the code, all at once, which share that of the pictures themselves.
"""

import warnings
from collections.abc import Callable

import torch
from torch import Tensor


def with_jacobian(decoder: Callable[[Tensor], Tensor], codes: Tensor) -> tuple[Tensor, Tensor]:
    """Return what a function makes of codes, (n, …), and its derivatives, (n, latent, …).

    Args:
        decoder: Any differentiable function of codes (n, latent), each row on its own.
        codes: (n, latent).

    Example:
        >>> made, jacobian = with_jacobian(lambda z: z**2, torch.tensor([[3.0]]))
        >>> made.tolist(), jacobian.tolist()
        ([[9.0]], [[[6.0]]])
    """
    axes = torch.eye(codes.shape[1]).to(codes)[:, None].expand(-1, len(codes), -1)

    def along(direction: Tensor) -> tuple[Tensor, Tensor]:
        both = torch.func.jvp(decoder, (codes,), (direction,))
        return both[0], both[1]

    with torch.no_grad(), warnings.catch_warnings():
        # The first forward derivative of a process has torch compile its own rules with what it
        # itself calls deprecated.
        warnings.filterwarnings("ignore", ".*torch.jit.script", DeprecationWarning)
        shared = (None, 0)
        made, columns = torch.func.vmap(along, out_dims=shared)(axes)  # pyright: ignore[reportArgumentType]
    return made, columns.transpose(0, 1)
