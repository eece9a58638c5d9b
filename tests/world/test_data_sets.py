"""Published data sets: small files with the very keys, dtypes and order of the published ones."""

import io
import zipfile
from itertools import product
from math import pi

import h5py
import numpy as np
import pytest

from transect.world import MPI3D, DSprites, Shapes3D


class Unpicklable:
    """Raises when it is unpickled."""

    def __reduce__(self):
        return (eval, ("1/0",))


def numbered(count, size, high):
    """Images that spell their row number in the first 24 pixels, in bits of 0 and `high`."""
    images = np.zeros((count, size * size), dtype=np.uint8)
    images[:, :24] = high * ((np.arange(count)[:, None] >> np.arange(24)) & 1)
    return images.reshape(count, size, size)


def row_number(images):
    """Row numbers that images spell, from any grey level above a half."""
    bits = images.reshape(len(images), -1)[:, :24] > 0.25
    return (bits << np.arange(24)).sum(axis=1)


DSPRITES_VALUES = (
    [1.0],
    [1.0, 2.0, 3.0],
    np.linspace(0.5, 1, 3),
    np.linspace(0, 2 * pi, 5),
    np.linspace(0, 1, 4),
    np.linspace(0, 1, 4),
)
SHAPES3D_VALUES = (
    np.arange(4) / 4,
    np.arange(3) / 3,
    np.arange(2) / 2,
    np.linspace(0.75, 1.25, 3),
    [0.0, 1.0, 2.0, 3.0],
    np.linspace(-30, 30, 3),
)


def write_dsprites(path, order=slice(None), **changes):
    values = np.array(list(product(*DSPRITES_VALUES)))
    classes = np.array(list(product(*(range(len(column)) for column in DSPRITES_VALUES))))
    arrays = {
        "metadata": np.array({"latents_names": (b"color",), "bomb": Unpicklable()}, dtype=object),
        "imgs": numbered(len(values), 64, 1)[order],
        "latents_classes": classes[order],
        "latents_values": values[order],
    }
    np.savez_compressed(path, **{**arrays, **changes})
    return values


def write_shapes3d(path, order=slice(None), **changes):
    labels = np.array(list(product(*SHAPES3D_VALUES)))
    grey = numbered(len(labels), 64, 255)[order]
    arrays = {"images": np.repeat(grey[..., None], 3, axis=-1), "labels": labels[order]}
    with h5py.File(path, "w") as file:
        for key, array in {**arrays, **changes}.items():
            file.create_dataset(key, data=array, chunks=True, compression="gzip")
    return labels


def write_mpi3d(path, count, size=8):
    grey = numbered(count, size, 255) if size > 1 else np.zeros((count, 1, 1), np.uint8)
    np.savez(path, images=np.repeat(grey[..., None], 3, axis=-1))


def test_dsprites_finds_every_image_without_unpickling(tmp_path):
    path = tmp_path / "dsprites.npz"
    values = write_dsprites(path)
    with np.load(path, allow_pickle=True) as archive, pytest.raises(ZeroDivisionError):
        archive["metadata"]
    world = DSprites(path)
    assert world.space.names == ("shape", "scale", "orientation", "posX", "posY")
    assert [len(factor.values) for factor in world.space.factors] == [3, 3, 5, 4, 4]
    assert [factor.periodic for factor in world.space.factors] == [False, False, True, False, False]
    images = world.paint(values[:, 1:], 64)
    assert images.shape == (720, 64, 64)
    assert images.dtype == np.float32
    assert set(np.unique(images)) == {0.0, 1.0}
    assert row_number(images).tolist() == list(range(720))


