"""The page of a study: complete, self-contained, safe with any name."""

import json
import re
from dataclasses import replace

import pytest

from planted_study import make_study
from transect.report import render, write_figures
from transect.report.study import StudyData, study_plates, write_study_page
from transect.report.study.page import study_page
from transect.report.study.tables import comparisons, remaining_table, study_tables
from webpages import EVIL, Parsed, check_policy


@pytest.fixture(scope="module")
def html(study, study_rendered) -> str:
    return study_page(study, study_rendered)


@pytest.fixture(scope="module")
def parsed(html) -> Parsed:
    return Parsed(html)


def bare_page(data: StudyData) -> Parsed:
    return Parsed(study_page(data, []))


def test_the_answer_comes_first_and_the_reference_last(parsed):
    assert parsed.text("h1").startswith("Compared with “standard”, “entanglement” and “curled”")
    assert parsed.text("h2").startswith("entanglement curled standard Measures Embeddings")
    assert "Better aligned." in parsed.text("strong")
    assert "It costs reconstruction." in parsed.text("strong")
    assert "Not distinguishable." in parsed.text("dd")
    assert "entanglement E 0.40 → 0.10: −0.30 (−0.32 to −0.27)" in parsed.text("li")
    assert "kind: beta_vae, beta: 4.0; 3 seeds" in parsed.text("p")


def test_nothing_is_fetched(parsed):
    for tag, attributes in parsed.elements:
        for name in ("src", "href", "srcset", "action", "data", "poster"):
            target = attributes.get(name)
            assert target is None or target.startswith(("data:", "#")), (tag, target[:80])
        assert not any(name.startswith("on") for name in attributes)
    styles = parsed.text("style")
    assert "url(" not in styles and "@import" not in styles


def test_policy_allows_exactly_the_scripts_of_the_page(parsed):
    check_policy(parsed, 2, any_style=True)


def test_links_lead_somewhere(parsed):
    places = {attributes.get("id") for _, attributes in parsed.elements}
    links = [str(a["href"])[1:] for a in parsed.every("a")]
    assert len(links) == 5 and set(links) <= places
    labels = [attributes.get("aria-labelledby") for attributes in parsed.every("div")]
    assert {label for label in labels if label} <= places


def test_every_figure_is_shown_once(parsed, study_rendered):
    assert len(parsed.every("img")) == len(study_rendered) == 5
    assert all(re.search(r"\d", str(image["alt"])) for image in parsed.every("img"))
    names = [attributes.get("id") for attributes in parsed.every("figure")]
    assert set(names) == {None, *(rendering.name for rendering in study_rendered)}


def test_each_factor_can_be_chosen(parsed):
    choices = parsed.every("input")
    assert [(choice["type"], choice["value"]) for choice in choices] == [
        ("radio", "0"),
        ("radio", "1"),
    ]
    assert ["checked" in choice for choice in choices] == [True, False]


def test_page_stays_below_eight_megabytes():
    weights = {f"{w:g}": {"kind": "entanglement", "entanglement": w} for w in range(6)}
    data = make_study(losses=weights, count=5000)
    assert len(study_page(data, render(study_plates(data)))) < 8e6


def test_bold_is_what_can_be_told_apart(study):
    tables = {table.title: dict(table.rows) for table in study_tables(study)}
    standard, aligned, curled = tables["Covariance between latents"]["|correlation| ↓"]
    # 0.29, 0.30 and 0.31, with Student's t of two degrees of freedom
    assert standard.mean == "0.300 (0.275 to 0.325)"
    assert standard.difference == "" and not standard.distinguishable
    assert aligned.difference.startswith("−0.200 (") and aligned.distinguishable
    assert curled.difference.startswith("+0.00100 (−0.00761 to") and not curled.distinguishable
    assert set(tables) == {
        "Covariance between latents", "Axes and factors", "Dimension and shape",
        "Reconstruction of validation images",
    }  # fmt: skip
    # 13 measures of two losses against the reference
    assert comparisons(study_tables(study)) == 26


def test_all_other_numbers_are_kept_without_ends_of_intervals(study):
    assert [name for name, _ in remaining_table(study).rows] == ["seconds total"]
    data = replace(study, scores=study.scores.assign(extra_low=1.0, words="x"))
    assert [name for name, _ in remaining_table(data).rows] == ["seconds total", "extra low"]


def test_numbers_that_a_loss_lacks_show_a_dash(study):
    scores = study.scores.copy()
    scores.loc[scores["loss"] == "curled", "embedding_mig"] = None
    row = dict(study_tables(replace(study, scores=scores))[1].rows)["MIG ↑"]
    assert row[2].mean == "–" and row[2].difference == ""


def test_configuration_seeds_time_and_versions_end_the_page(parsed):
    assert "entanglement: 0.0001" in parsed.text("pre")
    assert "0, 1, 2" in parsed.text("p") and "1 h 2 min" in parsed.text("p")
    assert "2.13.0" in parsed.text("dd")


def test_names_are_shown_and_never_run(strange, tmp_path):
    data, rendered = strange
    path = write_study_page(data, tmp_path / "new" / "report.html", rendered)
    parsed = Parsed(path.read_text())
    assert len(parsed.every("script")) == 3
    assert not any("onerror" in attributes for _, attributes in parsed.elements)
    assert not any("alert(1)" in text for text in parsed.scripts()[-2:])
    name = " ".join(EVIL.split())
    for tag in ("title", "h1", "h2", "h3", "h4", "label", "th", "dt", "li"):
        assert name in parsed.text(tag), tag
    assert "<script>alert(1)</script>" in parsed.text("pre")
    spec = json.loads(parsed.scripts()[0])
    assert "<script" not in json.dumps([scene["data"] for scene in spec["scenes"]])
    assert "<" not in parsed.scripts()[0]
    assert all(re.fullmatch(r"[\w.]+", p.name) for p in write_figures(rendered, tmp_path))


def test_same_data_same_page(study, study_rendered, html):
    again = render(study_plates(study))
    assert [(r.svg, r.png) for r in again] == [(r.svg, r.png) for r in study_rendered]
    assert study_page(study, again) == html


def test_two_latents_need_no_scripts():
    parsed = bare_page(make_study(count=30, latent=2))
    assert not parsed.every("script") and not parsed.every("input")
    assert "script-src 'none'" in str(parsed.every("meta")[1]["content"])


@pytest.mark.parametrize("seeds", [1, 2])
def test_few_seeds(seeds):
    parsed = bare_page(make_study({"entanglement": {"embedding_mig": 0.5}}, seeds, count=30))
    one = "One seed tells no difference from chance."
    assert (one in parsed.text("dd")) == (seeds == 1)
    assert "nan" not in parsed.text("p", "li", "td", "dd", "strong", "span", "h1")


def test_page_of_a_study_that_measured_nothing(study):
    parsed = bare_page(replace(study, scores=study.scores[["loss", "seed"]]))
    assert parsed.text("h1") == "Nothing was measured that compares the losses."
    assert parsed.text("dd").count("Not measured.") == 2 * 5 + 2
    assert not parsed.every("table")
