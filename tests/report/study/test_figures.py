"""The figures of a study show what was planted."""

from dataclasses import replace

import numpy as np
import pytest

from planted_study import LOSSES, WEIGHTS, make_study, make_traversals
from transect.report.study.dots import measure_dots
from transect.report.study.embeddings import MOST_POINTS, drawn_points, even_box, study_embeddings
from transect.report.study.measures import KEY
from transect.report.study.plates import study_plates
from transect.report.study.turnable import MOST_SCENES, plain, turnable_embeddings
from transect.report.study.weights import loss_scale, varied_option
from transect.report.traversals import traversal_sheet
from transect.space import Factor, FactorSpace, code_columns


def panel(figure, title):
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == title)


def dots(axes):
    """Return the faint dots, (n, 2), and the means by their position."""
    faint = np.concatenate([np.asarray(c.get_offsets()) for c in axes.collections])
    means = [line for line in axes.lines if line.get_marker() == "o"]
    return faint, np.array([line.get_xydata()[0] for line in means])


def test_plates_are_complete(study):
    made = {plate.name: plate for plate in study_plates(study)}
    assert list(made) == [
        "measures", "embeddings", "traversals_1", "traversals_2", "traversals_3",
    ]  # fmt: skip
    for plate in made.values():
        plate.figure.draw_without_rendering()
        assert plate.caption and any(letter.isdigit() for letter in plate.alt)
        assert "nan" not in plate.alt
    assert "entanglement E: standard 0.400, entanglement 0.100" in made["measures"].alt
    assert made["measures"].alt.endswith("means over 3 seeds.")


def test_every_seed_is_a_dot_and_every_loss_a_mean(study):
    figure = measure_dots(study)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [m.label for m in KEY]
    faint, means = dots(panel(figure, "MIG ↑"))
    assert len(faint) == 9 and len(means) == 3
    np.testing.assert_allclose(np.sort(faint[:, 1]), np.sort(study.scores["embedding_mig"]))
    planted = study.scores.groupby("loss", sort=False)["embedding_mig"].mean()
    np.testing.assert_allclose(means[:, 1], planted)
    ticks = [label.get_text() for label in figure.axes[-1].get_xticklabels()]
    assert ticks == list(LOSSES)


def test_bars_are_the_intervals(study):
    axes = panel(measure_dots(study), "MIG ↑")
    bars = [line for line in axes.lines if line.get_linewidth() > 1.5]
    found = [tuple(line.get_ydata()) for line in bars]
    scores = study.scores.groupby("loss", sort=False)["embedding_mig"]
    # Student's t of two degrees of freedom
    half = 4.302653 * scores.std() / np.sqrt(3)
    spans = np.stack([scores.mean() - half, scores.mean() + half], axis=1)
    np.testing.assert_allclose(found, spans, rtol=1e-6)


def test_one_seed_has_dots_and_no_bars():
    figure = measure_dots(make_study(seeds=1, count=30))
    figure.draw_without_rendering()
    bars = [line for line in figure.axes[0].lines if line.get_linewidth() > 1.5]
    assert all(np.isnan(line.get_ydata()).all() for line in bars)


def test_panels_of_missing_measures_are_left_out(study):
    bare = replace(study, scores=study.scores[["loss", "seed", "validation_nmse"]])
    assert [axes.get_title(loc="left") for axes in measure_dots(bare).axes] == ["validation nMSE ↓"]
    nothing = replace(study, scores=study.scores[["loss", "seed"]])
    assert next(study_plates(nothing)).name == "embeddings"
    with pytest.raises(ValueError, match="at least one"):
        measure_dots(nothing)


def test_a_series_stands_on_a_logarithmic_axis(series):
    figure = measure_dots(series)
    faint, _ = dots(panel(figure, "entanglement E ↓"))
    # 0 stands a decade and a half left of the least weight, the others at their logarithms
    np.testing.assert_allclose(np.unique(faint[:, 0]), [-5.5, -4, -2, 0])
    ticks = [label.get_text() for label in figure.axes[-1].get_xticklabels()]
    assert ticks == ["0", "1e-4", "0.01", "1"]
    assert figure.axes[-1].get_xlabel() == "entanglement"
    assert all(any(text.get_text() == "//" for text in axes.texts) for axes in figure.axes)
    # more than a decade of covariance is shown by its logarithm
    assert panel(figure, "|covariance| ↓").get_yscale() == "log"
    assert panel(figure, "MIG ↑").get_yscale() == "linear"
    assert "The losses differ in entanglement alone" in next(study_plates(series)).caption


