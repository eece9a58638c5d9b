"""Shards as plain tar files, as the `webdataset` library reads them, and faulty ones."""

import gc
import io
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


def test_shards_of_any_number_return_whole(dataset, written):
    index = json.loads((written / "index.json").read_text(encoding="utf-8"))
    assert [shard["count"] for shard in index["shards"]] == [5, 5, 2]
    found = read_dataset(written)
    np.testing.assert_array_equal(found.images, dataset.pixels())
    np.testing.assert_array_equal(found.factors, dataset.factors)
    np.testing.assert_array_equal(found.boundary_distance, dataset.boundary_distance)


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


def _truncate(path):
    file = path / "shard-000002.tar"
    file.write_bytes(file.read_bytes()[:700])


def _swap(path):
    shutil.copy(path / "shard-000002.tar", path / "shard-000000.tar")


def _spoil(name):
    """Return what drops the member `name` of the first shard."""

    def spoil(path):
        with tarfile.open(path / "shard-000000.tar") as shard:
            members = [(one, shard.extractfile(one).read()) for one in shard if one.name != name]
        with tarfile.open(path / "shard-000000.tar", "w") as shard:
            for member, data in members:
                shard.addfile(member, io.BytesIO(data))

    return spoil


def _twice(path):
    with tarfile.open(path / "shard-000002.tar", "a") as shard:
        shard.addfile(tarfile.TarInfo("10.json"))


def _rewrite(path, text):
    (path / "index.json").write_text(text, encoding="utf-8")


FAULTS = {
    "truncated": (_truncate, r"shard-000002.tar: "),
    "another shard": (_swap, "the shard needs 5 samples, as the index says; it has 2"),
    "no image": (_spoil("02.png"), "a sample needs 02.png and 02.json, got 02.json"),
    "no ground truth": (_spoil("02.json"), "a sample needs 02.png and 02.json, got 02.png"),
    "a file twice": (_twice, r"shard-000002.tar: the file 10.json is there twice"),
    "absent": (lambda path: (path / "shard-000001.tar").unlink(), "no such file"),
    "no shards": (
        lambda path: _rewrite(path, '{"factors": ["a"], "shards": []}'),
        "the index needs shards",
    ),
    "no JSON": (lambda path: _rewrite(path, "shards"), "index.json: "),
    "no factors": (
        lambda path: _rewrite(path, '{"shards": []}'),
        r"index.json: the index needs 'factors'",
    ),
    "other factors": (
        lambda path: _rewrite(
            path, (path / "index.json").read_text(encoding="utf-8").replace('"b"', '"c"')
        ),
        "shard-000000.tar: 00.json: it lacks 'factor.c'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faulty_shards_are_refused_by_name(name, written):
    spoil, message = FAULTS[name]
    spoil(written)
    with pytest.raises(ValueError, match=message):
        read_dataset(written)


def test_an_index_leads_out_of_its_folder_nowhere(written, tmp_path):
    shutil.move(written / "shard-000000.tar", tmp_path / "shard-000000.tar")
    text = (written / "index.json").read_text(encoding="utf-8")
    _rewrite(written, text.replace("shard-000000.tar", "../shard-000000.tar"))
    with pytest.raises(ValueError, match="no such file"):
        read_dataset(written)


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
