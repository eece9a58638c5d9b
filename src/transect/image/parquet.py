"""Parquet files as the Hugging Face `datasets` library writes and reads them.

The columns are `image`, a struct of PNG `bytes` and a `path` (the library's Image feature), one
float64 column a factor, `split` and `rim_distance`. So
`datasets.load_dataset("parquet", data_files=path)` gives pictures, not bytes.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from transect.image.image_file import (
    ImageFile,
    PictureSource,
    Progress,
    picture_batches,
    picture_name,
    reading,
)
from transect.image.png import decode_picture, encode_png
from transect.image.staging import staged

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_ROW_GROUP = 1000


def write(
    source: PictureSource,
    path: str | Path,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write images and their ground truth as a Parquet file, one batch of images at a time.

    The same images give the same bytes, with the same version of pyarrow. The file is complete or
    absent.

    Args:
        source: A `Dataset` or an `ImageFile` of at least one image.
        path: The file to write; a `ValueError` if it exists and must not be replaced.
        overwrite: Whether a file that is there may be replaced.
        progress: Called after each batch with the number of images that are written.

    Returns:
        The path of the file.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 (slow to import)

    path = Path(path)
    schema = _schema(source.names)
    with (
        staged(path, overwrite) as work,
        pq.ParquetWriter(work, schema, write_page_checksum=True) as writer,
    ):
        for rows, pictures in picture_batches(source, progress):
            table = _table(source, rows, pictures, schema)
            writer.write_table(table, row_group_size=_ROW_GROUP)
    return path


def _table(
    source: PictureSource,
    rows: NDArray[np.int64],
    pictures: NDArray[np.uint8],
    schema: "pa.Schema",
) -> "pa.Table":
    import pyarrow as pa  # noqa: PLC0415

    image = {
        "bytes": pa.array([encode_png(picture) for picture in pictures], pa.binary()),
        "path": pa.array([picture_name(row, len(source)) for row in rows.tolist()]),
    }
    columns = [
        pa.StructArray.from_arrays(list(image.values()), names=list(image)),
        *(pa.array(column) for column in source.factors[rows].T),
        pa.array(source.split[rows].tolist()),
        pa.array(source.rim_distance[rows]),
    ]
    return pa.table(columns, schema=schema)


def _schema(names: tuple[str, ...]) -> "pa.Schema":
    import pyarrow as pa  # noqa: PLC0415

    image = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    numbers = dict.fromkeys(names, pa.float64())
    fields = {"image": image, **numbers, "split": pa.string(), "rim_distance": pa.float64()}
    features: dict[str, dict[str, str]] = {
        name: {"dtype": "string" if kind == pa.string() else "float64", "_type": "Value"}
        for name, kind in fields.items()
    }
    features["image"] = {"_type": "Image"}
    return pa.schema(fields, metadata={"huggingface": json.dumps({"info": {"features": features}})})


def read(path: str | Path) -> ImageFile:
    """Return what a file holds that `write` wrote, or one of such columns; all others are factors.

    It is a `ValueError` if the file is absent, damaged or no Parquet file, a column is missing or
    of another type, or a picture is missing, damaged or of another size.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    path = Path(path)
    with (
        reading(path, pa.ArrowException),
        pq.ParquetFile(path, page_checksum_verification=True) as file,
    ):
        names = _factor_names(file.schema_arrow)
        columns = file.read([*names, "split", "rim_distance"])
        factors = [_values(columns, name).astype(np.float64) for name in names]
        return ImageFile(
            images=_pictures(file),
            factors=np.stack(factors, axis=1),
            names=names,
            split=_values(columns, "split").astype(np.str_),
            rim_distance=_values(columns, "rim_distance"),
        )


def _factor_names(schema: "pa.Schema") -> tuple[str, ...]:
    import pyarrow as pa  # noqa: PLC0415

    needed = {
        "image": pa.struct({"bytes": pa.binary(), "path": pa.string()}),
        "split": pa.string(),
        "rim_distance": pa.float64(),
    }
    for name, kind in needed.items():
        if name not in schema.names or schema.field(name).type != kind:
            raise ValueError(
                f"the file needs the column {name!r} of the type {kind}; "
                f"it has {', '.join(f'{field.name} ({field.type})' for field in schema)}"
            )
    names = tuple(name for name in schema.names if name not in needed)
    for name in names:
        kind = schema.field(name).type
        if not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
            raise ValueError(f"factors need to be numbers; column {name!r} is of the type {kind}")
    if not names:
        raise ValueError("the file needs a column for each factor; it has none")
    return names


def _values(table: "pa.Table", name: str) -> NDArray:
    column = table.column(name)
    if column.null_count:
        raise ValueError(f"column {name!r} has {column.null_count} empty cells")
    return column.to_numpy()


def _pictures(file: "pq.ParquetFile") -> NDArray[np.uint8]:
    pictures: NDArray[np.uint8] | None = None
    row = 0
    for batch in file.iter_batches(batch_size=_ROW_GROUP, columns=["image.bytes"]):
        for data in batch.column("image").field("bytes").to_pylist():
            picture = _picture(row, data)
            if pictures is None:
                pictures = np.empty((file.metadata.num_rows, *picture.shape), dtype=np.uint8)
            height, width = pictures.shape[1:]
            if picture.shape != (height, width):
                raise ValueError(
                    f"row {row} has {picture.shape[0]}×{picture.shape[1]} pixels (height × "
                    f"width), but row 0 has {height}×{width}; all need the same size"
                )
            pictures[row] = picture
            row += 1
    if pictures is None:
        raise ValueError("the file has no rows")
    return pictures


def _picture(row: int, data: bytes | None) -> NDArray[np.uint8]:
    if data is None:
        raise ValueError(f"row {row} has no picture within the file")
    try:
        return decode_picture(data)
    except ValueError as error:
        raise ValueError(f"row {row}: {error}") from error
