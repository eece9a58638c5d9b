"""Files of every format whose content does not fit are refused by their name and the reason."""

import io
import json
import shutil
import tarfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from scipy.io import loadmat, savemat

from transect.image import webdataset
from transect.image.folder import read_images
from transect.image.formats import read_dataset, write_dataset


def with_entries(**changes):
    """Change arrays of an archive of NumPy; None leaves one out."""

    def change(path):
        with np.load(path) as archive:
            entries = {**archive} | changes
        np.savez(path, **{name: array for name, array in entries.items() if array is not None})

    return change


def as_a_single_array(path):
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


def with_variables(**changes):
    """Change variables of a file of MATLAB; None leaves one out."""

    def change(path):
        entries = {name: value for name, value in loadmat(path).items() if name[0] != "_"} | changes
        savemat(path, {name: value for name, value in entries.items() if value is not None})

    return change


def with_column(name, column):
    """Change a column of a Parquet file; None leaves it out."""

    def change(path):
        table = pq.read_table(path).drop_columns(name)
        pq.write_table(table if column is None else table.append_column(name, column), path)

    return change


def image_column(images):
    kind = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    return pa.array([{"bytes": image, "path": "a.png"} for image in images], kind)


def of_mixed_size(path):
    small = io.BytesIO()
    Image.new("L", (4, 4)).save(small, "PNG")
    column = pq.read_table(path).column("image").to_pylist()
    images = [row["bytes"] for row in column[:3]] + [small.getvalue()] * 9
    with_column("image", image_column(images))(path)


def without_rows(path):
    pq.write_table(pq.read_table(path).slice(0, 0), path)


def without_factors(path):
    pq.write_table(pq.read_table(path).drop_columns(["factor.a", "factor.b"]), path)


