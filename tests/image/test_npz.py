"""Archives as NumPy reads them, and the archive of dSprites."""

import numpy as np
import pytest

from transect.image import npz


@pytest.fixture
def entries(dataset):
    """The entries of a good archive."""
    return {
        "imgs": dataset.pixels(),
        "latents_values": dataset.factors,
        "latents_classes": dataset.classes,
        "latents_names": np.array(dataset.names),
        "split": dataset.split,
        "boundary_distance": dataset.boundary_distance,
    }


def test_numpy_reads_the_layout_of_dsprites(dataset, entries, tmp_path):
    npz.write(dataset, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as archive:
        assert set(archive.files) == set(entries)
        for name, expected in entries.items():
            np.testing.assert_array_equal(archive[name], expected)
            assert archive[name].dtype == expected.dtype
    ranks = np.argsort(np.argsort(dataset.factors, axis=0), axis=0)
    np.testing.assert_array_equal(entries["latents_classes"], ranks)


def test_an_archive_that_numpy_wrote_is_read(dataset, entries, tmp_path):
    np.savez(tmp_path / "a.npz", **entries)
    np.testing.assert_array_equal(npz.read(tmp_path / "a.npz").images, dataset.pixels())


def test_the_archive_of_dsprites_is_read(tmp_path):
    path = tmp_path / "dsprites.npz"
    imgs = np.random.default_rng(0).integers(0, 2, (6, 8, 8), dtype=np.uint8)
    values = np.arange(12).reshape(6, 2) / 7
    classes = np.arange(12).reshape(6, 2)
    metadata = np.array({"author": "a pickled entry, as theirs"}, dtype=object)
    np.savez(path, imgs=imgs, latents_values=values, latents_classes=classes, metadata=metadata)
    file = npz.read(path)
    np.testing.assert_array_equal(file.images, imgs * 255)
    np.testing.assert_array_equal(file.factors, values)
    np.testing.assert_array_equal(file.classes, classes)
    assert file.names == ("factor_0", "factor_1")
    assert set(file.split) == {"train"}
    assert np.isposinf(file.boundary_distance).all()


@pytest.mark.parametrize("missing", ["imgs", "latents_values"])
def test_a_missing_entry_is_named(entries, missing, tmp_path):
    del entries[missing]
    np.savez(tmp_path / "a.npz", **entries)
    with pytest.raises(ValueError, match=rf"a.npz: the archive lacks {missing}; it holds "):
        npz.read(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("imgs", np.full((12, 4, 4), 300), "leave open which value is white"),
        ("imgs", np.full((12, 4, 4), -1), "images need values from 0 upwards"),
        ("imgs", np.full((12, 4, 4), "x"), "images need numbers"),
        ("imgs", np.zeros((12, 16), dtype=np.uint8), "images need the shape"),
        ("imgs", np.zeros((0, 4, 4), dtype=np.uint8), "images need the shape"),
        ("imgs", np.zeros((11, 4, 4), dtype=np.uint8), r"factors need the shape \(11, 2\)"),
        ("latents_values", np.zeros(12), "latents_values need to be numbers"),
        ("latents_values", np.zeros((12, 2), dtype="U3"), "latents_values need to be numbers"),
        ("latents_values", np.zeros((12, 3)), r"factors need the shape \(12, 2\)"),
        ("latents_values", np.full((12, 2), np.nan), "factors need finite values"),
        ("latents_classes", np.zeros((12, 2)), "latents_classes need to be whole numbers"),
        ("latents_classes", np.zeros((12, 1), dtype=int), r"classes need the shape \(12, 2\)"),
        ("latents_names", np.array("ab"), "latents_names need to be text"),
        ("latents_names", np.array([1, 2]), "latents_names need to be text"),
        ("latents_names", np.array(["a", "a"]), "factors need unique names"),
        ("split", np.full(12, "test"), "unknown split 'test'; choose from train, validation"),
        ("split", np.full(11, "train"), r"split need the shape \(12,\)"),
        ("boundary_distance", np.full(12, "far"), "boundary_distance needs to be numbers"),
        ("boundary_distance", np.full(12, np.nan), "boundary distances need to be numbers"),
        ("boundary_distance", np.array([{}] * 12), "allow_pickle=False"),
    ],
)
def test_an_entry_that_does_not_fit_is_named(entries, name, array, message, tmp_path):
    np.savez(tmp_path / "a.npz", **{**entries, name: array})
    with pytest.raises(ValueError, match=f"a.npz: .*{message}"):
        npz.read(tmp_path / "a.npz")


def test_a_single_array_is_no_archive(tmp_path):
    with (tmp_path / "a.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(ValueError, match=r"a.npz: not a NumPy archive"):
        npz.read(tmp_path / "a.npz")
