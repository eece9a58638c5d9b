"""What is said of the embedding is what its numbers say."""

import re
from dataclasses import replace
from html import escape

import numpy as np
import pytest

from planted_metrics import keyed
from transect.measure.embedding.topology import boundary_match, topology
from transect.report import ReportData, render, run_plates
from transect.report.page import page
from transect.report.shape_words import findings, leaves_ring
from transect.report.tables import shape_table
from transect.space import (
    Ball,
    Disc,
    Factor,
    FactorSpace,
    Transect,
    split_points,
    uniform,
)
from webpages import EVIL

SPACE = FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1)])
HOLE = Disc(SPACE, radius=0.25)
LINES = tuple(Transect(name, SPACE, (0, 0.5), (1, 0.5)) for name in ("P1", "P2", "Q3"))


def said(space=SPACE, hole=HOLE, oracle=None, along=None, **numbers):
    """Return the findings of an embedding with these numbers, and of an oracle with those.

    `along` are the errors of the straight and of the shortest way by transect.
    """
    metrics = {f"embedding.{name}": value for name, value in numbers.items()}
    metrics |= {f"oracle.embedding.{name}": value for name, value in (oracle or {}).items()}
    for line, errors in (along or {}).items():
        for way, error in zip(("straight", "geodesic"), errors, strict=True):
            metrics[f"transect.{line}.embedding.{way}_nmse"] = error
    lines = LINES if space is SPACE else ()
    return findings(ReportData("t", space, hole, metrics=keyed(metrics), lines=lines))


def only(**options):
    (finding,) = said(**options)
    return finding


def dimensions(*values):
    return dict(zip(("two_nn", "maximum_likelihood", "local_pca"), values, strict=True))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((2.05, 1.93, 2.4), "is two-dimensional, as"),
        ((1.8, 2.3, 7.0), "is two-dimensional, as"),
        ((1.79, 2.31, 2.0), "is unsure"),
        ((1.79, 1.2, 2.0), "less than two-dimensional"),
        ((2.31, 2.9, 2.0), "more than two-dimensional"),
    ],
)
def test_dimension_takes_two_of_three_within_the_bounds(values, words):
    assert words in only(**dimensions(*values)).claim


def test_dimension_is_that_of_the_world():
    space = FactorSpace([Factor(name, 0, 1) for name in "abc"])
    found = only(space=space, hole=None, **dimensions(2.9, 3.1, 2.0))
    assert found.claim == "The embedding is three-dimensional, as the factor space is."
    assert "less than" in only(space=space, hole=None, **dimensions(2.0, 2.1, 2.0)).claim


def test_dimension_shows_intervals_and_the_oracle():
    found = only(
        two_nn=2.05, two_nn_low=1.98, two_nn_high=2.11, maximum_likelihood=1.9, local_pca=2.0,
        thickness=0.0123, oracle={"two_nn": 2.14},
    )  # fmt: skip
    assert "two-NN 2.05 (1.98 to 2.11), maximum likelihood 1.90, local PCA 2.00" in found.detail
    assert "1.2 % of their extent" in found.detail
    assert found.detail.endswith("Of its oracle: by two-NN 2.14.")


BOUNDARY = {"loop_boundary": 0.1, "loop_boundary_random": 0.8}


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
def test_the_hole_survives_where_a_loop_follows_its_boundary(numbers, oracle, words):
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


@pytest.mark.parametrize(("agreement", "doubt"), [(0.5, False), (0.49, True)])
def test_a_count_that_halves_deny_is_doubted(agreement, doubt):
    claim = only(loops=1, loops_agreement=agreement, **BOUNDARY).claim
    assert ("Most random halves of the codes find another number" in claim) == doubt


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


def test_a_hole_leaves_a_ring_unless_it_reaches_an_edge():
    turning = FactorSpace([Factor("a", 0, 1, periodic=True), Factor("b", 0, 1)])
    for space, center, ring in (
        (SPACE, (0.5, 0.5), True),
        (SPACE, (0.5, 0.9), False),
        (turning, (0.5, 0.9), False),
        (turning, (0.1, 0.5), True),
    ):
        assert leaves_ring(Disc(space, center=center, radius=0.25), space) == ring


