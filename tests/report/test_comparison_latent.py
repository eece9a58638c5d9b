"""The section on latent spaces says of losses what was planted, and no more than seeds tell."""

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from planted_comparison import ALIGNED, make_embeddings, make_losses
from transect.report import render
from transect.report.comparison import ComparisonData
from transect.report.comparison.latent_space import (
    KEY as MEASURES,
)
from transect.report.comparison.latent_space import (
    MOST_FACTORS,
    MOST_POINTS,
    SECTION,
    answers,
    embedding_figures,
    embeddings,
    has_embeddings,
    measure_dots,
    table,
)
from transect.report.comparison.page import comparison_figures, comparison_page
from transect.space import Factor, FactorSpace
from transect.sweep.compare import comparison_data
from webpages import Parsed

LOSSES = {"standard": {}, "aligned": ALIGNED, "twin": {}}


def make(losses=LOSSES, *, periodic=False, **options) -> ComparisonData:
    data = comparison_data("losses", make_losses(losses, **options))
    return replace(data, embeddings=make_embeddings(list(data.models), periodic=periodic))


@pytest.fixture(scope="module")
def data() -> ComparisonData:
    """`aligned` aligns the axes, `twin` differs from the reference by chance alone."""
    return make()


def verdicts(data: ComparisonData, model: str) -> dict[str, str]:
    return {answer.question: answer.verdict for answer in answers(data)[model]}


def panel(figure, title):
    return next(axes for axes in figure.axes if axes.get_title(loc="left").startswith(title))


def test_a_loss_that_aligns_is_told_from_one_that_does_not(data):
    assert verdicts(data, "aligned") == {
        "Covariance": "lower, by more than smaller codes explain",
        "Axes": "better aligned with the factors",
        "Reconstruction": "not distinguishable",
        "Dimension": "2 by 3 of 3 estimators",
        "Loops": "0 in 3 of 3 runs; a full space has 0",
    }
    twin = verdicts(data, "twin")
    assert {twin[name] for name in ("Covariance", "Axes", "Reconstruction")} == {
        "not distinguishable"
    }
    assert list(answers(data)) == ["aligned", "twin", "standard"]
    assert list(verdicts(data, "standard")) == ["Reference", "Dimension", "Loops"]


@pytest.mark.parametrize(
    ("own", "question", "verdict"),
    [
        ({"covariance": 0.1}, "Covariance", "lower, as smaller codes alone explain"),
        ({"covariance": 0.4}, "Covariance", "higher"),
        ({"mig": 0.1, "mcc": 0.3}, "Axes", "worse aligned with the factors"),
        ({"mig": 0.5}, "Axes", "better aligned by one measure alone"),
        ({"mig": 0.5, "mcc": 0.3}, "Axes", "better aligned by some measures, worse by others"),
        ({"nmse": 0.1}, "Reconstruction", "larger errors"),
        ({"nmse": 0.02}, "Reconstruction", "smaller errors"),
        ({"two_nn": 2.5, "maximum_likelihood": 2.6}, "Dimension", "more than 2"),
        ({"two_nn": 1.5, "maximum_likelihood": 1.6}, "Dimension", "less than 2"),
        ({"two_nn": 1.5, "local_pca": 2.6}, "Dimension", "the estimators disagree whether it is 2"),
        ({"loops": [0, 2, 0]}, "Loops", "0 in 2 of 3 runs; a full space has 0"),
    ],
)
def test_every_question_is_answered_by_its_numbers(own, question, verdict):
    data = make({"standard": {}, "other": own})
    assert verdicts(data, "other")[question] == verdict


def test_every_number_stands_with_its_interval(data):
    line, *others = answers(data)["aligned"][0].evidence
    assert re.fullmatch(r"entanglement E −0\.30\d \(−0\.3\d\d to −0\.2\d\d\)", line)
    assert len(others) == 2
    axes = replace(
        data, scores=data.scores.assign(**{"embedding.verdict": ["bent", "aligned", "bent"] * 3})
    )
    assert answers(axes)["aligned"][1].evidence[-1] == "of 3 runs: bent in 2, aligned in 1"
    assert answers(axes)["standard"][0].evidence[-1] == "of 3 runs: bent in 2, aligned in 1"
    scores = data.scores.copy()
    scores.loc[(scores["model"] == "aligned") & (scores["seed"] == 1), "embedding.mig"] = np.nan
    few = answers(replace(data, scores=scores))["aligned"][1].evidence
    assert few[1].endswith(", 2 of 3 seeds") and "seeds" not in few[0]


def test_a_periodic_factor_leaves_a_loop_and_a_hole_may():
    data = make({"standard": {}, "other": {"loops": [1, 1, 0]}}, periodic=True)
    assert verdicts(data, "other")["Loops"] == "1 in 2 of 3 runs; a full space has 1"
    holed = {m: t.assign(split="removed") for m, t in data.embeddings.points.items()}
    data = replace(data, embeddings=replace(data.embeddings, points=holed))
    assert verdicts(data, "other")["Loops"] == "in 2 of 3 runs; a hole may leave one"


def test_one_seed_tells_nothing_from_chance():
    data = make(seeds=1)
    found = verdicts(data, "aligned")
    assert {found[name] for name in ("Covariance", "Axes", "Reconstruction")} == {
        "unknown: one seed"
    }
    assert answers(data)["aligned"][0].evidence[0] == "entanglement E −0.299"


