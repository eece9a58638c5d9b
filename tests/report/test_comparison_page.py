"""The page of a comparison: complete, self-contained, safe with any name, readable everywhere."""

import re
from dataclasses import replace

import numpy as np
import pytest

from planted_comparison import RADII, make_table
from transect.report import render, write_figures
from transect.report.comparison import ComparisonData, comparison_figures, write_comparison_page
from transect.report.comparison.page import comparison_page
from transect.report.rendering import Rendering
from transect.sweep.compare import comparison_data
from webpages import CHROMIUM, EVIL, Parsed, Visit

EFFECTS = {"transposed": 1.0, "film": 0.5, "twin": 0.5, "mlp": 2.0}
FIGURES = ["penalty_1", "errors_1", "conditions_1", "ratios", "shares"]


def in_a_browser(test):
    needs = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium is installed")
    return pytest.mark.browser(needs(test))


def with_shares(table):
    shares = np.random.default_rng(3).normal(0.3, 0.1, len(table))
    return table.assign(
        **{"attribution.encoder_share": shares, "attribution.decoder_share": 1 - shares}
    )


def make_data() -> ComparisonData:
    table = with_shares(make_table(EFFECTS))
    table.loc[4, "error"] = "FloatingPointError: the loss is not finite"
    data = comparison_data("planted", table)
    first = data.scores["cell"][0]
    return replace(data, links={first: "cells/a/report.html"}, versions={"torch": "2.13.0"})


def make_strange() -> ComparisonData:
    table = with_shares(make_table(EFFECTS, RADII[:3], {"band": 0.05}, seeds=2))
    for column in ("decoder.kind", "cell"):
        table[column] = EVIL + table[column]
    other = table["hole.kind"] != "disc"
    table.loc[other, "hole"] = EVIL + table.loc[other, "hole"]
    table["world.kind"] = EVIL
    table[f"decoder.{EVIL}"] = EVIL + table["decoder.kind"]
    table.loc[4, "error"] = EVIL
    data = comparison_data(EVIL, table)
    links = {data.scores["cell"][0]: "cells/%3Cscript%3E/report.html"}
    return replace(data, links=links, versions={EVIL: EVIL})


@pytest.fixture(scope="module")
def data() -> ComparisonData:
    return make_data()


@pytest.fixture(scope="module")
def rendered(data) -> list[Rendering]:
    return render(comparison_figures(data))


@pytest.fixture(scope="module")
def parsed(data, rendered) -> Parsed:
    return Parsed(comparison_page(data, rendered))


@pytest.fixture(scope="module")
def strange() -> tuple[ComparisonData, list[Rendering]]:
    data = make_strange()
    return data, render(comparison_figures(data))


def bare_page(data: ComparisonData) -> Parsed:
    return Parsed(comparison_page(data, []))


def test_the_answer_comes_first(parsed):
    assert "has the least error inside the hole, but is not distinguish" in parsed.text("h1")
    assert parsed.text("h2").startswith("Ranking Crossing radius r₂ Runs Over hole radius")
    assert "4 models × 10 conditions × 3 seeds: 119 runs, 1 failed." in parsed.text("p")


def test_best_and_ties_are_strong_in_the_ranking(parsed):
    strong = {text for tag, text in parsed.texts if tag == "strong"}
    assert {"film", "twin"} <= strong and not {"transposed", "mlp"} & strong


def test_nothing_is_fetched_and_nothing_runs(parsed):
    policy = str(parsed.every("meta")[1]["content"])
    assert policy.startswith("default-src 'none';") and "script-src 'none'" in policy
    assert not parsed.every("script")
    for tag, attributes in parsed.elements:
        source = attributes.get("src")
        assert source is None or source.startswith("data:"), tag
        assert not any(name.startswith("on") for name in attributes)
    styles = parsed.text("style")
    assert "url(" not in styles and "@import" not in styles


def test_links_lead_somewhere(parsed):
    places = {attributes.get("id") for _, attributes in parsed.elements}
    links = [str(a["href"]) for a in parsed.every("a")]
    inner = {link[1:] for link in links if link.startswith("#")}
    assert inner <= places and "failed" in inner
    assert [link for link in links if not link.startswith("#")] == ["cells/a/report.html"]


def test_every_figure_is_shown_once_with_its_numbers(parsed, rendered):
    assert [one.name for one in rendered] == FIGURES
    assert len(parsed.every("img")) == len(FIGURES)
    assert all(re.search(r"\d", str(image["alt"])) for image in parsed.every("img"))
    assert not any("nan" in str(image["alt"]) for image in parsed.every("img"))
    assert "mlp 3.00" in rendered[2].alt and "Crossing radii: " in rendered[0].alt


def test_failed_cells_common_configuration_and_versions(parsed):
    assert "FloatingPointError: the loss is not finite" in parsed.text("td")
    assert "epochs: 10" in parsed.text("pre") and "decoder" not in parsed.text("pre")
    assert "2.13.0" in parsed.text("dd")
    assert "decoder.kind film, decoder.width 32" in parsed.text("dd")


