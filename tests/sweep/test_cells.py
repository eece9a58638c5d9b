"""Many runs at once: kept, resumed, and failing alone."""

import dataclasses
import os
import subprocess
import sys

import pytest

from processes import kill_once, needs_kill
from transect.run import folder as files
from transect.run.config import from_dict
from transect.run.experiment import run
from transect.run.folder import RunFolder
from transect.run.sharing import SHARED, Shared, share
from transect.run.trainings import MODEL_NAME, ORACLE_NAME, SCRATCH
from transect.sweep.cells import run_cells
from transect.sweep.engine import Local, Lost
from transect.training.progress import Status, write_status


@pytest.fixture(scope="module")
def matched(bare):
    """A cell whose oracle serves every hole."""
    return from_dict({"points": {"train": 60}, "oracle": True}, bare)


def radii(config, *values):
    return {
        f"r{radius}": from_dict({"hole": {"kind": "disc", "radius": radius}}, config)
        for radius in values
    }


def seeds(config, count):
    return {f"s{seed}": dataclasses.replace(config, seed=seed) for seed in range(count)}


def test_a_cell_is_the_run_that_it_would_be_alone_and_a_failing_one_stops_no_other(bare, tmp_path):
    cells = {
        "broken": dataclasses.replace(bare, loss={"kind": "elbow"}),
        **seeds(dataclasses.replace(bare, report=True), 2),
    }
    failed = run_cells(cells, tmp_path / "cells", engine=Local(2), progress=False)
    assert list(failed) == ["broken"]
    assert "no loss 'elbow'" in failed["broken"]
    assert (tmp_path / "cells" / "s0" / files.PAGE).exists()
    alone = tmp_path / "alone"
    config = tmp_path / "cells" / "s1" / files.CONFIG
    command = [sys.executable, "-m", "transect", "run", "--config", str(config)]
    # One thread, as a cell has: sums are rounded in another order otherwise.
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    given = [*command, "--report", "false", "--quiet", "--out", str(alone)]
    subprocess.run(given, env=environment, check=True, capture_output=True)
    for name in (files.POINTS, files.MODEL):
        assert (alone / name).read_bytes() == (tmp_path / "cells" / "s1" / name).read_bytes()


class Gone:
    """An engine that loses every call and notes what it was to do."""

    def __init__(self):
        self.calls = []

    def run(self, function, arguments):
        self.calls += [one[0].__name__ for one in arguments]
        yield from ((place, Lost("no memory")) for place in range(len(arguments)))


def test_a_cell_whose_process_is_lost_is_named(bare, tmp_path):
    failed = run_cells(seeds(bare, 2), tmp_path, engine=Gone(), progress=False)
    assert failed == {"s0": "no memory", "s1": "no memory"}


def shown(capsys, folder, cells):
    """Return what is shown of cells of which none is run."""
    run_cells(cells, folder, engine=Gone(), progress=True)
    return capsys.readouterr().err


def test_progress_counts_every_training_of_a_cell(bare, tmp_path, capsys):
    cells = seeds(dataclasses.replace(bare, oracle=True), 1)
    partial = RunFolder(tmp_path / "s0").partial
    write_status(partial / SCRATCH / MODEL_NAME, Status(1, 30, 40, 0.1, 1.0))
    assert " 38%" in shown(capsys, tmp_path, cells)
    (partial / files.MODEL).touch()
    assert " 50%" in shown(capsys, tmp_path, cells)
    write_status(partial / SCRATCH / ORACLE_NAME, Status(1, 20, 40, 0.1, 1.0))
    assert " 75%" in shown(capsys, tmp_path, cells)


def test_progress_counts_a_shared_oracle_as_a_cell(matched, tmp_path, capsys):
    cells = radii(matched, 0.2, 0.3)
    (oracle,) = {one.oracle for one in share(cells, tmp_path / SHARED).values()}
    assert oracle is not None
    write_status(oracle / SCRATCH / ORACLE_NAME, Status(1, 30, 40, 0.1, 1.0))
    text = shown(capsys, tmp_path / "cells", cells)
    assert " 25%" in text and "0 of 2 done, 0 of 1 shared oracles trained" in text
    (oracle / files.ORACLE).touch()
    text = shown(capsys, tmp_path / "cells", cells)
    assert " 33%" in text and "0 of 2 done" in text and "oracles" not in text


def test_an_oracle_is_made_beside_the_first_cells_and_once_for_all(matched, tmp_path):
    engine = Gone()
    run_cells(radii(matched, 0.2, 0.3), tmp_path / "cells", engine=engine, progress=False)
    assert engine.calls == ["_make_oracle", "_run_cell", "_run_cell"]
    shared = Shared(oracle=tmp_path / "oracle")
    made = run(matched, tmp_path / "a", progress=False, shared=shared)
    assert (made / files.ORACLE).read_bytes() == (tmp_path / "oracle" / files.ORACLE).read_bytes()
    before = (tmp_path / "oracle" / files.ORACLE).stat().st_mtime_ns
    (other,) = radii(matched, 0.2).values()
    run(other, tmp_path / "c", progress=False, shared=shared)
    assert (tmp_path / "oracle" / files.ORACLE).stat().st_mtime_ns == before


@needs_kill
def test_finished_cells_are_kept_and_a_killed_one_goes_on_where_it_stopped(bare, tmp_path):
    longer = from_dict({"training": {"epochs": 12}}, bare)
    cells, whole = seeds(longer, 1), tmp_path / "whole"
    run_cells(cells, whole, engine=Local(1), progress=False)
    before = (whole / "s0" / files.METRICS).stat().st_mtime_ns
    assert run_cells(cells, whole, engine=Local(1), progress=False) == {}
    assert (whole / "s0" / files.METRICS).stat().st_mtime_ns == before
    config, out = tmp_path / "cell.yaml", tmp_path / "killed" / "s0"
    config.write_text(files.dump_config(longer))
    out.parent.mkdir()
    checkpoint = RunFolder(out).partial / SCRATCH / MODEL_NAME / "checkpoint"
    command = [sys.executable, "-m", "transect", "run", "--config", str(config), "--out", str(out)]
    kill_once(lambda: any(checkpoint.glob("*.safetensors")), command)
    assert RunFolder(out).unfinished
    assert not (RunFolder(out).partial / files.MODEL).exists()
    run_cells(cells, out.parent, engine=Local(1), progress=False)
    for name in (files.POINTS, files.MODEL):
        assert (out / name).read_bytes() == (whole / "s0" / name).read_bytes()
