"""Shards as plain tar files and as the `webdataset` library reads them."""

import gc
import json
import shutil
import subprocess
import tarfile
import tracemalloc

import numpy as np
import pytest

from transect.image import image_file, webdataset
from transect.image.formats import read_dataset, write_dataset


@pytest.fixture
def written(dataset, tmp_path, monkeypatch):
    """Twelve images in shards of five."""
    monkeypatch.setattr(webdataset, "SHARD", 5)
    return write_dataset(dataset, tmp_path / "shards", "webdataset")


def test_a_shard_is_a_tar_file_of_images_and_their_ground_truth(dataset, written):
    index = json.loads((written / "index.json").read_text(encoding="utf-8"))
    assert [shard["count"] for shard in index["shards"]] == [5, 5, 2]
    with tarfile.open(written / "shard-000001.tar") as shard:
        names = shard.getnames()
        about = json.load(shard.extractfile("07.json"))
        times = {member.mtime for member in shard}
    assert names == [f"{row:02d}.{end}" for row in range(5, 10) for end in ("png", "json")]
    assert times == {0}
    assert about == {
        "factor.a": dataset.factors[7, 0],
        "factor.b": dataset.factors[7, 1],
        "split": dataset.split[7],
        "boundary_distance": dataset.boundary_distance[7],
    }


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_the_library_reads_every_sample_in_order(dataset, written):
    import webdataset as library

    urls = str(written / "shard-{000000..000002}.tar")
    samples = list(library.WebDataset(urls, shardshuffle=False).decode("l8"))
    gc.collect()  # it leaves files open; they are closed here, not in the midst of another test
    assert [sample["__key__"] for sample in samples] == [f"{row:02d}" for row in range(12)]
    np.testing.assert_array_equal([sample["png"] for sample in samples], dataset.pixels())
    assert [sample["json"]["factor.a"] for sample in samples] == dataset.factors[:, 0].tolist()
    assert samples[0]["json"]["boundary_distance"] is None  # infinite


def test_writing_takes_the_memory_of_a_batch(greys, tmp_path, monkeypatch):
    monkeypatch.setattr(image_file, "BATCH_BYTES", 10 * 128 * 128)
    monkeypatch.setattr(webdataset, "SHARD", 50)
    source = greys(300, size=128)
    tracemalloc.start()
    try:
        webdataset.write(source, tmp_path / "out")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 300 * 128 * 128 / 2


@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("", ["--sort=name"]),
        ("", ["--sort=name", "--format=pax"]),
        ("", ["--sort=name", "--format=gnu", "-z"]),
        (".gz", ["--sort=name", "-z"]),
    ],
)
def test_shards_that_tar_has_packed_anew_are_read(dataset, written, ending, options, tmp_path):
    for file in sorted(written.glob("*.tar")):
        unpacked = tmp_path / "unpacked"
        unpacked.mkdir()
        with tarfile.open(file) as shard:
            shard.extractall(unpacked, filter="data")
        file.unlink()
        target = file.with_name(file.name + ending)
        subprocess.run(["tar", "-cf", target, *options, "-C", unpacked, "."], check=True)
        shutil.rmtree(unpacked)
    with tarfile.open(target) as shard:
        assert shard.getnames()[:3] == [".", "./10.json", "./10.png"]
    found = read_dataset(written)
    np.testing.assert_array_equal(found.images, dataset.pixels())
    np.testing.assert_array_equal(found.factors, dataset.factors)
    np.testing.assert_array_equal(found.boundary_distance, dataset.boundary_distance)
