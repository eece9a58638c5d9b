"""Completion, asked of the shells themselves where they are here."""

import shutil
import subprocess

import pytest

from transect.cli import build_parser, main
from transect.cli.completion import completion

CASES = [
    (["transect", "sw"], ["sweep"]),
    (["transect", "run", "sm"], ["smoke"]),
    (["transect", "run", "--training.ep"], ["--training.epochs"]),
    (["transect", "run", "--hole", "half"], ["half_space"]),
    (["transect", "draw", "--hole.kind", "half"], ["half_space"]),
    (["transect", "draw", "--format", "web"], ["webdataset"]),
    (["transect", "list", "dec"], ["decoders"]),
    (["transect", "report", "rep"], ["report.html"]),
]


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    path = tmp_path_factory.mktemp("shell") / "transect.bash"
    path.write_text(completion("bash", build_parser()), encoding="utf-8")
    return path


@pytest.mark.parametrize(("words", "expected"), CASES, ids=[" ".join(one[0]) for one in CASES])
def test_bash_completes_words(words, expected, script, tmp_path):
    (tmp_path / "report.html").touch()
    code = (
        f'. {script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _transect; '
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", code, "bash", *words],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stdout.split() == expected
    assert not done.stderr


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_take_their_script(shell, tmp_path, capsys):
    assert main(["completion", shell]) == 0
    text = capsys.readouterr().out
    assert "half_space" in text
    assert ("--training.epochs" if shell == "zsh" else "-l training.epochs") in text
    if shutil.which(shell):
        (tmp_path / "script").write_text(text, encoding="utf-8")
        subprocess.run([shell, "-n", str(tmp_path / "script")], check=True)


def test_no_other_shell_is_known(capsys):
    assert main(["completion", "tcsh"]) == 2
    assert "choose from bash, zsh, fish" in capsys.readouterr().err
