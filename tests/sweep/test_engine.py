"""Cells on this machine and on a cluster."""

import os
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from transect.run import folder as files
from transect.run.config import from_dict
from transect.sweep.engine import Cluster, Local, Lost, local
from transect.sweep.results import read_results
from transect.sweep.sweep import CELLS, SWEEP, dump, make_sweep, run_sweep


@pytest.mark.parametrize(
    ("engine", "options", "message"),
    [
        (Local, {"workers": 0}, "workers needs at least 1, got 0"),
        (Cluster, {"cpus": 0}, "cpus needs at least 1, got 0"),
        (Cluster, {"gpus": -1}, "gpus needs at least 0, got -1"),
        (Cluster, {"retries": -1}, "retries needs at least 0, got -1"),
    ],
)
def test_impossible_engines_are_refused(engine, options, message):
    with pytest.raises(ValueError, match=message):
        engine(**options)


def test_a_call_that_ends_its_process_is_lost_and_no_other():
    assert list(Local(1).run(len, [])) == []
    words = ["0", "1", "__import__('os')._exit(9)", "3", "4", "5"]
    made = dict(Local(3).run(eval, [(word,) for word in words]))
    lost = made.pop(2)
    assert isinstance(lost, Lost)
    assert "terminated" in lost.reason
    assert made == {0: 0, 1: 1, 3: 3, 4: 4, 5: 5}


def test_a_call_that_is_done_is_not_taken_for_the_one_that_ends_the_process(monkeypatch):
    def losing(function, arguments, workers, threads):
        """Make calls in order; what is done right before a process ends is lost with it."""
        made = []
        for at, call in enumerate(arguments):
            if call == ("end",):
                yield from made[:-1]
                raise BrokenProcessPool("ended")
            made.append((at, function(*call)))
        yield from made

    monkeypatch.setattr(local, "as_finished", losing)
    found = dict(Local(4).run(str.upper, [("a",), ("b",), ("end",), ("c",)]))
    assert found == {0: "A", 1: "B", 2: Lost("ended"), 3: "C"}


def test_a_cluster_loses_only_the_call_that_dies_and_finishes_all_cells_though_a_node_is_killed(
    bare, tmp_path
):
    pytest.importorskip("ray")
    sweep = make_sweep(from_dict({"training": {"epochs": 16}}, bare), {"seed": [0, 1, 2]}, None)
    (tmp_path / SWEEP).write_text(dump(sweep))
    script = Path(__file__).with_name("cluster_of_two.py")
    command = [sys.executable, str(script), str(tmp_path), str(tmp_path / "out")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    said = [line for line in done.stdout.splitlines() if line.startswith(("made", "failed"))]
    assert said == [
        "made {0: 0, 2: 2}, lost {1: 'WorkerCrashedError'}",
        "failed {}, in work [2], alive 1",
    ], done.stderr[-3000:]
    assert len(read_results(tmp_path / "out")) == 3
    first = make_sweep(sweep.base, {"seed": [1]}, None)
    assert run_sweep(first, tmp_path / "local", progress=False) == {}
    for file in (files.MODEL, files.POINTS):
        here, there = (tmp_path / place / CELLS / "seed=1" / file for place in ("local", "out"))
        assert here.read_bytes() == there.read_bytes()
