"""Many runs at once: kept, resumed, and failing alone."""

import dataclasses
import os
import signal
import subprocess
import sys
import time

import pytest

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
def bare(tiny):
    """The smallest cell."""
    values = {"oracle": False, "report": False}
    values |= {"measure": {"recovery": False, "embedding": False, "attribution": False}}
    return from_dict(values, tiny)


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


def test_a_cell_is_the_run_that_it_would_be_alone(bare, tmp_path):
    assert run_cells(seeds(bare, 2), tmp_path / "cells", engine=Local(2), progress=False) == {}
    alone = tmp_path / "alone"
    config = tmp_path / "cells" / "s1" / files.CONFIG
    command = [sys.executable, "-m", "transect", "run", "--config", str(config)]
    # One thread, as a cell has: sums are rounded in another order otherwise.
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    given = [*command, "--quiet", "--out", str(alone)]
    subprocess.run(given, env=environment, check=True, capture_output=True)
    for name in (files.POINTS, files.MODEL):
        assert (alone / name).read_bytes() == (tmp_path / "cells" / "s1" / name).read_bytes()


def test_a_failing_cell_is_named_and_does_not_stop_the_others(bare, tmp_path):
    broken = dataclasses.replace(bare, loss={"kind": "elbow"})
    cells = {"broken": broken, **seeds(dataclasses.replace(bare, report=True), 1)}
    failed = run_cells(cells, tmp_path, engine=Local(1), progress=False)
    assert list(failed) == ["broken"]
    assert "no loss 'elbow'" in failed["broken"]
    assert (tmp_path / "s0" / files.METRICS).exists()
    assert (tmp_path / "s0" / files.PAGE).exists()


class Gone:
    """An engine that loses every call."""

    def run(self, function, arguments):
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


def test_shared_oracles_are_made_beside_the_first_cells(matched, tmp_path):
    calls = []

    class Noting:
        def run(self, function, arguments):
            calls.append([one[0].__name__ for one in arguments])
            yield from ((place, None) for place in range(len(arguments)))

    run_cells(radii(matched, 0.2, 0.3), tmp_path / "cells", engine=Noting(), progress=False)
    assert calls == [["_make_oracle", "_run_cell", "_run_cell"]]


def test_an_oracle_that_nobody_has_made_yet_is_made_for_all(matched, tmp_path):
    made = run(matched, tmp_path / "a", progress=False, shared=Shared(oracle=tmp_path / "oracle"))
    assert (made / files.ORACLE).read_bytes() == (tmp_path / "oracle" / files.ORACLE).read_bytes()
    alone = run(matched, tmp_path / "b", progress=False)
    assert (alone / files.ORACLE).read_bytes() == (made / files.ORACLE).read_bytes()
    before = (tmp_path / "oracle" / files.ORACLE).stat().st_mtime_ns
    (other,) = radii(matched, 0.2).values()
    run(other, tmp_path / "c", progress=False, shared=Shared(oracle=tmp_path / "oracle"))
    assert (tmp_path / "oracle" / files.ORACLE).stat().st_mtime_ns == before


def test_finished_cells_are_kept(bare, tmp_path):
    run(dataclasses.replace(bare, seed=0), tmp_path / "s0", progress=False)
    before = (tmp_path / "s0" / files.METRICS).stat().st_mtime_ns
    assert run_cells(seeds(bare, 2), tmp_path, engine=Local(1), progress=False) == {}
    assert (tmp_path / "s0" / files.METRICS).stat().st_mtime_ns == before
    assert (tmp_path / "s1" / files.METRICS).exists()


def test_a_killed_cell_goes_on_where_it_stopped(bare, tmp_path):
    longer = from_dict({"training": {"epochs": 12}}, bare)
    run_cells(seeds(longer, 1), tmp_path / "whole", engine=Local(1), progress=False)
    config = tmp_path / "cell.yaml"
    config.write_text(files.dump_config(longer))
    out = tmp_path / "killed" / "s0"
    out.parent.mkdir()
    command = [sys.executable, "-m", "transect", "run", "--config", str(config), "--out", str(out)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    checkpoint = RunFolder(out).partial / "training" / "model" / "checkpoint"
    deadline = time.monotonic() + 300
    while not any(checkpoint.glob("*.safetensors")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert RunFolder(out).unfinished
    assert not (RunFolder(out).partial / files.MODEL).exists()
    run_cells(seeds(longer, 1), out.parent, engine=Local(1), progress=False)
    for name in (files.POINTS, files.MODEL):
        whole = tmp_path / "whole" / "s0" / name
        assert (out / name).read_bytes() == whole.read_bytes()
