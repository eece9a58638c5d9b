import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform
from scipy.ndimage import map_coordinates

from transect.image import OriginalCanvas, SquareCanvas, resize
from transect.measure.error.pixel import soft_iou
from transect.world import GaussianBump, Rose

WORLD = Rose()
POINTS = np.array([[0.5, 0.0], [1.25, 1.0], [2.0, 2.0], [0.5, 2.0], [1.25, 0.4]])


def _figure(point: np.ndarray, center: float, origin: float) -> np.ndarray:
    """Return the figure of the original, 656 x 875, foreground 1, with the place of its curve
    given."""
    theta = np.linspace(0, 2 * np.pi, 500)
    radius = point[1] * np.cos(5 * theta) + point[0]
    x, y = radius * np.cos(theta), radius * np.sin(theta)
    scale = 0.815 * 656 / 8
    middle = (x.min() + x.max()) / 2
    columns = center + (x - middle) * scale
    rows = origin - y * scale
    renderer = RendererAgg(875, 656, 72)
    context = renderer.new_gc()
    context.set_linewidth(4 * 150 / 72)
    context.set_joinstyle("round")
    context.set_foreground((0.0, 0.0, 0.0))
    # Agg's y axis points up.
    path = Path(np.stack([columns, 656 - rows], axis=1))
    renderer.draw_path(context, path, IdentityTransform())
    return np.asarray(renderer.buffer_rgba())[:, :, 3] / 255


def _published(point: np.ndarray) -> np.ndarray:
    """Return the figure sampled without averaging at i r - 1/4, as 172 x 229 images were."""
    rows, columns = np.arange(172) * (656 / 172) - 0.25, np.arange(229) * (875 / 229) - 0.25
    places = np.meshgrid(rows, columns, indexing="ij")
    return map_coordinates(_figure(point, 453, 316.5), places, order=1, mode="nearest")


def test_the_canvas_of_the_original_lays_curves_where_the_original_did():
    drawn = OriginalCanvas().draw(WORLD, POINTS) / 255
    assert drawn.shape == (5, 172, 229)
    expected = np.stack([_published(point) for point in POINTS])
    assert soft_iou(expected, drawn).min() > 0.97
    for axis in (1, 2):
        assert soft_iou(expected, np.roll(drawn, 1, axis)).max() < 0.9


def test_axes_centred_by_the_figures_layout_lie_within_a_fraction_of_a_pixel():
    # The first estimate of the geometry: where the layout of the figure puts the axes, give or
    # take 2 and 1.5 of its pixels, and sampling at the centres of the small image's pixels.
    drawn = OriginalCanvas().draw(WORLD, POINTS) / 255
    center, origin = 0.5175 * 875 + 2, 0.4825 * 656 + 1.5
    figures = np.stack([_figure(point, center, origin) for point in POINTS])
    assert soft_iou(resize(figures, 172, 229), drawn).min() > 0.95


@pytest.mark.parametrize(("size", "method"), [(64, "area"), (128, "area"), (256, "bilinear")])
def test_the_network_sees_the_image_stretched_to_a_square(size, method):
    small = OriginalCanvas().draw(WORLD, POINTS).astype(np.float64)
    expected = resize(small, size, size, method)
    square = OriginalCanvas(size).draw(WORLD, POINTS)
    assert square.shape == (5, size, size)
    np.testing.assert_allclose(square, expected, atol=1.01)


def test_the_bytes_of_a_canvas_do_not_depend_on_threads_or_neighbours():
    points = np.random.default_rng(0).uniform(WORLD.space.low, WORLD.space.high, (600, 2))
    for canvas in (SquareCanvas(32), OriginalCanvas()):
        every = canvas.draw(WORLD, points[:40], threads=2)
        np.testing.assert_array_equal(every, canvas.draw(WORLD, points[:40], threads=1))
        np.testing.assert_array_equal(every[7:8], canvas.draw(WORLD, points[7:8]))


def test_a_painting_fills_a_square_but_has_no_place_in_the_original():
    bump = GaussianBump()
    image = SquareCanvas(32).draw(bump, [[0.0, 0.0]])[0]
    np.testing.assert_array_equal(image, np.rint(bump.paint([[0.0, 0.0]], 32)[0] * 255))
    with pytest.raises(ValueError, match="draws curves only, and GaussianBump has none"):
        OriginalCanvas().draw(bump, [[0.0, 0.0]])


@pytest.mark.parametrize("options", [{"size": 0}, {"line_width": 0.0}, {"line_width": -1.0}])
def test_impossible_canvases_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        SquareCanvas(**options)
