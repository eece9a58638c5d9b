"""MATLAB files as SciPy reads them, with the variables of the original work."""

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from transect.image import mat


@pytest.fixture
def written(dataset, tmp_path):
    """A good file of twelve images."""
    return mat.write(dataset, tmp_path / "roses.mat")


def test_scipy_reads_the_variables_of_the_original(dataset, written):
    variables = loadmat(written)
    assert variables["images"].shape == (16, 16, 12)
    assert variables["images"].dtype == np.uint8
    for row, image in enumerate(dataset.pixels()):
        np.testing.assert_array_equal(variables["images"][:, :, row], image)
    np.testing.assert_array_equal(variables["data_full"], dataset.factors)
    for name, rows in (
        ("data_punctured", np.flatnonzero(dataset.split != "removed")),
        ("data_hole", np.flatnonzero(dataset.split == "removed")),
    ):
        one_based = variables[f"{name}_ind"]
        assert one_based.shape == (len(rows), 1)
        np.testing.assert_array_equal(one_based[:, 0] - 1, rows)
        np.testing.assert_array_equal(variables[name], dataset.factors[rows])
    names = [cell.item() for cell in variables["split_names"].ravel()]
    assert [names[code - 1] for code in variables["split"][:, 0]] == dataset.split.tolist()
    np.testing.assert_array_equal(variables["boundary_distance"][:, 0], dataset.boundary_distance)
    assert [cell.item() for cell in variables["factor_names"].ravel()] == ["a", "b"]
    header = written.read_bytes()[:128]
    assert header.startswith(b"MATLAB 5.0 MAT-file") and b"Created on" not in header
    assert header[124:] in {b"\x00\x01IM", b"\x01\x00MI"}


def plain(path):
    return {name: value for name, value in loadmat(path).items() if name[0] != "_"}


def test_a_single_image_without_a_hole_is_read_as_matlab_saves_it(greys, tmp_path):
    path = mat.write(greys(1), tmp_path / "a.mat")
    variables = plain(path)
    assert variables["data_hole"].size == variables["data_hole_ind"].size == 0
    assert variables["data_punctured_ind"].tolist() == [[1]]
    variables["images"] = variables["images"][:, :, 0]  # MATLAB drops axes of length 1 at the end
    savemat(path, variables)
    np.testing.assert_array_equal(mat.read(path).images, greys(1).pixels())


def test_more_than_the_format_holds_is_refused(greys, tmp_path):
    with pytest.raises(ValueError, match=r"at most 2147483647 bytes, these have 2999852652"):
        mat.write(greys(3, size=31_622), tmp_path / "a.mat")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.float64])
def test_truth_values_of_matlab_become_black_and_white(written, dataset, dtype):
    shown = dataset.images() > 0.5
    savemat(written, plain(written) | {"images": shown.astype(dtype).transpose(1, 2, 0)})
    np.testing.assert_array_equal(mat.read(written).images, np.where(shown, 255, 0))


def test_images_may_be_floats_or_come_first_axis_first(written, dataset):
    for images in (dataset.images().transpose(1, 2, 0), dataset.pixels()):
        savemat(written, plain(written) | {"images": images})
        np.testing.assert_array_equal(mat.read(written).images, dataset.pixels())
