import io
import json
import os
import shlex
import subprocess
import sys

import pytest

from transect.cli import main

ENCODINGS = ("ascii", "cp1252", "cp437", "cp932", "utf-8")
SUBCOMMANDS = (
    "run",
    "sweep",
    "compare",
    "draw",
    "score",
    "report",
    "export",
    "list",
    "completion",
)


def call(monkeypatch, encoding, *words):
    """Exit code, standard output and standard error of a call in a terminal of an encoding."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    try:
        code = main(list(words))
    except SystemExit as stop:
        code = stop.code
    finally:
        for stream in streams:
            stream.flush()
        monkeypatch.undo()
    return (code, *(stream.buffer.getvalue().decode(encoding) for stream in streams))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_help_and_list_is_spelled_in_every_encoding(encoding, monkeypatch):
    calls = [("--help",), ("list",), *((name, "--help") for name in SUBCOMMANDS)]
    for words in calls:
        code, out, error = call(monkeypatch, encoding, *words)
        assert (code, error) == (0, ""), words
        assert out.strip()
        assert "\\u" not in out, words
        assert "\\x" not in out, words


def test_signs_are_spelled_only_where_the_encoding_lacks_them(monkeypatch):
    pages = {name: call(monkeypatch, name, "list", "losses")[1] for name in ENCODINGS}
    assert "β-VAE" in pages["utf-8"]
    assert "Σ BCE" in pages["cp437"]
    assert "beta-VAE" in pages["cp1252"]
    assert "C_ij²" in pages["cp1252"]
    assert "C_ij^2" in pages["ascii"]
    assert "(C_ii - 1)^2" in pages["ascii"]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", "'\\u65e5\\xe9beta'"),
        ("cp1252", "'\\u65e5ébeta'"),
        ("cp932", "'日\\xe9β'"),
        ("utf-8", "'日éβ'"),
    ],
)
def test_an_error_shows_a_name_of_any_letters(encoding, shown, monkeypatch):
    code, out, error = call(monkeypatch, encoding, "list", "日éβ")
    assert (code, out) == (2, "")
    assert f"no list of {shown}" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_is_the_same_in_every_encoding(encoding, monkeypatch):
    code, out, _ = call(monkeypatch, encoding, "list", "losses", "--json")
    assert code == 0
    assert "β-VAE" in json.loads(out)["losses"]["beta_vae"]


def test_a_file_name_of_bytes_that_are_no_text_is_printed_as_those_bytes(tmp_path, monkeypatch):
    out = tmp_path / "drawn-\udcff"
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="utf-8"))
    words = ["--world", "gaussian_bump", "--count", "2", "--size", "16", "--out", str(out)]
    assert main(["draw", *words]) == 0
    assert printed.getvalue() == os.fsencode(f"{out}\n")
    assert len(list(out.glob("*.png"))) == 2


@pytest.mark.parametrize(
    "setting",
    [{"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}],
    ids=["cp1252", "C"],
)
def test_a_program_of_its_own_writes_to_a_pipe_of_another_encoding(setting):
    words = [sys.executable, "-m", "transect", "list"]
    surroundings = os.environ | {"PYTHONUTF8": "0"} | setting
    done = subprocess.run(words, capture_output=True, env=surroundings, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"beta-VAE" in done.stdout


def test_a_program_that_starts_with_its_output_closed_ends_well():
    closed = "exec >&-; exec " + shlex.join([sys.executable, "-m", "transect", "list", "losses"])
    done = subprocess.run(["sh", "-c", closed], stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