@pytest.mark.parametrize(
    "losses",
    [
        {k: WEIGHTS[k] for k in ("0", "1")},
        LOSSES,
        WEIGHTS | {"2": {"kind": "entanglement", "entanglement": -2.0}},
        WEIGHTS | {"2": {"kind": "other", "entanglement": 2.0}},
        WEIGHTS | {"2": {"kind": "entanglement", "entanglement": "much"}},
        {name: {"kind": name} for name in "abc"},
        {f"{flag}": {"kind": "dip_vae", "flag": flag} for flag in (0, True, 2)},
        {"a": {"kind": "elbo"}},
    ],
    ids=["two", "kinds", "negative", "two differ", "a word", "words", "a truth", "one"],
)
def test_losses_that_are_no_series_stand_side_by_side(losses):
    assert varied_option(losses) is None
    scale = loss_scale(losses)
    assert list(scale.places.values()) == list(range(len(losses)))
    assert scale.title == "" and scale.broken is None


def test_a_series_without_0_has_no_break():
    losses = {f"{beta}": {"kind": "beta_vae", "beta": beta} for beta in (1, 4, 2.5)}
    scale = loss_scale(losses)
    assert scale.broken is None
    assert scale.places == pytest.approx({"1": 0, "4": np.log10(4), "2.5": np.log10(2.5)})


def test_embeddings_stand_in_columns_by_loss_and_rows_by_factor(study):
    figure = study_embeddings(study)
    assert len(figure.axes) == 6
    texts = [text.get_text() for text in figure.texts]
    assert texts.count("colour: a") == texts.count("colour: b") == 1
    assert set(LOSSES) < set(texts)
    centres = [
        (round(b.x0 + b.width / 2, 3), b.y0) for b in (a.get_position() for a in figure.axes)
    ]
    assert len({x for x, _ in centres}) == 3
    colours = [axes.collections[0].get_array() for axes in figure.axes[:2]]
    table = study.embeddings["standard"]
    for values, factor in zip(colours, "ab", strict=True):
        np.testing.assert_allclose(np.sort(values), np.sort(table[f"factor.{factor}"]))


def test_all_axes_have_one_scale(study):
    for axes in study_embeddings(study).axes:
        limits = np.array([axes.get_xlim(), axes.get_ylim(), axes.get_zlim()])
        lengths = limits[:, 1] - limits[:, 0]
        shown = np.asarray(axes._box_aspect)
        np.testing.assert_allclose(shown / shown.max(), lengths / lengths.max(), rtol=1e-6)


def test_an_even_box_holds_codes_that_do_not_vary():
    low, high = even_box(np.ones((4, 3)))
    assert (low < 1).all() and (high > 1).all()


def test_many_losses_go_on_in_rows():
    losses = {f"{place}": {"kind": "beta_vae", "beta": float(place)} for place in range(1, 7)}
    figure = study_embeddings(make_study(losses=losses, count=30))
    assert len(figure.axes) == 12
    assert len({round(axes.get_position().x0, 3) for axes in figure.axes}) == 3
    assert [text.get_text() for text in figure.texts].count("colour: a") == 2


@pytest.mark.parametrize("latent", [1, 2, 5])
def test_any_number_of_latents_is_drawn(latent):
    data = make_study(count=60, latent=latent)
    for plate in study_plates(data):
        plate.figure.draw_without_rendering()
        if plate.name == "embeddings":
            assert ("principal components" in plate.caption) == (latent > 3)
            assert len(plate.figure.axes) == 6
    assert (turnable_embeddings(data) is None) == (latent < 3)


