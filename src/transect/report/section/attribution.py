"""Error attribution: the shares of encoder and decoder in the error inside the hole.

The rules are those of `transect.measure.code.attribution`.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from transect.measure.catalogue import ATTRIBUTION_MEASURES
from transect.measure.code.attribution import (
    CodeComparison,
    column_parts,
    compare_codes,
    is_search_doubtful,
    refinement_mends,
)
from transect.measure.key import Key, Source, column
from transect.measure.statistics import Interval, bootstrap_interval
from transect.report.data import ReportData
from transect.report.parts import CaptionedFigure, Cell, Finding, Section, Table
from transect.report.planes import planes, value_map
from transect.report.style import SOURCE_COLORS, WIDTH, log_axis, new_figure, styled
from transect.report.words import INTERPOLATIONS, MISSING, bracket, number
from transect.space import FactorSpace
from transect.space.hole import Hole

TITLE = "Error attribution"

REFINED = {Source.MODEL: "model, refined code", Source.ORACLE: "oracle, refined code"}
"""Sources whose code is named beside those of other codes."""

CODES = {
    column(source, "nmse"): REFINED.get(source, source.label)
    for source in (
        Source.AMORTISED,
        Source.MODEL,
        Source.BEST_CODE,
        Source.STRAIGHT,
        Source.GEODESIC,
        Source.ORACLE_AMORTISED,
        Source.ORACLE,
        Source.ORACLE_BEST_CODE,
    )
}
"""Column of an error: the model and the code of the image."""

CUT = 0.02
"""Share of the points at each end of the scale of colour that it does not reach."""

CLAIMS = {
    "encoder": "Most of the {} comes from the encoder: better codes would remove most of it.",
    "decoder": "Most of the {} comes from the decoder: even the best codes leave most of it.",
    "both": "The {} comes from both encoder and decoder.",
    "neither": "There is no clear {} to attribute to encoder or decoder.",
}
"""Verdict: the claim, with a gap for what is attributed."""

REFINED_CLAIM = (
    "Most of the {} comes from the encoder: its own codes cause it, and refining the codes removes "
    "most of it."
)
"""The claim if the encoder's codes, once refined, are as good as the best."""


def section(data: ReportData) -> Section:
    """Return the attribution of the errors in the hole; empty if it was not measured."""
    table = attribution_table(data)
    tables = () if table is None else (table,)
    return Section(TITLE, _figures(data), tuple(findings(data)), tables)


def _figures(data: ReportData) -> Iterator[CaptionedFigure]:
    points = attribution_points(data.points)
    if points is None:
        return
    yield CaptionedFigure(
        TITLE,
        "errors_by_code",
        "Errors in the hole with other codes",
        code_errors(points),
        "The best code is the one that the decoder turns into the image nearest to the truth. The "
        "error that it leaves is the decoder’s, the error that it saves the encoder’s. The "
        "interpolations run between the codes of the two images at the ends of the chord through "
        "the point. Means with 95 % bootstrap intervals over the points.",
        _mean_errors(points),
    )
    if planes(data.space):
        oracle = "oracle_best_code.nmse" in points
        beyond = "each beyond its oracle’s" if oracle else "there is no oracle"
        yield CaptionedFigure(
            TITLE,
            "attribution_map",
            "Encoder’s and decoder’s part over the hole",
            part_map(points, data.space, data.hole),
            "Each dot is one removed image. The encoder’s part of its error is what the best "
            f"code would save, the decoder’s part what no code can save ({beyond}); together they "
            "are the excess error. Dark dots are large parts, the line is the boundary.",
            _part_spread(points),
        )


