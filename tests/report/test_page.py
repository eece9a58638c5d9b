"""The page: complete, self-contained, safe with any name, and the same for the same data."""

import re
from base64 import b64decode
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from transect.report import Images, ReportData, render, run_figures, write_figures, write_page
from transect.report.page import page
from transect.space import Ball, Factor, FactorSpace, Transect
from webpages import Parsed, check_policy


@pytest.fixture(scope="module")
def html(report, rendered, exploration) -> str:
    return page(report, rendered, exploration)


@pytest.fixture(scope="module")
def parsed(html) -> Parsed:
    return Parsed(html)


def test_every_figure_is_written_twice_and_replaced_whole(report, rendered, tmp_path):
    paths = write_figures(rendered, tmp_path / "figures")
    assert sorted(paths) == sorted((tmp_path / "figures").iterdir())
    names = {path.stem for path in paths}
    assert names >= {
        "factor_grid", "sampled_space", "transects", "sample_weights", "training_images",
        "validation_images", "removed_images", "embedding", "learning_curves", "error_map",
        "errors_along_transects", "error_against_boundary_distance",
        "transect_1_p1", "transect_3_p3",
    }  # fmt: skip
    for path in paths:
        start = path.read_bytes()[:5]
        assert start == (b"\x89PNG\r" if path.suffix == ".png" else b"<?xml")
    assert len(paths) == 2 * len(names)


def test_same_data_same_bytes(report, rendered, exploration):
    again = render(run_figures(report))
    for one, two in zip(rendered, again, strict=True):
        assert one.svg == two.svg, one.name
        assert one.png == two.png, one.name
    assert page(report, rendered, exploration) == page(report, again, exploration)


def test_svg_tell_no_date(rendered):
    for rendering in rendered:
        assert b"<dc:date>" not in rendering.svg


def test_headline_and_penalty_come_first(parsed):
    assert "1.4 times its oracle’s" in parsed.text("h1")
    first = [text.strip() for tag, text in parsed.texts if tag == "p" and text.strip()]
    assert "1.42" in first[:3]
    assert any("1.31 to 1.55" in text for text in first[:5])


def test_nothing_is_fetched(parsed):
    for tag, attributes in parsed.elements:
        for name in ("src", "href", "srcset", "action", "data", "poster"):
            target = attributes.get(name)
            assert target is None or target.startswith(("data:", "#")), (tag, target[:80])
    styles = parsed.text("style")
    assert "url(" not in styles and "@import" not in styles


def test_policy_allows_exactly_the_script_and_style_of_the_page(parsed):
    check_policy(parsed, 1)


def test_every_image_tells_its_numbers(report, parsed, rendered):
    images = parsed.every("img")
    assert len(images) == len(rendered)
    for image in images:
        assert re.search(r"\d", image["alt"] or ""), image["alt"]
    strip = images[0]["alt"] or ""
    part = report.transects[report.transects["transect"] == "P1"]
    inside = part.loc[part["in_hole"], "nmse"].mean()
    assert "Points 6 to 10 of 15 lie in the hole" in strip
    assert f"model {inside:.3g} in the hole" in strip


def test_the_smaller_of_svg_and_png_is_shown(parsed, rendered):
    shown = {len(b64decode(a["src"].split(",", 1)[1])) for a in parsed.every("img")}  # pyright: ignore
    assert shown == {min(len(r.svg), len(r.png)) for r in rendered}


def test_page_of_a_run_stays_small(html):
    assert len(html) < 12e6


def test_configuration_versions_seed_and_times_end_the_page(parsed):
    assert "radius: 0.3" in parsed.text("pre")
    assert "2.13.0" in parsed.text("dd") and "1 min 33 s" in parsed.text("dd")


def test_names_are_shown_and_never_run(strange, tmp_path):
    data, rendered = strange
    path = write_page(data, tmp_path / "report.html", rendered)
    parsed = Parsed(path.read_text())
    assert not parsed.every("script")
    assert not any("onerror" in attributes for _, attributes in parsed.elements)
    assert data.title in parsed.text("title") and data.title in parsed.text("dt")
    assert "<script>alert(1)</script>" in parsed.text("pre")
    assert all(re.fullmatch(r"[\w.]+", p.name) for p in write_figures(rendered, tmp_path))


def test_what_has_to_be_known_first_stands_below_the_headline():
    told = replace(ReportData("t", FactorSpace([Factor("a", 0, 1)])), notices=("2 of <b>3</b>",))
    html = page(told, [])
    assert "Warning:</strong> 2 of &lt;b&gt;3&lt;/b&gt;." in html
    assert html.index("</h1>") < html.index("Warning:") < html.index("</header>")


