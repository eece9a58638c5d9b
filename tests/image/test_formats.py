"""What holds for files of every format: round trip, same bytes, complete or absent."""

import time

import numpy as np
import pytest

from dangerous_names import Named
from transect.image import image_file
from transect.image.canvas import SquareCanvas
from transect.image.dataset import Dataset
from transect.image.formats import FORMATS, read_dataset, write_dataset
from transect.image.image_file import ImageFile
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


def named(count=3):
    """A dataset whose factors have all dangerous names."""
    world = Named()
    factors = np.random.default_rng(0).random((count, world.space.dimension))
    split, distance = np.array(["train", "removed", "validation"]), np.array([1.0, -0.5, np.inf])
    return Dataset(world, SquareCanvas(4), PointSet(world.space, factors, split, distance))


def not_square():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (11, 3, 5), dtype=np.uint8)
    factors, distance = rng.normal(size=(11, 1)), rng.normal(size=11)
    return ImageFile(images, factors, ("angle, in °",), np.full(11, "validation"), distance)


@pytest.mark.parametrize("kind", ["every split", "one image", "not square", "any name"])
def test_every_image_returns_and_can_be_written_again(
    kind, dataset, greys, target, tmp_path, monkeypatch
):
    made = {"every split": lambda: dataset, "one image": lambda: greys(1)}
    source = (made | {"not square": not_square, "any name": named})[kind]()
    monkeypatch.setattr(image_file, "BATCH_BYTES", 3 * source.height * source.width)
    done = []
    assert write_dataset(source, target, progress=done.append) == target
    assert done == [*range(3, len(source), 3), len(source)]
    file = read_dataset(target)
    assert_same(file, source)
    again = tmp_path / "again" / target.name
    assert content(write_dataset(file, again)) == content(target)


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


def test_nothing_is_written_and_nothing_read(greys, target):
    with pytest.raises(ValueError, match="a file needs at least one image"):
        write_dataset(greys(0), target)
    assert list(target.parent.iterdir()) == []
    for read in (read_dataset, FORMATS[target.suffix[1:] or "png"].read):
        with pytest.raises(ValueError, match=f"{target.name}.*: no such file or folder"):
            read(target)


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


def test_the_table_of_a_folder_is_a_file_of_points_whatever_factors_are_called(tmp_path):
    source = named()
    table = write_dataset(source, tmp_path / "version.2", "png") / "metadata.csv"
    np.testing.assert_array_equal(read_points(table, source.points.space), source.factors)


FIELDS = {
    "images": np.zeros((2, 3, 4), dtype=np.uint8),
    "factors": np.array([[1.0, 5.0], [2.0, 4.0]]),
    "names": ("x", "y"),
    "split": np.array(["train", "removed"]),
    "boundary_distance": np.array([1.0, -1.0]),
}


def test_points_need_the_factors_of_the_file():
    file = ImageFile(**FIELDS)
    assert repr(file) == "ImageFile(2 images 3×4, factors x, y: 1 train, 1 removed)"
    assert (file.height, file.width) == (3, 4)
    assert file.classes.tolist() == [[0, 1], [1, 0]]
    points = file.points(FactorSpace([Factor("x", 0, 9), Factor("y", 0, 9)]))
    assert points.where("removed").tolist() == [1]
    with pytest.raises(ValueError, match="the file has the factors x, y; the space has y, x"):
        file.points(FactorSpace([Factor("y", 0, 9), Factor("x", 0, 9)]))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        *(
            ("images", np.zeros(shape, np.uint8), "images need the shape")
            for shape in [(2, 12), (2, 3, 4, 1), (0, 3, 4), (2, 0, 4)]
        ),
        ("images", np.zeros((2, 3, 4)), "the type uint8; got .* float64"),
        ("images", np.zeros((1, 3, 4), np.uint8), r"factors need the shape \(1, 2\)"),
        ("factors", np.zeros((2, 3)), r"factors need the shape \(2, 2\)"),
        ("factors", np.array([[0, 0], [0, np.nan]]), "factors need finite values; .* in row 1"),
        ("factors", np.full((2, 2), np.inf), "factors need finite values"),
        ("names", ("x", "x"), "factors need unique names"),
        ("names", ("x", ""), "that are not empty"),
        ("names", (), "factors need unique names"),
        ("split", np.full(2, "test"), "unknown split 'test'; choose from train, validation"),
        ("split", np.full(3, "train"), r"split need the shape \(2,\)"),
        ("boundary_distance", np.ones(1), r"boundary_distance need the shape \(2,\)"),
        ("boundary_distance", np.full(2, np.nan), "boundary distances need to be numbers"),
        ("classes", np.zeros((2, 1), int), r"classes need the shape \(2, 2\)"),
    ],
)
def test_fields_that_do_not_fit_each_other_are_refused(name, value, message):
    with pytest.raises(ValueError, match=message):
        ImageFile(**(FIELDS | {name: value}))
