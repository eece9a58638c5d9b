import csv
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from transect.space import Factor, FactorSpace, read_points

PLANE = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
POINTS = np.array([[0.5, 0.1], [2 / 3, 2.0], [np.nextafter(1, 2), 1e-300]])

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.lists(st.tuples(finite, finite), min_size=1, max_size=20), st.permutations(["a", "b", "x"])
)
@settings(deadline=None, max_examples=50)
def test_a_csv_file_brings_back_every_bit_in_any_order_of_columns(tmp_path_factory, rows, header):
    path = tmp_path_factory.mktemp("csv") / "points.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for a, b in rows:
            cells = {"a": repr(a), "b": repr(b), "x": "any, text"}
            writer.writerow([cells[name] for name in header])
    with warnings.catch_warnings(action="ignore"):
        np.testing.assert_array_equal(read_points(path, PLANE), rows)


@pytest.mark.parametrize("header", ["a,factor.a,b", "factor.b,a,factor.a,b"])
def test_columns_of_factors_may_have_the_prefix_of_our_own_tables(tmp_path, header):
    path = tmp_path / "points.tsv"
    cells = {"factor.a": "0.75", "factor.b": "1.25", "a": "0.5", "b": "1.5"}
    path.write_text(header + "\n" + ",".join(cells[name] for name in header.split(",")) + "\n")
    # All of the prefixed columns, or none of them.
    expected = [[0.75, 1.25]] if "factor.b" in header else [[0.5, 1.5]]
    np.testing.assert_array_equal(read_points(path, PLANE), expected)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,c\n1,2\n", "the header needs the column 'b' once, got 0 among a, c"),
        ("a,b,a\n1,2,3\n", "the header needs the column 'a' once, got 2"),
        ("1,2\n3,4\n", "the header needs the column 'a' once, got 0 among 1, 2"),
        ("a,b\n", "at least one, got none"),
        ("a,b\n1,2\n\n3,\n", "line 4: b needs a finite number .* got ''"),
        ("a,b\nnan,2\n", "line 2: a needs a finite number .* got 'nan'"),
        ("a,b\n1,2\n1,-inf\n", "line 3: b needs a finite number .* got '-inf'"),
        ("a,b\n1,46,0,54\n", "line 2: the row has 4 cells and the header 2"),
    ],
)
def test_a_table_that_is_wrong_names_file_and_line(tmp_path, content, message):
    path = tmp_path / "points.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_points(path, PLANE)
    assert str(path) in str(caught.value)


def test_points_outside_of_the_box_are_counted(tmp_path):
    np.save(tmp_path / "points.npy", np.array([[0.5, 0], [3, 0], [1, 2], [1, -1]]))
    with pytest.warns(UserWarning, match=r"2 of 4 .*\(a from 0.5 to 2, .* first is \[3.0, 0.0\]"):
        read_points(tmp_path / "points.npy", PLANE)


def test_the_end_of_a_range_in_half_the_digits_lies_in_the_box(tmp_path):
    turn = FactorSpace([Factor("angle", 0, 2 * np.pi)])
    end = np.array([[2 * np.pi]], dtype=np.float32)
    assert not turn.contains(end).any()
    np.save(tmp_path / "points.npy", end)
    assert len(read_points(tmp_path / "points.npy", turn)) == 1


@pytest.mark.parametrize("dtype", ["f8", ">f4", "i2"])
def test_named_fields_of_an_array_are_found_in_any_order(tmp_path, dtype):
    records = np.zeros(3, dtype=[("b", dtype), ("note", "U3"), ("a", "f8")])
    records["a"], records["b"] = [0.5, 1, 2], [0, 1, 2]
    np.save(tmp_path / "points.npy", records)
    found = read_points(tmp_path / "points.npy", PLANE)
    np.testing.assert_array_equal(found, [[0.5, 0], [1, 1], [2, 2]])


def test_numpy_files_bring_back_every_bit(tmp_path):
    np.save(tmp_path / "points.npy", POINTS)
    np.testing.assert_array_equal(read_points(tmp_path / "points.npy", PLANE), POINTS)
    np.save(tmp_path / "whole.npy", np.array([[1, 2], [2, 0]], dtype=np.uint8))
    whole = read_points(str(tmp_path / "whole.npy"), PLANE)
    assert whole.dtype == np.float64
    np.testing.assert_array_equal(whole, [[1, 2], [2, 0]])


