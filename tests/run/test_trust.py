"""A run folder or a file from a stranger runs nobody's code without consent."""

import shutil
import sys
from pathlib import Path

import pytest
import yaml

import transect
from transect.cli import main
from transect.run.component import HOLE, build, foreign_paths
from transect.run.config import from_dict
from transect.run.experiment import report, run
from transect.run.exporting import export
from transect.sweep.compare import compare
from transect.sweep.sweep import SWEEP, dump, make_sweep

CODE = """
from pathlib import Path
from transect.space import Disc

Path({marker!r}).touch()


class Planted(Disc):
    '''Code that leaves a mark when it is imported.'''
"""

PLACES = {
    "world": {"world": {"kind": "{module}:Planted"}},
    "hole": {"hole": {"kind": "{module}:Planted", "radius": 0.3}},
    "canvas": {"canvas": {"kind": "{module}:Planted"}},
    "encoder": {"encoder": {"kind": "{module}:Planted"}},
    "decoder": {"decoder": {"kind": "{module}:Planted"}},
    "loss": {"loss": {"kind": "{module}:Planted"}},
    "deep": {
        "hole": {
            "kind": "difference",
            "hole": {"kind": "disc", "radius": 0.4},
            "without": {
                "kind": "union",
                "parts": [
                    {"kind": "disc", "radius": 0.1},
                    {"kind": "{module}:Planted", "radius": 0.1},
                ],
            },
        }
    },
    "base of a loss": {"loss": {"kind": "entanglement", "base": {"kind": "{module}:Planted"}}},
    "program": {"hole": {"kind": "subprocess:Popen", "args": ["touch", "{marker}"]}},
}


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """Return the marker and what puts the names of a planted module into values."""
    place, marker = tmp_path / "here", tmp_path / "marker"
    place.mkdir()
    module = f"planted_{tmp_path.name}"
    (place / f"{module}.py").write_text(CODE.format(marker=str(marker)))
    monkeypatch.chdir(place)
    monkeypatch.setattr(sys, "path", [*sys.path])

    def fill(values):
        text = yaml.safe_dump(values).replace("{module}", module).replace("{marker}", str(marker))
        return yaml.safe_load(text)

    yield marker, fill
    sys.modules.pop(module, None)


@pytest.fixture
def strange(planted, finished, tmp_path):
    """Return the marker and what makes run folders that name foreign classes."""
    marker, fill = planted

    def make(values, name="strange"):
        path = tmp_path / name
        shutil.copytree(finished.path, path)
        config = yaml.safe_load((path / "config.yaml").read_text())
        (path / "config.yaml").write_text(yaml.safe_dump(config | fill(values)))
        return path

    return marker, make


@pytest.mark.parametrize("values", PLACES.values(), ids=PLACES)
def test_nothing_that_a_strange_run_names_is_imported(values, strange, tmp_path, capsys):
    marker, make = strange
    path = make(values)
    partial = make(values, "other.partial")
    resumed = str(partial.with_suffix(""))
    ways = {
        "load": lambda: transect.load(path),
        "report": lambda: report(path),
        "export": lambda: export(path, tmp_path / "exported"),
        "compare": lambda: compare([path], tmp_path / "compared"),
    }
    for way in ways.values():
        with pytest.raises(ValueError, match=r"outside of transect.*trust=True"):
            way()
    words = [
        ["report", str(path)],
        ["export", str(path), "--out", str(tmp_path / "exported")],
        ["compare", str(path), "--out", str(tmp_path / "compared")],
        ["run", "--config", str(path / "config.yaml"), "--out", str(tmp_path / "new")],
        ["run", "--resume", "--out", resumed],
        ["sweep", "--config", str(path / "config.yaml"), "--out", str(tmp_path / "new")],
    ]
    capsys.readouterr()
    for line in words:
        assert main(line) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert "--trust" in error
        assert "subprocess:Popen" in error or ":Planted" in error
    assert not marker.exists()
    for made in ("exported", "compared", "new"):
        assert not (tmp_path / made).exists()


@pytest.mark.parametrize(
    ("grid", "cells"),
    [
        ({"hole": [{"kind": "{module}:Planted", "radius": 0.3}]}, None),
        ({"hole.kind": ["disc", "{module}:Planted"]}, None),
        ({"hole": {"label": {"kind": "{module}:Planted", "radius": 0.3}}}, None),
        (None, [{"hole.kind": "{module}:Planted"}]),
        (None, {"label": {"hole": {"kind": "{module}:Planted", "radius": 0.3}}}),
    ],
)
def test_nothing_that_a_strange_sweep_names_is_imported(
    grid, cells, planted, tiny, tmp_path, capsys
):
    marker, fill = planted
    section = fill({"grid": grid or {}, "cells": cells or {}})
    folder = tmp_path / "sweep"
    folder.mkdir()
    (folder / SWEEP).write_text(dump(make_sweep(tiny, section["grid"], section["cells"])))
    for words in (
        ["--out", str(folder)],
        ["--config", str(folder / SWEEP), "--out", str(tmp_path / "new")],
        ["--config", str(folder / SWEEP), "--seed", "3", "--out", str(tmp_path / "new")],
    ):
        assert main(["sweep", *words]) == 2
        error = capsys.readouterr().err
        assert ":Planted" in error
        assert "--trust" in error
    assert not marker.exists()
    assert [path.name for path in folder.iterdir()] == [SWEEP]
    assert not (tmp_path / "new").exists()


def test_with_consent_a_class_of_ones_own_works_in_every_way(planted, tiny, tmp_path, capsys):
    marker, fill = planted
    config = from_dict(fill({"hole": PLACES["hole"]["hole"], "report": False}), tiny)
    path = run(config, tmp_path / "own", progress=False)
    assert marker.exists()
    opened = transect.load(path, trust=True)
    assert type(opened.hole).__name__ == "Planted"
    assert main(["report", str(path), "--trust"]) == 0
    assert main(["compare", str(path), "--trust", "--out", str(tmp_path / "compared")]) == 0
    file = str(path / "config.yaml")
    again = ["run", "--config", file, "--trust", "--quiet", "--out", str(tmp_path / "again")]
    assert main(again) == 0
    assert (tmp_path / "again" / "metrics.json").is_file()
    capsys.readouterr()
    # What is typed is the user's own word, the file beside it is not.
    kind = config.hole["kind"]
    assert main(["run", "--config", file, "--hole", kind, "--out", str(tmp_path / "n")]) == 2
    assert "--trust" in capsys.readouterr().err
    typed = ["draw", "--count", "12", "--hole", kind, "--hole.radius", "0.3"]
    assert main([*typed, "--out", str(tmp_path / "typed")]) == 0


def test_a_module_beside_the_user_never_takes_the_place_of_an_installed_one(
    planted, tmp_path, monkeypatch
):
    marker, _ = planted
    Path("colorsys.py").write_text(
        f"from pathlib import Path\nPath({str(marker)!r}).touch()\n", "utf-8"
    )
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with pytest.raises(ValueError, match=r"'colorsys' \(.*\) has no class 'Planted'"):
        build(HOLE, {"kind": "colorsys:Planted"})
    assert not marker.exists()


def test_the_package_itself_needs_no_consent():
    assert foreign_paths({"hole": {"kind": "transect.space:Disc"}}) == []
    assert foreign_paths({"hole": {"kind": "transectual:Disc"}}) == ["transectual:Disc"]
    assert foreign_paths([[{"kind": "a:B"}], {"kind": ["a:C"]}]) == ["a:B"]
