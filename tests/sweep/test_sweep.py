"""A sweep from its description to its table."""

import os
import shutil
import subprocess
import sys
from unittest.mock import Mock

import pandas as pd
import pytest
import yaml

from processes import kill_once, needs_kill
from transect.cli import main
from transect.run import folder as files
from transect.run.config import from_dict
from transect.run.folder import RunFolder, held
from transect.sweep.results import flat, read_results, write_results
from transect.sweep.sweep import CELLS, SWEEP, dump, make_sweep, read_sweep, run_sweep
from webpages import Parsed, check_policy

GRID = {"hole.radius": [0.2, 0.4], "seed": [0, 1]}


@pytest.fixture(scope="module")
def small(bare):
    """The smallest cell that has an oracle."""
    return from_dict({"points": {"train": 40, "validation": 8}, "oracle": True}, bare)


@pytest.fixture(scope="module")
def made(small, tmp_path_factory):
    out = tmp_path_factory.mktemp("sweeps") / "tiny"
    assert run_sweep(make_sweep(small, GRID, None), out, progress=False) == {}
    return out


def test_its_table_holds_what_the_runs_hold(made):
    table = read_results(made)
    cells = [(0.2, 0), (0.2, 1), (0.4, 0), (0.4, 1)]
    assert list(zip(table["hole.radius"], table["seed"], strict=True)) == cells
    for _, row in table.iterrows():
        run = made / CELLS / row["cell"]
        for name, value in files.read_json(run / files.METRICS).items():
            assert row[name] == value or pd.isna(row[name])
    assert len(pd.read_csv(made / "results.csv")) == 4
    found = read_results(made, ["cell", "penalty.nmse"], [("hole.radius", ">", 0.3)])
    assert list(found) == ["cell", "penalty.nmse"]
    assert len(found) == 2


def test_holes_of_one_seed_share_their_oracle(made):
    oracles = {
        name: (made / CELLS / name / files.ORACLE).read_bytes()
        for name in read_results(made)["cell"]
    }
    assert oracles["hole.radius=0.2,seed=0"] == oracles["hole.radius=0.4,seed=0"]
    assert oracles["hole.radius=0.2,seed=0"] != oracles["hole.radius=0.2,seed=1"]
    assert not (made / "shared").exists()


def test_what_it_ran_can_be_read_back_and_no_other_takes_its_folder(small, made):
    assert read_sweep(made, trust=False) == make_sweep(small, GRID, None)
    with pytest.raises(ValueError, match="holds another sweep"):
        run_sweep(make_sweep(small, {"seed": [5]}, None), made, progress=False)


IDLE = Mock(run=Mock(return_value=()))
"""An engine that does none of its work."""


