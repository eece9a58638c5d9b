"""Images of the pages on disentanglement and alignment, from planted embeddings.

python docs/measures/plots/disentanglement.py [NAME ...]      (writes docs/images/measures)
"""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from transect.measure.embedding.alignment import alignment, verdict
from transect.measure.embedding.cloud import correlation, ranks
from transect.measure.embedding.covariance import correlation as linear_correlation
from transect.measure.embedding.covariance import covariance, entanglement
from transect.measure.embedding.disentanglement import (
    dci,
    equal_mass_bins,
    linear_r2,
    mcc,
    mig,
    sap,
)
from transect.measure.embedding.importance import importance
from transect.measure.embedding.neighborhood import neighborhood
from transect.report.style import FAINT, FOREGROUND, HOLE, SOURCE_COLORS, WIDTH, new_figure, styled

IMAGES = Path(__file__).parents[2] / "images" / "measures"
LARGEST = 60_000
"""Bytes of an image at most."""

PIXELS_PER_INCH = 130
COUNT = 2000
FACTORS = ("a", "b")

Array = np.ndarray
Embedding = Callable[[Array], Array]


def sheet(count: int = COUNT) -> Array:
    """Return factors in [-1, 1]² around a hole."""
    points = np.random.default_rng(0).uniform(-1, 1, (2 * count, 2))
    return points[np.linalg.norm(points, axis=1) > 0.35][:count]


def turned(v: Array, angle: Array | float) -> Array:
    """Return the factors turned by an angle, which may differ from row to row."""
    a, b = v.T
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.stack([a * cosine - b * sine, a * sine + b * cosine], axis=1)


def relabelled(v: Array) -> Array:
    """Return the factors in another order, with another sign and scale."""
    return np.stack([-v[:, 1], np.exp(v[:, 0])], axis=1)


def bent(v: Array) -> Array:
    """Return the factors as angle and radius."""
    angle, radius = 1.4 * v[:, 0], 1.5 + 0.6 * v[:, 1]
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


def swirled(v: Array) -> Array:
    """Return the factors turned the further the further out."""
    return turned(v, 2.5 * np.linalg.norm(v, axis=1))


def noise(v: Array) -> Array:
    """Return codes that have nothing to do with the factors."""
    return np.random.default_rng(1).normal(size=(len(v), 2))


EMBEDDINGS: dict[str, Embedding] = {
    "relabelled": relabelled,
    "rotated by 15°": lambda v: turned(v, np.radians(15)),
    "rotated by 45°": lambda v: turned(v, np.radians(45)),
    "noise": noise,
}


@styled
def tables() -> Figure:
    """Return the binned tables of a factor and the code that knows most of it."""
    factors = sheet()
    figure = new_figure(WIDTH, 2.15)
    for axes, (name, embed) in zip(figure.subplots(1, 4), EMBEDDINGS.items(), strict=True):
        codes = embed(factors)
        best = int(np.abs(correlation(codes, factors, rank=True)[:, 0]).argmax())
        cells = equal_mass_bins(np.stack([factors[:, 0], codes[:, best]], axis=1))
        counts = np.zeros((cells.max() + 1,) * 2)
        np.add.at(counts, (cells[:, 1], cells[:, 0]), 1)
        axes.imshow(counts, origin="lower", cmap="Blues", vmin=0)
        axes.set(xticks=[], yticks=[], xlabel="bins of a", ylabel="bins of its best code")
        axes.set_title(f"{name}\nMIG {mig(codes, factors):.2f}")
    return figure


def matrices(
    score: Callable[[Array, Array], Array], title: Callable[[Array, Array], str]
) -> Figure:
    """Return a matrix of codes and factors for each embedding.

    Args:
        score: Codes and factors to the matrix (d, k), in [0, 1].
        title: Codes and factors to what stands above it.
    """
    factors = sheet()
    figure = new_figure(WIDTH, 2.2)
    for axes, (name, embed) in zip(figure.subplots(1, 4), EMBEDDINGS.items(), strict=True):
        codes = embed(factors)
        matrix(axes, score(codes, factors))
        axes.set_title(f"{name}\n{title(codes, factors)}")
    return figure