@pytest.mark.parametrize("punctured", [True, False])
def test_a_real_ring_is_found_and_told(punctured):
    factors = uniform(SPACE, 500, seed=1)
    points = split_points(SPACE, factors, HOLE, 0, seed=2)
    rows = np.flatnonzero(points.split != "removed") if punctured else np.arange(len(points))
    a, b = factors[rows].T
    codes = np.column_stack([np.sin(2 * a), np.cos(2 * a), 2 * b])
    found = topology(codes, landmarks=150, halves=4)
    numbers = {
        "loops": found.loops,
        "loops_agreement": found.agreement,
        "loop_longest": found.longest.mean,
        "loop_next": found.next.mean,
    }
    if found.loop_rows:
        match = boundary_match(found.loop_rows[0], points.boundary_distance[rows], 0.25)
        numbers |= {"loop_boundary": match.loop, "loop_boundary_random": match.random}
    claim = only(**numbers).claim
    assert ("The hole survives" if punctured else "the hole does not show") in claim


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("aligned", "Each factor has an axis"),
        ("rotated", "rotated copy"),
        ("sheared", "sheared copy"),
        ("bent", "bent copy"),
        ("entangled", "entangles the factors"),
        ("unrelated", "nothing to do with"),
    ],
)
def test_the_verdict_is_told(kind, words):
    assert words in only(verdict=kind).claim


def test_paths_are_told_of_factors_that_can_be_read():
    shares = {"as_it_stands": 0.28, "after_rotation": 0.55, "linear": 0.9}
    angles = {"bend": 141.4, "crossing_angle": 63.3}
    found = only(verdict="sheared", curved=0.99, oracle={"verdict": "bent"}, **shares, **angles)
    assert "28 % from one axis each, 55 % after the best rotation, 90 % by a linear" in found.detail
    assert "bends by 141° and crosses the others at 63°." in found.detail
    assert found.detail.endswith("Its oracle is bent.")
    assert "bends" not in only(verdict="entangled", curved=0.8, **shares, **angles).detail
    one = only(verdict="bent", curved=0.99, bend=20, crossing_angle=None, **shares).detail
    assert one.endswith("bends by 20°.")


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ({"P1": (0.1, 0.09), "Q3": (0.2, 0.1)}, "the geodesic keeps closer to the truth."),
        ({"P1": (0.1, 0.11)}, "the straight interpolation keeps closer to the truth."),
        ({"P1": (0.1, 0.096), "P2": (0.096, 0.1)}, "is as close to the truth as the geodesic"),
        ({"P1": (0.0, 0.0)}, "is as close to the truth as the geodesic"),
        ({"P1": (0.1, 0.05), "P2": (0.1, 0.1)}, "truth, except on P2, where both are alike."),
        ({"P1": (0.1, 0.05), "P2": (0.1, 0.2), "Q3": (0.1, 0.02)},
         "neither interpolation keeps closer to the truth throughout: "
         "the straight one does on P2, the geodesic on P1, Q3."),
    ],
)  # fmt: skip
def test_the_way_that_keeps_to_the_truth_is_named(pairs, words):
    assert words in only(along=pairs).claim


def test_ways_show_their_errors():
    detail = only(along={"P1": (0.1, 0.05), "Q3": (0.2, 0.3)}).detail
    assert detail.endswith("P1 0.100 and 0.0500; Q3 0.200 and 0.300.")


def test_what_could_not_be_measured_is_told_with_its_reason():
    found = only(
        missing="dimension: codes need 102, got 9", oracle={"missing": "topology: too few"}
    )
    assert found.claim == "Some of the embedding could not be measured."
    assert found.detail == (
        "Of the model: dimension: codes need 102, got 9. Of the oracle: topology: too few."
    )


def test_nothing_measured_nothing_said():
    assert said() == [] and shape_table(ReportData("t", SPACE)) is None
    # what was not finite is null in a run folder
    assert said(two_nn=np.nan, loops=np.nan, verdict=np.nan, loop_boundary=np.nan) == []