@pytest.mark.parametrize(
    ("world_class", "write", "name"),
    [(DSprites, write_dsprites, "d.npz"), (Shapes3D, write_shapes3d, "s.h5")],
)
def test_rows_may_come_in_any_order(tmp_path, world_class, write, name):
    count = len(write(tmp_path / name))
    order = np.random.default_rng(0).permutation(count)
    values = write(tmp_path / name, order=order)
    world = world_class(tmp_path / name)
    points = values[:, -world.space.dimension :]
    assert row_number(world.paint(points, 64)).tolist() == list(range(count))


def test_points_off_the_grid_get_the_nearest_image(tmp_path):
    write_dsprites(tmp_path / "dsprites.npz")
    world = DSprites(tmp_path / "dsprites.npz")
    exact = [[2, 0.75, pi / 2, 1 / 3, 1.0], [1, 0.5, 0, 0, 0]]
    beside = [[2.4, 0.8, pi / 2 + 0.7, 0.2, 1.3], [-5, 0.5, -0.1, 0.1, 0.1]]
    np.testing.assert_array_equal(world.paint(beside, 64), world.paint(exact, 64))


def test_full_range_images_in_the_layout_of_dsprites_keep_their_grey(tmp_path):
    values = np.array(list(product(*DSPRITES_VALUES)))
    grey = np.random.default_rng(1).integers(0, 256, (len(values), 16, 16), dtype=np.uint8)
    write_dsprites(tmp_path / "grey.npz", imgs=grey)
    world = DSprites(tmp_path / "grey.npz")
    np.testing.assert_array_equal(world.paint(values[:, 1:], 16), grey / np.float32(255))


@pytest.mark.parametrize("form", [np.asarray, np.asfortranarray])
@pytest.mark.parametrize("colour", [False, True])
def test_truth_values_in_either_order_become_black_and_white(tmp_path, form, colour):
    values = np.array(list(product(*DSPRITES_VALUES)))
    shown = np.random.default_rng(1).random((len(values), 4, 4)) < 0.5
    stored = np.repeat(shown[..., None], 3, axis=-1) if colour else shown
    write_dsprites(tmp_path / "truth.npz", imgs=form(stored))
    world = DSprites(tmp_path / "truth.npz")
    np.testing.assert_array_equal(world.paint(values[:, 1:], 4), shown)


def test_smaller_images_average_blocks_of_pixels(tmp_path):
    values = np.array(list(product(*DSPRITES_VALUES)))
    grey = np.random.default_rng(2).integers(0, 256, (len(values), 12, 12), dtype=np.uint8)
    write_dsprites(tmp_path / "grey.npz", imgs=grey)
    world = DSprites(tmp_path / "grey.npz")
    small = world.paint(values[[5], 1:], 4)[0]
    for row, column in product(range(4), range(4)):
        block = grey[5, 3 * row : 3 * row + 3, 3 * column : 3 * column + 3]
        np.testing.assert_allclose(small[row, column], block.astype(float).mean() / 255, rtol=1e-6)
    with pytest.raises(ValueError, match=r"stored 12 pixels; choose from 1, 2, 3, 4, 6, 12; got 8"):
        world.paint(values[[5], 1:], 8)
    with pytest.raises(ValueError, match="size needs a whole number"):
        world.paint(values[[5], 1:], 0)


def test_shapes3d_reads_the_asked_rows_in_any_order_and_repetition(tmp_path):
    labels = write_shapes3d(tmp_path / "3dshapes.h5")
    world = Shapes3D(tmp_path / "3dshapes.h5")
    names = "floor_hue wall_hue object_hue scale shape orientation"
    assert " ".join(world.space.names) == names
    rows = np.random.default_rng(4).integers(0, len(labels), 200)
    assert row_number(world.paint(labels[rows], 64)).tolist() == rows.tolist()


def test_hues_of_shapes3d_go_round_their_circle(tmp_path):
    write_shapes3d(tmp_path / "3dshapes.h5")
    factors = Shapes3D(tmp_path / "3dshapes.h5").space.factors
    assert [factor.periodic for factor in factors] == [True, True, True, False, False, False]
    assert [factor.high for factor in factors[:3]] == [1, 1, 1]
    assert factors[0].values == (0, 0.25, 0.5, 0.75)
    assert (factors[5].low, factors[5].high, factors[5].unit) == (-30, 30, "deg")