@pytest.mark.parametrize(
    "arrays",
    [
        {"points": POINTS, "factors": POINTS + 1, "codes": POINTS + 2},
        {"latents_values": POINTS + 1, "factors": POINTS},
        {"latents_values": POINTS, "latents_classes": POINTS + 1, "imgs": np.zeros((3, 4, 4))},
        {"anything": POINTS, "imgs": np.zeros((3, 4, 4)), "label": np.zeros(3)},
        {"points": POINTS, "metadata": np.array({"an": "object"}, dtype=object)},
        {"anything": POINTS, "metadata": np.array({"an": "object"}, dtype=object)},
    ],
)
def test_an_archive_gives_the_array_that_holds_points(tmp_path, arrays):
    np.savez(tmp_path / "data.npz", **arrays)
    np.testing.assert_array_equal(read_points(tmp_path / "data.npz", PLANE), POINTS)


def test_a_workspace_gives_all_its_points(tmp_path):
    savemat(tmp_path / "wksp.mat", {"data_full": POINTS, "data_hole": POINTS[:1]})
    np.testing.assert_array_equal(read_points(tmp_path / "wksp.mat", PLANE), POINTS)


@pytest.mark.parametrize(
    ("name", "arrays", "message"),
    [
        ("p.npy", np.ones((3, 3)), r"shape \(n, 2\).* got \(3, 3\)"),
        ("p.npy", np.ones(2), r"got \(2,\)"),
        ("p.npy", np.ones((2, 3)), r"got \(2, 3\), so transpose it"),
        ("p.npy", np.ones((3, 2), dtype=bool), "real numbers, got an array of bool"),
        ("p.npy", np.ones(3, dtype=[("a", "f8"), ("c", "f8")]), "no field 'b' among a, c"),
        ("p.npy", np.ones(3, dtype=[("a", "f8"), ("b", "?")]), "field 'b' needs real numbers"),
        ("p.npy", np.empty((0, 2)), "at least one, got none"),
        ("p.npy", np.array([[1, np.inf]]), "finite values"),
        ("p.npy", np.ones((3, 2), dtype=complex), "real numbers, got an array of complex128"),
        ("p.npy", np.array([["a", "b"]]), "real numbers"),
        ("p.npy", np.array([[1, None]], dtype=object), "allow_pickle=False"),
        ("p.npz", {"points": np.ones((3, 3)), "factors": POINTS}, r"got \(3, 3\)"),
        ("p.npz", {"x": POINTS, "y": POINTS}, "exactly one of shape .* got x, y"),
        ("p.npz", {"x": np.ones(3)}, "exactly one of shape"),
        ("p.npz", {}, "got no arrays"),
        ("p.npz", {"points": np.array([[1, None]], dtype=object)}, "allow_pickle=False"),
        ("p.mat", {"data_full": np.ones((3, 3))}, r"shape \(n, 2\)"),
        ("p.mat", {"other": POINTS}, "data_full"),
    ],
)
def test_a_file_without_points_of_the_space_is_refused_by_name(tmp_path, name, arrays, message):
    path = tmp_path / name
    if path.suffix == ".npy":
        np.save(path, arrays)
    elif path.suffix == ".npz":
        np.savez(path, **arrays)
    else:
        savemat(path, arrays)
    with pytest.raises(ValueError, match=message) as caught:
        read_points(path, PLANE)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", ["points.xlsx", "points", "points.csv.gz"])
def test_another_suffix_is_refused_with_the_choices(tmp_path, name):
    with pytest.raises(ValueError, match=r"\.csv, \.tsv, \.txt, \.npy, \.npz, \.mat; got"):
        read_points(tmp_path / name, PLANE)


def test_a_missing_file_is_missing(tmp_path):
    for suffix in (".csv", ".npy", ".npz", ".mat"):
        with pytest.raises(ValueError, match="no such file"):
            read_points(tmp_path / f"none{suffix}", PLANE)
