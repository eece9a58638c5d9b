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
SPRITES = np.array(list(product(*DSPRITES_VALUES)))
SHAPES = np.array(list(product(*SHAPES3D_VALUES)))


def write_dsprites(path, order=slice(None), **changes):
    values = SPRITES
    classes = np.array(list(product(*(range(len(column)) for column in DSPRITES_VALUES))))
    arrays = {
        "metadata": np.array({"latents_names": (b"color",), "bomb": Unpicklable()}, dtype=object),
        "imgs": numbered(len(values), 8, 1)[order],
        "latents_classes": classes[order],
        "latents_values": values[order],
    }
    np.savez_compressed(path, **{**arrays, **changes})
    return values


def write_shapes3d(path, order=slice(None), **changes):
    labels = SHAPES
    grey = numbered(len(labels), 8, 255)[order]
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
    images = world.paint(values[:, 1:], 8)
    assert images.shape == (720, 8, 8)
    assert images.dtype == np.float32
    assert set(np.unique(images)) == {0.0, 1.0}
    assert row_number(images).tolist() == list(range(720))


@pytest.mark.parametrize(
    ("world_class", "write", "name"),
    [(DSprites, write_dsprites, "d.npz"), (Shapes3D, write_shapes3d, "s.h5")],
)
def test_rows_may_come_in_any_order(tmp_path, world_class, write, name):
    order = np.random.default_rng(0).permutation(len(SPRITES if name == "d.npz" else SHAPES))
    values = write(tmp_path / name, order=order)
    world = world_class(tmp_path / name)
    rows = np.random.default_rng(4).integers(0, len(values), 900)
    points = values[rows, -world.space.dimension :]
    assert row_number(world.paint(points, 8)).tolist() == rows.tolist()


def test_points_off_the_grid_get_the_nearest_image(tmp_path):
    write_dsprites(tmp_path / "dsprites.npz")
    world = DSprites(tmp_path / "dsprites.npz")
    exact = [[2, 0.75, pi / 2, 1 / 3, 1.0], [1, 0.5, 0, 0, 0]]
    beside = [[2.4, 0.8, pi / 2 + 0.7, 0.2, 1.3], [-5, 0.5, -0.1, 0.1, 0.1]]
    np.testing.assert_array_equal(world.paint(beside, 8), world.paint(exact, 8))


GREYS = np.random.default_rng(1).integers(0, 256, (720, 12, 12), dtype=np.uint8)


