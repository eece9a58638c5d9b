import csv
import json
import os
import subprocess
import sys
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from processes import kill_at, needs_kill, wait_until
from transect.cli import main
from transect.image import SquareCanvas
from transect.world import Rose

SUBCOMMANDS = (
    *("run", "sweep", "compare", "draw", "score", "measure", "report", "export", "list"),
    "completion",
)
POINTS = [[0.5, 0.0], [1.25, 1.0], [2.0, 2.0]]


def _image(path):
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.fixture
def points_file(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("a,b\n" + "\n".join(f"{a},{b}" for a, b in POINTS) + "\n")
    return path


def test_help_and_import_are_quick_because_torch_stays_out():
    code = "import sys, transect.cli as c\ntry: c.main(['--help'])\nexcept SystemExit: pass\n"
    code += "assert not {'torch', 'pandas', 'matplotlib', 'numba', 'scipy'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for subcommand in SUBCOMMANDS:
        assert subcommand in done.stdout


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_every_subcommand_explains_itself_and_its_fields(subcommand, capsys):
    with pytest.raises(SystemExit) as stop:
        main([subcommand, "--help"])
    assert stop.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert subcommand in text
    if subcommand == "run":
        assert "--training.epochs EPOCHS" in text
        assert "Passes over the training images" in text
        assert "(type: int, default: 5000)" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("run smok", "no preset 'smok'; choose from default, seed, entanglement"),
        ("run smoke --hole disk --out {tmp}/r", "no hole 'disk'; choose from ball"),
        ("run smoke --hole.radus 1 --out {tmp}/r", "no option 'radus'; choose from"),
        ("run smoke --hole.radius 9 --out {tmp}/r", "hole"),
        ("run smoke --training.epochs many", "training.epochs"),
        ("run smoke --training.epochs 0 --out {tmp}/r", "epochs"),
        ("run smoke --config {tmp}/none.yaml", "none.yaml"),
        ("run smoke --seed -1", "seed"),
        ("run --no.such.option 1", "no.such.option"),
        ("run smoke --resume --out {tmp}/r", "nothing to resume"),
        ("draw --points {tmp}/none.csv --out {tmp}/d", "none.csv"),
        ("draw --count 3 --format gif --out {tmp}/d", "gif"),
        ("draw --count 3 --sampling random --out {tmp}/d", "no sampling 'random'"),
        ("draw --count 3", "out"),
        ("draw --count 3 --canvas round --out {tmp}/d", "no canvas 'round'; choose from"),
        ("score {tmp}/none {tmp}/none", "none"),
        ("score {tmp} {tmp}", "no image"),
        ("report {tmp}", "is not a run folder"),
        ("list nothing", "no list of 'nothing'; choose from worlds"),
        ("walk", "walk"),
    ],
)
def test_wrong_input_ends_with_code_2_one_message_and_no_file(words, message, tmp_path, capsys):
    before = set(tmp_path.iterdir())
    try:
        code = main(words.format(tmp=tmp_path).split())
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("text", "name"), [("training: {epochs: many}\n", "training.epochs"), ("sed: 3\n", "sed")]
)
def test_a_configuration_file_is_checked_like_the_command_line(text, name, tmp_path, capsys):
    path = tmp_path / "c.yaml"
    path.write_text(text)
    assert main(["run", "--config", str(path), "--out", str(tmp_path / "r")]) == 2
    assert name in capsys.readouterr().err


SMALL = ["--training.epochs", "1", "--oracle", "false", "--measure.recovery", "false", "--quiet"]
SMALL += ["--measure.embedding", "false", "--measure.attribution", "false"]


def test_the_command_line_wins_over_the_file_and_the_file_over_the_preset(tmp_path, capsys):
    path, out = tmp_path / "c.yaml", tmp_path / "r"
    path.write_text("preset: smoke\nseed: 5\npoints: {count: 60}\nhole: {radius: 0.4}\n")
    words = ["run", "--config", str(path), "--seed", "7", *SMALL, "--out", str(out)]
    assert main(words) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(out / "report.html")
    config = (out / "config.yaml").read_text()
    for line in ("preset: smoke", "seed: 7", "count: 60", "radius: 0.4", "epochs: 1"):
        assert line in config
    assert not (out / "oracle.safetensors").exists()