def matrix(axes: Axes, values: Array) -> None:
    """Draw a matrix with its numbers."""
    axes.imshow(values, cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        foreground = "white" if value > 0.6 else FOREGROUND
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=foreground)
    axes.set_xticks(range(len(FACTORS)), FACTORS)
    axes.set_yticks(range(len(values)), [f"code {number}" for number in range(len(values))])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


@styled
def importances() -> Figure:
    """Return the importances of codes that are shared, doubled, rotated and without meaning."""
    factors = sheet()
    a, b = factors.T
    embeddings = {
        "one code each": relabelled(factors),
        "every code twice": np.stack([a, -a, b, -b], axis=1),
        "a third code of both": np.stack([a, a + b, b], axis=1)
        + 0.15 * np.random.default_rng(2).normal(size=(len(a), 3)),
        "rotated by 45°": turned(factors, np.radians(45)),
    }
    figure = new_figure(WIDTH, 2.3)
    for axes, (name, codes) in zip(figure.subplots(1, 4), embeddings.items(), strict=True):
        matrix(axes, importance(ranks(codes), ranks(factors), seed=0)[0])
        found = dci(codes, factors)
        axes.set_title(
            f"{name}\nD {found.disentanglement:.2f}  C {found.completeness:.2f}  "
            f"I {found.informativeness:.2f}"
        )
    return figure


@styled
def squared_correlations() -> Figure:
    """Return the matrices that SAP takes its gaps from."""
    return matrices(
        lambda z, v: correlation(z, v, rank=True) ** 2, lambda z, v: f"SAP {sap(z, v):.2f}"
    )


@styled
def correlations() -> Figure:
    """Return the matrices that MCC pairs codes and factors in."""
    return matrices(
        lambda z, v: np.abs(correlation(z, v, rank=False)),
        lambda z, v: f"{mcc(z, v):.2f}, of ranks {mcc(z, v, rank=True):.2f}",
    )


@styled
def readings() -> Figure:
    """Return one factor against what a linear map reads from the codes."""
    factors = sheet()
    embeddings = {
        "rotated by 45°": EMBEDDINGS["rotated by 45°"],
        "bent": bent,
        "one factor lost": lambda v: v[:, 1:],
        "noise": noise,
    }
    figure = new_figure(WIDTH, 2.15)
    axes_of = figure.subplots(1, 4, sharey=True)
    for axes, (name, embed) in zip(axes_of, embeddings.items(), strict=True):
        codes = embed(factors)
        design = np.column_stack([np.ones(len(codes)), codes])
        read = design @ np.linalg.lstsq(design, factors[:, 0], rcond=None)[0]
        shown = slice(0, 500)
        axes.plot([-1, 1], [-1, 1], color=FAINT, linewidth=0.8)
        axes.plot(factors[shown, 0], read[shown], ".", color=SOURCE_COLORS[""], markersize=2)
        found = linear_r2(codes, factors)
        axes.set_title(f"{name}\nfactors {found.factors:.2f}, codes {found.codes:.2f}")
        axes.set_xlabel("a")
    axes_of[0].set_ylabel("a read from the codes")
    return figure


@styled
def embeddings() -> Figure:
    """Return the paths of the factors in each kind of embedding."""
    planted: dict[str, Embedding] = {
        "relabelled": relabelled,
        "turned by 30°": lambda v: turned(v, np.radians(30)),
        "slanted": lambda v: v @ np.array([[1, 0.9], [0, 1]]),
        "angle and radius": bent,
        "swirled": swirled,
        "noise": noise,
    }
    factors = sheet()
    figure = new_figure(WIDTH, 4.9)
    for axes, (name, embed) in zip(figure.subplots(2, 3).flat, planted.items(), strict=True):
        codes = embed(factors)
        axes.plot(*codes[:600].T, ".", color="#b4bccb", markersize=2)
        if embed is not noise:
            draw_paths(axes, embed)
        found = alignment(codes, factors)
        shares = (found.as_it_stands, found.after_rotation, found.linear, found.curved)
        numbers = ", ".join(f"{share.min():.2f}" for share in shares)
        paths = f"bend {found.bend.max():.0f}°, crossing {found.crossing:.0f}°"
        axes.set_title(f"{name}: {verdict(found).kind}\n{numbers}\n{paths}")
        axes.set_aspect("equal", adjustable="datalim")
        axes.set(xlabel="code 0", ylabel="code 1", xticks=[], yticks=[])
    return figure


