"""What holds for files of every format: round trip, same bytes, complete or absent."""

import time

import numpy as np
import pytest

from dangerous_names import Named
from transect.image import image_file
from transect.image.canvas import SquareCanvas
from transect.image.dataset import Dataset
from transect.image.formats import FORMATS, read_dataset, write_dataset
from transect.image.image_file import ImageFile, image_name
from transect.space import Factor, FactorSpace, PointSet, read_points

TARGETS = {
    "npz": "a.npz",
    "png": "a",
    "parquet": "a.parquet",
    "mat": "a.mat",
    "webdataset": "a.webdataset",
}


@pytest.fixture(params=FORMATS)
def target(request, tmp_path):
    """Where a dataset goes, for each format in turn."""
    return tmp_path / "out" / TARGETS[request.param]


def content(path):
    """Return the bytes of a file, or of every file of a folder."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {file.name: file.read_bytes() for file in files}


def assert_same(file: ImageFile, source):
    np.testing.assert_array_equal(file.images, source.pixels())
    assert file.images.dtype == np.uint8
    for name in ("factors", "classes", "split", "boundary_distance"):
        np.testing.assert_array_equal(getattr(file, name), getattr(source, name))
    assert file.names == source.names


def test_every_image_returns_with_all_that_is_known_of_it(dataset, target):
    assert write_dataset(dataset, target) == target
    file = read_dataset(target)
    assert_same(file, dataset)
    points = file.points(dataset.points.space)
    assert points.where("removed").tolist() == dataset.points.where("removed").tolist()


def test_one_image_returns(greys, target):
    assert_same(read_dataset(write_dataset(greys(1), target)), greys(1))


def test_images_that_are_not_square_return(target):
    rng = np.random.default_rng(0)
    source = ImageFile(
        images=rng.integers(0, 256, (11, 3, 5), dtype=np.uint8),
        factors=rng.normal(size=(11, 1)),
        names=("angle, in °",),
        split=np.array(["validation"] * 11),
        boundary_distance=rng.normal(size=11),
    )
    assert_same(read_dataset(write_dataset(source, target)), source)


def test_what_was_read_can_be_written_again(dataset, target, tmp_path):
    write_dataset(dataset, target)
    again = tmp_path / "again" / target.name
    write_dataset(read_dataset(target), again)
    assert content(again) == content(target)


def test_batches_leave_no_trace_in_a_round_trip(greys, target, monkeypatch):
    monkeypatch.setattr(image_file, "BATCH_BYTES", 3 * 16)
    done = []
    write_dataset(greys(10), target, progress=done.append)
    assert done == [3, 6, 9, 10]
    assert_same(read_dataset(target), greys(10))


def test_the_same_images_give_the_same_bytes_at_any_time(dataset, target, monkeypatch):
    first = content(write_dataset(dataset, target))
    later = time.localtime(2_000_000_000)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    monkeypatch.setattr(time, "gmtime", lambda *_: later)
    monkeypatch.setattr(time, "asctime", lambda *_: "Wed May 18 03:33:20 2033")
    assert content(write_dataset(dataset.hold(), target, overwrite=True)) == first


def test_what_is_there_stays_unless_it_may_be_overwritten(dataset, greys, target):
    before = content(write_dataset(greys(3), target))
    with pytest.raises(ValueError, match="exists already; name another path"):
        write_dataset(dataset, target)
    assert content(target) == before
    write_dataset(dataset, target, overwrite=True)
    assert_same(read_dataset(target), dataset)
    assert [file.name for file in target.parent.iterdir()] == [target.name]


@pytest.mark.parametrize("there", [False, True])
def test_a_write_that_fails_midway_leaves_nothing_of_itself(greys, target, there, monkeypatch):
    monkeypatch.setattr(image_file, "BATCH_BYTES", 3 * 16)
    before = content(write_dataset(greys(3), target)) if there else None
    with pytest.raises(RuntimeError, match="the brush broke"):
        write_dataset(greys(10, fails_at=8), target, overwrite=there)
    left = [file.name for file in target.parent.iterdir()]
    assert left == ([target.name] if there else [])
    if there:
        assert content(target) == before


def test_an_empty_dataset_is_refused(greys, target):
    with pytest.raises(ValueError, match="a file needs at least one image"):
        write_dataset(greys(0), target)
    assert list(target.parent.iterdir()) == []


def test_a_path_that_is_absent_is_refused(target):
    with pytest.raises(ValueError, match="no such file or folder"):
        read_dataset(target)
    with pytest.raises(ValueError, match=f"{target.name}.*: no such file or folder"):
        FORMATS[target.suffix[1:] or "png"].read(target)


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("a.npz", "zarr", "no format 'zarr'; choose from npz, png, parquet, mat, webdataset"),
        ("a.mat", "npz", r"a file of the format npz needs the ending .npz, got .*a.mat"),
        ("a", "mat", r"a file of the format mat needs the ending .mat"),
        ("a.h5", None, "no format; choose from .npz, .parquet, .mat, or a folder"),
        ("a.png", None, "the ending is that of no format"),
    ],
)
def test_formats_that_do_not_fit_are_refused(greys, tmp_path, name, kind, message):
    with pytest.raises(ValueError, match=message):
        write_dataset(greys(3), tmp_path / name, kind)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_may_bear_any_name(greys, tmp_path):
    path = write_dataset(greys(3), tmp_path / "version.2", "png")
    assert_same(read_dataset(path), greys(3))


def test_factors_of_any_name_return_from_every_format(target):
    world = Named()
    factors = np.random.default_rng(0).random((3, world.space.dimension))
    split, distance = np.array(["train", "removed", "validation"]), np.array([1.0, -0.5, np.inf])
    dataset = Dataset(world, SquareCanvas(4), PointSet(world.space, factors, split, distance))
    write_dataset(dataset, target)
    assert_same(read_dataset(target), dataset)


def test_the_table_of_a_folder_is_a_file_of_points_whatever_factors_are_called(tmp_path):
    world = Named()
    factors = np.random.default_rng(0).random((3, world.space.dimension))
    points = PointSet(world.space, factors, np.full(3, "train"), np.ones(3))
    write_dataset(Dataset(world, SquareCanvas(4), points), tmp_path / "drawn")
    np.testing.assert_array_equal(
        read_points(tmp_path / "drawn" / "metadata.csv", world.space), factors
    )


def test_points_need_the_factors_of_the_file():
    file = ImageFile(
        images=np.zeros((2, 3, 4), dtype=np.uint8),
        factors=np.array([[1.0, 5.0], [2.0, 4.0]]),
        names=("x", "y"),
        split=np.array(["train", "removed"]),
        boundary_distance=np.array([1.0, -1.0]),
    )
    assert repr(file) == "ImageFile(2 images 3×4, factors x, y: 1 train, 1 removed)"
    assert (file.height, file.width) == (3, 4)
    assert file.classes.tolist() == [[0, 1], [1, 0]]
    points = file.points(FactorSpace([Factor("x", 0, 9), Factor("y", 0, 9)]))
    assert points.where("removed").tolist() == [1]
    with pytest.raises(ValueError, match="the file has the factors x, y; the space has y, x"):
        file.points(FactorSpace([Factor("y", 0, 9), Factor("x", 0, 9)]))


@pytest.mark.parametrize("count", [1, 10, 11, 100, 101])
def test_names_of_images_sort_by_row(count):
    names = [image_name(row, count) for row in range(count)]
    assert names == sorted(names)
    assert len({len(name) for name in names}) == 1