def test_colour_becomes_luma(tmp_path):
    labels = np.array(list(product(*SHAPES3D_VALUES)))
    colour = np.random.default_rng(3).integers(0, 256, (len(labels), 4, 4, 3), dtype=np.uint8)
    write_shapes3d(tmp_path / "3dshapes.h5", images=colour)
    image = Shapes3D(tmp_path / "3dshapes.h5").paint(labels[[7]], 4)[0]
    for row, column in product(range(4), range(4)):
        red, green, blue = (int(value) for value in colour[7, row, column])
        luma = 0.299 * red + 0.587 * green + 0.114 * blue
        assert abs(image[row, column] * 255 - luma) <= 0.5 + 1e-4


def test_mpi3d_runs_through_its_grid_in_row_major_order(tmp_path):
    shape = (2, 3, 2, 3, 1, 4, 5)
    write_mpi3d(tmp_path / "mpi3d.npz", np.prod(shape))
    world = MPI3D(tmp_path / "mpi3d.npz", shape=list(shape))
    names = "object_color object_shape object_size camera_height horizontal_axis vertical_axis"
    assert " ".join(world.space.names) == names
    points = np.array(list(product(*map(range, (2, 3, 2, 3, 4, 5)))), dtype=float)
    assert row_number(world.paint(points, 8)).tolist() == list(range(720))


@pytest.mark.parametrize(("count", "colours"), [(1_036_800, 6), (460_800, 4)])
def test_mpi3d_tells_the_published_sets_by_their_number_of_images(tmp_path, count, colours):
    write_mpi3d(tmp_path / "mpi3d.npz", count, size=1)
    space = MPI3D(tmp_path / "mpi3d.npz").space
    assert [len(f.values) for f in space.factors] == [colours, colours, 2, 3, 3, 40, 40]
    assert space.high.tolist() == [colours - 1, colours - 1, 1, 2, 2, 39, 39]


def test_the_default_hole_of_a_data_set_spares_what_has_no_order(tmp_path):
    write_dsprites(tmp_path / "dsprites.npz")
    write_mpi3d(tmp_path / "mpi3d.npz", 2 * 2 * 2)
    hole = DSprites(tmp_path / "dsprites.npz").default_hole()
    assert hole["factors"] == ["scale", "orientation", "posX", "posY"]
    colours_only = MPI3D(tmp_path / "mpi3d.npz", shape=(2, 2, 2, 1, 1, 1, 1))
    assert "factors" not in colours_only.default_hole()


def test_the_default_transects_of_a_data_set_walk_over_images_that_exist(tmp_path):
    write_dsprites(tmp_path / "dsprites.npz")
    world = DSprites(tmp_path / "dsprites.npz")
    for line, factor in zip(world.default_transects(), world.space.factors, strict=True):
        steps = np.linspace(line["start"], line["end"], line["count"])
        assert line["name"] == factor.name
        np.testing.assert_allclose(world.space.snap(steps), steps, atol=1e-12)
        assert len(np.unique(world.cells(steps))) == len(factor.values)


BROKEN_DSPRITES = {
    "a shape of its own": (
        {"imgs": np.zeros((720, 4, 5), np.uint8)},
        "square images of uint8 or bool",
    ),
    "images of floats": ({"imgs": np.zeros((720, 4, 4))}, "square images of uint8 or bool"),
    "pickled images": (
        {"imgs": np.array({"a": 1}, dtype=object)},
        "square images of uint8 or bool",
    ),
    "pickled latents": ({"latents_values": np.array({"a": 1}, dtype=object)}, "allow_pickle"),
    "latents of text": ({"latents_values": np.full((720, 6), "x")}, "needs numbers"),
    "latents that are no numbers": ({"latents_values": np.full((720, 6), np.nan)}, "finite"),
    "latents too narrow": ({"latents_values": np.zeros((720, 5))}, r"shape \(720, 6\)"),
    "the same latents twice": ({"latents_values": np.zeros((720, 6))}, "every combination"),
}