def test_only_so_many_factors_are_drawn_and_the_caption_says_so(study):
    space = FactorSpace([Factor(name, 0, 2) for name in "abcd"])
    tables = {
        k: t.assign(**{"factor.c": t["factor.a"], "factor.d": t["factor.b"]})
        for k, t in study.embeddings.items()
    }
    data = replace(study, space=space, embeddings=tables)
    plate = list(study_plates(data))[1]
    assert len(plate.figure.axes) == 9
    assert "Only the first 3 factors are shown" in plate.caption


def test_traversals_stand_in_rows_by_their_names():
    images = make_traversals(latent=3, steps=9, size=32)
    figure = traversal_sheet(images)
    (axes,) = figure.axes
    shown = np.asarray(axes.images[0].get_array())
    assert shown.shape == (3 * 34, 9 * 34)
    np.testing.assert_array_equal(shown[35:67, 1:33], images["z1"][0])
    np.testing.assert_array_equal(shown[69:101, 8 * 34 + 1 : 9 * 34 - 1], images["z2"][8])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["z0", "z1", "z2"]


def test_a_loss_whose_codes_are_all_alike_has_no_walks(study):
    names = [plate.name for plate in study_plates(study)]
    data = replace(study, traversals=dict(study.traversals) | {"entanglement": {}})
    place = 1 + list(study.losses).index("entanglement")
    left = [plate.name for plate in study_plates(data)]
    assert left == [name for name in names if name != f"traversals_{place}"]


def test_scenes_hold_codes_and_factors(study):
    found = turnable_embeddings(study)
    assert found["factors"] == [
        {"label": "a", "low": 0.5, "high": 2.0},
        {"label": "b", "low": 0.0, "high": 2.0},
    ]
    assert [scene["loss"] for scene in found["scenes"]] == list(LOSSES)
    for scene in found["scenes"]:
        table = study.embeddings[scene["loss"]]
        (trace,) = scene["data"]
        np.testing.assert_allclose(trace["customdata"], table[["factor.a", "factor.b"]], atol=1e-4)
        np.testing.assert_allclose(trace["marker"]["color"], table["factor.a"], atol=1e-4)
        for axis, latent in zip("xyz", code_columns(table.columns), strict=True):
            np.testing.assert_allclose(trace[axis], table[latent], atol=1e-4)


def test_a_thin_sheet_looks_thin(study):
    scene = turnable_embeddings(study)["scenes"][1]["layout"]["scene"]
    table = study.embeddings["entanglement"]
    spans = np.ptp(table[["code.0", "code.1", "code.2"]].to_numpy(), axis=0)
    ratio = [scene["aspectratio"][axis] for axis in "xyz"]
    ranges = [np.diff(scene[f"{axis}axis"]["range"])[0] for axis in "xyz"]
    np.testing.assert_allclose(ratio, np.array(ranges) / max(ranges))
    assert ratio[2] < 0.2 and spans[2] < 0.1
    assert all(r > s for r, s in zip(ranges, spans, strict=True))


def test_small_codes_keep_their_digits(study):
    names = ["code.0", "code.1", "code.2"]
    table = study.embeddings["curled"]
    shrunk = table.assign(**{name: table[name] * 1e-4 for name in names})
    data = replace(study, embeddings=study.embeddings | {"curled": shrunk})
    trace = turnable_embeddings(data)["scenes"][2]["data"][0]
    np.testing.assert_allclose(trace["x"], shrunk["code.0"], atol=1e-8)
    assert len(set(trace["x"])) > 300


def test_many_points_are_thinned_to_the_same_points():
    data = make_study(count=2 * MOST_POINTS)
    chosen = [drawn_points(data, loss) for loss in data.losses]
    assert {len(table) for table in chosen} == {MOST_POINTS}
    assert (chosen[0].index == chosen[1].index).all()


def test_a_browser_is_not_given_more_scenes_than_it_draws():
    losses = {f"{place}": {"kind": "elbo", "x": place} for place in range(MOST_SCENES + 2)}
    data = make_study(losses=losses, count=30)
    assert len(turnable_embeddings(data)["scenes"]) == MOST_SCENES


def test_plain_leaves_nothing_to_interpret():
    assert plain("<b>%{x}$</b>") == "&lt;b&gt;&#37;&#123;x&#125;&#36;&lt;/b&gt;"
