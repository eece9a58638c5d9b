"""Archives as NumPy reads them, and the archive of dSprites."""

import numpy as np

from transect.image import npz


def test_numpy_reads_and_writes_the_layout_of_dsprites(dataset, tmp_path):
    entries = {
        "imgs": dataset.pixels(),
        "latents_values": dataset.factors,
        "latents_classes": np.argsort(np.argsort(dataset.factors, axis=0), axis=0),
        "latents_names": np.array(dataset.names),
        "split": dataset.split,
        "boundary_distance": dataset.boundary_distance,
    }
    npz.write(dataset, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as archive:
        assert set(archive.files) == set(entries)
        for name, expected in entries.items():
            np.testing.assert_array_equal(archive[name], expected)
            assert archive[name].dtype == expected.dtype
    np.savez(tmp_path / "b.npz", **entries)
    np.testing.assert_array_equal(npz.read(tmp_path / "b.npz").images, dataset.pixels())


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
