"""Figure of the page on error attribution, from planted errors.

python docs/measures/plots/attribution.py      (writes docs/images/measures)
"""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image

from transect.measure.code.attribution import Attribution, attribution, attribution_parts
from transect.measure.code.best_code import best_codes
from transect.measure.embedding.geometry import decode
from transect.measure.error.pixel import nmse
from transect.report.style import FAINT, SOURCE_COLORS, WIDTH, clear_frame, new_figure, styled

IMAGES = Path(__file__).parents[2] / "images" / "measures"
LARGEST = 60_000
"""Bytes of an image at most."""

PIXELS_PER_INCH = 130
PIXELS = torch.linspace(0, 1, 32)
CENTER, RADIUS = 0.5, 0.2
SHIFT, FADING = 0.035, 0.22
"""How far the encoder misses and how much the decoder fades, where each is at its worst."""

Array = np.ndarray


def spot(places: torch.Tensor) -> torch.Tensor:
    """Return images of a soft spot at places in the unit square."""
    down, across = (torch.exp(-0.5 * ((PIXELS - axis[:, None]) / 0.1) ** 2) for axis in places.T)
    return down[:, :, None] * across[:, None]


def fading(amount: float) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return a decoder of spots that fades them towards the middle of the hole."""

    def decoder(codes: torch.Tensor) -> torch.Tensor:
        depth = torch.exp(-(codes - CENTER).square().sum(dim=1) / RADIUS**2)
        return spot(codes) * (1 - amount * depth)[:, None, None]

    return decoder


def planted(shift: float, amount: float) -> tuple[Attribution, Array, Array, Array]:
    """Return the attribution of a model, and truth, encoder's and best images of one point."""
    generator = np.random.default_rng(0)
    angle, radius = 2 * np.pi * generator.random(120), RADIUS * np.sqrt(generator.random(120))
    places = CENTER + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    places[0] = CENTER
    turn = 2 * np.pi * generator.random(120)
    codes = places + shift * np.column_stack([np.cos(turn), np.sin(turn)])
    truth, decoder = decode(spot, places), fading(amount)
    found = best_codes(decoder, truth, np.stack([codes, places + 0.05], axis=1))
    encoded = decode(decoder, codes)
    shown = truth[0], encoded[0], decode(decoder, found.codes[:1])[0]
    return attribution(attribution_parts(nmse(truth, encoded), found.error)), *shown


@styled
def attributions() -> Figure:
    """Return what broken models draw, and the decoder's share against what was planted."""
    figure = new_figure(WIDTH, 2.6)
    images, shares = figure.subplots(1, 2, width_ratios=(1.25, 1))
    broken = {"encoder broken": (2 * SHIFT, 0.0), "decoder broken": (0.0, 2 * FADING)}
    rows = [np.concatenate(planted(*how)[1:], axis=1) for how in broken.values()]
    clear_frame(images)
    images.imshow(np.concatenate(rows), cmap="gray_r", vmin=0, vmax=1)
    images.set_xticks([16, 48, 80], ["truth", "encoder’s code", "best code"])
    images.set_yticks([16, 48], list(broken))
    images.tick_params(length=0, labelsize=8)
    for edge in (32, 64):
        images.axvline(edge - 0.5, color=FAINT, linewidth=0.5)
    images.axhline(31.5, color=FAINT, linewidth=0.5)
    mixture = np.linspace(0, 1, 9)
    alone = np.array(
        [
            [planted(SHIFT * np.sqrt(1 - t), 0)[0].excess.mean for t in mixture],
            [planted(0, FADING * np.sqrt(t))[0].excess.mean for t in mixture],
        ]
    )
    found = [planted(SHIFT * np.sqrt(1 - t), FADING * np.sqrt(t))[0] for t in mixture]
    share = alone[1] / alone.sum(axis=0)
    shares.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8)
    shares.axhline(0.5, color=FAINT, linewidth=0.8, linestyle=":")
    for at, one in zip(share, found, strict=True):
        ends = [one.decoder_share.low, one.decoder_share.high]
        shares.plot([at, at], ends, color=SOURCE_COLORS[""], linewidth=2)
    shares.plot(share, [one.decoder_share.mean for one in found], "o", ms=4, c=SOURCE_COLORS[""])
    shares.set(xlabel="planted", title="decoder’s share of the error")
    shares.set_ylabel("found")
    shares.set_box_aspect(1)
    return figure


def main() -> None:
    """Write the image.

    Raises:
        ValueError: It is too large for the history.
    """
    IMAGES.mkdir(parents=True, exist_ok=True)
    plain, small = io.BytesIO(), io.BytesIO()
    attributions().savefig(plain, format="png", dpi=PIXELS_PER_INCH)
    with Image.open(plain) as image:
        colors = image.convert("RGB").quantize(64, dither=Image.Dither.NONE)
        colors.save(small, "PNG", optimize=True)
    if small.tell() > LARGEST:
        raise ValueError(f"attribution.png needs at most {LARGEST} bytes, it has {small.tell()}")
    (IMAGES / "attribution.png").write_bytes(small.getvalue())
    print(IMAGES / "attribution.png", small.tell())


if __name__ == "__main__":
    main()
