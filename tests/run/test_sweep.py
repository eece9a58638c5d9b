"""A sweep from its description to its table."""

import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from transect.cli import main
from transect.run import folder as files
from transect.run.config import from_dict
from transect.run.folder import RunFolder
from transect.run.lock import held
from transect.run.results import flat, read_results, write_results
from transect.run.sweep import CELLS, SWEEP, dump, make_sweep, read_sweep, run_sweep

GRID = {"hole.radius": [0.2, 0.4], "seed": [0, 1]}


@pytest.fixture(scope="module")
def bare(tiny):
    """The smallest cell that has an oracle."""
    values = {"points": {"train": 40, "validation": 8}, "report": False}
    values |= {"embedding": {"enabled": False}, "recovery": {"enabled": False}}
    values |= {"fault": {"enabled": False}}
    return from_dict(values, tiny)


@pytest.fixture(scope="module")
def made(bare, tmp_path_factory):
    out = tmp_path_factory.mktemp("sweeps") / "tiny"
    assert run_sweep(make_sweep(bare, GRID, None), out, progress=False) == {}
    return out


def test_its_table_holds_what_the_runs_hold(made):
    table = read_results(made)
    assert list(zip(table["hole.radius"], table["seed"], strict=True)) == [
        (0.2, 0),
        (0.2, 1),
        (0.4, 0),
        (0.4, 1),
    ]
    for _, row in table.iterrows():
        run = made / CELLS / row["cell"]
        for name, value in files.read_json(run / files.METRICS).items():
            assert row[name] == value or pd.isna(row[name])
    assert len(pd.read_csv(made / "results.csv")) == 4


def test_its_table_is_filtered_by_columns_and_rows(made):
    found = read_results(made, ["cell", "penalty_nmse"], [("hole.radius", ">", 0.3)])
    assert list(found) == ["cell", "penalty_nmse"]
    assert len(found) == 2


def test_holes_of_one_seed_share_their_oracle(made):
    oracles = {
        name: (made / CELLS / name / files.ORACLE).read_bytes()
        for name in read_results(made)["cell"]
    }
    assert oracles["hole.radius=0.2,seed=0"] == oracles["hole.radius=0.4,seed=0"]
    assert oracles["hole.radius=0.2,seed=0"] != oracles["hole.radius=0.2,seed=1"]
    assert not (made / "shared").exists()


def test_a_cell_is_an_ordinary_run(made, capsys):
    assert main(["report", str(made / CELLS / "hole.radius=0.2,seed=0")]) == 0
    assert capsys.readouterr().out.endswith("report.html\n")


def test_what_it_ran_can_be_read_back(bare, made):
    assert read_sweep(made) == make_sweep(bare, GRID, None)


def test_another_sweep_does_not_take_its_folder(bare, made):
    with pytest.raises(ValueError, match="holds another sweep"):
        run_sweep(make_sweep(bare, {"seed": [5]}, None), made, progress=False)