def test_run_and_compare_end_with_what_they_made_or_print_json_alone(tmp_path, capsys):
    out = tmp_path / "a"
    words = ["run", "smoke", "--points.count", "60", *SMALL, "--report", "false"]
    assert main([*words, "--out", str(tmp_path / "plain")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "plain")
    assert not (tmp_path / "plain" / "report.html").exists()
    assert main([*words, "--json", "--out", str(out)]) == 0
    numbers = json.loads(capsys.readouterr().out)
    assert numbers == json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert main(["compare", str(out), "--json", "--out", str(tmp_path / "both")]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["points.count"] == 60
    assert row["removed.nmse"] == pytest.approx(numbers["removed.nmse"])
    assert (tmp_path / "both" / "report.html").is_file()


def test_draw_makes_the_images_of_the_points(points_file, tmp_path, capsys):
    out = tmp_path / "images"
    assert main(["draw", "--points", str(points_file), "--size", "32", "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    with (out / "metadata.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [[float(row["factor.a"]), float(row["factor.b"])] for row in rows] == POINTS
    expected = SquareCanvas(32).draw(Rose(), POINTS)
    for row, image in zip(rows, expected, strict=True):
        np.testing.assert_array_equal(_image(out / row["file_name"]), image)


def test_points_outside_of_the_world_are_warned_of_in_one_line(tmp_path):
    (tmp_path / "p.csv").write_text("a,b\n1,1\n146,54\n")
    words = [sys.executable, "-m", "transect", "draw", "--points", "p.csv", "--out", "d"]
    done = subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, text=True)
    told = [line for line in done.stderr.splitlines() if "warning" in line.lower()]
    assert len(told) == 1
    assert told[0].startswith("transect draw: warning: p.csv: 1 of 2 points lie outside the box")


def test_the_ending_of_the_target_or_an_option_names_the_format(points_file, tmp_path):
    words = ["draw", "--points", str(points_file), "--out"]
    assert main([*words, str(tmp_path / "set.parquet")]) == 0
    assert (tmp_path / "set.parquet").is_file()
    out = tmp_path / "images"
    assert main([*words, str(out), "--canvas", "original", "--format", "png"]) == 0
    assert {_image(path).shape for path in out.glob("*.png")} == {(172, 229)}


def test_draw_marks_the_removed_points_and_keeps_what_is_there(points_file, tmp_path, capsys):
    out = tmp_path / "set.npz"
    words = ["draw", "--points", str(points_file), "--hole", "disc", "--format", "npz"]
    assert main([*words, "--out", str(out)]) == 0
    assert np.load(out)["split"].tolist() == ["train", "removed", "train"]
    before = out.read_bytes()
    assert main([*words, "--out", str(out)]) == 2
    assert str(out) in capsys.readouterr().err
    assert out.read_bytes() == before
    assert main([*words, "--size", "16", "--overwrite", "--out", str(out)]) == 0
    assert np.load(out)["imgs"].shape == (3, 16, 16)


@needs_kill
@pytest.mark.parametrize(("name", "module"), [("out", "folder"), ("out.npz", "npz")])
def test_a_killed_draw_neither_blocks_the_next_nor_leaves_a_trace(name, module, tmp_path, capsys):
    words = ["draw", "--count", "4", "--size", "32", "--out", str(tmp_path / name)]
    kill_at(f"transect.image.{module}.image_batches", words)
    assert len(list(tmp_path.iterdir())) == 1
    assert main(words) == 0
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_score_prints_flat_json(points_file, tmp_path, capsys):
    for name in ("truth", "made"):
        assert main(["draw", "--points", str(points_file), "--out", str(tmp_path / name)]) == 0
    capsys.readouterr()
    words = ["score", str(tmp_path / "truth"), str(tmp_path / "made")]
    assert main([*words, "--points", str(points_file), "--hole", "disc", "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["all.count"] == 3
    assert scores["inside.count"] == 1
    assert scores["inside.nmse"] == 0
    assert scores["outside.soft_iou"] == 1


@pytest.mark.parametrize("what", ["worlds", "holes", "decoders", "losses", "presets"])
def test_list_has_a_line_for_each_choice(what, capsys):
    assert main(["list", what, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)[what]
    assert len(found) >= 2
    assert all(line and "\n" not in line for line in found.values())


def test_a_reader_who_leaves_early_causes_no_traceback():
    command = f"{sys.executable} -m transect list | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr


def test_an_interrupted_run_says_so_and_can_be_resumed(tmp_path):
    out = tmp_path / "r"
    # Where the tests run in the background, shells have children ignore the signal.
    code = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    code += "from transect.cli import main; sys.exit(main(sys.argv[1:]))"
    words = ["run", "smoke", "--training.epochs", "50", "--quiet", "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words], stderr=subprocess.PIPE, text=True
    )
    wait_until((out.with_name("r.partial") / "training" / "model" / "history.csv").exists)
    os.kill(process.pid, 2)
    _, error = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "--resume" in error
    assert "Traceback" not in error
    assert (out.with_name("r.partial") / "config.yaml").exists()


def test_a_card_goes_with_two_formats_and_covers_nothing(tmp_path, capsys):
    words = ["draw", "--count", "10", "--size", "16", "--card", "--out"]
    assert main([*words, str(tmp_path / "a.npz")]) == 2
    assert "a card goes with png and parquet, got npz" in capsys.readouterr().err
    assert main([*words, str(tmp_path / "a.parquet"), "--seed", "3"]) == 0
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "transect draw --size 16 --count 10 --sampling uniform --seed 3" in card
    assert main([*words, str(tmp_path / "b.parquet")]) == 2
    assert "README.md exists already" in capsys.readouterr().err
    assert not (tmp_path / "b.parquet").exists()


def test_cells_that_failed_are_told_though_the_others_cant_be_compared(
    monkeypatch, capsys, tmp_path
):
    differ = Mock(side_effect=ValueError("they differ"))
    monkeypatch.setattr("transect.sweep.sweep.run_sweep", lambda *_, **__: {"seed=1": "no memory"})
    monkeypatch.setattr("transect.sweep.compare.compare", differ)
    words = ["sweep", "smoke", "--grid", "seed=[0, 1]", "--out", str(tmp_path / "out")]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert "1 of 2 cells failed" in told and "seed=1: no memory" in told
    assert "not side by side: they differ" in told
