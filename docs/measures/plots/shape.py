"""Images of the pages on dimension, topology and geometry, from planted examples.

python docs/measures/plots/shape.py      (writes docs/images/measures)
"""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from transect.measure.embedding.dimension import (
    intrinsic_dimension,
    local_pca,
    spectrum,
    thickness,
)
from transect.measure.embedding.geodesic import latent_graph, place_at
from transect.measure.embedding.geometry import decode, pullback_metric, volume_element
from transect.measure.embedding.interpolation import crossing
from transect.measure.embedding.topology import boundary_match, topology
from transect.report.style import (
    FAINT,
    FOREGROUND,
    HOLE,
    SOURCE_COLORS,
    WIDTH,
    clear_frame,
    new_figure,
    styled,
)

IMAGES = Path(__file__).parents[2] / "images" / "measures"
LARGEST = 60_000
"""Bytes of an image at most."""

PIXELS_PER_INCH = 130
CENTER, RADIUS = np.array([0.75, 1.0]), 0.3
POINTS = "#b4bccb"
BLUE, GREEN, PINK = (SOURCE_COLORS[name] for name in ("", "oracle_", "nearest_point_"))
PIXELS = torch.linspace(0, 1, 32)

Array = np.ndarray


def rectangle(count: int, hole: float = 0.0) -> Array:
    """Return points of a rectangle of 1.5 × 2 outside of a disc about its centre."""
    points = np.random.default_rng(0).random((2 * count, 2)) * [1.5, 2.0]
    return points[np.linalg.norm(points - CENTER, axis=1) > hole][:count]


def rolled(points: Array, noise: float = 0.0) -> Array:
    """Return the points on a third of a cylinder, with noise across and along."""
    angle = 1.2 * points[:, 1]
    codes = np.column_stack([np.sin(angle), 1 - np.cos(angle), 1.2 * points[:, 0]]) / 1.2
    return codes + noise * np.random.default_rng(1).normal(size=codes.shape)


@styled
def dimensions() -> Figure:
    """Return the estimates against noise, and the local one on parts of different dimension."""
    figure = new_figure(WIDTH, 2.5)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
    noises = np.array([0, 0.003, 0.006, 0.01, 0.02, 0.03, 0.05])
    found = [intrinsic_dimension(rolled(rectangle(4500), noise), halves=4) for noise in noises]
    names = {
        "two_nn": ("TwoNN", BLUE),
        "maximum_likelihood": ("maximum likelihood", GREEN),
        "local_pca": ("local PCA", PINK),
    }
    for name, (label, color) in names.items():
        left.plot(
            noises, [getattr(one, name).mean for one in found], "o-", ms=3, c=color, label=label
        )
    left.set(xlabel="noise (the sheet is 1.5 × 2)", ylabel="dimension", title="A sheet with noise")
    left.legend()
    generator = np.random.default_rng(2)
    angle = generator.random((700, 1)) * 3
    curve = np.hstack([np.cos(angle) - 2.2, np.sin(angle) - 0.6, 0 * angle])
    sheet = np.hstack([generator.random((2000, 2)) * [1.6, 1.8] - [0.8, 0.9], np.zeros((2000, 1))])
    ball = generator.normal(size=(2500, 3))
    ball *= 0.9 * generator.random((2500, 1)) ** (1 / 3) / np.linalg.norm(ball, axis=1)[:, None]
    codes = np.concatenate([curve, sheet, ball + np.array([2.2, 0, 0])])
    dots = right.scatter(*codes[:, :2].T, c=local_pca(codes), s=2, vmin=1, vmax=3, cmap="viridis")
    right.set_title("Around each code of a line, a sheet and a ball")
    right.set_aspect("equal")
    clear_frame(right)
    figure.colorbar(dots, ax=right, ticks=[1, 2, 3], shrink=0.7)
    return figure


@styled
def thicknesses() -> Figure:
    """Return the thickness of noisy sheets against what was planted."""
    figure = new_figure(WIDTH, 2.4)
    axes = figure.subplots(1, 3, width_ratios=(1, 1, 1.3))
    for one, noise in zip(axes, (0.01, 0.05), strict=False):
        codes = rolled(rectangle(2500), noise)
        one.plot(*codes[:, :2].T, ".", color=POINTS, markersize=2)
        one.set_title(f"noise {noise}: thickness {thickness(codes):.3f}")
        one.set_aspect("equal")
        clear_frame(one)
    noises = np.geomspace(0.002, 0.2, 12)
    clouds = [rolled(rectangle(4500), noise) for noise in noises]
    planted = noises / np.sqrt(spectrum(rolled(rectangle(4500))).sum())
    axes[2].loglog(planted, planted, color=FAINT, linewidth=0.8)
    axes[2].loglog(planted, [thickness(cloud) for cloud in clouds], "o-", ms=3, color=BLUE)
    axes[2].set(xlabel="noise ÷ extent", ylabel="thickness", title="4500 codes of a sheet")
    return figure


@styled
def holes() -> Figure:
    """Return what persistent homology sees of a sheet with a hole and of one without."""
    figure = new_figure(WIDTH, 4.6)
    for row, hole in zip(figure.subplots(2, 3), (RADIUS, 0.0), strict=True):
        points = rectangle(4500, hole)
        codes = rolled(points, 0.01)
        found = topology(codes, halves=4)
        cloud, plane, diagram = row
        cloud.plot(*codes[:, [0, 2]].T, ".", color=POINTS, markersize=1.5)
        cloud.set_title(f"β₀ = {found.components}, β₁ = {found.loops}")
        plane.plot(*points.T, ".", color=POINTS, markersize=1.5)
        for rows in found.loop_rows:
            loop = np.append(rows, rows[0])
            cloud.plot(*codes[loop][:, [0, 2]].T, ".-", color=HOLE)
            plane.plot(*points[loop].T, ".-", color=HOLE)
            match = boundary_match(rows, np.linalg.norm(points - CENTER, axis=1) - hole, hole)
            plane.set_title(f"the loop, boundary match {match.loop:.2f}")
        for axes in (cloud, plane):
            axes.set_aspect("equal")
            clear_frame(axes)
        draw_bars(diagram, found.bars, found.window)
        diagram.set_title(f"death ÷ birth {found.longest.mean:.1f}, then {found.next.mean:.1f}")
    return figure


