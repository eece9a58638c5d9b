"""README and documentation do what they say.

Each page is read from top to bottom in an empty folder. Its `bash` blocks are run, its `python`
blocks are executed, and a `text` block right after one of these is its output. A block whose first
line names a file is that file. `console` blocks, which need files that are not at hand, are parsed.
A long run is prepared and learns from two images; a finished smoke run then stands in for its
result. The reports of judged models and of scores have no figures.
"""

import contextlib
import csv
import importlib.util
import io
import json
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from transect.cli import _spell_kinds, build_parser, main
from transect.measure.catalogue import MEASURES
from transect.run import experiment, judging, score
from transect.run.component import LOSS, build
from transect.run.model import build_model
from transect.run.setup import prepare
from transect.training import train

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    *(page for page in sorted((ROOT / "docs").rglob("*.md")) if "_build" not in page.parts),
]
OUTPUTS = runpy.run_path(str(ROOT / "docs" / "make_outputs.py"), run_name="make_outputs")
INSTALLATION = {
    "python3 -m venv .venv",
    ". .venv/bin/activate",
    "pip install -c constraints.txt -e .",
}


def commands_of(text: str) -> list[str]:
    lines = text.replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ").strip() for line in lines if line.strip()]


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("docs") / "smoke"
    assert main(["run", "smoke", "--quiet", "--out", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def learnt_before() -> set[str]:
    return set()


@pytest.fixture
def workplace(
    tmp_path: Path,
    finished_run: Path,
    learnt_before: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    def run(config, out: Path, **options) -> Path:
        assert set(options) <= {"resume", "progress", "spread"}
        settings = replace(config.training, epochs=1, device="cpu", precision="fp32")
        config = replace(config, training=settings)
        shutil.copytree(finished_run, out)
        if repr(config) in learnt_before:
            return out
        setup = prepare(config)
        model = build_model(setup.config, setup.canvas, seed=0)
        images = setup.dataset(setup.points[:4]).pixels()
        loss = build(LOSS, config.loss)
        step = tmp_path / "first_step"
        train(model, loss, images[:2], images[2:], settings, seed=0, folder=step, progress=False)
        learnt_before.add(repr(config))
        return out

    monkeypatch.setattr(experiment, "run", run)
    for module in (judging, score):
        monkeypatch.setattr(module, "render", lambda plates: [])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    known = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page_does_what_it_says(page: Path, workplace: Path):
    names: dict = {"__name__": "page"}
    for block in OUTPUTS["blocks_of"](page.read_text(encoding="utf-8")):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            if block.file:
                (workplace / block.file).write_text(block.text, encoding="utf-8")
            elif block.language == "python":
                exec(compile(block.text, str(page), "exec"), names)
            elif block.language == "bash":
                for command in commands_of(block.text):
                    run_command(command)
            elif block.language == "console":
                for command in commands_of(block.text):
                    parse(shlex.split(command))
            else:
                assert block.language in {"text", "yaml"}, block
        if block.output is not None and block.language in {"python", "bash"}:
            # `python docs/make_outputs.py PAGE` writes it anew.
            assert OUTPUTS["trimmed"](output.getvalue()) == block.output


def run_command(command: str) -> None:
    words = shlex.split(command)
    if command in INSTALLATION:
        assert (ROOT / "constraints.txt").is_file()
    elif words[0] == "make":
        subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, check=True, capture_output=True)
    elif words[:2] == ["python", "-c"]:
        exec(words[2], {})
    else:
        parse(words)
        assert main(words[1:]) == 0, command


def parse(words: list[str]) -> None:
    if words[0] == "make":
        targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
        assert set(words[1:]) <= set(targets), words
        return
    assert words[0] == "transect", words
    build_parser().parse_args(_spell_kinds(words[1:]), defaults=False)


RUN_FOLDER = (ROOT / "docs" / "reference" / "run_folder.md").read_text(encoding="utf-8")
PLACEHOLDERS = {
    "<source>": r"(?:(?:oracle|nearest_image|nearest_point|blend)\.)?",
    "<measure>": "(?:bce|excess_bce|nmse|soft_iou|ssim|factor_error|off_manifold)",
    "<factor>": "[ab]",
    "<k>": r"\d+",
    "<term>": "(?:bce|kl)",
    "<split>": "(?:train|validation|removed)",
    "<transect>": "P[123]",
    "<oracle>": r"(?:oracle\.)?",
    "<end>": "(?:_low|_high)?",
    "<score>": "(?:mig|sap|disentanglement|completeness|informativeness|mcc|mcc_rank"
    "|r2_factors|r2_codes|factor_vae|beta_vae|trustworthiness|continuity)",
    "<together>": "(?:covariance|correlation|entanglement)",
    "<alignment>": "(?:as_it_stands|after_rotation|linear|curved|bend|crossing_angle)",
    "<estimator>": "(?:two_nn|maximum_likelihood|local_pca)",
    "<loop>": "(?:longest|next|boundary|boundary_random)",
    "<path>": "(?:straight|geodesic|true)",
    "<stage>": "(?:draw|train|measure|report)",
}


def documented(section: str) -> dict[str, re.Pattern]:
    body = RUN_FOLDER.partition(f"## `{section}`\n")[2].partition("\n## ")[0]
    patterns = {}
    for name in re.findall(r"^\| `([^`]+)` \|", body, re.MULTILINE):
        pattern = re.escape(name)
        for placeholder, choices in PLACEHOLDERS.items():
            pattern = pattern.replace(placeholder, choices)
        patterns[name] = re.compile(pattern)
    return patterns


@pytest.mark.parametrize(
    "name", ["points.csv", "transects.csv", "history.csv", "metrics.json"], ids=str
)
def test_every_column_is_documented_and_every_documented_column_exists(
    name: str, finished_run: Path
):
    text = (finished_run / name).read_text(encoding="utf-8")
    found = json.loads(text) if name.endswith("json") else next(csv.reader(io.StringIO(text)))
    patterns = documented(name)
    assert [c for c in found if not any(p.fullmatch(c) for p in patterns.values())] == []
    assert [n for n, p in patterns.items() if not any(p.fullmatch(c) for c in found)] == []


def test_every_file_of_a_run_is_documented(finished_run: Path):
    listed = re.findall(r"^\| `([^`]+)` \|", RUN_FOLDER.partition("\n## ")[0], re.MULTILINE)
    assert {name.rstrip("/") for name in listed} == {file.name for file in finished_run.iterdir()}


def test_results_in_the_readme_come_from_a_run(finished_run: Path, tmp_path: Path):
    shutil.copy(ROOT / "README.md", tmp_path)
    make_images = runpy.run_path(str(ROOT / "docs" / "make_images.py"))
    make_images["main"](finished_run, None, tmp_path)
    old, new = ((root / "README.md").read_text(encoding="utf-8") for root in (ROOT, tmp_path))
    begin, end = "<!-- results:begin -->", "<!-- results:end -->"
    assert new.partition(begin)[0] == old.partition(begin)[0]
    assert new.partition(end)[2] == old.partition(end)[2]
    metrics = json.loads((finished_run / "metrics.json").read_text(encoding="utf-8"))
    block = new.partition(begin)[2].partition(end)[0]
    row = next(line for line in block.splitlines() if line.startswith("| model"))
    shown = float(row.split("|")[2])
    assert shown == pytest.approx(metrics["removed.nmse"], rel=5e-3)
    assert f"{metrics['removed.count']} removed" in block
    assert "`transect run smoke --seed 0`, " in block
    for image in make_images["FIGURES"]:
        committed, made = (root / "docs" / "images" / image for root in (ROOT, tmp_path))
        assert committed.is_file()
        assert made.stat().st_size < make_images["LARGEST"]
    with Image.open(tmp_path / "docs" / "images" / make_images["ANIMATION"]) as walk:
        assert getattr(walk, "n_frames", 1) == 2 * make_images["STEPS"] - 2


def test_the_spread_over_seeds_is_told_of_runs_that_differ_in_nothing_else(
    finished_run: Path, tmp_path: Path
):
    make_images = runpy.run_path(str(ROOT / "docs" / "make_images.py"))
    metrics = json.loads((finished_run / "metrics.json").read_text(encoding="utf-8"))
    config = yaml.safe_load((finished_run / "config.yaml").read_text(encoding="utf-8"))
    other = tmp_path / "other"
    other.mkdir()
    (other / "metrics.json").write_text(json.dumps({**metrics, "penalty.nmse": 3.0}))
    (other / "config.yaml").write_text(yaml.safe_dump(config | {"seed": 7, "report": False}))
    words = make_images["spread"]([finished_run, other])
    penalties = [metrics["penalty.nmse"], 3.0]
    assert f"penalty by nMSE is {penalties[0]:#.3g}, 3.00, in the mean" in words
    assert f"the mean {np.mean(penalties):#.3g} (" in words
    (other / "config.yaml").write_text(yaml.safe_dump(config | {"seed": 7, "latent": 2}))
    for runs in ([finished_run, other], [finished_run, finished_run]):
        with pytest.raises(ValueError, match="same configuration and different seeds"):
            make_images["spread"](runs)


def test_an_explorer_is_titled_by_its_runs(finished_run: Path, tmp_path: Path):
    make_explorers = runpy.run_path(str(ROOT / "docs" / "make_explorers.py"))
    with pytest.raises(ValueError, match="different decoders"):
        make_explorers["main"]("twice", [finished_run, finished_run], tmp_path)
    (tmp_path / "docs").mkdir()
    page = make_explorers["main"]("smoke", [finished_run], tmp_path).read_text(encoding="utf-8")
    title = "The world rose without the disc of center 1.25, 1.0 and radius 0.3: level_set, seed 0"
    assert f"<h1>{title}</h1>" in page
    assert '"preset":"smoke"' in page.replace(" ", "")


def test_tables_of_crossings_are_those_of_the_cells_kept_beside_them():
    make_crossing = runpy.run_path(str(ROOT / "docs" / "make_crossing.py"))
    text = (ROOT / make_crossing["PAGE"]).read_text(encoding="utf-8")
    cells = pd.read_csv(ROOT / make_crossing["TABLE"])
    for name, block in make_crossing["blocks"](cells).items():
        assert make_crossing["replaced"](text, name, block) == text
    worse = make_crossing["blocks"](cells.assign(penalty=2 * cells["penalty"]))
    assert worse["ranking"] not in text


def test_cells_of_another_sweep_stay_in_the_table_and_old_ones_of_this_are_replaced(tmp_path):
    make_crossing = runpy.run_path(str(ROOT / "docs" / "make_crossing.py"))
    cells = pd.read_csv(ROOT / make_crossing["TABLE"])
    path = tmp_path / "cells.csv"
    cells.to_csv(path, index=False)
    again = cells.iloc[[0]].assign(penalty=99.0)
    other = cells.iloc[[1]].assign(seed=77)
    joined = make_crossing["merged"](path, pd.concat([again, other]))
    assert len(joined) == len(cells) + 1
    assert (joined["penalty"] == 99).sum() == 1
    kept = joined[(joined["penalty"] != 99) & (joined["seed"] != 77)]
    pd.testing.assert_frame_equal(
        kept.reset_index(drop=True),
        cells.iloc[1:].sort_values(make_crossing["CELL"]).reset_index(drop=True),
    )


def test_outputs_of_a_page_are_made_anew_and_nothing_else(workplace: Path):
    page = "Two.\n\n```python\nprint(1 + 1)\n```\n\n```text\n{}\n```\n\nEnd.\n"
    assert OUTPUTS["renewed"](page.format("3")) == page.format("2")
    unanswered = "```python\nprint(1)\n```\n\nNot an output:\n\n```text\n0\n```\n"
    assert OUTPUTS["renewed"](unanswered) == unanswered


def test_results_need_both_markers():
    make_images = runpy.run_path(str(ROOT / "docs" / "make_images.py"))
    with pytest.raises(ValueError, match="once each"):
        make_images["replaced"]("no markers", "results", "block")


def test_images_of_the_pages_exist():
    for page in PAGES:
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), f"{page}: {target}"


@pytest.mark.skipif(importlib.util.find_spec("sphinx") is None, reason="needs the docs extra")
def test_docstrings_become_markup(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_ext"))
    process = runpy.run_path(str(ROOT / "docs" / "_ext" / "docstrings.py"))["process"]
    lines = [
        "The distance |x| of `a | b`:",
        "",
        "    f = |x|",
        "",
        "Args:",
        "    x: |x|.",
        "",
        "    y",
    ]
    process(None, "function", "f", None, None, lines)
    assert lines[:5] == [r"The distance \|x\| of `a | b`:", "", "::", "", "    f = |x|"]
    assert lines[5:] == ["", "Args:", r"    x: \|x\|.", "", "    y"]


@pytest.mark.skipif(importlib.util.find_spec("sphinx") is None, reason="needs the docs extra")
def test_the_table_of_measures_holds_the_catalogue(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_ext"))
    generated = runpy.run_path(str(ROOT / "docs" / "_ext" / "generated.py"))
    rows = [
        generated["measure_row"](one) for group in generated["GROUPS"].values() for one in group
    ]
    assert [row[0] for row in rows] == [f"``{one.name}``" for one in MEASURES]
    by_name = {row[0]: row[3:] for row in rows}
    assert by_name["``soft_iou``"] == ("higher", "0 to 1", "\\ ", "arithmetic")
    assert by_name["``nmse``"] == ("lower", "0 to ∞", "\\ ", "geometric")
    assert by_name["``loops``"][1] == "0 to ∞, whole numbers"
    page = (ROOT / "docs" / "explanation" / "measures.md").read_text(encoding="utf-8")
    assert "```{measures}\n```" in page
