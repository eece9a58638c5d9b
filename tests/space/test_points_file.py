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


PICKLED = np.array({"an": "object"}, dtype=object)
WHOLE = np.array([[1, 2], [2, 0]])


def save(path, content):
    if isinstance(content, str | bytes):
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    else:
        {".npy": np.save, ".npz": savez, ".mat": savemat}[path.suffix](path, content)


def savez(path, arrays):
    np.savez(path, **arrays)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("p.npy", POINTS, POINTS),
        ("p.npy", WHOLE.astype(np.uint8), WHOLE),
        ("p.npz", {"points": POINTS, "factors": POINTS + 1, "codes": POINTS + 2}, POINTS),
        ("p.npz", {"latents_values": POINTS + 1, "factors": POINTS}, POINTS),
        ("p.npz", {"latents_values": POINTS, "latents_classes": POINTS + 1}, POINTS),
        ("p.npz", {"anything": POINTS, "imgs": np.zeros((3, 4, 4)), "label": np.ones(3)}, POINTS),
        ("p.npz", {"points": POINTS, "metadata": PICKLED}, POINTS),
        ("p.npz", {"anything": POINTS, "metadata": PICKLED}, POINTS),
        ("p.mat", {"data_full": POINTS, "data_hole": POINTS[:1]}, POINTS),
    ],
)
def test_every_bit_of_the_array_that_holds_points_comes_back(tmp_path, name, content, expected):
    save(tmp_path / name, content)
    found = read_points(str(tmp_path / name), PLANE)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.csv", "a,c\n1,2\n", "the header needs the column 'b' once, got 0 among a, c"),
        ("p.csv", "a,b,a\n1,2,3\n", "the header needs the column 'a' once, got 2"),
        ("p.csv", "1,2\n3,4\n", "the header needs the column 'a' once, got 0 among 1, 2"),
        ("p.csv", "a,b\n", "at least one, got none"),
        ("p.csv", "a,b\n1,2\n\n3,\n", "line 4: b needs a finite number .* got ''"),
        ("p.csv", "a,b\nnan,2\n", "line 2: a needs a finite number .* got 'nan'"),
        ("p.csv", "a,b\n1,2\n1,-inf\n", "line 3: b needs a finite number .* got '-inf'"),
        ("p.csv", "a,b\n1,46,0,54\n", "line 2: the row has 4 cells and the header 2"),
        *((f"p{end}", None, "no such file") for end in (".csv", ".npy", ".npz", ".mat")),
        *((f"p{end}", None, r"\.npz, \.mat; got") for end in (".xlsx", "", ".csv.gz")),
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
        ("p.mat", {"data_full": "text"}, "data_full needs real numbers"),
        ("p.mat", {"data_full": {"x": 1}}, "data_full needs real numbers"),
        ("p.mat", {"data_full": np.ones((2, 2, 2))}, r"data_full needs real numbers \(n, d\)"),
        ("p.mat", {"data_full": np.ones((2, 2), dtype=complex)}, "data_full needs real numbers"),
        ("p.mat", {"data_full": np.ones((3, 3))}, r"shape \(n, 2\)"),
        ("p.mat", {"data_full": np.empty((0, 2))}, "at least one, got none"),
        ("p.mat", {"data_full": np.array([[1, np.nan]])}, "finite values"),
        ("p.mat", b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM", r"p\.mat: .*v7"),
        ("p.mat", {"other": POINTS}, "data_full"),
    ],
)
def test_a_file_without_points_of_the_space_is_refused_by_name(tmp_path, name, content, message):
    if content is not None:
        save(tmp_path / name, content)
    with pytest.raises(ValueError, match=message) as caught:
        read_points(tmp_path / name, PLANE)
    assert str(tmp_path / name) in str(caught.value)
