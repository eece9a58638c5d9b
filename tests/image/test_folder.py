"""Folders of images: the Hugging Face reader, foreign folders, and tables with faults."""

import numpy as np
import pytest
from PIL import Image

from transect.image import folder


@pytest.fixture
def written(dataset, tmp_path):
    """A good folder of twelve images."""
    return folder.write(dataset, tmp_path / "roses")


def test_pillow_reads_grey_of_8_bits_by_padded_names(dataset, written):
    names = sorted(file.name for file in written.glob("*.png"))
    assert names == [f"{row:02d}.png" for row in range(12)]
    with Image.open(written / "07.png") as image:
        assert image.mode == "L"
        np.testing.assert_array_equal(np.asarray(image), dataset.pixels([7])[0])
    np.testing.assert_array_equal(folder.read_images(written)[0], dataset.images())


def test_the_table_may_be_sorted_anew_and_edited(dataset, written):
    lines = (written / "metadata.csv").read_text().splitlines()
    order = np.random.default_rng(0).permutation(12)
    moved = [lines[0], "", *(lines[row + 1] for row in order)]
    (written / "metadata.csv").write_text("\ufeff" + "\r\n".join(moved), encoding="utf-8")
    file = folder.read(written)
    np.testing.assert_array_equal(file.images, dataset.pixels(order))
    np.testing.assert_array_equal(file.factors, dataset.factors[order])


def test_a_table_saved_by_a_european_spreadsheet_is_the_same_table(dataset, written):
    table = written / "metadata.csv"
    lines = table.read_text().splitlines()
    cells = [line.replace(",", ";").replace(".", ",").replace(",png", ".png") for line in lines]
    table.write_text("\r\n".join(cells).replace("factor,", "factor."), encoding="utf-16")
    np.testing.assert_array_equal(folder.read(written).factors, dataset.factors)


def test_a_foreign_folder_is_not_overwritten(dataset, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.tex").write_text("years of work")
    with pytest.raises(ValueError, match=r"not overwritten: a folder without metadata.csv"):
        folder.write(dataset, tmp_path / "home", overwrite=True)
    assert (tmp_path / "home" / "thesis.tex").read_text() == "years of work"


def save(path, array, **options):
    Image.fromarray(np.asarray(array)).save(path, **options)


def test_foreign_images_stand_in_natural_order(tmp_path):
    names = ["img_10.png", "img_2.png", "IMG_3.png", "img_2b.png", "7.png", "img_02.png"]
    for grey, name in enumerate(names):
        save(tmp_path / name, np.full((2, 3), grey, dtype=np.uint8))
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / ".hidden.png").write_text("no image either")
    (tmp_path / "folder.png").mkdir()
    images, found = folder.read_images(tmp_path)
    assert found == ("7.png", "IMG_3.png", "img_02.png", "img_2.png", "img_2b.png", "img_10.png")
    assert images.dtype == np.float32
    assert images.shape == (6, 2, 3)
    expected = [names.index(name) / 255 for name in found]
    np.testing.assert_allclose(images[:, 0, 0], expected, rtol=1e-6)


def test_images_may_be_named_or_read_alone(tmp_path):
    for grey in (10, 20, 30):
        save(tmp_path / f"{grey}.bmp", np.full((2, 2), grey, dtype=np.uint8))
    images, names = folder.read_images(tmp_path, names=["30.bmp", "10.bmp"])
    assert names == ("30.bmp", "10.bmp")
    np.testing.assert_allclose(images[:, 0, 0] * 255, [30, 10], rtol=1e-6)
    images, names = folder.read_images(tmp_path / "20.bmp")
    assert names == ("20.bmp",)
    np.testing.assert_allclose(images * 255, np.full((1, 2, 2), 20), rtol=1e-6)


def test_faults_of_a_foreign_folder_are_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere: no such file or folder"):
        folder.read_images(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"no image \(.png, .jpg, .jpeg, .mpo, .webp, .tif"):
        folder.read_images(tmp_path)
    save(tmp_path / "1.png", np.zeros((4, 5), dtype=np.uint8))
    save(tmp_path / "2.png", np.zeros((5, 4), dtype=np.uint8))
    with pytest.raises(ValueError, match=r"2.png has 5×4 pixels .* but 1.png has 4×5"):
        folder.read_images(tmp_path)
    with pytest.raises(ValueError, match=r"3.png: no such file"):
        folder.read_images(tmp_path, names=["3.png"])
    (tmp_path / "2.png").write_text("no image")
    with pytest.raises(ValueError, match=r"2.png: not an image that can be read"):
        folder.read_images(tmp_path)
