"""The words and tables of a comparison hold what was planted, and claim no more than the seeds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planted_comparison import RADII, make_table
from transect.measure.error.penalty import CrossingRadii
from transect.measure.statistics import geometric_interval, t_interval
from transect.report.comparison.data import (
    ENCODER,
    PENALTY,
    REMOVED,
    SOFT_IOU,
    ComparisonData,
    Condition,
)
from transect.report.comparison.headline import counts, headline, how_to_read
from transect.report.comparison.radii import crossing_tables, crossings, radius_text, seeds_text
from transect.report.comparison.ranking import ranking, ranking_table
from transect.report.comparison.tables import measure_tables, run_table
from transect.sweep.compare import comparison_data

EFFECTS = {"transposed": 1.0, "film": 0.5, "twin": 0.5, "mlp": 2.0}


def make(effects=EFFECTS, **options) -> ComparisonData:
    return comparison_data("planted", make_table(effects, **options))


@pytest.fixture(scope="module")
def data() -> ComparisonData:
    """`film` and `twin` are the best and differ by chance alone; `mlp` is the worst."""
    return make()


def edited(data: ComparisonData, column: str, value: float, **where) -> ComparisonData:
    """Return the data with a number changed in the runs of a model, condition or seed."""
    scores = data.scores.copy()
    rows = np.logical_and.reduce([scores[name] == one for name, one in where.items()])
    assert rows.any()
    scores.loc[rows, column] = value
    return replace(data, scores=scores)


def verdict(data: ComparisonData) -> str:
    return headline(data, ranking(data)).verdict


def radius_of(data: ComparisonData, model: str = "model") -> CrossingRadii:
    return crossings(data)[""][model]


def test_the_planted_order_is_found_and_stands_in_the_table(data):
    found = ranking(data)
    assert set(found.order[:2]) == {"film", "twin"} and found.order[2:] == ["transposed", "mlp"]
    assert found.places[2].to_best.mean == pytest.approx(2.0, rel=0.03)
    assert (found.blocks, found.conditions, found.seeds) == (30, 10, 3)
    table = ranking_table(data, found)
    first, second, third, _ = table.rows
    assert first[1][0].best and first[1][2].text == "best"
    assert second[1][2].text == "not distinguishable"
    assert third[1][2].text == "worse" and third[1][1].text.startswith("2.0")
    assert [cells[-1].text for _, cells in table.rows] == ["3"] * 4


def test_a_model_that_mostly_failed_is_listed_without_a_rank(data):
    scores = data.scores.copy()
    mostly = (scores["model"] == "mlp") & ~scores["condition"].isin(["ring", "band"])
    scores.loc[mostly, "removed.nmse"] = np.inf
    broken = replace(data, scores=scores)
    assert ranking_table(broken, ranking(broken)).rows[-1][0] == "mlp (too few runs)"


def test_models_under_other_conditions_are_not_compared():
    table = make_table({"a": 1.0, "b": 2.0}, RADII[:4], {}, seeds=2)
    kept = (table["decoder.kind"] == "a") == (table["hole.radius"] < 0.25)
    data = comparison_data("x", table[kept].reset_index(drop=True))
    found = ranking(data)
    assert found.places == () and ranking_table(data, found) is None
    assert "no condition and seed in common" in verdict(data)
    assert counts(data).endswith("8 runs, 8 combinations have none")


def test_nothing_to_rank_is_refused(data):
    bare = replace(data, scores=data.scores[["cell", "model", "condition", "seed"]])
    with pytest.raises(ValueError, match=r"no run has a removed\.nmse or validation\.nmse"):
        ranking(bare)


def test_means_are_those_of_their_kind(data):
    scores = data.scores[(data.scores["model"] == "film") & (data.scores["condition"] == "ring")]
    values = data.values("film", "ring", REMOVED)
    assert values.tolist() == scores.sort_values("seed")["removed.nmse"].tolist()
    assert data.mean("film", "ring", REMOVED) == pytest.approx(geometric_interval(values))
    mean = t_interval(data.values("film", "ring", SOFT_IOU))
    assert data.mean("film", "ring", SOFT_IOU) == pytest.approx(mean)
    assert data.mean("film", "ring", ENCODER) is None


def test_infinite_and_missing_numbers_are_left_out_and_counted(data):
    broken = edited(data, "penalty.nmse", np.inf, model="film", condition="ring", seed=0)
    broken = edited(broken, "penalty.nmse", np.nan, model="twin", condition="ring")
    (table,) = measure_tables(broken, "", [PENALTY], ["film", "twin"])
    film, twin = dict(table.rows)["ring"]
    assert film[1].endswith("n\u00a0=\u00a02") and twin == ("–", "")
    complete = dict(table.rows)["band"][0][1]
    assert complete.startswith("(") and "n" not in complete


def test_planted_radii_stand_with_their_interval():
    data = make({"a": 1.0, "b": 1.3}, crossings={"a": 0.46, "b": 0.11})
    assert [radius_of(data, model).center for model in "ab"] == pytest.approx([0.46, 0.11])
    assert radius_text(radius_of(data, "a")) == "0.460 (0.460 to 0.460)"
    (table,) = crossing_tables(data, ["b", "a"])
    assert [(name, cells[1].text) for name, cells in table.rows] == [
        ("b", "0.110, 0.110, 0.110"), ("a", "0.460, 0.460, 0.460"),
    ]  # fmt: skip
    assert radius_text(radius_of(make({"a": 1.0}, seeds=1))) == "0.400"


def test_radii_beyond_the_sweep_are_named_so():
    data = make({"a": 1.0}, crossings={"a": 9.0})
    assert radius_text(radius_of(data)) == "> 0.7"
    assert verdict(data) == (
        "The hole penalty stays at or below 2 up to a radius of 0.7: r₂ > 0.7."
    )
    # one seed crosses between 0.6, where its penalty is 1.067, and 0.7
    some = edited(data, "penalty.nmse", 3.0, condition="radius 0.7", seed=1)
    assert radius_text(radius_of(some)) == "> 0.7 (median; 2 of 3 seeds > 0.7)"
    most = edited(some, "penalty.nmse", 3.0, condition="radius 0.7", seed=0)
    crossed = f"{0.6 + 0.1 * (2 - 1 - 0.6 / 9) / (3 - 1 - 0.6 / 9):.3f}"
    assert radius_text(radius_of(most)) == f"{crossed} (median; 1 of 3 seeds > 0.7)"
    assert seeds_text(radius_of(most)) == f"{crossed}, {crossed}, > 0.7"
    gone = edited(data, "penalty.nmse", np.nan, condition="radius 0.7", seed=2)
    assert radius_text(radius_of(gone)) == "> 0.6"


def test_no_oracle_or_no_radius_no_crossing_radii(data):
    bare = replace(data, scores=data.scores.drop(columns="penalty.nmse"))
    assert crossings(bare) == {} and crossing_tables(bare, list(bare.models)) == []
    assert headline(bare, ranking(bare)).detail == ""
    assert crossings(replace(data, axis="points.train")) == {}


def test_the_headline_names_the_best_and_its_ties(data):
    found = ranking(data)
    best, tied = found.order[:2]
    words = headline(data, found)
    assert words.verdict == (
        f"“{best}” has the least error inside the hole, but is not distinguishable from “{tied}”."
    )
    assert words.detail == (
        "The crossing radius r₂, where the hole penalty reaches 2, is > 0.7 with "
        f"“{best}” and 0.200 (0.200 to 0.200) with “mlp”, the last."
    )


def test_the_headline_of_a_clear_winner():
    words = verdict(make({"a": 1.0, "b": 0.5, "c": 2.0}, spread=0.001))
    assert words.startswith("“b” reconstructs the removed images best")
    assert words.endswith("the next, “a”, is 2.00 times as large (2.00 to 2.00).")


@pytest.mark.parametrize(
    ("effects", "spread", "words"),
    [
        ({"a": 1.0, "b": 1.0}, 0.02, "but the two models are not distinguishable"),
        (dict.fromkeys("abcd", 1.0), 0.2, "but the 4 models are not distinguishable"),
        ({**dict.fromkeys("abcd", 1.0), "e": 5.0}, 0.1, "is not distinguishable from 3 others"),
    ],
)
def test_the_headline_of_models_that_are_alike(effects, spread, words):
    assert words in verdict(make(effects, spread=spread))


def test_one_seed_decides_nothing():
    data = make(seeds=1)
    found = ranking(data)
    assert "with one seed this may be chance" in headline(data, found).verdict
    assert "One seed gives no interval" in how_to_read(data, found)
    assert {row[1][2].text for row in ranking_table(data, found).rows[1:]} == {"unknown: one seed"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"holes": {}},
            "The crossing radius r₂, where the hole penalty reaches 2, is 0.400 (0.400 to 0.400) "
            "over 3 seeds.",
        ),
        ({"radii": []}, "The hole penalty by nMSE ranges from 1.50 (band) to 1.50 (ring)."),
        (
            {"radii": [0.3], "holes": {}, "seeds": 1},
            "The hole penalty by nMSE is 1.75 over 1 seed; there is nothing to compare it with.",
        ),
    ],
)
def test_the_headline_of_one_model(options, words):
    data = make({"a": 1.0}, **options)
    assert verdict(data) == words
    assert ranking_table(data, ranking(data)) is None
    assert "compare" not in how_to_read(data, ranking(data))


def test_runs_are_counted_and_comparisons_too(data):
    assert counts(data) == "4 models × 10 conditions × 3 seeds: 120 runs"
    more = replace(data, failed={"x": "broken"}, scores=data.scores.iloc[2:], repeated=4)
    assert counts(more).endswith(
        "118 runs, 1 failed, 1 combinations have none, 4 left out that repeat others"
    )
    words = how_to_read(data, ranking(data))
    assert "over 3 seeds" in words and "there are 3 comparisons with the best" in words


def test_measures_stand_by_condition_and_model(data):
    models = ranking(data).order
    tables = measure_tables(data, "", [PENALTY, ENCODER, REMOVED], models)
    assert [table.title for table in tables] == [PENALTY.heading, REMOVED.heading]
    rows = dict(tables[0].rows)
    assert list(rows) == [one.name for one in data.conditions]
    assert rows["ring"][models.index("mlp")][0] == "3.00"
    assert rows["radius 0.4"][models.index("mlp")] == ("3.00", "(3.00 to 3.00)")


def test_a_single_row_of_models_or_conditions_is_one_table():
    one = make({"a": 1.0}, holes={})
    (table,) = measure_tables(one, "All", [PENALTY, REMOVED], ["model"])
    assert table.title == "All" and len(table.columns) == 2 and len(table.rows) == len(RADII)
    other = make(radii=[0.3], holes={})
    (table,) = measure_tables(other, "All", [PENALTY, REMOVED], list(other.models))
    assert [name for name, _ in table.rows] == list(other.models)
    assert measure_tables(other, "All", [ENCODER], list(other.models)) == []


def test_all_runs_are_listed_with_links_to_their_pages(data):
    first = data.scores["cell"][0]
    broken = edited(data, "removed.nmse", np.nan, model="film")
    table = run_table(replace(broken, links={first: "cells/x/report.html"}))
    assert len(table.rows) == 120 and len(table.columns) == len(table.rows[0][2]) == 7
    assert table.rows[0][:2] == (first, "cells/x/report.html") and table.rows[1][1] == ""
    assert table.rows[0][2][:3] == ("transposed", "radius 0.1", "0")
    assert [texts[4] for _, _, texts in table.rows if texts[0] == "film"] == ["–"] * 30


def test_broken_data_are_refused(data):
    with pytest.raises(ValueError, match="at least one model"):
        replace(data, models={})
    with pytest.raises(ValueError, match="at least one condition"):
        replace(data, conditions=())
    with pytest.raises(ValueError, match="unknown condition 'band'"):
        replace(data, conditions=tuple(c for c in data.conditions if c.name != "band"))
    with pytest.raises(ValueError, match=r"two of 'transposed', 'radius 0.1', 0"):
        replace(data, scores=pd.concat([data.scores, data.scores.head(1)]))


def test_series_run_along_their_axis(data):
    shuffled = replace(data, conditions=data.conditions[::-1])
    assert [one.value for one in shuffled.series[""]] == list(RADII)
    assert [one.name for one in data.categories] == ["band", "ring", "corner"]
    assert Condition("x").series is None and np.isnan(Condition("x").value)