@pytest.mark.parametrize(
    "left", [[], ["lock"], ["lock", "holder.json"], ["lock", f".{SWEEP}.abcd_123.staged"]]
)
def test_a_sweep_killed_in_its_first_moments_starts_anew(left, small, tmp_path):
    for name in left:
        if name.startswith("."):
            (tmp_path / name).mkdir()
        else:
            (tmp_path / name).touch()
    sweep = make_sweep(small, GRID, None)
    run_sweep(sweep, tmp_path, engine=IDLE, progress=False)
    assert read_sweep(tmp_path, trust=False) == sweep
    assert len(read_results(tmp_path)) == 4
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("names", [["mine.txt"], ["lock", "mine.txt"]])
def test_a_folder_that_is_no_sweep_is_left_alone(names, small, tmp_path):
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(ValueError, match="is not a sweep"):
        run_sweep(make_sweep(small, GRID, None), tmp_path, engine=IDLE, progress=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_an_impossible_cell_is_refused_before_anything_is_written(small, tmp_path):
    sweep = make_sweep(small, {"hole.radius": [0.2, 9.0]}, None)
    with pytest.raises(ValueError, match=r"cell hole\.radius=9\.0: the hole needs to leave points"):
        run_sweep(sweep, tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists()


def test_a_failing_cell_stands_in_the_table_and_is_tried_again(bare, tmp_path, monkeypatch):
    (tmp_path / "flaky.py").write_text(FLAKY)
    monkeypatch.syspath_prepend(tmp_path)
    loss = {"well": {"kind": "elbo"}, "flaky": {"kind": "flaky:Flaky", "switch": str(tmp_path)}}
    sweep, out = make_sweep(bare, {"loss": loss}, None), tmp_path / "out"
    failed = run_sweep(sweep, out, progress=False)
    assert list(failed) == ["loss=flaky"]
    assert "RuntimeError: flaky" in failed["loss=flaky"]
    table = read_results(out).set_index("cell")
    assert "flaky" in table.loc["loss=flaky", "error"]
    assert pd.isna(table.loc["loss=well", "error"])
    assert pd.isna(table.loc["loss=flaky", "removed.nmse"])
    before = (out / CELLS / "loss=well" / files.METRICS).stat().st_mtime_ns
    (tmp_path / "mended").touch()
    assert run_sweep(sweep, out, progress=False) == {}
    assert read_results(out)["removed.nmse"].notna().all()
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


@pytest.mark.parametrize("written", [None, GRID, {"seed": [5]}])
def test_a_second_sweep_is_told_who_works_in_the_folder(written, small, tmp_path):
    with held(tmp_path / "out"):
        if written is not None:
            (tmp_path / "out" / SWEEP).write_text(dump(make_sweep(small, written, None)))
        with pytest.raises(ValueError, match=f"in use: process {os.getpid()}"):
            run_sweep(make_sweep(small, GRID, None), tmp_path / "out", progress=False)


@needs_kill
def test_a_killed_sweep_goes_on_with_the_same_command(small, made, tmp_path):
    config, out = tmp_path / "sweep.yaml", tmp_path / "out"
    config.write_text(dump(make_sweep(small, GRID, None)))
    command = [sys.executable, "-m", "transect", "sweep", "--config", str(config)]
    command += ["--out", str(out), "--workers", "1", "--quiet"]
    first = out / CELLS / "hole.radius=0.2,seed=0"
    kill_once((first / files.METRICS).exists, command)
    names = list(make_sweep(small, GRID, None).cells())
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


SEED = ["--grid", "seed=[0]"]
REFUSED = [
    (["--grid", "seed=[0]", "--grid", "seed=[1]"], "--grid is given twice for seed"),
    (["--grid", "hole.radius"], "--grid needs FIELD="),
    (["--grid", "hole.radius=[0.1"], "--grid can't read"),
    (["--grid", "radius=[0.1]"], "radius"),
    (["--grid", "latent=[two]"], "latent"),
    (["--cell", "[1]"], "needs {field: value}"),
    ([], "needs a grid of fields or a list of cells"),
    ([*SEED, "--engine", "slurm"], "no engine 'slurm'; choose from joblib, ray"),
    ([*SEED, "--address", "auto"], "not an option of the engine joblib"),
    ([*SEED, "--workers", "0"], "workers needs at least 1"),
    (["--cell", "{1: 2}"], "cell 0: no configuration field '1'"),
    (["--grid", "seed=[null]"], "the grid's seed: seed needs a whole number from 0 up, got None"),
    (["--grid", "training={a: {epochs: 1}, b: 5}"], "training needs {field: value}, got 5"),
    (["--grid", "hole={1: {radius: 0.2}, '1': {radius: 0.3}}"], "different names, got '1'"),
    (["--cell", "{hole: {1: 2, x: 3}}"], "cell 0: hole needs {name: value}, got {1: 2, 'x': 3}"),
    ([*SEED, "--seed", "3"], "the sweep varies seed: give its values by"),
    (["--grid", "loss=[{kind: elbo}]", "--loss", "elbo"], "the sweep varies loss: give its"),
    ("sweep: [1, 2]", "sweep needs {grid: …, cells: …}, got [1, 2]"),
    ("sweep:", "needs a grid of fields or a list of cells"),
    ("sweep: {cell: {a: {seed: 1}}}", "sweep has no 'cell'; choose from grid, cells"),
    ("sweep: {cells: 5}", "cells needs {label: {field: value}}, got 5"),
    ("sweep: {cells: {a: }}", "cell a needs {field: value}, got None"),
    ("sweep: {grid: seed}", "grid needs {field: [value, …]}, got 'seed'"),
    ("sweep: {grid: {1: [2]}}", "the grid's 1: no configuration field '1'"),
    ("sweep: {cells: {1: {seed: 1}, '1': {seed: 2}}}", "different names, got '1' twice"),
    ("preset: [1]\nsweep: {grid: {seed: [1]}}", "no preset [1]; choose from default"),
]
"""Words of the command line, or the text of a file, and what is said of them."""


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_bad_input_ends_with_code_2_and_no_folder(given, message, tmp_path, capsys):
    words = ["smoke", *given]
    if isinstance(given, str):
        (tmp_path / "s.yaml").write_text(given)
        words = ["--config", str(tmp_path / "s.yaml")]
    assert main(["sweep", *words, "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_numbers_are_labels_too(small, tmp_path):
    section = yaml.safe_load("{cells: {64: {latent: 2}}, grid: {hole: {1: {radius: 0.2}}}}")
    sweep = make_sweep(small, section["grid"], section["cells"])
    assert list(sweep.cells()) == ["64,hole=1"]
    assert sweep.cells()["64,hole=1"].hole["radius"] == 0.2
    (tmp_path / SWEEP).write_text(dump(sweep))
    assert read_sweep(tmp_path, trust=False) == sweep


def test_an_empty_section_changes_nothing(small):
    cells = make_sweep(small, {"training": {"same": {}, "more": {"epochs": 3}}}, None).cells()
    assert cells["training=same"] == small
    assert cells["training=more"].training.epochs == 3


DAMAGES = {
    "no sweep": {"sweep": None},
    "no mapping": {"sweep": 5},
    "cells": {"sweep": {"grid": {"seed": [0]}, "cells": 5}},
    "null": {"sweep": {"grid": {"seed": [None]}, "cells": {}}},
    "empty field": {"seed": None},
    "section": {"training": 5},
    "component": {"hole": 5},
    "word as number": {"training": {"learning_rate": "fast"}},
    "unknown": {"sed": 1},
    "number as name": {1: 2},
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_sweep_is_named(damage, small, tmp_path, capsys):
    values = yaml.safe_load(dump(make_sweep(small, GRID, None))) | damage
    (tmp_path / SWEEP).write_text(yaml.safe_dump(values))
    assert main(["sweep", "--out", str(tmp_path)]) == 2
    assert f"can't read the sweep {tmp_path / SWEEP}: " in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [SWEEP]


def test_an_option_of_the_grid_stays_out_of_the_cells(small):
    cells = {"a": {"training": {"learning_rate": 0.01}}}
    sweep = make_sweep(small, {"training.epochs": [1, 2]}, cells)
    assert [one.training.epochs for one in sweep.cells().values()] == [1, 2]
    assert {one.training.learning_rate for one in sweep.cells().values()} == {0.01}
    assert sweep.grid.cells == {"a": {"training": {"learning_rate": 0.01}}}
    assert cells == {"a": {"training": {"learning_rate": 0.01}}}


SMALL = ["--points.count", "60", "--points.validation", "8", "--canvas.size", "32"]
SMALL += ["--training.epochs", "1", "--measure.recovery", "false", "--quiet"]


def test_losses_over_seeds_make_a_table_and_a_page_and_go_on(tmp_path, capsys):
    out = tmp_path / "losses"
    command = ["entanglement", *SMALL, "--out", str(out), "--grid", "seed=[0, 1]"]
    assert main(["sweep", *command]) == 0
    assert capsys.readouterr().out.strip() == str(out / files.PAGE)
    table = read_results(out)
    assert table["seed"].tolist() == [0, 0, 1, 1]
    assert table["loss"].tolist() == ["standard", "entanglement"] * 2
    points = {cell: pd.read_csv(out / CELLS / cell / files.POINTS) for cell in table["cell"]}
    one, other = (points[cell] for cell in table["cell"][:2])
    assert one["factor.a"].equals(other["factor.a"]) and not one["code.0"].equals(other["code.0"])
    page = Parsed((out / files.PAGE).read_text())
    assert "Latent space" in page.text("h2") and "against “standard”" in page.text("p")
    # the explorer shows the first cell of each loss
    assert "Explore" in page.text("h2") and len(page.every("script")) == 2
    check_policy(page, 1)
    lost, *kept = table["cell"]
    before = [(out / CELLS / cell / files.METRICS).stat().st_mtime_ns for cell in kept]
    shutil.rmtree(out / CELLS / lost)
    (out / files.PAGE).unlink()
    assert main(["run", "--resume", "--out", str(out), "--quiet"]) == 0
    assert [(out / CELLS / cell / files.METRICS).stat().st_mtime_ns for cell in kept] == before
    assert (out / files.PAGE).is_file()
    again = read_results(out)
    assert again["validation.nmse"].equals(table["validation.nmse"])


@pytest.mark.parametrize(("preset", "cells"), [("entanglement", 10), ("entanglement_weights", 18)])
@pytest.mark.parametrize("subcommand", ["run", "sweep"])
def test_a_preset_that_is_a_sweep_runs_as_one(preset, cells, subcommand, monkeypatch, tmp_path):
    monkeypatch.setattr(
        "transect.sweep.sweep.run_cells", lambda cells, *_, **__: dict.fromkeys(cells, "no")
    )
    assert main([subcommand, preset, *SMALL, "--loss.kl", "0.1", "--out", str(tmp_path)]) == 2
    found = read_sweep(tmp_path, trust=False).cells()
    assert len(found) == cells
    assert {config.loss["kl"] for config in found.values()} == {0.1}
    assert len({config.loss["entanglement"] for config in found.values()}) == cells / len(
        {config.seed for config in found.values()}
    )
    # the configuration of a cell names the preset and is a single run all the same
    (tmp_path / "cell.yaml").write_text(files.dump_config(next(iter(found.values()))))
    words = ["--config", str(tmp_path / "cell.yaml"), "--out", str(tmp_path / "new")]
    assert main(["sweep", *words]) == 2
    assert not (tmp_path / "new").exists()


def test_values_of_a_table_have_one_type_a_column(tmp_path):
    labels = {"a": {"hole": "disc"}, "b": {"hole": "none"}}
    table = write_results(labels, tmp_path / "cells", tmp_path, {"a": "broken"})
    assert read_results(tmp_path).equals(table)
    assert table["hole"].tolist() == ["disc", "none"]
    assert table["error"].tolist()[0] == "broken"
    assert pd.isna(table["error"].tolist()[1])


def test_nested_fields_become_columns_with_dots():
    assert flat({"a": {"b": {"c": 1}}, "d": [1, 2]}) == {"a.b.c": 1, "d": "[1, 2]"}
