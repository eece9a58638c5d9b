"""A run folder is whole or absent, has one holder at a time, and its files are whole or refused."""

import json
import math
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from transect.run.config import from_dict
from transect.run.folder import (
    CONFIG,
    RunFolder,
    free_path,
    held,
    latest_partial,
    load_yaml,
    read_config,
    read_json,
    read_table,
    write_json,
    write_table,
)


def test_a_run_is_absent_until_it_is_finished(tiny, tmp_path):
    folder = RunFolder(tmp_path / "a")
    folder.open(tiny, resume=False)
    assert not folder.final.exists()
    assert read_config(folder.partial, trust=False) == tiny
    (folder.partial / "scratch").mkdir()
    (folder.partial / "note.json").write_text("{}")
    folder.finish(folder.partial / "scratch", folder.partial / "note.json")
    assert [path.name for path in folder.final.iterdir()] == [CONFIG]
    assert not folder.partial.exists()


def test_nothing_existing_is_taken_over_by_accident(tiny, tmp_path):
    folder = RunFolder(tmp_path / "a")
    with pytest.raises(ValueError, match="nothing to resume"):
        folder.open(tiny, resume=True)
    folder.partial.mkdir()
    folder.open(tiny, resume=False)
    with pytest.raises(ValueError, match="unfinished run; finish it with --resume"):
        folder.open(tiny, resume=False)
    with pytest.raises(ValueError, match=r"another configuration \(seed\)"):
        folder.open(from_dict({"seed": 9}, tiny), resume=True)
    folder.open(tiny, resume=True)
    folder.finish()
    with pytest.raises(ValueError, match="exists already"):
        folder.open(tiny, resume=False)


def test_paths_of_finished_and_unfinished_runs_are_told_apart(tmp_path):
    assert free_path(tmp_path / "a") == tmp_path / "a"
    with pytest.raises(ValueError, match="holds no unfinished run"):
        latest_partial(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a-2.partial").mkdir()
    assert free_path(tmp_path / "a") == tmp_path / "a-3"
    assert latest_partial(tmp_path) == tmp_path / "a-2"


def test_json_is_replaced_whole_and_has_null_for_what_is_not_finite(tmp_path):
    path = tmp_path / "numbers.json"
    numbers = {"nan": math.nan, "inf": np.float32("-inf"), "one": 1.5, "word": "a", "b": [math.nan]}
    write_json(path, numbers)
    with pytest.raises(TypeError):
        write_json(path, {"one": object()})
    plain = {"nan": None, "inf": None, "one": 1.5, "word": "a", "b": [None]}
    assert json.loads(path.read_text()) == plain
    found = read_json(path)
    assert np.isnan([found["nan"], found["inf"]]).all() and found["one"] == 1.5


@pytest.mark.parametrize("text", ["- a list\n", "a: [unclosed\n", ""])
def test_a_file_that_is_no_configuration_is_refused(text, tmp_path):
    (tmp_path / "c.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"c\.yaml"):
        load_yaml(tmp_path / "c.yaml")
    with pytest.raises(ValueError, match="is not a run folder"):
        read_config(tmp_path, trust=False)


HOLD = (
    "import sys, time\nfrom pathlib import Path\nfrom transect.run.folder import held\n"
    "with held(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
)


def test_the_second_is_told_who_holds_the_folder(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(ValueError, match=f"in use: process {process.pid} on "), held(tmp_path):
            raise AssertionError("two hold one folder")
        process.kill()
        process.wait()
    # The lock of a killed process is free, and so is that of a body that failed.
    with pytest.raises(RuntimeError, match="broken"), held(tmp_path):
        raise RuntimeError("broken")
    with held(tmp_path):
        holder = json.loads((tmp_path / "holder.json").read_text(encoding="utf-8"))
        assert holder["process"] == os.getpid()
    assert not (tmp_path / "holder.json").exists()


FRAME = pd.DataFrame(
    {
        "row": range(4),
        "split": ["train", "removed", "validation", "train"],
        "transect": ["1", "NA", "two\r\nlines", ""],
        "on_loop": [True, None, False, None],
        "seen": [True, False, False, True],
        "empty": [np.nan] * 4,
        "factor.a\r;": np.arange(4) / 3,
        "nmse": [0.25, np.nan, 1e-12, np.inf],
    }
)


@pytest.fixture
def table(tmp_path):
    write_table(tmp_path / "points.csv", FRAME)
    return tmp_path / "points.csv"


def test_a_whole_table_returns(table):
    found = read_table(table, ("row", "split"), rows=4)
    for name in FRAME.columns.drop("on_loop"):
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
        ("train,1", "train", "line 2 has 7 cells, but the header has 8"),
        ("removed", "\x00\xff", "points.csv: "),
    ],
)
def test_what_is_changed_in_a_table_is_noticed(table, old, new, message):
    table.write_bytes(table.read_bytes().replace(old.encode("latin-1"), new.encode("latin-1"), 1))
    with pytest.raises(ValueError, match=message):
        read_table(table, ("row", "split"))


def test_an_absent_table_and_a_folder_in_its_place_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"a.csv: no such file"):
        read_table(tmp_path / "a.csv", ())
    with pytest.raises(ValueError, match="Is a directory"):
        read_table(tmp_path, ())
