"""Whatever happens to a file that we write, one line names it, and no image is read wrong."""

import io
import json
import shutil
import zipfile
from itertools import product

import h5py
import numpy as np
import pytest
import torch
from torch import nn

from transect.image import Dataset, SquareCanvas, read_dataset, read_images, write_dataset
from transect.run.folder import read_json
from transect.space import PointSet, read_points
from transect.training.checkpoint import load_weights, save_weights
from transect.training.history import History
from transect.world import DSprites, Rose, Shapes3D

WORLD = Rose()
FACTORS = WORLD.space.from_unit(np.random.default_rng(0).uniform(size=(5, 2)))


def dataset():
    split = np.array(["train", "validation", "removed", "train", "train"])
    points = PointSet(WORLD.space, FACTORS, split, np.linspace(-1, 1, 5))
    return Dataset(WORLD, SquareCanvas(8), points)


def drawn(name):
    """Return a writer of a dataset whose file to damage is `name`, and its reader."""

    def write(folder):
        path = folder / name.split("/")[0]
        write_dataset(dataset(), path, "webdataset" if name.endswith(("tar", "json")) else None)
        return folder / name

    def read(file):
        return read_dataset(file.parent if "/" in name else file).images

    return write, read


def written(name, write, read):
    def make(folder):
        write(folder / name)
        return folder / name

    return make, read


def sprites(path):
    values = np.array(list(product([1.0], [1.0, 2.0], [0.5, 1.0], [0.0], [0.0], [0.0, 1.0])))
    images = np.random.default_rng(0).integers(0, 2, (8, 4, 4), dtype=np.uint8)
    np.savez_compressed(path, imgs=images, latents_values=values)


def shapes(path):
    axes = [[0.0], [0.0], [0.0], [0.5, 1.0], [0.0, 1.0], [-30.0, 30.0]]
    with h5py.File(path, "w") as file:
        images = np.random.default_rng(0).integers(0, 256, (8, 4, 4, 3), dtype=np.uint8)
        file.create_dataset("images", data=images, chunks=(4, 4, 4, 3), fletcher32=True)
        labels = np.array(list(product(*axes)))
        file.create_dataset("labels", data=labels, chunks=labels.shape, fletcher32=True)


def paint(world):
    corners = world.space.from_unit(np.eye(world.space.dimension))
    return world.paint(corners, 4)


def model():
    torch.manual_seed(0)
    return nn.Linear(3, 2)


def weights(path):
    loaded = nn.Linear(3, 2)
    load_weights(loaded, path)
    return torch.cat([one.detach().ravel() for one in loaded.parameters()]).numpy()


def histories(path):
    history = History(path)
    history.append({"epoch": 1, "loss": 0.25})
    history.append({"epoch": 2, "loss": 0.125})


KINDS = {
    "npz": drawn("a.npz"),
    "parquet": drawn("a.parquet"),
    "mat": drawn("a.mat"),
    "png": drawn("a/2.png"),
    "csv": drawn("a/metadata.csv"),
    "tar": drawn("a/shard-000000.tar"),
    "index": drawn("a/index.json"),
    "image": written(
        "a.png",
        lambda path: path.write_bytes(KINDS["png"][0](path.parent).read_bytes()),
        lambda path: read_images(path)[0],
    ),
    "points.npz": written(
        "p.npz",
        lambda path: np.savez_compressed(path, points=FACTORS),
        lambda path: read_points(path, WORLD.space),
    ),
    "points.npy": written(
        "p.npy", lambda path: np.save(path, FACTORS), lambda path: read_points(path, WORLD.space)
    ),
    "workspace": written(
        "w.mat",
        lambda path: write_dataset(dataset(), path),
        lambda path: read_points(path, WORLD.space),
    ),
    "dsprites": written("d.npz", sprites, lambda path: paint(DSprites(path))),
    "shapes3d": written("s.h5", shapes, lambda path: paint(Shapes3D(path))),
    "weights": written("m.safetensors", lambda path: save_weights(model(), path), weights),
    "history": written(
        "history.csv", histories, lambda path: [list(row.values()) for row in History(path)]
    ),
    "json": written(
        "metrics.json",
        lambda path: path.write_text(json.dumps({"a": 1.5, "b": None})),
        lambda path: read_json(path)["a"],
    ),
}

CHECKED = ("npz", "parquet", "png", "csv", "tar", "image", "points.npz", "dsprites")
"""Kinds whose images carry checksums: a changed bit gives the same images or none."""

UNNOTICED = ("history",)
"""Kinds that may end early at the end of a line, as a training that was killed leaves them."""


def same_or_refused(read, file, wanted, *, exact):
    """Return whether the file was refused; what is read of it otherwise is what was written."""
    try:
        found = read(file)
    except ValueError as error:
        assert str(file.parent) in str(error)
        assert "\n" not in str(error)
        return True
    if exact:
        np.testing.assert_array_equal(found, wanted)
    return False


@pytest.fixture(params=KINDS)
def kind(request, tmp_path):
    write, read = KINDS[request.param]
    file = write(tmp_path)
    return request.param, read, file, read(file)


def test_files_that_end_early_are_refused(kind):
    name, read, file, wanted = kind
    whole = file.read_bytes()
    ends = {0, 1, 7, len(whole) // 3, len(whole) // 2, len(whole) - 1}
    for end in sorted(ends):
        file.write_bytes(whole[:end])
        refused = same_or_refused(read, file, wanted, exact=name not in UNNOTICED)
        assert refused or end > len(whole) // 3, end


@pytest.mark.filterwarnings("ignore:.*lie outside the box:UserWarning")
def test_changed_bits_are_refused_or_without_effect(kind):
    name, read, file, wanted = kind
    whole = file.read_bytes()
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(whole), 40):
        changed = bytearray(whole)
        changed[place] ^= 1 << int(rng.integers(8))
        file.write_bytes(bytes(changed))
        same_or_refused(read, file, wanted, exact=name in CHECKED)


@pytest.mark.parametrize(
    "content",
    [
        b"not at all\n",
        b"<!doctype html><p>404</p>",
        bytes(range(256)) * 8,
        b"PK\x05\x06" + bytes(18),
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"[1, 2]\n",
    ],
)
def test_other_files_in_their_place_are_refused(kind, content):
    _, read, file, wanted = kind
    file.write_bytes(content)
    assert same_or_refused(read, file, wanted, exact=True)


def test_a_folder_in_the_place_of_a_file_is_refused(kind):
    _, read, file, wanted = kind
    file.unlink()
    file.mkdir()
    assert same_or_refused(read, file, wanted, exact=True)


@pytest.mark.parametrize("kind", ["npz", "dsprites", "points.npz"], indirect=True)
def test_an_archive_whose_header_asks_for_more_or_less_is_refused(kind):
    _, read, file, wanted = kind
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    name = next(iter(entries))
    start = entries[name].index(b"shape': (") + len(b"shape': (")
    count = entries[name][start : start + 1]
    for other in (b"1", b"9"):
        changed = entries | {name: entries[name].replace(b"(" + count, b"(" + other, 1)}
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for entry, data in changed.items():
                archive.writestr(entry, data)
        file.write_bytes(content.getvalue())
        assert same_or_refused(read, file, wanted, exact=True)
    shutil.rmtree(file.parent)
