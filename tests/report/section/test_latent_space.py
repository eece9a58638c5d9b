"""What is found of the latent space is what its numbers say; every code is shown."""

import re
from dataclasses import replace
from html import escape

import numpy as np
import pytest
from matplotlib.colors import to_hex

from planted_metrics import keyed
from transect.report import ReportData, render, run_figures
from transect.report.codes import directions
from transect.report.page import page
from transect.report.section.latent_space import (
    TITLE,
    embedding,
    embedding_table,
    findings,
    longest_loop,
    stretch_map,
)
from transect.report.style import HOLE, LOOP
from transect.space import Ball, Disc, Factor, FactorSpace, code_column
from webpages import EVIL

SPACE = FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1)])
DISC = Disc(SPACE, radius=0.25)
BOUNDARY = {"loop_boundary": 0.1, "loop_boundary_random": 0.8}


def said(space=SPACE, hole=DISC, oracle=None, **numbers):
    """Return the findings of an embedding with these numbers, and of an oracle with those."""
    metrics = {f"embedding.{name}": value for name, value in numbers.items()}
    metrics |= {f"oracle.embedding.{name}": value for name, value in (oracle or {}).items()}
    return findings(ReportData("t", space, hole, metrics=keyed(metrics)))


def only(**options):
    (finding,) = said(**options)
    return finding


def dimensions(*values):
    return dict(zip(("two_nn", "maximum_likelihood", "local_pca"), values, strict=True))


def test_dimension_shows_intervals_and_the_oracle():
    found = only(
        two_nn=2.05, two_nn_low=1.98, two_nn_high=2.11, maximum_likelihood=1.9, local_pca=2.0,
        thickness=0.0123, oracle={"two_nn": 2.14},
    )  # fmt: skip
    assert "two-NN 2.05 (1.98 to 2.11), maximum likelihood 1.90, local PCA 2.00" in found.detail
    assert "1.2 % of their extent" in found.detail
    assert found.detail.endswith("Of its oracle: by two-NN 2.14.")


@pytest.mark.parametrize(
    ("numbers", "oracle", "words"),
    [
        ({"loops": 1} | BOUNDARY, {"loops": 0},
         "The hole survives in the embedding: the loop is its"),
        ({"loops": 1} | BOUNDARY, None, "The hole survives"),
        ({"loops": 3} | BOUNDARY, {"loops": 2, "loop_boundary": 0.7, "loop_boundary_random": 0.8},
         "The hole survives in the embedding: the longest of them is its boundary"),
        ({"loops": 1} | BOUNDARY, {"loops": 1} | BOUNDARY, "but so has its oracle"),
        ({"loops": 1, "loop_boundary": 0.41, "loop_boundary_random": 0.8}, {"loops": 0},
         "one loop, but not around the hole"),
        ({"loops": 1, "loop_boundary": 0.4, "loop_boundary_random": 0.8}, None,
         "The hole survives"),
        ({"loops": 2, "loop_boundary": 0.7, "loop_boundary_random": 0.8}, None,
         "two loops, but not around"),
        ({"loops": 1}, None, "whether it is the boundary of the hole was not measured"),
        ({"loops": 0}, {"loops": 0}, "no loop, so the hole does not show"),
    ],
)  # fmt: skip
def test_the_claim_on_the_hole_follows_the_verdict(numbers, oracle, words):
    assert words in only(oracle=oracle, **numbers).claim


def test_the_hole_shows_its_numbers():
    found = only(
        loops=1, loops_agreement=0.9, loop_longest=3.2, loop_longest_low=2.9,
        loop_longest_high=3.6, loop_next=1.4, oracle={"loops": 0}, **BOUNDARY,
    )  # fmt: skip
    assert found.detail == (
        "β₁ is 1, of its oracle 0; 90 % of random halves of the codes find as many. "
        "Death ÷ birth of the longest loop is 3.20 (2.90 to 3.60), of the next 1.40. "
        "In the median its points lie 0.10 radii of the hole from the boundary, all points 0.80."
    )


@pytest.mark.parametrize("loops", [0, 2])
def test_no_loop_is_the_hole_of_one_factor(loops):
    line = FactorSpace([Factor("a", 0, 1)])
    claim = only(space=line, hole=Ball(line, radius=0.2), loops=loops, **BOUNDARY).claim
    assert claim.endswith("and none would be the hole: along one factor it leaves a gap.")


def test_no_loop_is_no_surprise_where_the_hole_leaves_no_ring():
    three = FactorSpace([Factor(name, 0, 1) for name in "abc"])
    claim = only(space=three, hole=Ball(three, radius=0.2), loops=0).claim
    assert "a hole among three factors need not leave one" in claim
    claim = only(hole=Disc(SPACE, center=(0.1, 0.5), radius=0.25), loops=0).claim
    assert "reaches the edge" in claim
    assert only(hole=None, loops=0).claim == "The embedding has no loop; nothing was removed."


