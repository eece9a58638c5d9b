"""The optimizer Muon: momentum whose singular values are made equal, for the matrices of a model.

    M ← μ M + G,    W ← W − η · 0.2 √max(rows, columns) · U Vᵀ,    where  G + μ M = U S Vᵀ

K. Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks". A gradient moves
few directions of a matrix much and most of them hardly; here all move alike. The factor gives a
step the root mean square of one of Adam: J. Liu et al. 2025, "Muon is scalable for LLM training",
eq. 4.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

THINNEST = 8
"""Rows and columns of a matrix from which Muon moves it; Adam moves everything else."""

ADAM_SHARE = 0.3
"""Learning rate of what Adam moves, as a share of that of the matrices."""

MOMENTUM = 0.95
ADAM_MOMENTS = (0.9, 0.999)
ROUGHLY_ONE = (3.4445, -4.775, 2.0315)
"""Coefficients of the odd polynomial that brings singular values near 1 fastest (Jordan et al.)."""
ROUNDS = 5
_TINY = 1e-8


class Muon(torch.optim.Optimizer):
    """Muon for matrices, AdamW for what else a model has.

    The kernels of convolutions are matrices too, with a row a channel that they lead to (from, if
    transposed). Vectors, and matrices with a side below `THINNEST`, such as those next to the code
    and to the pixel, are left to AdamW (Loshchilov & Hutter 2019).

    Args:
        parameters: Of a model.
        lr: Learning rate of the matrices, above 0; that of the rest is `ADAM_SHARE` of it.
        weight_decay: Times its learning rate it is the share by which a weight shrinks a step.
    """

    def __init__(
        self, parameters: Iterable[Tensor], *, lr: float, weight_decay: float = 0.0
    ) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take one step against the gradients that the parameters hold.

        Returns:
            What `closure` returns, which computes them anew; None without one.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            rate = group["lr"]
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                muon = _is_matrix(parameter)
                own = rate if muon else ADAM_SHARE * rate
                update = (_muon if muon else _adam)(parameter.grad, self.state[parameter])
                parameter.mul_(1 - own * group["weight_decay"]).sub_(update, alpha=own)
        return loss


def orthogonalized(matrix: Tensor) -> Tensor:
    """Return a matrix with the singular vectors of `matrix`, and singular values from 0.7 to 1.2.

    Only values below about 2e-3 of the Frobenius norm stay smaller. `ROUNDS` times
    X ← (a + b A + c A²) X with A = X Xᵀ, all in the space of the shorter side: N. Amsel et al.
    2025, "The Polar Express", appendix F.

    Args:
        matrix: (rows, columns).
    """
    wide = matrix if len(matrix) <= matrix.shape[1] else matrix.T
    wide = wide / (wide.norm() + _TINY)
    gram = wide @ wide.T
    product = factor = _polynomial(gram)
    for _ in range(ROUNDS - 1):
        gram = factor @ gram @ factor
        factor = _polynomial(gram)
        product = factor @ product
    result = product @ wide
    return result if len(matrix) <= matrix.shape[1] else result.T


def _polynomial(gram: Tensor) -> Tensor:
    """Return a + b A + c A² of A, (n, n)."""
    a, b, c = ROUGHLY_ONE
    result = torch.addmm(gram, gram, gram, beta=b, alpha=c)
    result.diagonal().add_(a)
    return result


def _is_matrix(parameter: Tensor) -> bool:
    return parameter.ndim > 1 and min(len(parameter), parameter[0].numel()) >= THINNEST


def _muon(gradient: Tensor, state: dict[str, Tensor]) -> Tensor:
    if not state:
        state["momentum"] = torch.zeros_like(gradient)
    ahead = gradient + MOMENTUM * state["momentum"].mul_(MOMENTUM).add_(gradient)
    rows = ahead.flatten(1)
    return (0.2 * max(rows.shape) ** 0.5 * orthogonalized(rows)).view_as(gradient)


def _adam(gradient: Tensor, state: dict[str, Tensor]) -> Tensor:
    if not state:
        state["step"] = torch.zeros(())
        state["first"], state["second"] = torch.zeros_like(gradient), torch.zeros_like(gradient)
    state["step"] += 1
    step, (first, second) = state["step"].item(), ADAM_MOMENTS
    state["first"].lerp_(gradient, 1 - first)
    state["second"].lerp_(gradient.square(), 1 - second)
    size = (state["second"] / (1 - second**step)).sqrt_()
    return state["first"] / (1 - first**step) / (size + _TINY)
