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


def test_the_header_is_that_of_version_5(written):
    raw = written.read_bytes()
    assert raw.startswith(b"MATLAB 5.0 MAT-file")
    assert b"Created on" not in raw[:124]
    assert raw[124:128] in {b"\x00\x01IM", b"\x01\x00MI"}


def test_a_dataset_without_a_hole_has_an_empty_one(greys, tmp_path):
    path = mat.write(greys(5), tmp_path / "a.mat")
    variables = loadmat(path)
    assert variables["data_hole"].size == variables["data_hole_ind"].size == 0
    assert variables["data_punctured_ind"].ravel().tolist() == [1, 2, 3, 4, 5]


def test_a_single_image_is_read_as_matlab_saves_it(greys, tmp_path):
    path = mat.write(greys(1), tmp_path / "a.mat")
    variables = {name: value for name, value in loadmat(path).items() if name[0] != "_"}
    variables["images"] = variables["images"][:, :, 0]  # MATLAB drops axes of length 1 at the end
    savemat(path, variables)
    np.testing.assert_array_equal(mat.read(path).images, greys(1).pixels())


def test_more_than_the_format_holds_is_refused(greys, tmp_path):
    with pytest.raises(ValueError, match=r"at most 2147483647 bytes, these have 2999852652"):
        mat.write(greys(3, size=31_622), tmp_path / "a.mat")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["images", "data_full", "split", "split_names", "boundary_distance", "factor_names"]
)
def test_a_missing_variable_is_named(written, name):
    variables = loadmat(written)
    savemat(
        written, {key: value for key, value in variables.items() if key[0] != "_" and key != name}
    )
    with pytest.raises(ValueError, match=f"roses.mat: the file lacks the variables {name}$"):
        mat.read(written)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("images", np.full((16, 16, 12), 1000), "leave open which value is white"),
        ("images", np.full((16, 16, 12), np.nan), "images need finite values"),
        ("images", np.zeros((4, 16, 16, 12), dtype=np.uint8), "images need the shape"),
        ("images", "none", "images need the shape"),
        ("images", np.zeros((16, 16, 11), dtype=np.uint8), r"factors need the shape \(11, 2\)"),
        ("data_full", np.zeros((12, 3)), r"factors need the shape \(12, 2\)"),
        ("data_full", np.full((12, 2), np.nan), "factors need finite values"),
        ("data_full", "ab", "data_full needs to be a matrix of numbers"),
        ("split", np.full(12, 4), "split needs whole numbers from 1 to 3"),
        ("split", np.full(12, 1.5), "split needs whole numbers from 1 to 3"),
        ("split", np.ones(11), r"split need the shape \(12,\)"),
        ("split_names", np.array(["train", "a", "b"], dtype=object), "unknown split 'a'"),
        ("factor_names", np.arange(2), "factor_names needs to be cells of text"),
        ("factor_names", np.array([[], 1], dtype=object), "factor_names needs to be cells of text"),
        ("boundary_distance", np.full(12, np.nan), "boundary distances need to be numbers"),
    ],
)
def test_a_variable_that_does_not_fit_is_named(written, name, value, message):
    variables = {key: array for key, array in loadmat(written).items() if key[0] != "_"}
    savemat(written, {**variables, name: value})
    with pytest.raises(ValueError, match=f"roses.mat: .*{message}"):
        mat.read(written)


@pytest.mark.parametrize(
    "images",
    [
        lambda grey: grey > 0.5,
        lambda grey: (grey > 0.5).astype(np.uint8),
        lambda grey: (grey > 0.5).astype(np.float64),
    ],
)
def test_truth_values_of_matlab_become_black_and_white(written, dataset, images):
    variables = {key: value for key, value in loadmat(written).items() if key[0] != "_"}
    grey = dataset.images()
    savemat(written, {**variables, "images": images(grey).transpose(1, 2, 0)})
    np.testing.assert_array_equal(mat.read(written).images, np.where(grey > 0.5, 255, 0))


def test_images_of_floating_point_are_rounded(written, dataset):
    variables = {key: value for key, value in loadmat(written).items() if key[0] != "_"}
    savemat(written, {**variables, "images": dataset.images().transpose(1, 2, 0)})
    np.testing.assert_array_equal(mat.read(written).images, dataset.pixels())


def test_images_may_come_first_axis_first(written, dataset):
    variables = {key: value for key, value in loadmat(written).items() if key[0] != "_"}
    savemat(written, {**variables, "images": dataset.pixels()})
    np.testing.assert_array_equal(mat.read(written).images, dataset.pixels())


def test_a_file_of_version_7_3_is_refused(tmp_path):
    header = b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM"
    (tmp_path / "a.mat").write_bytes(header.ljust(1024, b"\0"))
    with pytest.raises(ValueError, match=r"a.mat: .*v7.3"):
        mat.read(tmp_path / "a.mat")
