"""The words and tables of a comparison say what was planted, and no more than the seeds tell."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planted_comparison import RADII, make_table
from transect.measure.comparison import CrossingSummary
from transect.measure.statistics import Interval, geometric_interval, t_interval
from transect.report.comparison.averages import mean, mean_of_medians
from transect.report.comparison.crossing import Crossing, crossing, crossings
from transect.report.comparison.data import ComparisonData, Condition
from transect.report.comparison.headline import counts, headline, how_to_read
from transect.report.comparison.measures import ENCODER, PENALTY, REMOVED, SOFT_IOU
from transect.report.comparison.ranking import ranking
from transect.report.comparison.tables import (
    cell_columns,
    cell_rows,
    crossing_tables,
    measure_tables,
    ranking_table,
)
from transect.sweep.compare import comparison_data

EFFECTS = {"transposed": 1.0, "film": 0.5, "twin": 0.5, "mlp": 2.0}


def make(effects=EFFECTS, **options) -> ComparisonData:
    return comparison_data("planted", make_table(effects, **options))


@pytest.fixture(scope="module")
def data() -> ComparisonData:
    """`film` and `twin` are the best and differ by chance alone; `mlp` is the worst."""
    return make()


def edited(data: ComparisonData, column: str, value: float, **where) -> ComparisonData:
    """Return the data with a number changed in the cells of a model, condition or seed."""
    scores = data.scores.copy()
    rows = np.logical_and.reduce([scores[name] == one for name, one in where.items()])
    assert rows.any()
    scores.loc[rows, column] = value
    return replace(data, scores=scores)


def test_the_planted_order_and_ratios_are_found(data):
    found = ranking(data)
    assert set(found.order[:2]) == {"film", "twin"} and found.order[2:] == ["transposed", "mlp"]
    assert found.places[2].to_best.mean == pytest.approx(2.0, rel=0.03)
    assert found.places[3].to_next.mean == pytest.approx(2.0, rel=0.03)
    assert (found.blocks, found.conditions, found.seeds) == (30, 10, 3)
    for place in found.places:
        assert np.exp(np.log(place.by_seed).mean()) == pytest.approx(place.to_best.mean)


def test_a_tie_is_not_distinguishable_and_a_difference_is(data):
    found = ranking(data)
    assert found.ties == [found.order[1]]
    assert [place.from_next for place in found.places] == ["same", "same", "higher", "higher"]
    assert [place.from_best for place in found.places] == ["same", "same", "higher", "higher"]


def test_seeds_that_shift_all_models_alike_do_not_hide_a_difference():
    data = make({"a": 1.0, "b": 1.1}, spread=0.01)
    first, second = (mean(data, model, "ring", REMOVED) for model in ("a", "b"))
    assert second.low < first.mean < second.mean < first.high
    assert ranking(data).places[1].from_best == "higher"


def test_a_cell_that_is_missing_costs_its_block_and_no_more(data):
    broken = edited(data, "removed.nmse", np.nan, model="mlp", condition="ring", seed=1)
    found = ranking(broken)
    assert (found.blocks, found.conditions, found.seeds) == (29, 10, 3)
    assert found.order[2:] == ["transposed", "mlp"]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_model_that_mostly_failed_is_not_ranked(data, bad):
    scores = data.scores.copy()
    mostly = (scores["model"] == "mlp") & ~scores["condition"].isin(["ring", "band"])
    scores.loc[mostly, "removed.nmse"] = bad
    found = ranking(replace(data, scores=scores))
    assert found.unranked == ("mlp",) and len(found.places) == 3
    assert found.blocks == 30 and found.order[-1] == "mlp"
    table = ranking_table(found)
    assert table.rows[-1][0] == "mlp (too few cells)"


def test_models_under_other_conditions_are_not_compared():
    table = make_table({"a": 1.0, "b": 2.0}, RADII[:4], {}, seeds=2)
    kept = (table["decoder.kind"] == "a") == (table["hole.radius"] < 0.25)
    data = comparison_data("x", table[kept].reset_index(drop=True))
    found = ranking(data)
    assert found.places == () and set(found.order) == {"a", "b"}
    assert "No condition and seed is common" in headline(data, found).verdict
    assert counts(data).endswith("8 cells, 8 combinations have none")
    assert ranking_table(found) is None


def test_nothing_to_rank_is_refused(data):
    bare = replace(data, scores=data.scores[["cell", "model", "condition", "seed"]])
    with pytest.raises(ValueError, match=r"no cell has a removed\.nmse or validation\.nmse"):
        ranking(bare)


def test_means_are_those_of_their_kind(data):
    values = data.values("film", "ring", REMOVED)
    assert list(values.index) == [0, 1, 2]
    assert mean(data, "film", "ring", REMOVED) == geometric_interval(values)
    assert mean(data, "film", "ring", SOFT_IOU) == t_interval(data.values("film", "ring", SOFT_IOU))
    assert mean(data, "film", "nowhere", REMOVED) is None
    assert mean(data, "film", "ring", ENCODER) is None


def test_shares_of_one_seed_are_the_median_over_conditions(data):
    scores = data.scores.assign(**{"attribution.encoder_share": data.scores["seed"] * 0.1})
    odd = scores["condition"] == "ring"
    scores.loc[odd, "attribution.encoder_share"] = 1e6
    found = mean_of_medians(replace(data, scores=scores), "film", ENCODER)
    assert found == t_interval([0.0, 0.1, 0.2])


def test_infinite_and_missing_numbers_are_left_out_and_counted(data):
    broken = edited(data, "penalty.nmse", np.inf, model="film", condition="ring", seed=0)
    broken = edited(broken, "penalty.nmse", np.nan, model="twin", condition="ring")
    (table,) = measure_tables(broken, "", [PENALTY], ["film", "twin"])
    film, twin = dict(table.rows)["ring"]
    assert film[1].endswith("n\u00a0=\u00a02") and twin == ("–", "")
    assert (
        dict(table.rows)["band"][0][1].startswith("(") and "n" not in dict(table.rows)["band"][0][1]
    )


def test_planted_radii_are_found():
    data = make({"a": 1.0, "b": 1.3}, crossings={"a": 0.46, "b": 0.11})
    for model, radius in (("a", 0.46), ("b", 0.11)):
        found = crossing(data, model, "")
        assert found.summary.center == pytest.approx(radius)
        assert list(found.by_seed) == [0, 1, 2]
    assert crossing(data, "a", "").text == "0.460 (0.460 to 0.460)"


def test_radii_beyond_the_sweep_are_said_to_be_so():
    data = make({"a": 1.0}, crossings={"a": 9.0})
    assert crossing(data, "model", "").text == "> 0.7"
    assert headline(data, ranking(data)).verdict == (
        "The hole penalty stays at most 2 up to a radius of 0.7: r₂ > 0.7."
    )
    # one seed crosses between 0.6, where its penalty is 1.067, and 0.7
    some = edited(data, "penalty.nmse", 3.0, condition="radius 0.7", seed=1)
    found = crossing(some, "model", "")
    crossed = 0.6 + 0.1 * (2 - 1 - 0.6 / 9) / (3 - 1 - 0.6 / 9)
    assert found.by_seed[1] == pytest.approx(crossed)
    assert found.text == "> 0.7 (median; 2 of 3 seeds > 0.7)"
    most = edited(some, "penalty.nmse", 3.0, condition="radius 0.7", seed=0)
    assert crossing(most, "model", "").text == f"{crossed:.3f} (median; 1 of 3 seeds > 0.7)"
    assert crossing(most, "model", "").seeds_text == f"{crossed:.3f}, {crossed:.3f}, > 0.7"


def test_a_radius_is_beyond_only_what_was_measured():
    data = make({"a": 1.0}, crossings={"a": 9.0})
    gone = edited(data, "penalty.nmse", np.nan, condition="radius 0.7", seed=2)
    assert crossing(gone, "model", "").text == "> 0.6"


def test_one_seed_has_a_radius_without_an_interval():
    assert crossing(make({"a": 1.0}, seeds=1), "model", "").text == "0.400"
    assert Crossing(CrossingSummary(0.4, 0.3, 0.5, 0, 2), {}, 0.7).text == "0.400 (0.300 to 0.500)"


def test_no_oracle_no_radii(data):
    bare = replace(data, scores=data.scores.drop(columns="penalty.nmse"))
    assert crossings(bare) == {} and crossing_tables(bare, list(bare.models)) == []
    assert headline(bare, ranking(bare)).detail == ""
    assert crossings(replace(data, axis="points.train")) == {}


def test_the_headline_names_the_best_and_what_it_is_not_told_from(data):
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
    data = make({"a": 1.0, "b": 0.5, "c": 2.0}, spread=0.001)
    words = headline(data, ranking(data)).verdict
    assert words.startswith(
        "“b” draws the removed images best: the error of the next, “a”, is 2.00 "
    )
    assert words.endswith(" times as large (2.00 to 2.00).")


def test_the_headline_of_models_that_are_all_alike():
    two, four = make({"a": 1.0, "b": 1.0}), make(dict.fromkeys("abcd", 1.0), spread=0.2)
    assert headline(two, ranking(two)).verdict.endswith(
        "but no difference between the two models can be told from chance."
    )
    found = ranking(four)
    assert len(found.ties) == 3
    assert headline(four, found).verdict.endswith(
        "no difference between the 4 models can be told from chance."
    )


def test_the_headline_counts_many_ties():
    data = make({**dict.fromkeys("abcd", 1.0), "e": 5.0}, spread=0.1)
    found = ranking(data)
    assert len(found.ties) == 3
    assert "is not distinguishable from 3 others" in headline(data, found).verdict


def test_one_seed_tells_nothing_from_chance():
    data = make(seeds=1)
    found = ranking(data)
    assert all(place.from_best == "unknown" for place in found.places[1:]) and not found.ties
    assert "one seed does not tell that from chance" in headline(data, found).verdict
    assert "One seed gives no interval" in how_to_read(data, found)
    assert {row[1][2].text for row in ranking_table(found).rows[1:]} == {"unknown: one seed"}


def test_one_model_over_radii():
    data = make({"a": 1.0}, holes={})
    assert headline(data, ranking(data)).verdict == (
        "The crossing radius r₂, where the hole penalty reaches 2, is 0.400 (0.400 to 0.400) over "
        "3 seeds."
    )
    assert (
        how_to_read(data, ranking(data))
        == "In brackets stand 95\u00a0% Student t intervals over 3 seeds."
    )
    assert ranking_table(ranking(data)) is None


def test_one_model_under_conditions_that_are_no_series():
    data = make({"a": 1.0}, radii=[])
    assert "runs from 1.50 (band) to 1.50" in headline(data, ranking(data)).verdict
    one = make({"a": 1.0}, radii=[0.3], holes={}, seeds=1)
    assert headline(one, ranking(one)).verdict == (
        "The hole penalty by nMSE is 1.75 over 1 seed; there is nothing to compare it with."
    )


def test_how_to_read_says_how_many_comparisons_there_are(data):
    words = how_to_read(data, ranking(data))
    assert "over 3 seeds" in words and "there are 3 with the best" in words


def test_counts(data):
    assert counts(data) == "4 models × 10 conditions × 3 seeds: 120 cells"
    more = replace(data, failed={"x": "broken"}, scores=data.scores.iloc[2:], repeated=4)
    assert counts(more).endswith(
        "118 cells, 1 failed, 1 combinations have none, 4 left out that repeat others"
    )


def test_the_ranking_table(data):
    table = ranking_table(ranking(data))
    first, second, third, _ = table.rows
    assert first[1][0].best and first[1][2].text == "best"
    assert second[1][2].text == "not distinguishable"
    assert third[1][2].text == "worse" and third[1][1].text.startswith("2.0")
    assert [cells[-1].text for _, cells in table.rows] == ["3"] * 4


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


def test_all_cells_are_listed_with_links_where_there_is_a_page(data):
    first = data.scores["cell"][0]
    linked = replace(data, links={first: "cells/x/report.html"})
    rows = cell_rows(linked)
    assert len(rows) == 120 and len(cell_columns(linked)) == len(rows[0].texts) == 7
    assert rows[0].link == "cells/x/report.html" and rows[1].link == ""
    assert rows[0].texts[:3] == ("transposed", "radius 0.1", "0")


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


def test_an_interval_that_touches_1_tells_nothing(data):
    place = replace(ranking(data).places[1], to_best=Interval(1.0, 1.0, 1.0, 3))
    assert place.from_best == "same"
