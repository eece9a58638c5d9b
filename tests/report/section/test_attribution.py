"""Error attribution as figures and words: planted parts are found in both."""

from dataclasses import replace

import numpy as np
import pytest

from planted_metrics import keyed
from transect.measure.code.attribution import attribution, attribution_parts, column_parts
from transect.measure.statistics import bootstrap_interval
from transect.report import render, run_figures
from transect.report.explorer.sentences import questions
from transect.report.page import page
from transect.report.section.attribution import (
    CODES,
    TITLE,
    attribution_points,
    attribution_table,
    code_errors,
    compare_interpolations,
    findings,
    part_map,
)
from transect.report.section.errors import TITLE as ERRORS
from transect.space import Factor, FactorSpace
from webpages import EVIL, Parsed


def with_attribution(report, encoder=0.01, decoder=0.05, oracle=True, **metrics):
    """Return the report with the excess over the oracle split in planted parts."""
    points = report.points.copy()
    removed = (points["split"] == "removed").to_numpy()
    generator = np.random.default_rng(0)
    count = removed.sum()
    columns = {"oracle_best_code.nmse": 0.05 + 0.01 * generator.random(count)}
    columns["oracle_amortised.nmse"] = columns["oracle_best_code.nmse"] + 0.01
    spread = 1 + 0.3 * generator.normal(size=(2, count))
    columns["best_code.nmse"] = columns["oracle_best_code.nmse"] + decoder * spread[0]
    columns["amortised.nmse"] = encoded = columns["best_code.nmse"] + 0.01 + encoder * spread[1]
    columns["straight.nmse"] = encoded - 0.004
    columns["geodesic.nmse"] = np.where(np.arange(count) % 4 == 0, encoded + 0.2, np.nan)
    for source, before in (("", ""), ("oracle.", "oracle_")):  # refined, half the way to the best
        ends = columns[f"{before}amortised.nmse"], columns[f"{before}best_code.nmse"]
        columns[f"{source}nmse"] = np.mean(ends, axis=0)
    for name, values in columns.items():
        if name not in points:
            points[name] = np.nan
        points.loc[removed, name] = values
    numbers = {"attribution.converged": 0.98, "attribution.agreement": 0.93}
    errors = [encoded, columns["best_code.nmse"]]
    if oracle:
        errors += [columns["oracle_amortised.nmse"], columns["oracle_best_code.nmse"]]
        numbers |= {"oracle.attribution.converged": 0.97, "oracle.attribution.agreement": 0.91}
    else:
        points = points.loc[:, ~points.columns.str.startswith("oracle")]
    found = attribution(attribution_parts(*errors))
    for name, one in found._asdict().items():
        if name == "verdict":
            numbers["attribution.verdict"] = one
        else:
            ends = (("", one.mean), ("_low", one.low), ("_high", one.high))
            numbers |= {f"attribution.{name}{end}": value for end, value in ends}
    numbers["attribution.count"] = int(count)
    return replace(report, points=points, metrics={**report.metrics, **keyed(numbers | metrics)})


@pytest.fixture(scope="module")
def attributed(report):
    return with_attribution(report)


def the_words(data) -> str:
    (finding,) = findings(data)
    return f"{finding.claim} {finding.detail}"


def test_a_run_without_attribution_has_no_such_section(report):
    assert attribution_points(report.points) is None
    assert findings(report) == []
    assert attribution_table(report) is None
    assert TITLE not in page(report, [])
    assert not [one for one in run_figures(report) if one.section == TITLE]


def test_a_run_without_errors_of_the_encoders_codes_has_no_such_section(attributed):
    lacking = attributed.points.drop(columns=["amortised.nmse", "oracle_amortised.nmse"])
    older = replace(attributed, points=lacking)
    assert attribution_points(lacking) is None
    assert findings(older) == []
    assert not [one for one in run_figures(older) if one.section == TITLE]


