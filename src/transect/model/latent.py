"""The check that every encoder and decoder makes of its code."""


def check_latent(latent: int) -> int:
    """Return `latent`, the dimension of a code, if it is at least 1.

    Raises:
        ValueError: It is below 1.
    """
    if latent < 1:
        raise ValueError(f"latent must be at least 1, got {latent}")
    return latent
