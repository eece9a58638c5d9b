"""Grids of images hold every image in its cell."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from transect.report.image_grid import comparison_grid, even_columns, image_grid, paste


def test_paste_puts_each_image_in_its_cell():
    images = np.arange(3, dtype=np.float32)[:, None, None] * np.ones((3, 2, 2), np.float32)
    sheet = paste(images, columns=2, gap=1)
    assert sheet.shape == (8, 8)
    assert (sheet[1:3, 1:3] == 0).all() and (sheet[1:3, 5:7] == 1).all()
    assert (sheet[5:7, 1:3] == 2).all() and np.isnan(sheet[4:, 4:]).all()


@pytest.mark.parametrize(
    ("count", "most", "columns"), [(40, 16, 10), (24, 12, 12), (13, 12, 12), (5, 12, 5), (1, 16, 1)]
)
def test_even_columns(count, most, columns):
    assert even_columns(count, most) == columns


def test_sheets_hold_every_image(report):
    figure = image_grid(report.training)
    drawn = np.asarray(figure.axes[0].images[0].get_array())
    assert np.nansum(drawn) == pytest.approx(report.training.sum(), rel=1e-5)
    figure = comparison_grid(report.validation.rows)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels[:3] == ["truth", "model", "oracle"]
    drawn = np.asarray(figure.axes[0].images[0].get_array())
    total = sum(stack.sum() for stack in report.validation.rows.values())
    assert np.nansum(drawn) == pytest.approx(total, rel=1e-5)


def test_foreground_is_dark_unless_the_world_is_a_photograph(report):
    for dark_foreground, expected in ((True, "#000000"), (False, "#ffffff")):
        image = image_grid(report.training, dark_foreground).axes[0].images[0]
        assert to_hex(image.cmap(image.norm(1.0))) == expected
