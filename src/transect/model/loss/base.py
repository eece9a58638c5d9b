"""What every loss answers."""

from abc import ABC, abstractmethod

from torch import Tensor


class Loss(ABC):
    """Compares a batch of pictures with what the model made of them."""

    @abstractmethod
    def __call__(
        self,
        truth: Tensor,
        logits: Tensor,
        mean: Tensor,
        log_variance: Tensor,
        weights: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """Return the scalar to minimise under "loss", and each term for the history by its name.

        The terms are means over the batch without weights and without coefficients.

        Args:
            truth: The pictures, (n, 1, h, w) in [0, 1].
            logits: The reconstructions before the sigmoid, (n, 1, h, w).
            mean: μ, (n, d).
            log_variance: ln σ², (n, d).
            weights: Of each picture, (n,); without it each weighs 1.
        """
