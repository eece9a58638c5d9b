"""Datasets in a notebook: a line of words and the first images."""

from base64 import b64encode
from html import escape

import numpy as np

from transect.image.image_file import ImageSource
from transect.image.png import encode_png

SHOWN = 8
"""Images that are shown at most."""


def dataset_html(source: ImageSource, words: str) -> str:
    """Return a dataset as HTML that needs nothing else.

    Args:
        source: What is shown.
        words: What it is, in a line of text.
    """
    rows = np.arange(min(SHOWN, len(source)))
    images = source.pixels(rows) if len(rows) else []
    figures = "".join(
        f'<figure style="display: inline-block; margin: 4px; text-align: center">'
        f'<img src="data:image/png;base64,{b64encode(encode_png(255 - image)).decode()}" '
        f'alt="image {row}" width="{max(source.width, 64)}">'
        f"<figcaption>{_factors(source, row)}</figcaption></figure>"
        for row, image in zip(rows.tolist(), images, strict=True)
    )
    return f"<div><p><code>{escape(words)}</code></p>{figures}</div>"


def _factors(source: ImageSource, row: int) -> str:
    values = zip(source.names, source.factors[row].tolist(), strict=True)
    return "<br>".join(f"{escape(name)} {value:.3g}" for name, value in values)