def test_paths_of_factors_that_can_be_read_have_angles():
    shares = {"as_it_stands": 0.28, "after_rotation": 0.55, "linear": 0.9}
    angles = {"bend": 141.4, "crossing_angle": 63.3}
    found = only(verdict="sheared", curved=0.99, oracle={"verdict": "bent"}, **shares, **angles)
    assert "28 % from one axis each, 55 % after the best rotation, 90 % by a linear" in found.detail
    assert "bends by 141° and crosses the others at 63°." in found.detail
    assert found.detail.endswith("Its oracle is bent.")
    assert "bends" not in only(verdict="entangled", curved=0.8, **shares, **angles).detail
    one = only(verdict="bent", curved=0.99, bend=20, crossing_angle=None, **shares).detail
    assert one.endswith("bends by 20°.")


def test_what_could_not_be_measured_is_named_with_its_reason():
    found = only(
        missing="dimension: codes need 102, got 9", oracle={"missing": "topology: too few"}
    )
    assert found.claim == "Some of the embedding could not be measured."
    assert found.detail == (
        "Of the model: dimension: codes need 102, got 9. Of the oracle: topology: too few."
    )


def test_nothing_measured_nothing_said():
    assert said() == [] and embedding_table(ReportData("t", SPACE)) is None
    # what was not finite is null in a run folder
    assert said(two_nn=np.nan, loops=np.nan, verdict=np.nan, loop_boundary=np.nan) == []


def test_table_holds_every_number_of_model_and_oracle(shaped):
    oracle = {"loops": 0, "local_pca": 2.2, "verdict": "bent", "crossing_angle": np.nan}
    metrics = shaped.metrics | keyed(
        {f"oracle.embedding.{name}": one for name, one in oracle.items()}
    )
    table = embedding_table(replace(shaped, metrics=metrics))
    assert table is not None and table.columns == ("model", "oracle")
    rows = {name: [cell.text for cell in cells] for name, cells in table.rows}
    assert rows["dimension, two-NN"] == ["2.05 (1.98 to 2.11)", "–"]
    assert rows["loops, β₁"] == ["1", "0"]
    assert rows["longest loop, death ÷ birth"] == ["3.20 (2.90 to 3.60)", "–"]
    assert rows["variance along principal axis 3"] == ["0.100", "–"]
    assert rows["verdict"] == ["sheared", "bent"]
    assert rows["dimension, local PCA"][1] == "2.20"
    assert [name for name in rows if "*" in name] == []
    # each planted number but those of the interpolations stands in it
    planted = [key for key in shaped.metrics if key.group == "embedding" and not key.end]
    assert len(rows) == len(planted)


def test_table_without_oracle_has_one_column(shaped):
    table = embedding_table(shaped)
    assert table is not None and table.columns == ("model",)
    assert all(len(cells) == 1 and cells[0].text != "–" for _, cells in table.rows)


def test_alternative_texts_hold_the_numbers(shaped):
    made = {one.name: one for one in run_figures(shaped)}
    names = ("embedding", "longest_loop", "stretch_map")
    assert [name for name in made if made[name].section == TITLE] == [*names]
    loop = int(shaped.points["on_loop"].sum())
    kept = int((shaped.points["split"] != "removed").sum())
    assert made["longest_loop"].alt.startswith(f"{loop} of {kept} kept points")
    assert "0.12 radii of the hole from the boundary, all points 0.81" in made["longest_loop"].alt
    assert made["interpolations"].alt.startswith(
        "P1: straight nMSE 0.0500 and length 8.10, geodesic nMSE 0.0400 and length 7.20; "
        "the true images travel 6.30. P2: "
    )
    known = shaped.points["stretch"].dropna()
    assert f"Stretch at {len(known)} points, median {known.median():.3g}" in made["stretch_map"].alt
    assert "1.70 times that outside" in made["stretch_map"].alt


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ({"on_loop": False}, {"longest_loop"}),
        ({"stretch": np.nan}, {"stretch_map"}),
        ({"interpolations": None}, {"interpolations"}),
        ({"interpolation_images": {}}, {"interpolations"}),
    ],
)
def test_figures_do_without_what_was_not_measured(shaped, change, gone):
    column = {k: v for k, v in change.items() if k in shaped.points}
    fields = {k: v for k, v in change.items() if k not in column}
    data = replace(shaped, points=shaped.points.assign(**column), **fields)
    every = {one.name for one in run_figures(shaped)}
    assert {one.name for one in run_figures(data)} == every - gone


def test_a_single_latent_and_a_single_factor_have_no_loop_to_show(shaped):
    line = shaped.points.drop(columns=["code.1", "code.2"])
    names = {one.name for one in run_figures(replace(shaped, points=line, transects=None))}
    assert "longest_loop" not in names and "stretch_map" in names
    space = FactorSpace([Factor("a", 0.5, 2)])
    data = ReportData("line", space, points=shaped.points)
    assert not {"longest_loop", "stretch_map"} & {one.name for one in run_figures(data)}


def test_the_section_opens_with_the_findings(shaped):
    figures = [p for p in run_figures(shaped) if p.section == TITLE]
    html = page(shaped, render(figures))
    start, end = html.index(f"<h2>{TITLE}</h2>"), html.index('id="longest_loop"')
    opening = html[start:end]
    places = [opening.index(escape(finding.claim)) for finding in findings(shaped)]
    assert len(places) == 3 and places == sorted(places)
    assert (
        "<strong>The hole survives in the embedding: the loop is its boundary.</strong>" in opening
    )
    assert "<caption>Shape of the embedding</caption>" in html


