"""Names of images that belong together, and names that do not."""

import pytest

from transect.run.pairing import pair_images
from transect.space.table import read_table


@pytest.fixture
def pair(tmp_path):
    """Pair folders of files with the given names; the table is given as its text."""

    def pairs(truth: str, made: str, text: str | None = None, points: str | None = None):
        for folder, names in (("truth", truth), ("made", made)):
            for name in names.split():
                path = tmp_path / folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
        folders = tmp_path / "truth", tmp_path / "made"
        if text is None:
            return pair_images(*folders, None if points is None else tmp_path / points)
        (tmp_path / "p.csv").write_text(text)
        return pair_images(*folders, tmp_path / "p.csv", read_table(tmp_path / "p.csv"), ["a"])

    return pairs


@pytest.mark.parametrize(
    ("truth", "made", "expected"),
    [
        ("a.png b.png", "b.png a.png", "a.png b.png"),
        ("a.png b.png", "b.jpg a.PNG", "a.PNG b.jpg"),
        ("1.png 2.png 10.png", "01.png 02.png 10.png", "01.png 02.png 10.png"),
        ("x001.png x010.png", "X10.png X1.png", "X1.png X10.png"),
        # The names are unique, though their stems are not, nor their numbers.
        ("a.jpg a.png 1.png 01.png", "1.png 01.png a.png a.jpg", "01.png 1.png a.jpg a.png"),
        ("1.a.png 1.b.png", "1.b.png 1.a.png", "1.a.png 1.b.png"),
    ],
)
def test_images_are_paired_by_name(pair, truth, made, expected):
    found = pair(truth, made)
    assert found.reconstruction == expected.split()
    assert found.rule == "images by name"


@pytest.mark.parametrize(
    ("truth", "made", "message"),
    [
        ("a.png b.png c.png", "a.png bb.png c.png", "b.png only in .*truth, bb.png only in .*made"),
        ("a.png b.png", "a.png", "b.png only in .*truth, none only in .*made"),
        ("a.png", "a.png b.png", "none only in .*truth, b.png only in .*made"),
        ("a.png a.jpg", "a.bmp b.bmp", "do not match"),
        ("1.png 01.png", "001.png 2.png", "none only in .*truth, 2.png only in .*made"),
        ("1.png 01.png", "001.png 1.jpg", "01.png only in .*truth, 001.png only in .*made"),
        (" ".join(f"{n}.png" for n in range(9)), "x.png", "0.png, 1.png, .*4.png and 4 more only"),
        ("sub/a.png", "a.png", "no image .* name one of the folders in it, such as sub"),
    ],
)
def test_names_that_do_not_match_are_listed(pair, truth, made, message):
    with pytest.raises(ValueError, match=message):
        pair(truth, made)


@pytest.mark.parametrize(
    "text",
    [
        "truth, reconstruction, a\n2.png, y.png, 0\n10.png, x.png, 0\n",
        "Truth;a;Reconstruction\n2.png;0;y.png\n10.png;0;x.png\n",
        "a,TRUTH,reconstruction,file_name\n0,2,y,q.png\n0,10,x,r.png\n",
    ],
)
def test_a_table_names_both_images_of_a_row(pair, text):
    found = pair("2.png 10.png", "x.png y.png", text)
    assert (found.truth, found.reconstruction) == (["2.png", "10.png"], ["y.png", "x.png"])
    assert found.rule.endswith("factors from the columns a")


@pytest.mark.parametrize("heading", ["file_name", "File Name", "FILENAME", "truth", "file-name"])
@pytest.mark.parametrize("prefix", ["", "./", "train/", "C:\\data\\"])
def test_rows_name_true_images_in_any_order(pair, heading, prefix):
    rows = [f"{prefix}{name},0" for name in ("b.png", "c.png", "a.png")]
    found = pair("a.png b.png c.png", "a.jpg c.jpg b.jpg", "\n".join([f"{heading},a", *rows]))
    assert found.truth == ["b.png", "c.png", "a.png"]
    assert found.reconstruction == ["b.jpg", "c.jpg", "a.jpg"]
    assert f"column {heading}" in found.rule


def test_rows_may_name_images_in_folders(pair):
    text = "truth,reconstruction,a\nx/1.png,y/2.png,0\ny/1.png,x/2.png,0\nz.png,z.png,0\n"
    found = pair("x/1.png y/1.png z.png", "x/2.png y/2.png z.png", text)
    assert found.truth == ["x/1.png", "y/1.png", "z.png"]
    assert found.reconstruction == ["y/2.png", "x/2.png", "z.png"]


def test_rows_may_give_whole_paths(pair, tmp_path):
    text = "\n".join(["truth,a", *(f"{tmp_path}/truth/{name}.png,0" for name in "ba")])
    assert pair("a.png b.png", "a.png b.png", text).truth == ["b.png", "a.png"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file_name,a\n../made/a.png,0\n", "none only in .*p.csv, b.png only in .*truth"),
        ("file_name,a\na.png,0\nc.png,0\n", "c.png only in .*p.csv, b.png only in .*truth"),
        ("file_name,a\na.png,0\n", "none only in .*p.csv, b.png only in .*truth"),
        ("file_name,a\na.png,0\na.png,0\n", "p.csv: a.png named more than once"),
        ("file_name,a\na.png,0\n,0\n", "line 3: file_name is empty"),
        ("file_name,filename,a\na.png,a.png,0\n", "file_name and filename are the same"),
        ("path,a\na.png,0\nb.png,0\n", "column 'path' holds names of images; call it file_name"),
        ("truth,reconstruction,a\na,b,0\nb,z,0\n", "z only in .*p.csv, a.png only in .*made"),
        ("reconstruction,a\na,0\nb,0\nb,0\n", "b named more than once"),
    ],
)
def test_a_table_that_names_other_images_is_refused(pair, text, message):
    with pytest.raises(ValueError, match=message):
        pair("a.png b.png", "a.png b.png", text)


def test_the_order_of_rows_is_warned_of_if_names_sort_in_two_ways(pair):
    with pytest.warns(UserWarning, match=r"1.png first and 10.png last: numbers in names count"):
        found = pair("1.png 2.png 10.png", "01.png 02.png 10.png", points="p.npy")
    assert found.truth == ["1.png", "2.png", "10.png"]
    assert found.reconstruction == ["01.png", "02.png", "10.png"]
    assert "by the order of the images' names, 1.png first and 10.png last" in found.rule


def test_a_factor_called_truth_names_no_images_and_two_files_are_a_pair(tmp_path):
    for name in ("truth/a.png", "made/a.png"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    (tmp_path / "p.csv").write_text("truth\n0.5\n")
    table = read_table(tmp_path / "p.csv")
    found = pair_images(tmp_path / "truth", tmp_path / "made", table.path, table, ["truth"])
    assert found.truth == ["a.png"]
    (tmp_path / "x.png").touch()
    found = pair_images(tmp_path / "x.png", tmp_path / "truth" / "a.png")
    assert (found.truth, found.reconstruction) == (["x.png"], ["a.png"])
