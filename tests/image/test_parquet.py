"""Parquet files as the Hugging Face library reads them, and faulty ones."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from transect.image import parquet


@pytest.fixture
def written(dataset, tmp_path):
    """A good file of twelve images."""
    return parquet.write(dataset, tmp_path / "roses.parquet")


def test_what_hugging_face_writes_is_read(dataset, written, huggingface, tmp_path):
    loaded = huggingface.Dataset.from_parquet(str(written), cache_dir=str(tmp_path / "cache"))
    hole = loaded.filter(lambda row: row["split"] == "removed")
    hole.to_parquet(str(tmp_path / "hole.parquet"))
    file = parquet.read(tmp_path / "hole.parquet")
    rows = dataset.points.where("removed")
    np.testing.assert_array_equal(file.images, dataset.pixels(rows))
    np.testing.assert_array_equal(file.factors, dataset.factors[rows])
    np.testing.assert_array_equal(file.boundary_distance, dataset.boundary_distance[rows])


def test_row_groups_are_small_enough_to_stream(greys, tmp_path):
    path = parquet.write(greys(2500), tmp_path / "a.parquet")
    metadata = pq.read_metadata(path)
    assert [metadata.row_group(i).num_rows for i in range(3)] == [1000, 1000, 500]
    np.testing.assert_array_equal(parquet.read(path).images, greys(2500).pixels())


def retyped(table, **kinds):
    """Return a table with some of its columns cast to other types."""
    for name, kind in kinds.items():
        column = table.column(name).cast(kind)
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def as_polars(table):
    image = pa.struct({"bytes": pa.large_binary(), "path": pa.large_string()})
    return retyped(table, image=image, split=pa.large_string()).replace_schema_metadata(None)


def as_views(table):
    image = pa.StructArray.from_arrays(
        [
            table.column("image").combine_chunks().field(name).cast(kind)
            for name, kind in (("path", pa.string_view()), ("bytes", pa.binary_view()))
        ],
        names=["path", "bytes"],
    )
    return retyped(table, split=pa.string_view()).set_column(0, "image", image)


def as_dictionary(table):
    split = table.column("split").dictionary_encode()
    return table.set_column(table.column_names.index("split"), "split", split)


def as_plain_bytes(table):
    plain = pa.array([row["bytes"] for row in table.column("image").to_pylist()], pa.binary())
    return table.set_column(0, "image", plain)


def as_other_numbers(table):
    return retyped(table, boundary_distance=pa.float32())


@pytest.mark.parametrize(
    "change", [as_polars, as_views, as_dictionary, as_plain_bytes, as_other_numbers]
)
def test_columns_of_other_types_are_read(written, dataset, change):
    pq.write_table(change(pq.read_table(written)), written)
    file = parquet.read(written)
    np.testing.assert_array_equal(file.images, dataset.pixels())
    np.testing.assert_array_equal(file.factors, dataset.factors)
    assert file.split.tolist() == dataset.split.tolist()
    np.testing.assert_allclose(file.boundary_distance, dataset.boundary_distance, rtol=1e-6)


@pytest.mark.parametrize("index", [None, True, False])
def test_what_pandas_saves_again_is_read(written, dataset, index):
    order = np.random.default_rng(0).permutation(12)
    pd.read_parquet(written).iloc[order].to_parquet(written, index=index)
    assert ("__index_level_0__" in pq.read_schema(written).names) == (index is not False)
    file = parquet.read(written)
    assert file.names == dataset.names
    np.testing.assert_array_equal(file.images, dataset.pixels(order))
    np.testing.assert_array_equal(file.factors, dataset.factors[order])
    assert file.split.tolist() == dataset.split[order].tolist()
