"""The perceptual distance LPIPS, where the package `lpips` and its weights are installed.

R. Zhang et al., "The unreasonable effectiveness of deep features as a perceptual metric", CVPR
2018: the distance of the features that AlexNet, trained on photographs, has of two images.
"""

import importlib.util
import warnings
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
import torch
from numpy.typing import NDArray

_BATCH = 64


def lpips(
    truth: NDArray[np.floating], reconstruction: NDArray[np.floating]
) -> NDArray[np.float64] | None:
    """Return the LPIPS of each image, (n,); 0 is perfect.

    Nothing is downloaded. If the package `lpips` is installed and something else is missing, a
    warning says what.

    Args:
        truth: (n, h, w), in [0, 1].
        reconstruction: (n, h, w), in [0, 1].

    Returns:
        The distances, or None if they cannot be measured.
    """
    if importlib.util.find_spec("lpips") is None:
        return None
    try:
        return _distances(truth, reconstruction)
    # A foreign package raises what it likes, and no other measure may fail with it.
    except Exception as error:
        reason = " ".join(str(error).split())
        warnings.warn(f"LPIPS is left out: {reason}", stacklevel=3)
        return None


def _distances(
    truth: NDArray[np.floating], reconstruction: NDArray[np.floating]
) -> NDArray[np.float64]:
    import lpips as package  # noqa: PLC0415 # pyright: ignore[reportMissingImports]
    import torchvision  # noqa: PLC0415 # pyright: ignore[reportMissingImports]

    address = torchvision.models.AlexNet_Weights.IMAGENET1K_V1.url
    weights = Path(torch.hub.get_dir()) / "checkpoints" / Path(urlparse(address).path).name
    if not weights.is_file():
        raise ValueError(f"it needs the weights {address} as {weights}")
    model = package.LPIPS(net="alex", verbose=False).eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(truth), _BATCH):
            pair = [
                torch.as_tensor(images[start : start + _BATCH], dtype=torch.float32)
                .unsqueeze(1)
                .expand(-1, 3, -1, -1)
                for images in (truth, reconstruction)
            ]
            found.append(model(*pair, normalize=True).reshape(-1))
    return torch.cat(found).double().numpy()
