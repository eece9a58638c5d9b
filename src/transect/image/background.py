"""Whether images show a dark foreground on a bright background."""

import numpy as np
from numpy.typing import NDArray

SHARE = 0.75
"""Share of the pixels along the edges that are bright where the background is.

Of a pattern without a background, one half is."""

BRIGHT = 0.6
"""What a bright pixel exceeds; mid-grey, which a model answers that has learnt nothing, is dark."""


def is_bright(images: NDArray[np.float32]) -> bool:
    """Return whether at least 75 % of the pixels along the edges of all images exceed 0.6.

    Measures take 1 as the foreground: on images of a bright background they compare backgrounds.

    Args:
        images: (n, h, w) in [0, 1].
    """
    edges = [images[:, 0], images[:, -1], images[:, 1:-1, 0], images[:, 1:-1, -1]]
    bright = sum(np.count_nonzero(edge > BRIGHT) for edge in edges)
    return bool(bright >= SHARE * sum(edge.size for edge in edges))