def test_of_many_conditions_each_seed_counts_once():
    losses = {"standard": {}, "aligned": ALIGNED}
    one, two = make(losses), make(losses, holes=("none", "disc"))
    assert answers(two)["aligned"][0].evidence == answers(one)["aligned"][0].evidence
    caption = next(embedding_figures(two)).caption
    assert "For each seed the mean over the conditions counts." in caption


def test_the_table_says_which_differences_are_distinguishable(data):
    found = table(data)
    assert found.columns == tuple(LOSSES)
    standard, aligned, twin = dict(found.rows)["MIG\u00a0↑"]
    assert standard[1] == "" and aligned[1].startswith("higher: +0.6")
    assert re.match(r"[+−]0\.\d+ \(−", twin[1])
    assert "SAP\u00a0↑" not in dict(found.rows)


def test_every_seed_is_a_dot_and_every_loss_a_mean(data):
    figure = measure_dots(data, [one for one in MEASURES if data.has(one)], list(LOSSES))
    axes = panel(figure, "MIG")
    dots = np.concatenate([np.asarray(one.get_offsets()) for one in axes.collections])
    np.testing.assert_allclose(np.sort(dots[:, 0]), np.sort(data.scores["embedding.mig"]))
    means = [line.get_xdata()[0] for line in axes.lines if line.get_marker() not in ("", "None")]
    planted = data.scores.groupby("model", sort=False)["embedding.mig"].mean()
    np.testing.assert_allclose(means, planted)
    bars = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2]
    spread = data.scores.groupby("model", sort=False)["embedding.mig"].std()
    # Student's t of two degrees of freedom
    half = 4.302653 * spread / np.sqrt(3)
    np.testing.assert_allclose(bars, np.stack([planted - half, planted + half], axis=1), rtol=1e-6)


def test_embeddings_stand_in_columns_by_loss_and_rows_by_factor_in_one_scale(data):
    figure = embeddings(data.embeddings, list(LOSSES))
    assert len(figure.axes) == 6
    places = Counter(round(axes.get_position().x0, 3) for axes in figure.axes)
    assert list(places.values()) == [2, 2, 2]
    for axes in figure.axes:
        limits = np.array([axes.get_xlim(), axes.get_ylim(), axes.get_zlim()])
        lengths = limits[:, 1] - limits[:, 0]
        shown = np.asarray(axes._box_aspect)
        np.testing.assert_allclose(shown / shown.max(), lengths / lengths.max(), rtol=1e-6)


@pytest.mark.parametrize("latent", [1, 2, 5])
def test_any_number_of_latents_is_drawn(data, latent):
    shown = replace(data, embeddings=make_embeddings(list(LOSSES), 60, latent))
    plate = list(embedding_figures(shown))[1]
    plate.figure.draw_without_rendering()
    assert ("principal components" in plate.caption) == (latent > 3)
    assert "60 points for each of 3 models" in plate.alt


def test_many_points_and_factors_are_thinned_and_the_words_say_so(data):
    shown = make_embeddings(["a"], 2 * MOST_POINTS)
    extra = {f"factor.{k}": shown.points["a"]["factor.a"] for k in "cde"}
    space = FactorSpace([Factor(name, 0, 2) for name in "abcde"])
    shown = replace(shown, space=space, points={"a": shown.points["a"].assign(**extra)})
    one = replace(make({"a": {}}), embeddings=replace(shown, points={"model": shown.points["a"]}))
    plate = list(embedding_figures(one))[1]
    assert len(plate.figure.axes) == MOST_FACTORS
    assert len(plate.figure.axes[0].collections[0].get_offsets()) == MOST_POINTS
    assert "Only the first 3 factors" in plate.caption and f"{MOST_POINTS} points" in plate.alt


def test_the_page_has_the_section_its_cards_and_its_table(data):
    rendered = render(comparison_figures(data))
    assert [one.name for one in rendered if one.section == SECTION] == [
        "embedding_measures", "embeddings",
    ]  # fmt: skip
    parsed = Parsed(comparison_page(data, rendered))
    assert SECTION in parsed.text("h2") and "aligned twin standard" in parsed.text("h3")
    assert "covariance lower, by more than smaller codes explain; axes better" in parsed.text("dd")
    assert "Measures of the codes" in parsed.text("caption")
    assert not parsed.every("script") and "nan" not in parsed.text("td", "li", "dd", "span").split()
    assert not any("nan" in str(image["alt"]).split() for image in parsed.every("img"))


def test_codes_that_are_not_at_hand_leave_out_what_needs_them():
    data = replace(make(), embeddings=None)
    assert list(verdicts(data, "aligned")) == ["Covariance", "Axes", "Reconstruction"]
    assert [plate.name for plate in embedding_figures(data)] == ["embedding_measures"]


def test_a_comparison_that_measured_no_embedding_has_no_section(data):
    columns = ["cell", "model", "condition", "seed", "validation.nmse"]
    bare = replace(data, scores=data.scores[columns])
    assert not has_embeddings(bare)
    assert SECTION not in {plate.section for plate in comparison_figures(bare)}
    assert SECTION not in Parsed(comparison_page(bare, [])).text("h2")
