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
    for spelled, value in (("1", 1), ("-0.5", -0.5), ("+.5E-3", 5e-4), ("7.", 7), ("1e3", 1000)):
        assert numbers(tmp_path, f'a,b\n {spelled} ,"{spelled}"\n') == [[value, value]]


OTHER = "1_0 0x10 nan inf 1e999 1d3 ١٢ '1 50% −1 1e . --1 True 1.2.3 1.000.000".split()  # noqa: SIM905
OTHER += ["", "1 000", "1\u00a0000"]


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
        ("a;b\n1,234;2,500\n", "line 2: the comma in '1,234' .* may separate thousands"),
        ('a,b\n"1,234",1\n', "may separate thousands"),
        ("a\tb\n1,234.5\t1\n", "comma in '1,234.5' .* some numbers have points"),
        ("a;b\n1.234,5;1,5\n", "comma in '1.234,5' .* some numbers have points"),
        ("a;b\n1.5;1\n1,5;2\n", "line 3: the comma in '1,5' .* some numbers have points"),
        ("a;b\n1,234,567;0,5\n", "line 2: a needs a finite number .* got '1,234,567'"),
        *((f"a,b\n1,2\n1,{text}\n", "line 3: b needs a finite number such as") for text in OTHER),
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
        numbers(tmp_path, content)
    assert "table.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "columns", "lines"),
    [
        ("\n\na,b\n\n1,2\n   \n3,4\n\n", {"a": ["1", "3"], "b": ["2", "4"]}, (5, 7)),
        (' a , "re c",d\n x.png , "y, z.png",1\n', {"a": ["x.png"], "re c": ["y, z.png"]}, (2,)),
        ('"size (mm, x)";"a ""b""";c\n1,5;2;3\n', {"size (mm, x)": ["1,5"], 'a "b"': ["2"]}, (2,)),
    ],
)
def test_blanks_quotes_and_empty_lines_belong_to_no_cell(tmp_path, content, columns, lines):
    table = read(tmp_path, content)
    assert {name: table.texts(name) for name in columns} == columns
    assert table.names[: len(columns)] == tuple(columns)
    assert table.lines == lines
    with pytest.raises(ValueError, match="line 4: name is empty"):
        read(tmp_path, "name,a\nx.png,1\n\n,2\n").texts("name")
