"""Tables as spreadsheets, R, pandas and hands write them."""

import csv

import numpy as np
import pandas as pd
import pytest

from transect.space.table import read_table

NUMBERS = [[0.5, 0.125], [1.5, 2.0], [-1e-3, 1234.5]]


def read(tmp_path, content: bytes | str):
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path)


def numbers(tmp_path, content: bytes | str) -> list[list[float]]:
    return read(tmp_path, content).numbers(["a", "b"]).tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_newline_and_separator_gives_the_same(tmp_path, encoding, newline, separator):
    lines = [f"{a}{separator}x{separator}{b}" for a, b in NUMBERS]
    text = newline.join([f"a{separator}größe{separator}b", *lines, ""])
    if encoding.endswith("e"):
        text = "\ufeff" + text
    table = read(tmp_path, text.encode(encoding))
    assert table.names == ("a", "größe", "b")
    assert table.numbers(["a", "b"]).tolist() == NUMBERS
    assert table.lines == (2, 3, 4)


@pytest.mark.parametrize("options", [{}, {"sep": ";", "decimal": ","}, {"sep": "\t"}])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
def test_what_pandas_writes_comes_back(tmp_path, options, quoting):
    frame = pd.DataFrame(NUMBERS, columns=["a", "b"])
    frame["note"] = ['x, "y"; z', "two\nlines", ""]
    text = frame.to_csv(quoting=quoting, **options)
    assert numbers(tmp_path, text) == NUMBERS


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas_are_read_where_nothing_else_can_be_meant(tmp_path, separator):
    text = "a;b\n1,46;0,54\n1,234;-2e1\n+,5;3,\n".replace(";", separator)
    assert numbers(tmp_path, text) == [[1.46, 0.54], [1.234, -20], [0.5, 3]]
    assert numbers(tmp_path, '"a","b"\n"1,46","0,540"\n') == [[1.46, 0.54]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a;b\n1,234;2,500\n", "line 2: the comma in '1,234' .* may separate thousands"),
        ('a,b\n"1,234",1\n', "may separate thousands"),
        ("a\tb\n1,234.5\t1\n", "comma in '1,234.5' .* some numbers have points"),
        ("a;b\n1.234,5;1,5\n", "comma in '1.234,5' .* some numbers have points"),
        ("a;b\n1.5;1\n1,5;2\n", "line 3: the comma in '1,5' .* some numbers have points"),
        ("a;b\n1,234,567;0,5\n", "line 2: a needs a finite number .* got '1,234,567'"),
    ],
)
def test_commas_that_may_mean_something_else_are_refused(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        numbers(tmp_path, content)


OTHER = "1_0 0x10 nan inf 1e999 1d3 ١٢ '1 50% −1 1e . --1 True 1.2.3 1.000.000"


@pytest.mark.parametrize("text", [*OTHER.split(), "", "1 000", "1\u00a0000"])
def test_no_other_spelling_is_a_number(tmp_path, text):
    with pytest.raises(ValueError, match=r"line 3: b needs a finite number such as 0.5 .* got"):
        numbers(tmp_path, f"a,b\n1,2\n1,{text}\n")


@pytest.mark.parametrize(
    ("text", "value"), [("1", 1), ("-0.5", -0.5), ("+.5E-3", 0.0005), ("7.", 7), ("1e3", 1000)]
)
def test_a_number_may_be_spelled_in_these_ways(tmp_path, text, value):
    assert numbers(tmp_path, f'a,b\n {text} ,"{text}"\n') == [[value, value]]


def test_infinity_is_a_number_only_where_it_is_asked_for(tmp_path):
    table = read(tmp_path, "a\ninf\n-inf\n0.5\n")
    assert table.numbers(["a"], infinite=True)[:, 0].tolist() == [np.inf, -np.inf, 0.5]
    with pytest.raises(ValueError, match="line 2: a needs a finite number"):
        table.numbers(["a"])
    with pytest.raises(ValueError, match="line 2: a needs a number"):
        read(tmp_path, "a\nnan\n").numbers(["a"], infinite=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        # Decimal commas between commas, and row names as R's write.table writes them.
        ("a,b\n1,46,0,54\n", "line 2: the row has 4 cells and the header 2 .* semicolons"),
        ("a,b\n1,1.46,0.54\n2,1.5,1\n", "line 2: the row has 3 cells .* row names need"),
        ("a;b\n1;2;3\n", "line 2: the row has 3 cells and the header 2"),
        ("a,b,c\n1,2,3\n\n4,5\n", "line 4: the row has 2 cells and the header 3"),
        ("a,b\n1,2\n,\n", "line 3: all cells are empty; remove the line"),
        ("a,b\n1,2\n , \n", "line 3: all cells are empty"),
        ("a,b\n1,2\n,,,\n", "line 3: all cells are empty"),
        ("a,b;c\n1,2\n", "the header has commas and semicolons"),
        ('a,b\n1,"2\n3,4\n', "needs to be CSV: unexpected end"),
        ('a,b\n1,"2"3\n', "line 2: .*needs to be CSV"),
        ("", "needs a header line, got an empty file"),
        ("\n \n", "needs a header line"),
        (b"a,gr\xf6\xdfe\n1,2\n", "UTF-8"),
        ("a,b\n1,2\n".encode("utf-16-le"), "UTF-8, got zero bytes"),
        (b"\xff\xfea", "UTF-8"),
        ("a,b\n1," + "2" * 200_000 + "\n", "field larger"),
    ],
)
def test_a_table_that_may_be_misread_is_refused_with_its_name(tmp_path, content, message):
    with pytest.raises(ValueError, match=message) as caught:
        read(tmp_path, content)
    assert "table.csv" in str(caught.value)


def test_only_lines_without_text_are_skipped(tmp_path):
    table = read(tmp_path, "\n\na,b\n\n1,2\n   \n3,4\n\n")
    assert table.rows == (("1", "2"), ("3", "4"))
    assert table.lines == (5, 7)


def test_blanks_do_not_belong_to_names_and_cells(tmp_path):
    table = read(
        tmp_path, ' truth , "re construction",a\n x.png , "y, z.png" ,1\n'.replace('" ,', '",')
    )
    assert table.names == ("truth", "re construction", "a")
    assert table.texts("truth") == ["x.png"]
    assert table.texts("re construction") == ["y, z.png"]


def test_an_empty_name_is_refused_with_its_line(tmp_path):
    table = read(tmp_path, "name,a\nx.png,1\n\n,2\n")
    with pytest.raises(ValueError, match="line 4: name is empty"):
        table.texts("name")


def test_separators_within_quotes_separate_nothing(tmp_path):
    table = read(tmp_path, '"size (mm, outer)";"a ""b""";c\n1,5;2;3\n')
    assert table.names == ("size (mm, outer)", 'a "b"', "c")
    assert table.numbers(["size (mm, outer)"]).tolist() == [[1.5]]