def test_the_section_follows_the_errors_and_opens_with_the_words(attributed):
    figures = [one for one in run_figures(attributed) if one.section in {ERRORS, TITLE}]
    assert [one.name for one in figures][-2:] == ["errors_by_code", "attribution_map"]
    html = page(attributed, render(figures[-3:]))
    assert html.index(f"<h2>{ERRORS}</h2>") < html.index(f"<h2>{TITLE}</h2>")
    section = html.partition(f"<h2>{TITLE}</h2>")[2].partition("<figure")[0]
    assert "Most of the excess error comes from the decoder" in section
    assert "parts of the excess error" in Parsed(html).text("caption")


@pytest.mark.parametrize(
    ("encoder", "decoder", "claim"),
    [
        (
            0.01,
            0.05,
            "Most of the excess error comes from the decoder",
        ),
        (
            0.05,
            0.01,
            "Most of the excess error comes from the encoder",
        ),
        (0.03, 0.03, "The excess error comes from both encoder and decoder."),
        (0.0, 0.0, "There is no clear excess error to attribute"),
    ],
)
def test_the_claim_follows_the_verdict(report, encoder, decoder, claim):
    assert claim in the_words(with_attribution(report, encoder, decoder))


def test_an_encoder_whose_codes_refinement_mends_has_a_claim_of_its_own(report):
    attributed = with_attribution(report, 0.05, 0.01)
    best = attributed.points["best_code.nmse"]
    mended = attributed.points.assign(nmse=attributed.points["nmse"].where(best.isna(), best))
    words = the_words(replace(attributed, points=mended))
    assert "its own codes cause it, and refining the codes removes most of it." in words
    assert "better codes would" not in words


def test_the_detail_holds_parts_shares_and_the_search(attributed):
    words, points = the_words(attributed), attribution_points(attributed.points)
    parts = column_parts(points)
    share = 100 * parts.decoder.mean() / (parts.encoder + parts.decoder).mean()
    assert f"{share:.0f} % (" in words
    assert f"{(parts.encoder + parts.decoder).mean():#.3g}" in words
    assert f"at {len(points)} points of the hole" in words
    assert "converged at 98 % of the model’s and 97 % of the oracle’s points" in words
    assert "ended as low as the best at 93 % of the model’s and 91 % of the oracle’s." in words
    assert "missed" not in words and "below 0" not in words


def test_refined_codes_are_named_only_if_there_are_some(attributed):
    points = attribution_points(attributed.points)
    text = f"from {points['amortised.nmse'].mean():#.3g} to {points['nmse'].mean():#.3g}"
    assert text in the_words(attributed)
    plain = attributed.points.assign(nmse=attributed.points["amortised.nmse"])
    assert "nmse" not in attribution_points(plain)
    assert "oracle.nmse" in attribution_points(plain)
    assert "Refining" not in the_words(replace(attributed, points=plain))


def test_the_explorer_explains_the_words_of_its_answer(report, attributed):
    answer = questions(attributed)["Encoder or decoder?"]
    assert answer.startswith("Most of the excess error comes from the decoder")
    assert "A code is what the encoder hands" in answer and "The excess is what" in answer
    neither = questions(with_attribution(report, oracle=False))["Encoder or decoder?"]
    assert "The excess is" not in neither


def test_interpolations_are_compared_where_both_errors_are_known(attributed):
    points = attribution_points(attributed.points)
    found = compare_interpolations(points)
    assert found["straight"][0] == "better"
    assert found["geodesic"][0] == "worse"
    both = points[points["geodesic.nmse"].notna()]
    assert found["geodesic"][1:] == pytest.approx(
        (both["geodesic.nmse"].mean(), both["amortised.nmse"].mean(), len(both))
    )
    words = the_words(attributed)
    assert "codes on the straight interpolation give better images than the encoder’s" in words
    assert f"{len(both)} points)" in words
    alike = points.assign(**{"straight.nmse": points["amortised.nmse"].to_numpy()[::-1]})
    assert compare_interpolations(alike)["straight"][0] == "as well"