@pytest.mark.parametrize("form", [np.asarray, np.asfortranarray])
@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("stored", [GREYS, GREYS > 127])
def test_greys_and_truth_values_in_either_order_keep_their_light(tmp_path, stored, colour, form):
    light = GREYS / np.float32(255) if stored is GREYS else stored
    images = np.repeat(stored[..., None], 3, axis=-1) if colour else stored
    write_dsprites(tmp_path / "d.npz", imgs=form(images))
    world = DSprites(tmp_path / "d.npz")
    np.testing.assert_allclose(world.paint(SPRITES[:, 1:], 12), light, rtol=1e-6)
    blocks = light.reshape(720, 4, 3, 4, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(world.paint(SPRITES[:, 1:], 4), blocks, rtol=1e-6)
    with pytest.raises(ValueError, match=r"stored 12 pixels; choose from 1, 2, 3, 4, 6, 12; got 8"):
        world.paint(SPRITES[:, 1:], 8)
    with pytest.raises(ValueError, match="size needs a whole number"):
        world.paint(SPRITES[:, 1:], 0)


def test_colour_becomes_luma(tmp_path):
    colour = np.random.default_rng(3).integers(0, 256, (len(SHAPES), 4, 4, 3), dtype=np.uint8)
    write_shapes3d(tmp_path / "s.h5", images=colour)
    images = Shapes3D(tmp_path / "s.h5").paint(SHAPES, 4)
    np.testing.assert_allclose(images * 255, colour @ [0.299, 0.587, 0.114], atol=0.5 + 1e-4)


def test_hues_of_shapes3d_go_round_their_circle(tmp_path):
    write_shapes3d(tmp_path / "3dshapes.h5")
    factors = Shapes3D(tmp_path / "3dshapes.h5").space.factors
    names = ["floor_hue", "wall_hue", "object_hue", "scale", "shape", "orientation"]
    assert [factor.name for factor in factors] == names
    assert [factor.periodic for factor in factors] == [True, True, True, False, False, False]
    assert [factor.high for factor in factors[:3]] == [1, 1, 1]
    assert factors[0].values == (0, 0.25, 0.5, 0.75)
    assert (factors[5].low, factors[5].high, factors[5].unit) == (-30, 30, "deg")


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


def test_defaults_of_a_data_set_spare_what_has_no_order_and_lead_over_images(tmp_path):
    write_dsprites(tmp_path / "dsprites.npz")
    write_mpi3d(tmp_path / "mpi3d.npz", 2 * 2 * 2)
    world = DSprites(tmp_path / "dsprites.npz")
    assert world.default_hole()["factors"] == ["scale", "orientation", "posX", "posY"]
    colours_only = MPI3D(tmp_path / "mpi3d.npz", shape=(2, 2, 2, 1, 1, 1, 1))
    assert "factors" not in colours_only.default_hole()
    for line, factor in zip(world.default_transects(), world.space.factors, strict=True):
        steps = np.linspace(line["start"], line["end"], line["count"])
        assert line["name"] == factor.name
        np.testing.assert_allclose(world.space.snap(steps), steps, atol=1e-12)
        assert len(np.unique(world.cells(steps))) == len(factor.values)


OBJECT = np.array({"a": 1}, dtype=object)
TWICE = np.where(np.arange(720) == 3, 4, np.arange(720))  # one combination twice, one missing
SQUARE = "square images of uint8 or bool"


def sprites(**changes):
    return DSprites, "d.npz", lambda path: write_dsprites(path, **changes)


def shapes(**changes):
    return Shapes3D, "s.h5", lambda path: write_shapes3d(path, **changes)


def without_labels(path):
    with h5py.File(path, "w") as file:
        file["images"] = np.zeros((4, 4, 4, 3), np.uint8)
        file.create_group("labels")


def ended_early(path):
    whole = io.BytesIO()
    np.save(whole, np.zeros((5000, 4, 4, 3), np.uint8))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images.npy", whole.getvalue()[:-1])


def cars(count=8, **options):
    return lambda path: MPI3D(path, **options), "m.npz", lambda path: write_mpi3d(path, count)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (sprites(imgs=np.zeros((720, 4, 5), np.uint8)), SQUARE),
        (sprites(imgs=np.zeros((720, 4, 4))), SQUARE),
        (sprites(imgs=OBJECT), SQUARE),
        (sprites(latents_values=OBJECT), "allow_pickle"),
        (sprites(latents_values=np.full((720, 6), "x")), "needs numbers"),
        (sprites(latents_values=np.full((720, 6), np.nan)), "finite"),
        (sprites(latents_values=np.zeros((720, 5))), r"shape \(720, 6\)"),
        (sprites(latents_values=np.zeros((720, 6))), "every combination"),
        (sprites(order=TWICE), "every combination of their values once"),
        ((DSprites, "d.npz", lambda path: path.write_text("no archive")), "not a NumPy archive"),
        ((DSprites, "d.npz", lambda path: write_mpi3d(path, 8)), "latents_values; it has images"),
        (shapes(images=np.zeros((864, 4, 4, 2), np.uint8)), SQUARE),
        (shapes(labels=np.zeros((864, 5))), r"labels needs the shape \(864, 6\)"),
        ((Shapes3D, "s.h5", without_labels), "needs an array labels; it has images, labels"),
        ((Shapes3D, "s.h5", lambda path: path.write_text("x")), "file signature not found"),
        ((MPI3D, "m.npz", lambda path: None), "there is no file"),
        ((MPI3D, "m.npz", ended_early), "the array images ends before its last image"),
        (cars(), "1036800 for shape .* or 460800 for shape .*; got 8"),
        (cars(shape=[2, 2, 2, 2, 1, 1, 1]), "16 for shape .*; got 8"),
        (cars(shape=[2, 2, 2]), "shape needs 7 whole numbers"),
        (cars(shape=[2, 2, 2, 1, 1, 1, 1.0]), "shape needs a whole number"),
        (cars(shape=8), "shape needs 7 whole numbers"),
        (cars(shape=[1] * 7), "1 for shape"),
        (cars(1, shape=[1] * 7), "at least two values"),
    ],
)
def test_broken_files_are_refused(tmp_path, case, message):
    make, name, write = case
    write(tmp_path / name)
    with pytest.raises(ValueError, match=message):
        make(tmp_path / name)