def with_text(name, old, new):
    """Change the first `old` in a file of a folder."""

    def change(path):
        text = (path / name).read_text(encoding="utf-8")
        assert old in text
        (path / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def table(old, new):
    return with_text("metadata.csv", old, new)


def removed(name):
    return lambda path: (path / name).unlink()


def added(path):
    shutil.copy(path / "04.png", path / "extra.PNG")


def of_another_size(path):
    Image.new("L", (16, 15)).save(path / "05.png")


def another_shard(path):
    shutil.copy(path / "shard-000002.tar", path / "shard-000000.tar")


def without_member(name):
    def change(path):
        with tarfile.open(path / "shard-000000.tar") as shard:
            members = [(one, shard.extractfile(one).read()) for one in shard if one.name != name]
        with tarfile.open(path / "shard-000000.tar", "w") as shard:
            for member, data in members:
                shard.addfile(member, io.BytesIO(data))

    return change


def with_a_member_twice(path):
    with tarfile.open(path / "shard-000002.tar", "a") as shard:
        shard.addfile(tarfile.TarInfo("10.json"))


def with_index(text):
    return lambda path: (path / "index.json").write_text(text, encoding="utf-8")


def outside(path):
    """Have the index lead out of its folder, to a shard that is there."""
    shutil.move(path / "shard-000000.tar", path.parent)
    with_text("index.json", "shard-000000.tar", "../shard-000000.tar")(path)


BYTES = np.zeros((16, 16, 12), np.uint8)
NUMBERED = "split needs whole numbers from 1 to 3"
CELLS = "factor_names needs to be cells of text"
CASES = {
    "a.npz": [
        *((with_entries(**{name: None}), f"lacks {name}") for name in ("imgs", "latents_values")),
        (with_entries(imgs=np.full((12, 4, 4), 300)), "leave open which value is white"),
        (with_entries(imgs=np.full((12, 4, 4), -1)), "images need values from 0 upwards"),
        (with_entries(imgs=np.full((12, 4, 4), "x")), "images need numbers"),
        (with_entries(imgs=BYTES[0]), "images need the shape"),
        (with_entries(latents_values=np.zeros(12)), "latents_values need to be numbers"),
        (with_entries(latents_values=np.full((12, 2), "x")), "latents_values need to be numbers"),
        (with_entries(latents_classes=np.zeros((12, 2))), "latents_classes need to be whole"),
        (with_entries(latents_names=np.array("ab")), "latents_names need to be text"),
        (with_entries(latents_names=np.array([1, 2])), "latents_names need to be text"),
        (with_entries(boundary_distance=np.full(12, "far")), "boundary_distance needs to be num"),
        (with_entries(boundary_distance=np.array([{}] * 12)), "allow_pickle=False"),
        (as_a_single_array, "not a NumPy archive"),
    ],
    "a.mat": [
        *(
            (with_variables(**{name: None}), f"the file lacks the variables {name}$")
            for name in ("images", "data_full", "split", "split_names", "boundary_distance")
        ),
        (with_variables(factor_names=None), "lacks the variables factor_names"),
        (with_variables(images=np.full((16, 16, 12), 1000)), "leave open which value is white"),
        (with_variables(images=np.full((16, 16, 12), np.nan)), "images need finite values"),
        (with_variables(images=BYTES[None]), "images need the shape"),
        (with_variables(images="none"), "images need the shape"),
        (with_variables(images=BYTES[:, :, :11]), r"factors need the shape \(11, 2\)"),
        (with_variables(data_full="ab"), "data_full needs to be a matrix of numbers"),
        *((with_variables(split=np.full(12, code)), NUMBERED) for code in (0, 4, 1.5)),
        (with_variables(split_names=np.array(["train", "a", "b"], object)), "unknown split 'a'"),
        (with_variables(factor_names=np.arange(2)), CELLS),
        (with_variables(factor_names=np.array([[], 1], dtype=object)), CELLS),
        (
            lambda path: path.write_bytes((b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM") * 8),
            "v7.3",
        ),
    ],
    "a.parquet": [
        (with_column("image", None), "needs the column 'image' of bytes"),
        (with_column("image", pa.array(["a.png"] * 12)), "needs the column 'image' of bytes"),
        (with_column("image", image_column([None] * 12)), "row 0 has no image within the file"),
        (with_column("image", image_column([b"junk"] * 12)), "row 0: not an image that can be"),
        (of_mixed_size, r"row 3 has 4×4 pixels .* row 0 has 16×16"),
        (with_column("split", None), "needs the column 'split' of text"),
        (with_column("split", pa.array(["test"] * 12)), "unknown split 'test'"),
        (with_column("boundary_distance", None), "the column 'boundary_distance' of numbers"),
        (with_column("boundary_distance", pa.array(["far"] * 12)), "'boundary_distance' of num"),
        (with_column("factor.a", pa.array(["x"] * 12)), "'factor.a' is of the type string"),
        (with_column("factor.a", pa.array([None] + [1.0] * 11)), "'factor.a' has 1 empty cells"),
        (without_factors, r"needs a column named factor\.<name> for each factor"),
        (without_rows, "the file has no rows"),
    ],
    "a": [
        (removed("metadata.csv"), "metadata.csv: no such file"),
        (removed("03.png"), "1 of the 12 images .* missing, 03.png the"),
        (added, "1 images are not in metadata.csv, extra.PNG the"),
        (of_another_size, "05.png has 15×16 pixels .* 00.png has 16×16"),
        (table("boundary_distance", "far"), "needs the column 'boundary_distance'; it has file_"),
        (table("file_name", "name"), "needs the column 'file_name'"),
        (table("split", "Split"), "needs the column 'split'"),
        (table("factor.a,factor.b", "factor.a,factor.a"), "needs unique columns"),
        (table("factor.a,factor.b", "factor.a"), "line 2: the row has 5 cells and the header 4"),
        (table("factor.a,factor.b", "a,b"), "one named factor.<name> for each factor; it has"),
        (table("removed", "hole"), "metadata.csv: unknown split 'hole'"),
        (table(",inf", ",far"), "line 2: boundary_distance needs a number"),
        (table(",inf", ",nan"), "line 2: boundary_distance needs a number .* got 'nan'"),
        (table("00.png,", "00.png,x"), "line 2: factor.a needs a finite number"),
    ],
    "a.webdataset": [
        (another_shard, "the shard needs 5 samples, as the index says; it has 2"),
        (without_member("02.png"), "a sample needs 02.png and 02.json, got 02.json"),
        (without_member("02.json"), "a sample needs 02.png and 02.json, got 02.png"),
        (with_a_member_twice, "shard-000002.tar: the file 10.json is there twice"),
        (removed("shard-000001.tar"), "no such file"),
        (outside, "no such file"),
        (with_index(json.dumps({"factors": ["a"], "shards": []})), "the index needs shards"),
        (with_index('{"shards": []}'), "index.json: the index needs 'factors'"),
        (with_text("index.json", '"b"', '"c"'), "shard-000000.tar: 00.json: it lacks 'factor.c'"),
    ],
}


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [(name, *case) for name, cases in CASES.items() for case in cases],
)
def test_content_that_does_not_fit_is_refused(
    name, change, message, dataset, tmp_path, monkeypatch
):
    monkeypatch.setattr(webdataset, "SHARD", 5)
    path = write_dataset(dataset, tmp_path / name)
    change(path)
    with pytest.raises(ValueError, match=f"{path}.*{message}"):
        read_dataset(path)


@pytest.mark.parametrize(
    "name",
    ["../secret.png", "/etc/secret.png", "a/../../secret.png", "C:\\secret.png", "..\\s.png"],
)
def test_a_table_that_leads_out_of_its_folder_is_refused(name, dataset, tmp_path):
    path = write_dataset(dataset, tmp_path / "a")
    shutil.copy(path / "00.png", tmp_path / "secret.png")
    table("00.png", name)(path)
    for read in (read_dataset, lambda path: read_images(path, [name])):
        with pytest.raises(ValueError, match="a table names files within its folder, got"):
            read(path)
