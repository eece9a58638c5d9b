"""Every example runs as it stands and says something.

Reports have figures in one of them; what the others print does not depend on theirs.
"""

import runpy
import sys
from pathlib import Path

import pytest

from transect.run import experiment, judging, score

EXAMPLES = Path(__file__).parents[1] / "examples"
DRAWN = "run_from_python"


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda script: script.stem)
def test_example_runs(
    script: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(script)])
    monkeypatch.setattr(sys, "path", [str(EXAMPLES), *sys.path])
    if script.stem != DRAWN:
        for module in (experiment, judging, score):
            monkeypatch.setattr(module, "render", lambda plates: [])
    runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr().out.strip()
    sys.modules.pop(script.stem, None)


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda script: script.stem)
def test_example_is_short(script: Path):
    assert len(script.read_text(encoding="utf-8").splitlines()) < 40