def test_a_folder_that_is_no_sweep_is_left_alone(bare, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ValueError, match="is not a sweep"):
        run_sweep(make_sweep(bare, GRID, None), tmp_path, progress=False)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_impossible_cell_is_refused_before_anything_is_written(bare, tmp_path):
    sweep = make_sweep(bare, {"hole.radius": [0.2, 9.0]}, None)
    with pytest.raises(ValueError, match=r"cell hole\.radius=9\.0: the hole needs to leave points"):
        run_sweep(sweep, tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists()


def test_a_failing_cell_stands_in_the_table_and_is_tried_again(bare, tmp_path, monkeypatch):
    (tmp_path / "flaky.py").write_text(FLAKY)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("FLAKY", "1")
    loss = {"well": {"kind": "elbo"}, "flaky": {"kind": "flaky:Flaky", "switch": str(tmp_path)}}
    sweep, out = make_sweep(bare, {"loss": loss}, None), tmp_path / "out"
    failed = run_sweep(sweep, out, progress=False)
    assert list(failed) == ["loss=flaky"]
    assert "RuntimeError: flaky" in failed["loss=flaky"]
    table = read_results(out).set_index("cell")
    assert "flaky" in table.loc["loss=flaky", "error"]
    assert pd.isna(table.loc["loss=well", "error"])
    assert pd.isna(table.loc["loss=flaky", "removed_nmse"])
    before = (out / CELLS / "loss=well" / files.METRICS).stat().st_mtime_ns
    (tmp_path / "mended").touch()
    assert run_sweep(sweep, out, progress=False) == {}
    assert read_results(out)["removed_nmse"].notna().all()
    assert (out / CELLS / "loss=well" / files.METRICS).stat().st_mtime_ns == before


FLAKY = '''
from dataclasses import dataclass
from pathlib import Path

from transect.model import ELBOLoss


@dataclass(frozen=True)
class Flaky(ELBOLoss):
    """Fails until it is mended."""

    switch: str = ""

    def __call__(self, batch):
        if not (Path(self.switch) / "mended").exists():
            raise RuntimeError("flaky")
        return super().__call__(batch)
'''


def test_a_second_sweep_is_told_who_works_in_the_folder(bare, tmp_path):
    with held(tmp_path / "out"):
        (tmp_path / "out" / SWEEP).write_text(dump(make_sweep(bare, GRID, None)))
        with pytest.raises(ValueError, match=f"in use: process {os.getpid()}"):
            run_sweep(make_sweep(bare, GRID, None), tmp_path / "out", progress=False)


def test_a_killed_sweep_goes_on_with_the_same_command(bare, made, tmp_path):
    config, out = tmp_path / "sweep.yaml", tmp_path / "out"
    config.write_text(dump(make_sweep(bare, GRID, None)))
    command = [sys.executable, "-m", "transect", "sweep", "--config", str(config)]
    command += ["--out", str(out), "--workers", "1", "--quiet"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    first = out / CELLS / "hole.radius=0.2,seed=0"
    deadline = time.monotonic() + 300
    while not (first / files.METRICS).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    names = list(make_sweep(bare, GRID, None).cells())
    assert not all((out / CELLS / name).exists() for name in names)
    assert not RunFolder(first).unfinished
    before = (first / files.METRICS).stat().st_mtime_ns
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("report.html")
    assert (first / files.METRICS).stat().st_mtime_ns == before
    for name in names:
        for file in (files.MODEL, files.ORACLE, files.POINTS):
            whole = made / CELLS / name / file
            assert (out / CELLS / name / file).read_bytes() == whole.read_bytes()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--grid", "hole.radius"], "--grid needs FIELD="),
        (["--grid", "hole.radius=[0.1"], "--grid can't read"),
        (["--grid", "radius=[0.1]"], "radius"),
        (["--grid", "latent=[two]"], "latent"),
        (["--cell", "[1]"], "needs {field: value}"),
        ([], "needs a grid of fields or a list of cells"),
        (["--grid", "seed=[0]", "--engine", "slurm"], "no engine 'slurm'; choose from joblib, ray"),
        (["--grid", "seed=[0]", "--address", "auto"], "not an option of the engine joblib"),
        (["--grid", "seed=[0]", "--workers", "0"], "workers needs at least 1"),
    ],
)
def test_bad_words_end_with_code_2_and_no_folder(words, message, tmp_path, capsys):
    assert main(["sweep", "smoke", *words, "--out", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_values_of_a_table_have_one_type_a_column(tmp_path):
    labels = {"a": {"hole": "disc"}, "b": {"hole": "none"}}
    table = write_results(labels, tmp_path / "cells", tmp_path, {"a": "broken"})
    assert read_results(tmp_path).equals(table)
    assert table["hole"].tolist() == ["disc", "none"]
    assert table["error"].tolist()[0] == "broken"
    assert pd.isna(table["error"].tolist()[1])


def test_nested_fields_become_columns_with_dots():
    assert flat({"a": {"b": {"c": 1}}, "d": [1, 2]}) == {"a.b.c": 1, "d": "[1, 2]"}