def test_cells_are_folded(parsed):
    assert [text for tag, text in parsed.texts if tag == "summary"] == [
        "Further measures", "Finished runs (119)",
    ]  # fmt: skip
    assert "decoder=mlp,hole=disc-0.7,seed=2" in parsed.text("th")


def test_names_are_shown_and_never_run(strange, tmp_path):
    data, rendered = strange
    path = write_comparison_page(data, tmp_path / "new" / "report.html", rendered)
    parsed = Parsed(path.read_text())
    assert not parsed.every("script")
    assert len(parsed.every("img")) == len(rendered)
    assert not any("onerror" in attributes for _, attributes in parsed.elements)
    name = " ".join(EVIL.split())
    for tag in ("title", "h1", "li", "th", "dt", "td", "dd", "strong"):
        assert name in parsed.text(tag), tag
    assert "<script>alert(1)</script>" in parsed.text("pre")
    assert all(re.fullmatch(r"[\w.]+", p.name) for p in write_figures(rendered, tmp_path))


def test_same_data_same_page():
    data = comparison_data("again", make_table({"a": 1.0, "b": 0.5}, [0.3], {}))
    first, again = (render(comparison_figures(data)) for _ in range(2))
    assert [(one.svg, one.png) for one in again] == [(one.svg, one.png) for one in first]
    assert comparison_page(data, again) == comparison_page(data, first)


SMALL = {
    "one model over radii": ({"a": 1.0}, {"holes": {}}),
    "one model elsewhere": ({"a": 1.0}, {"radii": []}),
    "one cell": ({"a": 1.0}, {"radii": [0.3], "holes": {}, "seeds": 1}),
    "two cells": ({"a": 1.0, "b": 0.5}, {"radii": [0.3], "holes": {}, "seeds": 1}),
    "two seeds": ({"a": 1.0, "b": 0.5}, {"radii": RADII[:3], "holes": {}, "seeds": 2}),
    "twelve models": ({f"m{k}": 1 + k / 10 for k in range(12)}, {"radii": RADII[:3], "holes": {}}),
}


@pytest.mark.parametrize("name", SMALL)
def test_small_and_large_comparisons_make_sense(name):
    effects, options = SMALL[name]
    data = comparison_data(name, make_table(effects, **options))
    plates = list(comparison_figures(data))
    assert plates
    for plate in plates:
        plate.figure.draw_without_rendering()
        assert "nan" not in plate.alt + plate.caption and re.search(r"\d", plate.alt)
    parsed = bare_page(data)
    assert "nan" not in parsed.text("h1", "p", "li", "td", "dd", "span", "strong").split()
    assert "None" not in parsed.text("h1", "p", "li", "td", "dd", "span")
    if name == "twelve models":
        assert "The figure shows the 10 best of 12 models." in plates[0].caption


def test_missing_measures_leave_their_figures_out(data):
    columns = ["cell", "model", "condition", "seed", "validation.nmse"]
    bare = replace(data, scores=data.scores[columns])
    names = [plate.name for plate in comparison_figures(bare)]
    assert names == ["conditions_1", "ratios"]
    parsed = bare_page(bare)
    assert "on validation images" in parsed.text("h1")
    assert "hole penalty" not in parsed.text("caption", "th")


@pytest.fixture(scope="module")
def address(data, rendered, tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("page") / "report.html"
    return write_comparison_page(data, path, rendered).as_uri()


@in_a_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_answer_is_on_the_first_screen(browser, address, scheme):
    visit = Visit(browser, address, 1280, color_scheme=scheme)
    for place in range(3):
        box = visit.page.locator(".card").nth(place).bounding_box()
        assert box["y"] + box["height"] <= 800
    assert visit.is_light() == (scheme == "light")
    visit.check_offline()


@in_a_browser
@pytest.mark.parametrize("width", [360, 768])
def test_narrow_screens_never_scroll_sideways(browser, address, width):
    visit = Visit(browser, address, width)
    visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert visit.overflow() == 0 and visit.complaints == []
    # names of rows stay words, however little room there is
    for heading in visit.page.locator(".table tbody th").all()[:20]:
        box = heading.bounding_box()
        assert box["height"] < 2 * box["width"]


@in_a_browser
def test_names_of_markup_do_nothing(browser, strange, tmp_path):
    path = write_comparison_page(strange[0], tmp_path / "report.html", strange[1])
    visit = Visit(browser, path.as_uri(), 360)
    visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    visit.check_offline()


@in_a_browser
def test_folded_tables_open_by_key(browser, address):
    visit = Visit(browser, address, 1280)
    cells = visit.page.locator("#runs details table")
    assert cells.is_hidden()
    visit.page.locator("#runs summary").focus()
    visit.page.keyboard.press("Enter")
    assert cells.is_visible()


@in_a_browser
def test_it_prints(browser, address):
    visit = Visit(browser, address, 800)
    assert visit.page.pdf(format="A4").startswith(b"%PDF")