def draw_paths(axes: Axes, embed: Embedding) -> None:
    """Draw where the codes go as a moves, and as b moves."""
    along = np.linspace(-1, 1, 60)
    for fixed in (-0.9, -0.45, 0.0, 0.45, 0.9):
        path = np.stack([along, np.full_like(along, fixed)], axis=1)
        axes.plot(*embed(path).T, color=SOURCE_COLORS[""], linewidth=1)
        axes.plot(*embed(path[:, ::-1]).T, color=HOLE, linewidth=1)


@styled
def clouds() -> Figure:
    """Return clouds of codes with their covariance, correlation and entanglement."""
    normal = np.random.default_rng(0).normal(size=(COUNT, 2))
    together = normal @ np.array([[1, 0.7], [0, 0.7]])
    crossed = np.where(np.arange(COUNT)[:, None] % 2 == [0, 1], normal, 0)
    named = {
        "independent": normal,
        "together": together,
        "together, shrunk": 0.3 * together,
        "on the axes": crossed,
    }
    figure = new_figure(WIDTH, 2.2)
    for axes, (name, codes) in zip(figure.subplots(1, 4), named.items(), strict=True):
        values = covariance(codes), linear_correlation(codes), entanglement(codes)
        axes.scatter(*codes.T, s=2, linewidths=0, color=SOURCE_COLORS[""], rasterized=True)
        numbers = "  ".join(f"{value:.2f}" for value in values)
        axes.set_title(f"{name}\n{numbers}", fontsize=7)
        axes.set(xlabel="code 0", xticks=[], yticks=[], xlim=(-4, 4), ylim=(-4, 4))
        axes.set_aspect("equal")
    return figure


@styled
def neighborhoods() -> Figure:
    """Return embeddings that bring points together or tear them apart, coloured by a factor."""
    factors = sheet()
    planted = {
        "turned": turned(factors, np.radians(30)),
        "folded": np.stack([np.abs(factors[:, 0]), factors[:, 1]], axis=1),
        "torn": factors + [0.5, 0] * np.floor(6 * factors[:, :1]),
        "noise": noise(factors),
    }
    figure = new_figure(WIDTH, 2.2)
    for axes, (name, codes) in zip(figure.subplots(1, 4), planted.items(), strict=True):
        found = neighborhood(codes, factors)
        axes.scatter(*codes.T, s=2, linewidths=0, c=factors[:, 0], rasterized=True)
        axes.set_title(f"{name}\n{found.trustworthiness:.2f}  {found.continuity:.2f}", fontsize=7)
        axes.set(xlabel="code 0", xticks=[], yticks=[])
        axes.set_aspect("equal", adjustable="datalim")
    return figure


FIGURES: dict[str, Callable[[], Figure]] = {
    "mig": tables,
    "sap": squared_correlations,
    "dci": importances,
    "mcc": correlations,
    "linear_r2": readings,
    "alignment": embeddings,
    "covariance": clouds,
    "neighborhood": neighborhoods,
}


def main() -> None:
    """Write every image, or those that are named.

    Raises:
        ValueError: An image is too large for the history.
    """
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or FIGURES:
        draw = FIGURES[name]
        plain, small = io.BytesIO(), io.BytesIO()
        draw().savefig(plain, format="png", dpi=PIXELS_PER_INCH)
        with Image.open(plain) as image:
            colors = image.convert("RGB").quantize(64, dither=Image.Dither.NONE)
            colors.save(small, "PNG", optimize=True)
        if small.tell() > LARGEST:
            raise ValueError(f"{name}.png needs at most {LARGEST} bytes, it has {small.tell()}")
        (IMAGES / f"{name}.png").write_bytes(small.getvalue())
        print(IMAGES / f"{name}.png", small.tell())


if __name__ == "__main__":
    main()