def attribution_points(points: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the points whose errors were attributed, or None if none were.

    Columns of refined codes are left out if no code was refined.
    """
    if points is None or "amortised.nmse" not in points:
        return None
    known = points[points["best_code.nmse"].notna()]
    plain = [
        refined
        for refined, own in (("nmse", "amortised.nmse"), ("oracle.nmse", "oracle_amortised.nmse"))
        if refined in known and np.allclose(known[refined], known[own], rtol=1e-3)
    ]
    return known.drop(columns=plain) if len(known) else None


def code_means(points: pd.DataFrame) -> dict[str, Interval]:
    """Return the mean error with each code and its 95 % bootstrap interval, by column.

    Args:
        points: From `attribution_points`.
    """
    return {
        name: bootstrap_interval(points[name].dropna().to_numpy())
        for name in CODES
        if name in points and points[name].notna().any()
    }


@styled
def code_errors(points: pd.DataFrame) -> Figure:
    """Return the mean error with each code, a row each, with 95 % bootstrap intervals.

    Args:
        points: From `attribution_points`.
    """
    means = code_means(points)
    figure = new_figure(WIDTH, 0.55 + 0.27 * len(means))
    axes = figure.add_subplot()
    for row, (name, one) in enumerate(means.items()):
        color = SOURCE_COLORS[Source.ORACLE if name.startswith("oracle") else Source.MODEL]
        axes.plot([one.low, one.high], [row, row], color=color, linewidth=2.2)
        axes.plot(one.mean, row, "o", color=color, markersize=5)
        text = f"{number(one.mean)}  ({one.count} points)"
        axes.annotate(text, (1.01, row), xycoords=("axes fraction", "data"), va="center")
    axes.set_yticks(range(len(means)), [CODES[name] for name in means])
    axes.set_ylim(len(means) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0, labelsize=8)
    axes.grid(axis="x")
    axes.set_xlabel("mean nMSE in the hole")
    ends = np.array([[one.low, one.mean, one.high] for one in means.values()])
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    if low > 0 and high > 3 * low:
        axes.set_xscale("log")
        axes.set_xlim(low / 1.3, high * 1.3)
        log_axis(axes.xaxis, low / 1.3, high * 1.3)
    else:
        axes.set_xlim(0, 1.1 * high or 1)
    return figure


def _mean_errors(points: pd.DataFrame) -> str:
    """Return the mean error with each code, in words."""
    means = "; ".join(
        f"{CODES[name]} {number(one.mean)} over {one.count} points"
        for name, one in code_means(points).items()
    )
    return f"Mean nMSE: {means}."


def _part_spread(points: pd.DataFrame) -> str:
    """Return the spread of both parts over the points, in words."""
    parts = []
    for half, values in column_parts(points)._asdict().items():
        low, middle, high = (number(float(x)) for x in np.quantile(values, [0.05, 0.5, 0.95]))
        parts.append(f"{half}’s part, median {middle}, 90 % from {low} to {high}")
    return f"{len(points)} points in the hole: {'; '.join(parts)}."


@styled
def part_map(points: pd.DataFrame, space: FactorSpace, hole: Hole | None = None) -> Figure:
    """Return the encoder's and the decoder's part over the factor space, around the hole.

    Both share one scale of colour, cut at the 2nd and 98th percentile; dark is a large part.

    Args:
        points: From `attribution_points`.
        space: At least two factors.
        hole: The removed region.
    """
    parts = column_parts(points)
    factors = points[list(space.columns)].to_numpy(dtype=np.float64)
    low, high = np.quantile(np.concatenate(parts), [CUT, 1 - CUT])
    norm = Normalize(low, max(high, low + 1e-9), clip=True)
    titled = {f"{half}’s part": (factors, values) for half, values in parts._asdict().items()}
    return value_map(titled, space, hole, norm, "part of the nMSE", zoom=True)


def findings(data: ReportData) -> list[Finding]:
    """Return where the errors in the hole come from; nothing if it was not measured."""
    missing = data.text(Key("missing", "attribution"))
    if missing:
        return [
            Finding("The errors could not be attributed to encoder and decoder.", f"{missing}.")
        ]
    verdict, points = data.text(Key("verdict", "attribution")), attribution_points(data.points)
    if verdict not in CLAIMS or points is None:
        return []
    mended = verdict == "encoder" and _is_mended(points)
    claim = (REFINED_CLAIM if mended else CLAIMS[verdict]).format(
        "excess error" if "oracle_best_code.nmse" in points else "error"
    )
    detail = (_shares(data, points), _refined(points), *_search(data), _between(points))
    return [Finding(claim, " ".join(part for part in detail if part))]


def attribution_number(data: ReportData, name: str) -> Interval:
    """Return a number of the attribution with its interval; nan where there is none."""
    count = data.metric(Key("count", "attribution"))
    return data.interval(Key(name, "attribution"), 0 if np.isnan(count) else int(count))


def compare_interpolations(
    points: pd.DataFrame,
) -> dict[str, tuple[CodeComparison, float, float, int]]:
    """Return how each interpolation between the codes of the boundary compares with the encoder.

    Args:
        points: From `attribution_points`.

    Returns:
        By interpolation: whether its images are better; the mean error along it and with the
        encoder's code over the same points; the number of these.
    """
    found = {}
    for path in INTERPOLATIONS:
        if f"{path}.nmse" not in points:
            continue
        both = points[["amortised.nmse", f"{path}.nmse"]].dropna()
        if len(both):
            encoded, between = both.to_numpy(dtype=np.float64).T
            comparison = compare_codes(encoded, between)
            found[path] = (comparison, float(between.mean()), float(encoded.mean()), len(both))
    return found


def _shares(data: ReportData, points: pd.DataFrame) -> str:
    excess = attribution_number(data, "excess")
    oracle = "oracle_best_code.nmse" in points
    name = (
        "excess nMSE over the oracle" if oracle else "nMSE, which is the excess without an oracle,"
    )
    text = (
        f"With the encoder’s codes the {name} is {number(excess.mean)}{bracket(excess)} at "
        f"{excess.count} points of the hole; the encoder’s part of it is "
        f"{_part(data, 'encoder')}, the decoder’s part {_part(data, 'decoder')}."
    )
    shares = [attribution_number(data, f"{half}_share").mean for half in ("encoder", "decoder")]
    if np.isfinite(shares).all() and min(shares) < 0:
        text += " A share below 0 means that this half is better than its oracle’s."
    return text


def _is_mended(points: pd.DataFrame) -> bool:
    names = ("amortised.nmse", "nmse", "best_code.nmse")
    return "nmse" in points and refinement_mends(*(float(points[name].mean()) for name in names))


def _refined(points: pd.DataFrame) -> str:
    if "nmse" not in points:
        return ""
    errors = [number(points[name].mean()) for name in ("amortised.nmse", "nmse", "best_code.nmse")]
    return (
        f"Refining the encoder’s codes takes the nMSE from {errors[0]} to {errors[1]}, the error "
        f"in the rest of this page; the best codes have {errors[2]}."
    )


def _part(data: ReportData, half: str) -> str:
    share = attribution_number(data, f"{half}_share")
    if not np.isfinite(share.mean):
        return number(attribution_number(data, half).mean)
    interval = f" ({_percent(share.low)} to {_percent(share.high)} %)"
    known = np.isfinite([share.low, share.high]).all()
    return f"{_percent(share.mean)} %{interval if known else ''}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}".replace("-", "−")


def _search(data: ReportData) -> Iterator[str]:
    """Yield whether the best codes were found, and a doubt if they may have been missed."""
    found = {}
    for source in (Source.MODEL, Source.ORACLE):
        values = [
            data.metric(Key(name, "attribution", source)) for name in ("converged", "agreement")
        ]
        if np.isfinite(values).all():
            found[f"of the {source.label}’s"] = values
    if not found:
        return
    sure, agreed = (
        " and ".join(f"{100 * one[place]:.0f} % {source}" for source, one in found.items())
        for place in (0, 1)
    )
    yield (
        f"The search for the best codes converged at {sure} points; two starts or more ended as "
        f"low as the best at {agreed}."
    )
    doubted = [source for source, one in found.items() if is_search_doubtful(*one)]
    if doubted:
        yield f"Some {' and '.join(doubted)} best codes may have been missed."


def _between(points: pd.DataFrame) -> str:
    kinds = {
        "better": "give better images than the encoder’s",
        "worse": "give worse images than the encoder’s",
        "as well": "give images as good as the encoder’s",
    }
    parts = [
        f"codes on the {INTERPOLATIONS[path]} {kinds[kind]} (nMSE {number(between)} against "
        f"{number(encoded)}, {count} points)"
        for path, (kind, between, encoded, count) in compare_interpolations(points).items()
    ]
    return f"From boundary to boundary, {'; '.join(parts)}." if parts else ""


def attribution_table(data: ReportData) -> Table | None:
    """Return the parts of the excess in the hole and their shares, or None if unknown."""
    rows = []
    for one in ATTRIBUTION_MEASURES[:3]:
        values = [attribution_number(data, f"{one.name}{end}") for end in ("", "_share")]
        if np.isfinite(values[0].mean):
            texts = [
                text
                for value in values
                for text in (number(value.mean), f"{number(value.low)} to {number(value.high)}")
            ]
            blank = [MISSING if text == f"{MISSING} to {MISSING}" else text for text in texts]
            rows.append((one.label, tuple(Cell(text) for text in blank)))
    columns = ("nMSE", "95 % interval over images", "share", "95 % interval over images")
    return (
        Table("Error attribution: parts of the excess error", columns, tuple(rows))
        if rows
        else None
    )
