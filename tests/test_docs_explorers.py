"""The explorers of the documentation: small, true to their captions, alive in their frames."""

import importlib.util
import json
import re
import runpy
import shutil
from html import unescape
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from webpages import CHROMIUM, Visit

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "explorers"
MAKE = runpy.run_path(str(ROOT / "docs" / "make_explorers.py"))
DIRECTIVE = re.compile(r"^```\{explorer\} (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOST = 5_000_000
"""Bytes of all explorers together."""


class Shown(NamedTuple):
    """An explorer in a page: its name and caption."""

    page: Path
    name: str
    caption: str

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.html"

    @property
    def configs(self) -> list[dict]:
        """Return the configurations of its models, which it carries."""
        text = self.path.read_text(encoding="utf-8")
        (data,) = re.findall(r'id="explorer-data">(.*?)</script>', text, re.DOTALL)
        return [model["config"] for model in json.loads(data)["models"]]


SHOWN = [
    Shown(page, name, " ".join(caption.split()))
    for page in sorted((ROOT / "docs").rglob("*.md"))
    for name, caption in DIRECTIVE.findall(page.read_text(encoding="utf-8"))
]


def names(shown: Shown) -> str:
    return shown.name


def test_every_explorer_is_shown_and_all_are_small():
    files = sorted(FOLDER.glob("*"))
    assert [path.name for path in files] == sorted({shown.path.name for shown in SHOWN})
    assert all(path.stat().st_size <= MAKE["LARGEST"] for path in files)
    assert sum(path.stat().st_size for path in files) <= MOST


@pytest.mark.parametrize("shown", SHOWN, ids=names)
def test_a_caption_says_what_the_explorer_shows(shown):
    known = set(re.findall(r"`(\w+)`", shown.caption))
    first = shown.configs[0]
    world = first["world"]["kind"].rpartition(":")[2]
    expected = {config["decoder"]["kind"] for config in shown.configs}
    assert expected <= known
    assert known - expected <= {world, first["preset"]}
    hole = first["hole"]
    numbers = {f"{x:g}" for value in hole.values() for x in numbers_of(value)}
    assert hole["kind"] in shown.caption
    assert numbers <= set(re.findall(r"\d+(?:\.\d+)?", shown.caption))
    assert len({(str(c["hole"]), str(c["world"]), c["seed"]) for c in shown.configs}) == 1
    assert MAKE["hole_words"](hole) in unescape(shown.path.read_text(encoding="utf-8"))


def numbers_of(value) -> list[float]:
    values = value if isinstance(value, list) else [value]
    return [x for x in values if isinstance(x, int | float)]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Return a page built with the directive alone, in a folder as deep as those that use it."""
    if importlib.util.find_spec("sphinx") is None:
        pytest.skip("needs the docs extra")
    from sphinx.application import Sphinx

    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in ("explorers", "_static"):
        shutil.copytree(ROOT / "docs" / name, source / name)
    blocks = "\n\n".join(f"```{{explorer}} {s.name}\n{s.caption}\n```" for s in SHOWN)
    (source / "deep").mkdir()
    (source / "deep" / "page.md").write_text(f"# Page\n\n{blocks}\n", encoding="utf-8")
    (source / "index.md").write_text("# Index\n\n```{toctree}\ndeep/page\n```\n", encoding="utf-8")
    settings = {"extensions": ["myst_parser", "explorers"], "html_theme": "basic"}
    settings |= {"html_static_path": ["_static"], "html_css_files": ["explorers.css"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs" / "_ext"))
        app = Sphinx(source, None, out, out / ".doctrees", "html", settings, None, None, True, True)
        app.build()
    return out / "deep" / "page.html"


def test_each_frame_says_what_it_is_and_waits_for_its_reader(built):
    text = built.read_text(encoding="utf-8")
    frames = [
        dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall("<iframe.*?>", text)
    ]
    assert len(frames) == len(SHOWN)
    for frame, shown in zip(frames, SHOWN, strict=True):
        assert (built.parent / frame["src"]).read_bytes() == shown.path.read_bytes()
        assert frame["loading"] == "lazy"
        assert unescape(frame["title"]) == f"Explorer: {shown.caption.replace('`', '')}"
        assert f'<a href="{frame["src"]}">Open it alone</a>' in text


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium is installed")
def test_frames_load_from_the_file_system_and_answer_the_pointer(browser, built):
    visit = Visit(browser, built.as_uri(), 760)
    for place in range(len(SHOWN)):
        frame = visit.page.frame_locator("iframe").nth(place)
        visit.page.locator("iframe").nth(place).scroll_into_view_if_needed()
        frame.locator("#explorer[data-ready]").wait_for(timeout=60_000)
        where = frame.locator("[data-part=reading]")
        before = where.inner_text()
        frame.locator("[data-part=map]").hover(position={"x": 80, "y": 40})
        expect(where).not_to_have_text(before)
    assert visit.complaints == []
