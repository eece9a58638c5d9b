"""Workspaces are made here; the parts that SciPy can't write are spliced in byte by byte."""

import struct

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from transect.space import Disc, Factor, FactorSpace, read_points, split_points, uniform

PLANE = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
INT8, UINT8, INT32, UINT32, MATRIX = 1, 2, 5, 6, 14
CLASS_UINT8, CLASS_FUNCTION, CLASS_OPAQUE = 9, 16, 17


def element(kind, data):
    """One data element of MAT-file level 5: tag, data, padding to 8 bytes."""
    return struct.pack("<II", kind, len(data)) + data + b"\0" * (-len(data) % 8)


def flags(matrix_class):
    return element(UINT32, struct.pack("<II", matrix_class, 0))


def byte_matrix(name, data):
    shape = element(INT32, struct.pack("<ii", 1, len(data)))
    return element(MATRIX, flags(CLASS_UINT8) + shape + element(INT8, name) + element(UINT8, data))


def function_handle(name):
    shape = element(INT32, struct.pack("<ii", 1, 1))
    text = byte_matrix(b"", b"@(th,a,b)b*cos(5*th)+a")
    return element(MATRIX, flags(CLASS_FUNCTION) + shape + element(INT8, name) + text)


def opaque_object():
    """An object such as a MATLAB string, which has no name of its own in the file."""
    names = b"".join(element(INT8, name) for name in (b"fileNames", b"MCOS", b"string"))
    return element(MATRIX, flags(CLASS_OPAQUE) + names + byte_matrix(b"", b"\1\2\3"))


def original_variables(count=60, seed=0):
    full = uniform(PLANE, count, seed)
    far = np.linalg.norm(full - [1.25, 1], axis=1) > 0.3
    return {
        "data_full": full,
        "data_punctured": full[far],
        "data_hole": full[~far],
        "data_punctured_ind": np.flatnonzero(far)[:, None].astype(np.uint16) + 1,
        "data_hole_ind": np.flatnonzero(~far)[:, None].astype(np.uint16) + 1,
        "puncture_location": np.array([[1.25, 1.0]]),
        "puncture_radius": 0.3,
        "P1": np.stack([np.full(15, 1.25), np.linspace(0, 2, 15)], axis=1),
        "P2": np.stack([np.linspace(0.5, 2, 15), np.full(15, 1.0)], axis=1),
        "P3": np.stack([np.linspace(0.5, 2, 15), np.linspace(2, 0, 15)], axis=1),
    }


CLUTTER = {
    "dirOutput": {"name": "Gridpoint_001.png", "bytes": 1234, "nested": {"isdir": 0}},
    "cells": np.array(["one", 2, np.eye(3)], dtype=object),
    "fileFolder": "D:\\Gridpoints",
    "j": 100,
    "ans": np.array([[True, False]]),
    "P1_endpoints": np.eye(2),
    "theta": np.linspace(0, 6.28, 500),
}


@pytest.fixture(params=[False, True], ids=["plain", "compressed"])
def cluttered(request, tmp_path):
    """Write a workspace as MATLAB would leave it after a day of work."""
    path = tmp_path / "wksp.mat"
    savemat(path, CLUTTER | original_variables(), do_compression=request.param)
    content = path.read_bytes()
    strange = function_handle(b"R2") + opaque_object() + function_handle(b"W") + opaque_object()
    hidden = byte_matrix(b"", bytes(range(40)))
    path.write_bytes(content[:128] + strange + content[128:] + hidden)
    return path


def test_the_spliced_file_holds_what_it_says(cluttered):
    with pytest.warns(match='Duplicate variable name "None"'):
        content = loadmat(cluttered)
    assert type(content["R2"]).__name__ == "MatlabFunction"
    assert type(content["None"]).__name__ == "MatlabOpaque"
    assert "__function_workspace__" in content


def test_splitting_the_points_of_a_workspace_gives_its_split(cluttered):
    written, full = original_variables(), read_points(cluttered, PLANE)
    np.testing.assert_array_equal(full, written["data_full"])
    hole = Disc(PLANE, written["puncture_radius"], written["puncture_location"][0])
    points = split_points(PLANE, full, hole, 7, seed=0, order="last")
    removed, kept = (written[f"data_{name}_ind"].ravel() - 1 for name in ("hole", "punctured"))
    np.testing.assert_array_equal(points.where("removed"), removed)
    np.testing.assert_array_equal(points.where("train"), kept[:-7])
    np.testing.assert_array_equal(points.where("validation"), kept[-7:])