def test_a_negative_share_is_explained(report):
    data = with_attribution(report, encoder=-0.01, decoder=0.05)
    words, parts = the_words(data), column_parts(attribution_points(data.points))
    share = parts.encoder.mean() / (parts.encoder + parts.decoder).mean()
    assert -0.4 < share < -0.1
    assert f"−{-100 * share:.0f} % (" in words and f"{100 - 100 * share:.0f} % (" in words
    assert "A share below 0 means" in words


@pytest.mark.parametrize(
    ("numbers", "doubt"),
    [
        ({"attribution.converged": 0.7}, "Some of the model’s best codes may have been missed."),
        (
            {"oracle.attribution.agreement": 0.79},
            "Some of the oracle’s best codes may have been missed",
        ),
        (
            {"attribution.agreement": 0.4, "oracle.attribution.converged": 0.5},
            "Some of the model’s and of the oracle’s best codes may have been missed.",
        ),
    ],
)
def test_a_search_that_failed_is_doubted(report, numbers, doubt):
    assert doubt in the_words(with_attribution(report, **numbers))


def test_without_an_oracle_the_error_is_shared_out(report):
    data = with_attribution(report, oracle=False)
    words = the_words(data)
    assert "even the best codes leave most of it" in words and "excess error" not in words
    assert "without an oracle" in words
    assert "of the oracle’s" not in words
    figures = {one.name: one for one in run_figures(data)}
    assert "oracle" not in figures["errors_by_code"].alt
    assert "there is no oracle" in figures["attribution_map"].caption


def test_what_could_not_be_measured_is_named_and_harmless(report):
    data = replace(report, metrics={**report.metrics, **keyed({"attribution.missing": EVIL})})
    assert EVIL in the_words(data)
    html = page(data, [])
    assert "could not be attributed" in html
    assert EVIL not in html


def test_numbers_that_are_null_leave_no_nan(report):
    unknown = {
        f"attribution.{half}_share{end}": np.nan
        for half in ("encoder", "decoder")
        for end in ("", "_low", "_high")
    }
    words = the_words(with_attribution(report, 0.0, 0.0, **unknown))
    assert "nan" not in words and "None" not in words


def test_the_figure_shows_every_mean_with_its_interval(attributed):
    points = attribution_points(attributed.points)
    axes = code_errors(points).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == list(CODES.values())
    spans = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2]
    dots = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 1]
    for name, span, dot in zip(CODES, spans, dots, strict=True):
        expected = bootstrap_interval(points[name].dropna().to_numpy())
        assert dot == pytest.approx(expected.mean)
        assert tuple(span) == pytest.approx((expected.low, expected.high))


def test_both_maps_share_one_scale_and_keep_to_the_hole(attributed, report):
    points = attribution_points(attributed.points)
    figure = part_map(points, attributed.space, attributed.hole)
    encoder, decoder, _ = figure.axes
    shown = [axes.collections[0] for axes in (encoder, decoder)]
    parts = column_parts(points)
    np.testing.assert_allclose(shown[0].get_array(), parts.encoder)
    np.testing.assert_allclose(shown[1].get_array(), parts.decoder)
    assert shown[0].norm is shown[1].norm
    assert [axes.get_title(loc="left") for axes in (encoder, decoder)] == [
        "encoder’s part",
        "decoder’s part",
    ]
    for axes in (encoder, decoder):
        assert axes.lines, "the boundary is drawn"
        left, right = axes.get_xlim()
        bottom, top = axes.get_ylim()
        assert points["factor.a"].between(left, right).all()
        assert points["factor.b"].between(top, bottom).all(), "the second factor grows downwards"
        assert right - left < 0.6 * report.space.span[0]


def test_a_space_of_one_factor_has_no_map(attributed):
    line = replace(
        attributed,
        space=FactorSpace([Factor("a", 0.5, 2)]),
        hole=None,
        lines=(),
        transect_images={},
    )
    names = [one.name for one in run_figures(line) if one.section == TITLE]
    assert names == ["errors_by_code"]


def test_one_point_has_a_figure(attributed):
    points = attribution_points(attributed.points)[:1]
    for figure in (code_errors(points), part_map(points, attributed.space, attributed.hole)):
        figure.draw_without_rendering()