def draw_bars(axes: Axes, bars: Array, window: tuple[float, float]) -> None:
    """Draw births and deaths, and the corner in which loops count."""
    axes.fill_between([0, window[0]], window[1], 14, color=HOLE, alpha=0.12, linewidth=0)
    axes.plot([0, 6], [0, 6], color=FAINT, linewidth=0.8)
    counts = (bars[:, 0] <= window[0]) & (bars[:, 1] > window[1])
    axes.plot(*bars[~counts].T, ".", color=FOREGROUND, markersize=3)
    axes.plot(*bars[counts].T, "o", color=HOLE, markersize=4)
    axes.set(xlim=(0, 6), ylim=(0, 14), xlabel="birth", ylabel="death")


def wavy(codes: torch.Tensor) -> torch.Tensor:
    """Return places on a surface with a hill in the middle of the square."""
    height = 0.6 * torch.exp(-8 * codes.square().sum(dim=1, keepdim=True))
    return torch.cat([codes, height], dim=1)


@styled
def volumes() -> Figure:
    """Return the volume element of a surface with a hill."""
    side = np.linspace(-1, 1, 90)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    element = volume_element(pullback_metric(wavy, grid)).reshape(90, 90)
    figure = new_figure(WIDTH, 2.5)
    surface = figure.add_subplot(1, 2, 1, projection="3d")
    height = decode(wavy, grid)[:, 2].reshape(90, 90)
    surface.plot_surface(  # pyright: ignore[reportAttributeAccessIssue]
        *grid.T.reshape(2, 90, 90), height, color=POINTS, rcount=40, ccount=40
    )
    surface.set_axis_off()
    surface.set_title("what the codes are decoded to")
    axes = figure.add_subplot(1, 2, 2)
    field = axes.imshow(element, extent=(-1, 1, -1, 1), origin="lower", cmap="magma_r")
    axes.set(xlabel="code 0", ylabel="code 1", title="√det G")
    figure.colorbar(field, ax=axes)
    return figure


def spot(places: torch.Tensor) -> torch.Tensor:
    """Return images of a soft spot at places in the unit square."""
    down, across = (torch.exp(-0.5 * ((PIXELS - axis[:, None]) / 0.1) ** 2) for axis in places.T)
    return down[:, :, None] * across[:, None]


def bent(codes: torch.Tensor) -> torch.Tensor:
    """Return spots whose codes are radius and angle of their place."""
    radius, angle = codes.T
    return spot(torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], dim=1))


def polar(places: Array) -> Array:
    """Return the codes of places, the inverse of what `bent` draws."""
    return np.column_stack([np.hypot(*places.T), np.arctan2(*places.T[::-1])])


@styled
def crossings() -> Figure:
    """Return two ways between two codes of a model that bends the plane."""
    places = np.linspace([0.85, 0.2], [0.2, 0.85], 41)
    codes = polar(np.random.default_rng(3).uniform(0.1, 0.95, (2500, 2)))
    codes = codes[np.linalg.norm(codes - [0.75, 0.78], axis=1) > 0.13]
    graph = latent_graph(bent, codes)
    truth = decode(spot, places)
    found = crossing(bent, *polar(places[[0, -1]]), graph=graph, truth=truth)
    figure = new_figure(WIDTH, 2.6)
    plane, strips, errors = figure.subplots(1, 3, width_ratios=(1, 1.5, 1))
    plane.plot(*codes.T, ".", color=POINTS, markersize=1.5)
    ways = {"straight": (found.straight, FAINT), "geodesic": (found.geodesic, BLUE)}
    for name, (path, color) in ways.items():
        plane.plot(*path.codes.T, color=color, label=f"{name}, {path.length:.1f}")
    plane.plot(*polar(places).T, ":", color=HOLE, label=f"true, {found.true_length:.1f}")
    plane.set(xlabel="code 0: radius", ylabel="code 1: angle", title="ways and their lengths")
    plane.set_ylim(-0.5, 1.6)
    plane.legend(loc="lower left")
    shown = np.linspace(0, 1, 7)
    rows = [truth[np.linspace(0, 40, 7).astype(int)]]
    rows += [decode(bent, place_at(path.codes, shown)) for path, _ in ways.values()]
    sheet = np.concatenate([np.concatenate(list(row), axis=1) for row in rows])
    strips.imshow(sheet, cmap="gray_r")
    strips.set_yticks([16, 48, 80], ["true", *ways])
    strips.set_xticks([])
    strips.set_title("images along the way")
    share = np.linspace(0, 1, len(truth))
    errors.plot(share, found.straight_error, color=FAINT, label="straight")
    errors.plot(share, found.geodesic_error, color=BLUE, label="geodesic")
    errors.set(xlabel="share of the way", title="nMSE against the truth")
    errors.legend()
    return figure


FIGURES: dict[str, Callable[[], Figure]] = {
    "dimension": dimensions,
    "thickness": thicknesses,
    "topology": holes,
    "volume_element": volumes,
    "crossing": crossings,
}


def main() -> None:
    """Write every image.

    Raises:
        ValueError: An image is too large for the history.
    """
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, draw in FIGURES.items():
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
