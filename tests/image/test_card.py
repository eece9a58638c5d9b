"""Cards and metadata, as the programs read them that they are for."""

import json
import warnings

import numpy as np
import pytest
import yaml

from dangerous_names import Named
from transect.image import Dataset, SquareCanvas
from transect.image.card import write_card
from transect.image.formats import write_dataset
from transect.space import PointSet


@pytest.fixture(params=["roses", "roses.parquet"])
def carded(request, dataset, tmp_path):
    """A dataset with its card, and the folder that both lie in."""
    path = tmp_path / "out" / request.param
    write_dataset(dataset, path)
    write_card(dataset, path, "transect draw --count 12", "Disc(r = 0.3)")
    return path if path.is_dir() else path.parent


def test_the_header_of_the_card_tells_what_the_columns_are(carded):
    text = (carded / "README.md").read_text(encoding="utf-8")
    header = yaml.safe_load(text.split("---\n")[1])
    features = {one["name"]: one["dtype"] for one in header["dataset_info"]["features"]}
    assert features == {
        "image": "image",
        "factor.a": "float64",
        "factor.b": "float64",
        "split": "string",
        "boundary_distance": "float64",
    }
    (split,) = header["dataset_info"]["splits"]
    files = [*carded.glob("*.png"), *carded.glob("*.parquet")]
    size = sum(file.stat().st_size for file in files)
    assert split == {"name": "train", "num_bytes": size, "num_examples": 12}
    assert "| a | – | 0.5 to 2 |" in text
    assert "Disc(r = 0.3) is marked as removed." in text
    assert "6 `train`, 3 `validation`, 3 `removed`" in text


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_hugging_face_loads_the_images_by_their_card_and_without_it(
    dataset, carded, huggingface, tmp_path
):
    by_card = huggingface.load_dataset(str(carded), cache_dir=str(tmp_path / "cache"))
    path = carded / "roses.parquet"
    options = {"data_files": str(path)} if path.exists() else {"data_dir": str(carded)}
    kind = "parquet" if path.exists() else "imagefolder"
    alone = huggingface.load_dataset(kind, **options, cache_dir=str(tmp_path / "alone"))
    for loaded in (by_card["train"], alone["train"]):
        assert isinstance(loaded.features["image"], huggingface.Image)
        names = {"image", "factor.a", "factor.b", "split", "boundary_distance"}
        assert set(loaded.column_names) == names
        images = [np.asarray(image) for image in loaded["image"]]
        np.testing.assert_array_equal(images, dataset.pixels())
        factors = np.stack([loaded["factor.a"], loaded["factor.b"]], axis=1)
        np.testing.assert_array_equal(factors, dataset.factors)
        assert loaded["split"][:] == dataset.split.tolist()
        np.testing.assert_array_equal(loaded["boundary_distance"][:], dataset.boundary_distance)


def croissant(folder):
    """Return the metadata of a folder and its records, as mlcroissant reads them."""
    mlcroissant = pytest.importorskip("mlcroissant")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that it stands on
        found = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
        assert not found.metadata.ctx.issues.errors
        return found.metadata, list(found.records("images"))


def test_croissant_metadata_are_valid_and_lead_to_the_images(dataset, carded):
    _, records = croissant(carded)
    assert len(records) == 12
    by_factor = {record["images/factor.a"]: record for record in records}
    for row in (0, 7):
        record = by_factor[dataset.factors[row, 0]]
        assert record["images/split"] in {dataset.split[row], str(dataset.split[row]).encode()}
        grey = np.asarray(record["images/image"].convert("L"))
        np.testing.assert_array_equal(grey, dataset.pixels()[row])


@pytest.mark.parametrize("ending", ["", ".parquet"])
def test_croissant_metadata_are_valid_for_factors_of_any_name(ending, tmp_path):
    world = Named(("line width", "angle, in °", "a/b", "50%", "a.b", 'say "x"', "#1"))
    values = np.random.default_rng(0).random((5, 7))
    dataset = Dataset(
        world, SquareCanvas(8), PointSet(world.space, values, np.full(5, "train"), np.ones(5))
    )
    path = tmp_path / f"named{ending}"
    write_card(dataset, write_dataset(dataset, path), "python")
    metadata, records = croissant(path.parent if ending else path)
    for column, name in zip(values.T, world.space.names, strict=True):
        fields = metadata.record_sets[0].fields
        (field,) = [one for one in fields if one.name.endswith(f"factor.{name}")]
        assert sorted(record[field.id] for record in records) == sorted(column)


def test_the_same_dataset_has_the_same_card(dataset, carded):
    before = {name: (carded / name).read_bytes() for name in ("README.md", "croissant.json")}
    path = carded if (carded / "metadata.csv").exists() else carded / "roses.parquet"
    with pytest.raises(ValueError, match=r"README\.md exists already"):
        write_card(dataset, path, "transect draw --count 12", "Disc(r = 0.3)")
    write_card(dataset, path, "transect draw --count 12", "Disc(r = 0.3)", overwrite=True)
    assert before == {name: (carded / name).read_bytes() for name in before}
    assert json.loads(before["croissant.json"])["@type"] == "sc:Dataset"
