"""Parquet files as the Hugging Face `datasets` library writes and reads them.

The columns are `image`, a struct of PNG `bytes` and a `path` (the library's Image feature), a
float64 column `factor.<name>` for each factor, `split` and `boundary_distance`. So
`datasets.load_dataset("parquet", data_files=path)` gives images, not bytes.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from transect.image.image_file import (
    ImageFile,
    ImageSource,
    Progress,
    image_batches,
    image_name,
)
from transect.image.png import decode, encode_png, stack
from transect.image.staging import staged
from transect.space import factor_column, factor_name
from transect.space.reading import reading
from transect.strict_json import to_json
from transect.world.grey import byte_images

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_ROW_GROUP = 1000


def write(
    source: ImageSource,
    path: str | Path,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write images and their ground truth as a Parquet file, one batch of images at a time.

    The same images give the same bytes, with the same version of pyarrow. The file is complete or
    absent.

    Arguments and errors are those of `transect.image.formats.write_dataset`.

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
        for rows, images in image_batches(source, progress):
            table = _table(source, rows, images, schema)
            writer.write_table(table, row_group_size=_ROW_GROUP)
    return path


def _table(
    source: ImageSource,
    rows: NDArray[np.int64],
    pixels: NDArray[np.uint8],
    schema: "pa.Schema",
) -> "pa.Table":
    import pyarrow as pa  # noqa: PLC0415

    image = {
        "bytes": pa.array([encode_png(one) for one in pixels], pa.binary()),
        "path": pa.array([image_name(row, len(source)) for row in rows.tolist()]),
    }
    columns = [
        pa.StructArray.from_arrays(list(image.values()), names=list(image)),
        *(pa.array(column) for column in source.factors[rows].T),
        pa.array(source.split[rows].tolist()),
        pa.array(source.boundary_distance[rows]),
    ]
    return pa.table(columns, schema=schema)


def _schema(names: tuple[str, ...]) -> "pa.Schema":
    import pyarrow as pa  # noqa: PLC0415

    image = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    numbers = dict.fromkeys(map(factor_column, names), pa.float64())
    fields = {"image": image, **numbers, "split": pa.string(), "boundary_distance": pa.float64()}
    features: dict[str, dict[str, str]] = {
        name: {"dtype": "string" if kind == pa.string() else "float64", "_type": "Value"}
        for name, kind in fields.items()
    }
    features["image"] = {"_type": "Image"}
    return pa.schema(fields, metadata={"huggingface": to_json({"info": {"features": features}})})


def read(path: str | Path) -> ImageFile:
    """Return what a file holds that `write` wrote, or one of such columns; others are ignored.

    Text and bytes may be of any type that Arrow has for them, and dictionary-encoded; `image` may
    be the bytes themselves.

    It is a `ValueError` if the file is absent, damaged or no Parquet file, a column is missing or
    of another type, or an image is missing, damaged or of another size.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415

    path = Path(path)
    with reading(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        found = _factor_columns(file.schema_arrow)
        columns = file.read([*found.values(), "split", "boundary_distance"])
        factors = [_values(columns, column).astype(np.float64) for column in found.values()]
        return ImageFile(
            images=byte_images(_images(file)),
            factors=np.stack(factors, axis=1),
            names=tuple(found),
            split=_values(columns, "split").astype(np.str_),
            boundary_distance=_values(columns, "boundary_distance").astype(np.float64),
        )


def _factor_columns(schema: "pa.Schema") -> dict[str, str]:
    """Return the column of each factor by the factor's name.

    Raises:
        ValueError: A column is missing, or of another type.
    """
    needed = {
        "image": (_holds_images, "bytes, or of a struct with a field `bytes`"),
        "split": (_holds_text, "text"),
        "boundary_distance": (_holds_numbers, "numbers"),
    }
    for name, (fits, kind) in needed.items():
        if name not in schema.names or not fits(schema.field(name).type):
            raise ValueError(
                f"the file needs the column {name!r} of {kind}; "
                f"it has {', '.join(f'{field.name} ({field.type})' for field in schema)}"
            )
    found = {name: column for column in schema.names if (name := factor_name(column))}
    for column in found.values():
        kind = schema.field(column).type
        if not _holds_numbers(kind):
            raise ValueError(f"factors need to be numbers; column {column!r} is of the type {kind}")
    if not found:
        raise ValueError(
            "the file needs a column named factor.<name> for each factor; "
            f"it has {', '.join(schema.names)}"
        )
    return found


def _holds_images(kind: "pa.DataType") -> bool:
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_struct(kind):
        return kind.get_field_index("bytes") >= 0 and _holds_bytes(kind.field("bytes").type)
    return _holds_bytes(kind)


def _holds_bytes(kind: "pa.DataType") -> bool:
    import pyarrow.types as types  # noqa: PLC0415, PLR0402

    kind = kind.value_type if types.is_dictionary(kind) else kind
    return types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind)


def _holds_text(kind: "pa.DataType") -> bool:
    import pyarrow.types as types  # noqa: PLC0415, PLR0402

    kind = kind.value_type if types.is_dictionary(kind) else kind
    return types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)


def _holds_numbers(kind: "pa.DataType") -> bool:
    import pyarrow.types as types  # noqa: PLC0415, PLR0402

    return types.is_floating(kind) or types.is_integer(kind)


def _values(table: "pa.Table", name: str) -> NDArray:
    column = table.column(name)
    if column.null_count:
        raise ValueError(f"column {name!r} has {column.null_count} empty cells")
    return column.to_numpy()


def _images(file: "pq.ParquetFile") -> NDArray:
    import pyarrow as pa  # noqa: PLC0415

    images: list[NDArray] = []
    in_struct = pa.types.is_struct(file.schema_arrow.field("image").type)
    columns = ["image.bytes"] if in_struct else ["image"]
    for batch in file.iter_batches(batch_size=_ROW_GROUP, columns=columns):
        column = batch.column("image")
        content = column.flatten()[0] if in_struct else column  # heeds empty structs
        for data in content.to_pylist():
            images.append(_image(len(images), data))
    if not images:
        raise ValueError("the file has no rows")
    return stack(images, [f"row {row}" for row in range(len(images))])


def _image(row: int, data: bytes | None) -> NDArray:
    if data is None:
        raise ValueError(f"row {row} has no image within the file")
    try:
        return decode(data)
    except ValueError as error:
        raise ValueError(f"row {row}: {error}") from error