@pytest.mark.parametrize(("changes", "message"), BROKEN_DSPRITES.values(), ids=BROKEN_DSPRITES)
def test_broken_files_of_dsprites_are_refused(tmp_path, changes, message):
    write_dsprites(tmp_path / "dsprites.npz", **changes)
    with pytest.raises(ValueError, match=message):
        DSprites(tmp_path / "dsprites.npz")


def test_a_file_that_ends_before_its_images_is_refused(tmp_path):
    path = tmp_path / "mpi3d.npz"
    whole = io.BytesIO()
    np.save(whole, np.zeros((5000, 4, 4, 3), np.uint8))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images.npy", whole.getvalue()[:-1])
    with pytest.raises(ValueError, match=r"mpi3d.npz: the array images ends before its last image"):
        MPI3D(path)


def test_a_grid_with_one_combination_twice_and_one_missing_is_refused(tmp_path):
    order = np.arange(720)
    order[3] = 4
    write_dsprites(tmp_path / "dsprites.npz", order=order)
    with pytest.raises(ValueError, match="every combination of their values once"):
        DSprites(tmp_path / "dsprites.npz")


def test_files_that_are_something_else_are_refused(tmp_path):
    text = tmp_path / "text.npz"
    text.write_text("no archive")
    with pytest.raises(ValueError, match=r"text.npz: not a NumPy archive"):
        DSprites(text)
    with pytest.raises(ValueError, match=r"text.npz: .*file signature not found"):
        Shapes3D(text)
    with pytest.raises(ValueError, match="there is no file"):
        MPI3D(tmp_path / "absent.npz")
    write_mpi3d(tmp_path / "mpi3d.npz", 8)
    with pytest.raises(ValueError, match="needs an array latents_values; it has images"):
        DSprites(tmp_path / "mpi3d.npz")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"images": np.zeros((864, 4, 4, 2), np.uint8)}, "square images of uint8 or bool"),
        ({"labels": np.zeros((864, 5))}, r"labels needs the shape \(864, 6\)"),
    ],
)
def test_broken_files_of_shapes3d_are_refused(tmp_path, changes, message):
    write_shapes3d(tmp_path / "3dshapes.h5", **changes)
    with pytest.raises(ValueError, match=message):
        Shapes3D(tmp_path / "3dshapes.h5")


def test_a_file_of_shapes3d_without_labels_is_refused(tmp_path):
    with h5py.File(tmp_path / "3dshapes.h5", "w") as file:
        file["images"] = np.zeros((4, 4, 4, 3), np.uint8)
        file.create_group("labels")
    with pytest.raises(ValueError, match="needs an array labels; it has images, labels"):
        Shapes3D(tmp_path / "3dshapes.h5")


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (None, "1036800 for shape .* or 460800 for shape .*; got 8"),
        ([2, 2, 2, 2, 1, 1, 1], "16 for shape .*; got 8"),
        ([2, 2, 2], "shape needs 7 whole numbers"),
        ([2, 2, 2, 1, 1, 1, 1.0], "shape needs a whole number"),
        (8, "shape needs 7 whole numbers"),
        ([1, 1, 1, 1, 1, 1, 1], "1 for shape"),
        ("one", "at least two values"),
    ],
)
def test_shapes_of_mpi3d_that_do_not_fit_are_refused(tmp_path, shape, message):
    write_mpi3d(tmp_path / "mpi3d.npz", 1 if shape == "one" else 8)
    with pytest.raises(ValueError, match=message):
        MPI3D(tmp_path / "mpi3d.npz", shape=[1] * 7 if shape == "one" else shape)