def test_names_and_reasons_are_shown_and_never_run(strange):
    data = replace(strange[0], metrics=strange[0].metrics | keyed({"embedding.missing": EVIL}))
    html = page(data, [])
    words = html[html.index(f"<h2>{TITLE}</h2>") : html.index('<section id="numbers"')]
    assert not re.search(r"<(?!/?(section|h2|p|strong|div)\b)", words)
    assert words.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3  # P1, P2, the reason
    assert "<img src=x" not in html


def boundary_lines(axes):
    return [line for line in axes.lines if line.get_label() == "_boundary"]


@pytest.mark.parametrize("latent", [1, 2, 3, 5])
def test_embedding_shows_every_code(report, latent):
    generator = np.random.default_rng(2)
    columns = [code_column(k) for k in range(latent)]
    tables = []
    for table in (report.points, report.transects):
        plain = table.drop(columns=["code.0", "code.1", "code.2"]).copy()
        plain[columns] = generator.normal(size=(len(table), latent))
        tables.append(plain)
    figure = embedding(*tables, report.space)
    figure.draw_without_rendering()
    panels = [axes for axes in figure.axes if axes.collections]
    assert len(panels) == 3
    assert all((axes.name == "3d") == (latent >= 3) for axes in panels)
    dots = sum(len(c.get_offsets()) for c in panels[1].collections)
    assert dots == len(report.points)
    assert len(panels[0].lines) == (3 if latent > 1 else 0)


def drawn(axes, label):
    """Coordinates of the dots of one label, in two or three dimensions."""
    (dots,) = [c for c in axes.collections if c.get_label().startswith(label)]
    solid = getattr(dots, "_offsets3d", None)
    return np.stack(solid, axis=1) if solid is not None else np.asarray(dots.get_offsets())


@pytest.mark.parametrize("latent", [2, 3, 5])
def test_the_loop_is_shown_in_both_spaces(shaped, latent):
    points = shaped.points.drop(columns=["code.0", "code.1", "code.2"]).copy()
    codes = np.random.default_rng(0).normal(size=(len(points), latent))
    points[[code_column(k) for k in range(latent)]] = codes
    figure = longest_loop(points, shaped.space, shaped.hole)
    figure.draw_without_rendering()
    plane, latent_axes = figure.axes
    loop, kept = points["on_loop"].to_numpy(), (points["split"] != "removed").to_numpy()
    assert 5 < loop.sum() < kept.sum() < len(points)
    np.testing.assert_allclose(
        drawn(plane, "on the longest loop"), points.loc[loop, ["factor.a", "factor.b"]]
    )
    np.testing.assert_allclose(drawn(plane, "kept"), points.loc[kept, ["factor.a", "factor.b"]])
    expected = directions(codes).project(codes)
    np.testing.assert_allclose(drawn(latent_axes, "on the longest loop"), expected[loop])
    np.testing.assert_allclose(drawn(latent_axes, "kept"), expected[kept])
    assert len(boundary_lines(plane)) == 1 and plane.get_ylim()[0] > plane.get_ylim()[1]
    assert (latent_axes.name == "3d") == (latent > 2)
    colors = {to_hex(c.get_facecolor()[0]) for axes in figure.axes for c in axes.collections}
    assert LOOP.lower() in colors and HOLE.lower() not in colors


def test_stretch_is_shown_where_it_was_measured(shaped):
    figure = stretch_map(shaped.points, shaped.space, shaped.hole)
    (dots,) = figure.axes[0].collections
    known = shaped.points[shaped.points["stretch"].notna()]
    assert 0 < len(known) < len(shaped.points)
    np.testing.assert_allclose(dots.get_offsets(), known[["factor.a", "factor.b"]])
    np.testing.assert_allclose(dots.get_array(), known["stretch"])
    low, middle, high = (float(dots.norm(value)) for value in (3.0, 4.5, 6.75))
    assert low > 0 and high < 1 and middle - low == pytest.approx(high - middle)
    assert len(boundary_lines(figure.axes[0])) == 1


def test_points_without_stretch_are_no_bar_to_the_logarithm(shaped):
    stretch = shaped.points["stretch"].where(shaped.points.index % 4 != 0, 0.0)
    figure = stretch_map(shaped.points.assign(stretch=stretch), shaped.space)
    figure.draw_without_rendering()
    assert (figure.axes[0].collections[0].get_array() > 0).all()


def test_traversals_stand_beside_the_embedding(shaped):
    rows = dict.fromkeys(("z0", "principal 1", "factor a"), shaped.training[:5])
    figures = {one.name: one for one in run_figures(replace(shaped, traversals=rows))}
    one = figures["traversals"]
    assert one.section == figures["embedding"].section
    (axes,) = one.figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == list(rows)
    assert one.alt == "5 images along each of 3 traversals: z0, principal 1, factor a."
    assert "traversals" not in {one.name for one in run_figures(shaped)}
