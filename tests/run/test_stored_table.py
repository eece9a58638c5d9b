"""Tables of a run folder are whole, or refused."""

import numpy as np
import pandas as pd
import pytest

from transect.run.folder import read_table

FRAME = pd.DataFrame(
    {
        "row": range(4),
        "split": ["train", "removed", "validation", "train"],
        "transect": ["1", "2", "2", "P"],
        "on_loop": [True, None, False, None],
        "seen": [True, False, False, True],
        "empty": [np.nan] * 4,
        "nmse": [0.25, np.nan, 1e-12, np.inf],
    }
)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "points.csv"
    FRAME.to_csv(path, index=False, lineterminator="\n")
    return path


def test_a_whole_table_returns(table):
    found = read_table(table, ("row", "split"), rows=4)
    for name in ("row", "split", "transect", "seen", "empty", "nmse"):
        assert found[name].equals(FRAME[name]), name
    assert found["on_loop"].dropna().tolist() == [True, False]


def test_a_table_that_ends_early_is_refused_wherever_it_ends(table):
    whole = table.read_bytes()
    for end in range(len(whole)):
        table.write_bytes(whole[:end])
        with pytest.raises(ValueError, match=r"points.csv: "):
            read_table(table, ("row", "split"), rows=4)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("0.25", "0.2x5", "the column 'nmse' needs numbers"),
        ("True", "Trve", "needs numbers"),
        ("split", "splat", "the table lacks the column 'split'"),
        ("train,1", "train", "line 2 has 6 cells, but the header has 7"),
        ("removed", "\x00\xff", "points.csv: "),
    ],
)
def test_what_is_changed_is_noticed(table, old, new, message):
    table.write_bytes(table.read_bytes().replace(old.encode("latin-1"), new.encode("latin-1"), 1))
    with pytest.raises(ValueError, match=message):
        read_table(table, ("row", "split"))


def test_an_absent_table_and_a_folder_in_its_place_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"a.csv: no such file"):
        read_table(tmp_path / "a.csv", ())
    with pytest.raises(ValueError, match="Is a directory"):
        read_table(tmp_path, ())
