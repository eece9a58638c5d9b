import numba
import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from numba.core.caching import CacheImpl

from transect.image import SquareCanvas, stroke
from transect.image.vertices import TOLERANCE
from transect.world import Rose

WORLD = Rose()
POINTS = np.array([[0.5, 0.0], [1.25, 1.0], [2.0, 2.0], [0.5, 2.0], [1.4, 0.4]])


def _vertices(size: int, shift: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    scale = size / (2 * WORLD.extent)
    return WORLD.curves(POINTS) * (scale, -scale) + size / 2 + shift


def _supersampled(vertices: np.ndarray, size: int, width: float, fine: int = 16) -> np.ndarray:
    """Return the share of fine × fine points of each pixel that lie on the stroke."""
    start, end = vertices, np.roll(vertices, -1, axis=0)
    inside = np.zeros((size * fine, size * fine), bool)
    for (x0, y0), (x1, y1) in zip(start, end, strict=True):
        low = np.floor((np.minimum([x0, y0], [x1, y1]) - width) * fine).astype(int)
        high = np.ceil((np.maximum([x0, y0], [x1, y1]) + width) * fine).astype(int)
        low, high = np.clip(low, 0, size * fine), np.clip(high, 0, size * fine)
        x = (np.arange(low[0], high[0]) + 0.5) / fine
        y = (np.arange(low[1], high[1])[:, None] + 0.5) / fine
        length = (x1 - x0) ** 2 + (y1 - y0) ** 2
        along = 0.0 if length == 0 else ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length
        along = np.clip(along, 0, 1)
        distance = np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))
        inside[low[1] : high[1], low[0] : high[0]] |= distance <= width / 2
    return inside.reshape(size, fine, size, fine).mean(axis=(1, 3))


def _agg(vertices: np.ndarray, size: int, width: float) -> np.ndarray:
    renderer = RendererAgg(size, size, 72)
    context = renderer.new_gc()
    context.set_linewidth(width)
    context.set_joinstyle("round")
    context.set_capstyle("round")
    context.set_antialiased(True)
    context.set_foreground((1.0, 1.0, 1.0))
    closed = np.concatenate([vertices, vertices[:1]])
    # Agg's y axis points up.
    renderer.draw_path(context, Path(closed), Affine2D().scale(1, -1).translate(0, size))
    return np.asarray(renderer.buffer_rgba())[:, :, 3] / 255


def _mean_error(image: np.ndarray, truth: np.ndarray) -> float:
    touched = (truth > 0) | (image > 0)
    return float(np.abs(image - truth)[touched].mean())


@pytest.mark.parametrize("width", [1.0, 3.0])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.37, 0.61)])
def test_coverage_is_as_exact_as_that_of_agg_wherever_the_curve_lies(width, shift):
    ours, theirs = [], []
    vertices = _vertices(48, shift)
    images = stroke(vertices, 48, 48, width, True) / 255
    for curve, image in zip(vertices, images, strict=True):
        truth = _supersampled(curve, 48, width)
        ours.append(_mean_error(image, truth))
        theirs.append(_mean_error(_agg(curve, 48, width), truth))
    assert np.mean(ours) <= np.mean(theirs)


def test_a_straight_line_covers_what_the_closed_form_says():
    line = np.array([[[-10.0, 8.25], [30.0, 8.25]]])
    image = stroke(line, 16, 16, 1.0, False)[0] / 255
    expected = np.zeros(16)
    expected[7], expected[8] = 0.25, 0.75
    np.testing.assert_allclose(image, np.tile(expected[:, None], (1, 16)), atol=0.5 / 255 + 1e-9)


def test_a_dot_is_a_disc_with_round_caps():
    dot = np.array([[[8.0, 8.0], [8.0, 8.0]]])
    foreground = (stroke(dot, 16, 16, 6.0, False)[0] / 255).sum()
    # The pen is a polygon that lies within the circle by the tolerance at most.
    assert foreground == pytest.approx(np.pi * 9, rel=2 * TOLERANCE / 3)


def test_a_hairline_has_foreground_in_proportion_to_its_width():
    line = np.array([[[4.0, 4.3], [28.0, 20.9]]])
    thin = stroke(line, 32, 32, 0.2, False)[0].sum() / 255
    thick = stroke(line, 32, 32, 1.0, False)[0].sum() / 255
    assert thin / thick == pytest.approx(0.2, rel=0.1)


def test_curves_beyond_the_image_are_clipped():
    far = np.array([[[-1e6, 5.0], [1e6, 5.0]], [[1e5, 1e5], [2e5, 2e5]]])
    images = stroke(far, 16, 16, 1.0, False)
    assert images[0].any()
    assert not images[1].any()
    for bad in (np.nan, np.inf):
        far[1, 1, 1] = bad
        with pytest.raises(ValueError, match="finite"):
            stroke(far, 16, 16, 1.0, True)


def test_the_square_canvas_shows_the_extent_of_the_world_upright():
    image = SquareCanvas(65).draw(Rose(), [[2.0, 0.0]])[0]
    rows, columns = np.nonzero(image)
    # A circle of radius 2 in a square from -4 to 4: its line runs at a quarter of the side.
    assert image[32, round(65 * 0.25)] > 0
    assert (rows.min(), rows.max()) == (columns.min(), columns.max())
    assert rows.min() == pytest.approx(65 * 0.25, abs=1.5)
    # The petal at angle 0 points to the right.
    petal = SquareCanvas(65).draw(Rose(), [[2.0, 2.0]])[0]
    assert petal[32, 62:].any()
    assert not petal[32, :16].any()


@pytest.mark.parametrize("trouble", ["no folder", "no home", "disk full"])
def test_strokes_are_compiled_without_a_cache_where_none_can_be_kept(trouble, monkeypatch):
    from transect.image import coverage

    called = []

    def compile_for(*, nogil, cache=False):
        if cache and trouble == "no folder":
            return numba.njit(nogil=nogil, cache=True)
        return lambda kernel: full if cache else kernel

    def full(*arguments):
        called.append("kept")
        raise OSError(28, "No space left on device")

    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    monkeypatch.setattr(coverage, "njit", compile_for)
    monkeypatch.setattr(coverage, "draw", lambda *arguments: called.append(arguments))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    if trouble == "no home":
        monkeypatch.setattr(coverage.Path, "home", homeless)
    fill = coverage._cached(1)
    for time in range(2):
        fill("vertices", 2.0, False, time)
    drawn = [("vertices", 2.0, False, time) for time in range(2)]
    assert called == (["kept", *drawn] if trouble == "disk full" else drawn)
