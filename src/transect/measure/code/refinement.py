"""Codes of an encoder, refined at the time of use: each image has its own few steps.

An encoder answers at once what would take a search, and so answers less exactly: the amortization
gap (C. Cremer, X. Li and D. Duvenaud, "Inference suboptimality in variational autoencoders", ICML
2018). It is widest for images unlike those that were learnt, and a few steps from the encoder's
code close it, as in semi-amortized inference (Y. Kim et al., "Semi-amortized variational
autoencoders", ICML 2018). Neither weights nor factors are touched, nor is anything learnt: the
image is the model's own input.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.code.descent import Descents, check_options, check_size, flat_images
from transect.measure.embedding.cloud import check_cloud
from transect.measure.embedding.geometry import Decoder

TOLERANCE = 0.02
"""Share of the squared error that is not worth another step."""


def refine_codes(
    decoder: Decoder,
    images: ArrayLike,
    codes: ArrayLike,
    *,
    steps: int = 3,
    tolerance: float = TOLERANCE,
) -> NDArray[np.float64]:
    """Return codes from which a decoder draws images no worse, (n, latent).

    Levenberg–Marquardt steps from the codes given. An image gets no further step where one
    promises, or the last one left, no more than a small share of its error to gain.

    Args:
        decoder: See `transect.measure.embedding.geometry`.
        images: (n, …), of the size that the decoder gives.
        codes: (n, latent), the encoder's.
        steps: Steps an image at most, at least 1.
        tolerance: That share, above 0.

    Raises:
        ValueError: Images or codes are not finite or do not belong together, an option is out of
            range, or the decoder gives something else than finite images of that size.

    Example:
        A decoder that draws the code on the diagonal reaches (1, 3) best at (2, 2):

        >>> refine_codes(lambda z: z.expand(-1, 2), [[1.0, 3.0]], [[0.0]]).round(1)
        array([[2.]])
    """
    truth, start = flat_images(images), check_cloud(codes)
    if len(truth) != len(start):
        raise ValueError(f"codes need one row an image, got {len(start)} for {len(truth)}")
    check_options(steps, tolerance)
    check_size(decoder, start[0], truth)
    descents = Descents(decoder, truth, np.arange(len(start)), start, tolerance)
    for _ in range(steps):
        descents.step()
        going = descents.active
        descents.active = going[descents.surprise[going] > tolerance]
    return descents.codes