def test_table_holds_every_number_of_model_and_oracle(shaped):
    oracle = {"loops": 0, "local_pca": 2.2, "verdict": "bent", "crossing_angle": np.nan}
    metrics = shaped.metrics | keyed(
        {f"oracle.embedding.{name}": one for name, one in oracle.items()}
    )
    table = shape_table(replace(shaped, metrics=metrics))
    assert table is not None and table.columns == ("model", "oracle")
    rows = {name: [cell.text for cell in cells] for name, cells in table.rows}
    assert rows["dimension, two-NN"] == ["2.05 (1.98 to 2.11)", "–"]
    assert rows["loops, β₁"] == ["1", "0"]
    assert rows["longest loop, death ÷ birth"] == ["3.20 (2.90 to 3.60)", "–"]
    assert rows["variance along principal axis 3"] == ["0.100", "–"]
    assert rows["verdict"] == ["sheared", "bent"]
    assert rows["dimension, local PCA"][1] == "2.20"
    assert [name for name in rows if "*" in name] == []
    # each planted number but those of the ways stands in it
    planted = [key for key in shaped.metrics if key.group == "embedding" and not key.end]
    assert len(rows) == len(planted)


def test_table_without_oracle_has_one_column(shaped):
    table = shape_table(shaped)
    assert table is not None and table.columns == ("model",)
    assert all(len(cells) == 1 and cells[0].text != "–" for _, cells in table.rows)


def test_shape_plates_tell_their_numbers(shaped):
    made = {plate.name: plate for plate in run_plates(shaped)}
    names = ("embedding", "longest_loop", "ways_across", "stretch_map")
    assert [name for name in made if made[name].section == "Where the codes lie"] == [*names]
    loop = int(shaped.points["on_loop"].sum())
    kept = int((shaped.points["split"] != "removed").sum())
    assert made["longest_loop"].alt.startswith(f"{loop} of {kept} kept points")
    assert "0.12 radii of the hole from the boundary, all points 0.81" in made["longest_loop"].alt
    assert made["ways_across"].alt.startswith(
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
        ({"ways": None}, {"ways_across"}),
        ({"way_images": {}}, {"ways_across"}),
    ],
)
def test_plates_do_without_what_was_not_measured(shaped, change, gone):
    column = {k: v for k, v in change.items() if k in shaped.points}
    fields = {k: v for k, v in change.items() if k not in column}
    data = replace(shaped, points=shaped.points.assign(**column), **fields)
    every = {plate.name for plate in run_plates(shaped)}
    assert {plate.name for plate in run_plates(data)} == every - gone


def test_a_single_latent_and_a_single_factor_have_no_loop_to_show(shaped):
    line = shaped.points.drop(columns=["code.1", "code.2"])
    names = {plate.name for plate in run_plates(replace(shaped, points=line, transects=None))}
    assert "longest_loop" not in names and "stretch_map" in names
    space = FactorSpace([Factor("a", 0.5, 2)])
    data = ReportData("line", space, points=shaped.points)
    assert not {"longest_loop", "stretch_map"} & {plate.name for plate in run_plates(data)}


def test_the_section_opens_with_the_findings(shaped):
    plates = [p for p in run_plates(shaped) if p.section == "Where the codes lie"]
    html = page(shaped, render(plates))
    start, end = html.index("<h2>Where the codes lie</h2>"), html.index('id="longest_loop"')
    opening = html[start:end]
    places = [opening.index(escape(finding.claim)) for finding in findings(shaped)]
    assert len(places) == 4 and places == sorted(places)
    assert (
        "<strong>The hole survives in the embedding: the loop is its boundary.</strong>" in opening
    )
    assert "<caption>Shape of the embedding</caption>" in html


def test_names_and_reasons_are_shown_and_never_run(strange):
    data = replace(strange[0], metrics=strange[0].metrics | keyed({"embedding.missing": EVIL}))
    rendered = [one for one in strange[1] if one.section == "Where the codes lie"]
    html = page(data, rendered)
    opening = html[html.index("<h2>Where the codes lie</h2>") : html.index('class="plates"')]
    assert not re.search(r"<(?!/?(h2|p|strong|div)\b)", opening)
    assert opening.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3  # P1, P2, the reason
    assert "<img src=x" not in html
