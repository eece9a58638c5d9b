"""Derivatives of images by their codes.

Codes are short and images long, so forward mode is the cheap one: one pass along each coordinate
of the code, all at once, which share the pass for the images themselves. If a part of a
decoder has no forward derivative, central differences take its place: two more images for each
coordinate.
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

    Raises:
        ValueError: A part of the function has no forward derivative.

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
        try:
            made, columns = torch.func.vmap(along, out_dims=shared)(axes)  # pyright: ignore[reportArgumentType]
        except Exception as error:  # foreign code raises anything when it is differentiated
            if isinstance(error, ValueError | torch.OutOfMemoryError):
                raise
            reason = first_line(error)
            raise ValueError(f"the decoder has no forward derivative: {reason}") from error
    return made, columns.transpose(0, 1)


@torch.no_grad()
def with_differences(
    decoder: Callable[[Tensor], Tensor], codes: Tensor, steps: Tensor
) -> tuple[Tensor, Tensor]:
    """Return what a function makes of codes, (n, …), and its central differences, (n, latent, …).

    Args:
        decoder: Any function of codes (n, latent), each row on its own.
        codes: (n, latent).
        steps: (latent,), how far each coordinate is moved either way, above 0.

    Example:
        >>> codes, steps = torch.tensor([[3.0]]), torch.tensor([0.5])
        >>> with_differences(lambda z: z**2, codes, steps)[1].tolist()  # (3.5² − 2.5²) / 1
        [[[6.0]]]
    """
    columns = [
        (decoder(codes + move) - decoder(codes - move)) / (2 * step)
        for move, step in zip(torch.diag(steps), steps, strict=True)
    ]
    return decoder(codes), torch.stack(columns, dim=1)


def first_line(error: BaseException) -> str:
    """Return the first line of the message of an error, with its type where that says more.

    Example:
        >>> first_line(RuntimeError("no kernel")), first_line(KeyError("weight"))
        ('no kernel', "KeyError: 'weight'")
    """
    line = next((line for line in str(error).splitlines() if line.strip()), "")
    if line and isinstance(error, ValueError | RuntimeError):
        return line
    return f"{type(error).__name__}: {line}".removesuffix(": ")
