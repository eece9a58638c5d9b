"""Runs in a notebook: what a real kernel shows, and what stands in it."""

import html
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from transect.run import folder as files
from transect.run.display import run_table
from transect.run.loaded import Run

SOURCE = Path(__file__).parents[2] / "src"


def frame(text: str) -> str:
    """Return the page that a frame holds."""
    found = re.fullmatch(r'<iframe srcdoc="([^"]*)" sandbox="allow-scripts[^>]*></iframe>', text)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.filterwarnings("ignore")
def test_a_kernel_shows_run_page_dataset_and_figure(finished, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(SOURCE))
    cells = [
        f"import transect\nrun = transect.load({str(finished.path)!r})\nrun",
        "run.explore(height=700)",
        "run.setup.dataset(run.setup.points[:3])",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    table, page, dataset = (cell.outputs[-1]["data"] for cell in book.cells)
    assert table["text/plain"] == repr(finished)
    nmse = finished.metrics["removed.nmse"]
    assert f"<tr><th>model, in the hole</th><td>{nmse:.3g}</td>" in table["text/html"]
    assert f"<b>{finished.metrics['penalty.nmse']:.3g}</b>" in table["text/html"]
    assert frame(page["text/html"]) == (finished.path / files.PAGE).read_text(encoding="utf-8")
    assert 'height="700"' in page["text/html"]
    assert dataset["text/html"].count("data:image/png;base64,") == 3


def test_the_frame_holds_the_page_and_names_of_the_user_are_escaped(finished):
    shown = finished.explore()
    assert frame(shown._repr_html_()) == (finished.path / files.PAGE).read_text(encoding="utf-8")
    assert len(repr(shown)) < 80
    text = run_table(Path("<b>runs</b>"), finished.config, {"removed.nmse": None})
    assert "&lt;b&gt;runs&lt;/b&gt;" in text and "<b>runs" not in text and "–" not in text


def test_a_page_that_is_not_there_or_has_no_height_is_refused(finished, tmp_path):
    with pytest.raises(ValueError, match="height needs to be above 0 pixels, got 0"):
        finished.explore(height=0)
    (tmp_path / files.CONFIG).write_bytes((finished.path / files.CONFIG).read_bytes())
    with pytest.raises(ValueError, match=r"has no report.html; `transect report"):
        Run(tmp_path).explore()
