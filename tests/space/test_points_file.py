import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from transect.space import Factor, FactorSpace, read_points

PLANE = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
POINTS = np.array([[0.5, 0.1], [1 / 3, 2.0], [-1e-300, 1e17]])

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
    np.testing.assert_array_equal(read_points(path, PLANE), rows)


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n0.5,0.1\n1.5,2\n",
        b"\xef\xbb\xbfa,b\r\n0.5,0.1\r\n\r\n1.5,2",
        b' b ,note,a\n0.1,"two\nlines",0.5\n2,,1.5\n\n',
        b'"a","b",c\n 0.5 , 1e-1 ,nan\n1.5,2\n',
    ],
    ids=["plain", "windows", "quoted", "spaces and a short row"],
)
def test_a_csv_file_may_be_untidy(tmp_path, content):
    path = tmp_path / "points.CSV"
    path.write_bytes(content)
    np.testing.assert_array_equal(read_points(path, PLANE), [[0.5, 0.1], [1.5, 2]])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: the header needs each of a, b once, got 0 of 'a' among no columns"),
        (b"a,c\n1,2\n", "line 1: .* got 0 of 'b' among a, c"),
        (b"a,b,a\n1,2,3\n", "line 1: .* got 2 of 'a'"),
        (b"1,2\n3,4\n", "line 1: the header needs"),
        (b"a,b\n", "at least one, got none"),
        (b"a,b\n1,2\n\n3,\n", "line 4: b needs a finite number, got ''"),
        (b"a,b\n1,2\n3\n", "line 3: b needs a finite number, got ''"),
        (b"a,b\n1,two\n", "line 2: b needs a finite number, got 'two'"),
        (b"a,b\nnan,2\n", "line 2: a needs a finite number, got 'nan'"),
        (b"a,b\n1,2\n1,-inf\n", "line 3: b needs a finite number, got '-inf'"),
        (b"a;b\n1;2\n", "line 1: the header needs"),
        (b"a,b\n\xff\xfe,1\n", "CSV file in UTF-8"),
        (b'a,b\n1,"' + b"2" * 200_000 + b'"\n', "CSV file in UTF-8: field larger"),
    ],
)
def test_a_csv_file_that_is_wrong_names_file_and_line(tmp_path, content, message):
    path = tmp_path / "points.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_points(path, PLANE)
    assert str(path) in str(caught.value)


def test_numpy_files_bring_back_every_bit(tmp_path):
    np.save(tmp_path / "points.npy", POINTS)
    np.testing.assert_array_equal(read_points(tmp_path / "points.npy", PLANE), POINTS)
    np.save(tmp_path / "whole.npy", np.array([[1, 2], [3, 4]], dtype=np.uint8))
    whole = read_points(str(tmp_path / "whole.npy"), PLANE)
    assert whole.dtype == np.float64
    np.testing.assert_array_equal(whole, [[1, 2], [3, 4]])


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


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".mat"])
def test_broken_files_are_refused_by_name(tmp_path, suffix):
    path = tmp_path / f"broken{suffix}"
    writers = {
        ".npy": lambda: np.save(path, POINTS),
        ".npz": lambda: np.savez_compressed(path, points=np.ones((500, 2))),
        ".mat": lambda: savemat(path, {"data_full": POINTS}, do_compression=True),
    }
    writers[suffix]()
    whole = path.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes(byte ^ 255 for byte in whole[middle:-90]) + whole[-90:]
    for content in (b"", b"text", whole[:middle], whole[:-1] if suffix == ".npy" else flipped):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=path.name):
            read_points(path, PLANE)


@pytest.mark.parametrize("name", ["points.txt", "points", "points.csv.gz"])
def test_another_suffix_is_refused_with_the_choices(tmp_path, name):
    with pytest.raises(ValueError, match=r"\.csv, \.npy, \.npz, \.mat; got"):
        read_points(tmp_path / name, PLANE)


def test_a_missing_file_is_missing(tmp_path):
    for suffix in (".csv", ".npy", ".npz", ".mat"):
        with pytest.raises(FileNotFoundError):
            read_points(tmp_path / f"none{suffix}", PLANE)