def test_score_of_foreign_images_needs_little(report):
    # somebody's reconstructions: no model, no codes, no history, no oracle
    points = report.points[
        ["split", "factor.a", "factor.b", "boundary_distance", "nmse", "soft_iou"]
    ]
    data = ReportData("score", report.space, report.hole, points=points)
    html = page(data, render(run_figures(data)))
    parsed = Parsed(html)
    assert "times its error on validation images" in parsed.text("h1")
    assert "Latent space</h2>" not in html and "How it was made" not in html
    assert not parsed.every("script")
    assert "script-src 'none'" in str(parsed.every("meta")[1]["content"])
    assert len(html) < 3e6


def test_page_of_nothing_is_a_page(report):
    parsed = Parsed(page(ReportData("empty", report.space), []))
    assert parsed.text("h1") == "No error was measured."
    assert not parsed.every("img") and not parsed.every("table")


@pytest.mark.parametrize("missing", ["hole", "oracle", "points", "transects", "lines", "draw"])
def test_figures_do_without_what_is_missing(report, rendered, missing):
    if missing == "oracle":
        drop = {
            name: table.loc[:, ~table.columns.str.startswith("oracle")]
            for name, table in (("points", report.points), ("transects", report.transects))
        }
        bare = {k: Images(p.truth, p.reconstruction) for k, p in report.transect_images.items()}
        data = replace(report, oracle_history=None, transect_images=bare, metrics={}, **drop)
    elif missing == "hole":
        points = report.points.assign(boundary_distance=np.inf, split="train")
        points.loc[:50, "split"] = "validation"
        data = replace(report, hole=None, points=points, removed=None)
        data = replace(data, transects=report.transects.assign(in_hole=False))
    elif missing == "lines":
        data = replace(report, lines=(), transect_images={})
    elif missing == "points":
        data = replace(report, points=None, weights=None)
    else:
        data = replace(report, **{missing: None})
    made = list(run_figures(data))
    for one in made:
        if missing in ("hole", "oracle"):
            one.figure.draw_without_rendering()
        assert "nan" not in one.alt
    gone = {
        "hole": {"error_against_boundary_distance", "removed_images"},
        "points": {
            "embedding",
            "sampled_space",
            "sample_weights",
            "error_map",
            "removed_images",
            "error_against_boundary_distance",
        },
        "transects": {"errors_along_transects"},
        "lines": {"errors_along_transects", "transects"}
        | {f"transect_{k}_p{k}" for k in (1, 2, 3)},
        "draw": {"factor_grid"},
        "oracle": set(),
    }[missing]
    assert {one.name for one in made} == {rendering.name for rendering in rendered} - gone


def test_spaces_of_one_factor_have_no_maps():
    space = FactorSpace([Factor("a", 0, 1)])
    points = pd.DataFrame({"split": "validation", "factor.a": np.linspace(0, 1, 20), "nmse": 0.1})
    data = ReportData("line", space, points=points, draw=lambda p: np.zeros((len(p), 4, 4)))
    assert [one.name for one in run_figures(data)] == []


def test_three_factors_and_many_latents(report):
    space = FactorSpace([Factor(name, 0, 1) for name in "abc"])
    generator = np.random.default_rng(0)
    hole = Ball(space, radius=0.3)

    def table(factors: np.ndarray) -> pd.DataFrame:
        codes = {f"code.{k}": generator.random(len(factors)) for k in range(11)}
        errors = {name: generator.random(len(factors)) for name in ("nmse", "soft_iou")}
        return pd.DataFrame(dict(zip(space.columns, factors.T, strict=True)) | codes | errors)

    factors = generator.random((200, 3))
    inside = hole.contains(factors)
    points = table(factors).assign(
        split=np.where(inside, "removed", np.where(factors[:, 0] < 0.5, "train", "validation")),
        boundary_distance=hole.boundary_distance(factors),
    )
    line = Transect("c", space, [0.5, 0.5, 0], [0.5, 0.5, 1], 31)
    transects = table(line.points).assign(
        transect="c", fraction=line.fractions, in_hole=hole.contains(line.points)
    )
    data = ReportData(
        "three", space, hole, lambda p: np.zeros((len(p), 8, 6)), points, transects, (line,),
        transect_images={"c": Images(generator.random((31, 8, 6)))},
    )  # fmt: skip
    assert data.codes == [f"code.{k}" for k in range(11)]
    made = {one.name: one for one in run_figures(data)}
    for one in made.values():
        one.figure.draw_without_rendering()
    assert len([a for a in made["sampled_space"].figure.axes if a.collections]) == 3
    assert "first three principal components" in made["embedding"].caption
    assert "1 to 31" not in made["transect_1_c"].alt and "of 31" in made["transect_1_c"].alt
