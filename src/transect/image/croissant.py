"""Metadata of a dataset as JSON-LD of the Croissant vocabulary, version 1.0 (MLCommons 2024).

`mlcroissant.Dataset("croissant.json")` reads the images with it. A Parquet file is one resource
with a column each. A folder of PNG files is two: the table `metadata.csv`, and the set of images,
joined by the name of the file.
"""

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from transect.image.dataset import Dataset
from transect.image.folder import TABLE
from transect.space import factor_column

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The vocabulary's own context, which every file repeats."""

RECORDS, IMAGES = "images", "files"


def metadata(dataset: Dataset, path: Path, name: str, description: str) -> dict[str, Any]:
    """Return the metadata of a dataset that lies in its place.

    Args:
        dataset: What was written.
        path: The folder of PNG files, or the Parquet file.
        name: What the dataset is called.
        description: What it is, in a sentence or two.
    """
    table = path if path.is_file() else path / TABLE
    kind = "application/x-parquet" if path.is_file() else "text/csv"
    distribution = [
        {
            "@type": "cr:FileObject",
            "@id": table.name,
            "name": table.name,
            "contentUrl": table.name,
            "encodingFormat": kind,
            "sha256": _sha256(table),
        }
    ]
    if path.is_dir():
        distribution.append(
            {
                "@type": "cr:FileSet",
                "@id": IMAGES,
                "name": IMAGES,
                "encodingFormat": "image/png",
                "includes": "*.png",
            }
        )
    fields = [*_image_fields(path, table.name)]
    for factor in dataset.points.space.factors:
        text = f"Factor{', ' + factor.unit if factor.unit else ''}, {factor.low} to {factor.high}."
        fields.append(_column(table.name, factor_column(factor.name), "sc:Float", text))
    fields.append(_column(table.name, "split", "sc:Text", "train, validation or removed."))
    distance = "Signed distance to the boundary of the removed region."
    fields.append(_column(table.name, "boundary_distance", "sc:Float", distance))
    records = {"@type": "cr:RecordSet", "@id": RECORDS, "name": RECORDS, "field": fields}
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": name,
        "description": description,
        "conformsTo": CONFORMS_TO,
        "distribution": distribution,
        "recordSet": [records],
    }


def _image_fields(path: Path, table: str) -> list[dict[str, Any]]:
    if path.is_file():
        image = _column(table, "image", "sc:ImageObject", "Grey, foreground 255 on background 0.")
        image["source"]["transform"] = {"jsonPath": "bytes"}
        return [image]
    name = _column(table, "file_name", "sc:Text", "Name of the file of the image.")
    name["references"] = {"fileSet": {"@id": IMAGES}, "extract": {"fileProperty": "filename"}}
    image = {
        "@type": "cr:Field",
        "@id": f"{RECORDS}/image",
        "name": "image",
        "description": "Grey, foreground 255 on background 0.",
        "dataType": "sc:ImageObject",
        "source": {"fileSet": {"@id": IMAGES}, "extract": {"fileProperty": "content"}},
    }
    return [name, image]


def _column(table: str, name: str, kind: str, description: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{RECORDS}/{quote(name, safe='')}",  # an identifier cannot hold blanks
        "name": name,
        "description": description,
        "dataType": kind,
        "source": {"fileObject": {"@id": table}, "extract": {"column": name}},
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
