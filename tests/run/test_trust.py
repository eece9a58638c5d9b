"""A run folder or a file from a stranger runs nobody's code without consent."""

import shutil
import sys
from pathlib import Path

import pytest
import yaml

import transect
from transect.cli import main
from transect.run import folder as files
from transect.run.component import HOLE, build, foreign_paths
from transect.run.config import from_dict
from transect.run.experiment import report
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
DISC = {"kind": "{module}:Planted", "radius": 0.3}
PLACES = {
    "world": {"world": {"kind": "{module}:Planted"}},
    "hole": {"hole": DISC},
    "canvas": {"canvas": {"kind": "{module}:Planted"}},
    "encoder": {"encoder": {"kind": "{module}:Planted"}},
    "decoder": {"decoder": {"kind": "{module}:Planted"}},
    "loss": {"loss": {"kind": "{module}:Planted"}},
    "deep": {
        "hole": {
            "kind": "difference",
            "hole": {"kind": "disc", "radius": 0.4},
            "without": {"kind": "union", "parts": [{"kind": "disc", "radius": 0.1}, DISC]},
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


def copied(run, path, values):
    """Return a copy of a run folder, without its page, whose configuration has other values."""
    shutil.copytree(run.path, path, ignore=shutil.ignore_patterns(files.FIGURES, files.PAGE))
    config = yaml.safe_load((path / files.CONFIG).read_text())
    (path / files.CONFIG).write_text(yaml.safe_dump(config | values))
    return path


def check_refused(words, capsys):
    assert main(words) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "--trust" in error
    assert "subprocess:Popen" in error or ":Planted" in error


@pytest.mark.parametrize("values", PLACES.values(), ids=PLACES)
def test_nothing_that_a_strange_run_names_is_imported(values, planted, finished, tmp_path, capsys):
    marker, fill = planted
    path = copied(finished, tmp_path / "strange", fill(values))
    shutil.copytree(path, tmp_path / "other.partial")
    out = str(tmp_path / "out")
    for function in (
        lambda: transect.load(path),
        lambda: report(path),
        lambda: export(path, out),
        lambda: compare([path], Path(out)),
    ):
        with pytest.raises(ValueError, match=r"outside of transect.*trust=True"):
            function()
    for words in (
        ["report", str(path)],
        ["export", str(path), "--out", out],
        ["compare", str(path), "--out", out],
        ["run", "--config", str(path / files.CONFIG), "--out", out],
        ["run", "--resume", "--out", str(tmp_path / "other")],
        ["sweep", "--config", str(path / files.CONFIG), "--out", out],
    ):
        check_refused(words, capsys)
    assert not marker.exists() and not Path(out).exists()


@pytest.mark.parametrize(
    "section",
    [
        {"grid": {"hole": [DISC]}},
        {"grid": {"hole.kind": ["disc", "{module}:Planted"]}},
        {"grid": {"hole": {"label": DISC}}},
        {"cells": [{"hole.kind": "{module}:Planted"}]},
        {"cells": {"label": {"hole": DISC}}},
    ],
)
def test_nothing_that_a_strange_sweep_names_is_imported(section, planted, tiny, tmp_path, capsys):
    marker, fill = planted
    folder, out = tmp_path / "sweep", tmp_path / "new"
    folder.mkdir()
    sweep = make_sweep(tiny, fill(section).get("grid", {}), fill(section).get("cells"))
    (folder / SWEEP).write_text(dump(sweep))
    for words in (
        ["--out", str(folder)],
        ["--config", str(folder / SWEEP), "--out", str(out)],
        ["--config", str(folder / SWEEP), "--seed", "3", "--out", str(out)],
    ):
        check_refused(["sweep", *words], capsys)
    assert not marker.exists() and not out.exists()
    assert [path.name for path in folder.iterdir()] == [SWEEP]


def test_with_consent_a_class_of_ones_own_works_in_every_way(
    planted, bare, finished, tmp_path, capsys
):
    marker, fill = planted
    path = copied(finished, tmp_path / "own", fill({"hole": DISC | {"center": [1.25, 1.0]}}))
    opened = transect.load(path, trust=True)
    assert type(opened.hole).__name__ == "Planted" and marker.exists()
    assert main(["report", str(path), "--trust"]) == 0
    assert main(["compare", str(path), "--trust", "--out", str(tmp_path / "compared")]) == 0
    file = tmp_path / "own.yaml"
    file.write_text(files.dump_config(from_dict(fill({"hole": DISC}), bare)))
    again = ["run", "--config", str(file), "--quiet", "--out", str(tmp_path / "again")]
    assert main([*again, "--trust"]) == 0
    assert (tmp_path / "again" / files.METRICS).is_file()
    # What is typed is the user's own word, the file beside it is not.
    kind = fill(DISC)["kind"]
    capsys.readouterr()
    check_refused(["run", "--config", str(file), "--hole", kind, "--out", str(tmp_path)], capsys)
    typed = ["draw", "--count", "12", "--hole", kind, "--hole.radius", "0.3"]
    assert main([*typed, "--out", str(tmp_path / "typed")]) == 0


def test_a_module_beside_the_user_never_takes_the_place_of_an_installed_one(planted, monkeypatch):
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
