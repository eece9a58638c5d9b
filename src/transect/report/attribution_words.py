"""Whose fault the errors in the hole are, in words, computed from the numbers.

The claim is the verdict of `transect.measure.code.attribution`.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from transect.measure.code.attribution import (
    CodeComparison,
    compare_codes,
    is_search_doubtful,
    refinement_mends,
)
from transect.measure.key import Key, Source
from transect.measure.statistics import Interval
from transect.report.attribution import attribution_points
from transect.report.data import ReportData
from transect.report.sentences import bracket, number
from transect.report.shape_words import Finding

CLAIMS = {
    "encoder": "Most of the blame is the encoder’s: better codes would take away most of the {}.",
    "decoder": "Most of the blame is the decoder’s: even the best codes leave most of the {}.",
    "both": "Encoder and decoder share the blame for the {}.",
    "neither": "There is nothing to blame encoder or decoder for: no clear {} is left.",
}
"""Verdict: the claim, with a gap for what is shared out."""

REFINED_CLAIM = (
    "Most of the blame is the encoder’s: its own codes make most of the {}, which refining them "
    "takes away."
)
"""The claim against an encoder whose codes come to be as good as the best."""

WAY_NAMES = {"straight": "straight line", "geodesic": "shortest path"}
"""Name of a way between the codes of the boundary."""


def attribution_findings(data: ReportData) -> list[Finding]:
    """Return whose fault the errors in the hole are; nothing where it was not measured."""
    missing = data.text(Key("missing", "attribution"))
    if missing:
        return [Finding("Whose fault the errors are could not be measured.", f"{missing}.")]
    verdict, points = data.text(Key("verdict", "attribution")), attribution_points(data.points)
    if verdict not in CLAIMS or points is None:
        return []
    mended = verdict == "encoder" and _is_mended(points)
    claim = (REFINED_CLAIM if mended else CLAIMS[verdict]).format(
        "excess" if "oracle_best_code.nmse" in points else "error"
    )
    detail = (_shares(data, points), _refined(points), *_search(data), _between(points))
    return [Finding(claim, " ".join(part for part in detail if part))]


def attribution_number(data: ReportData, name: str) -> Interval:
    """Return a number of the attribution with its interval; nan where there is none."""
    count = data.metric(Key("count", "attribution"))
    return data.interval(Key(name, "attribution"), 0 if np.isnan(count) else int(count))


def compare_ways(points: pd.DataFrame) -> dict[str, tuple[CodeComparison, float, float, int]]:
    """Return how each way between the codes of the boundary compares with the encoder's code.

    Args:
        points: From `attribution_points`.

    Returns:
        By way: `better`, `worse` or `as well`; the mean error along the way and with the encoder's
        code over the same points; the number of these.
    """
    found = {}
    for way in WAY_NAMES:
        if f"{way}.nmse" not in points:
            continue
        both = points[["amortised.nmse", f"{way}.nmse"]].dropna()
        if not len(both):
            continue
        encoded, between = both.to_numpy(dtype=np.float64).T
        kind = compare_codes(encoded, between)
        found[way] = (kind, float(between.mean()), float(encoded.mean()), len(both))
    return found


def _shares(data: ReportData, points: pd.DataFrame) -> str:
    excess = attribution_number(data, "excess")
    oracle = "oracle_best_code.nmse" in points
    start = "Beyond its oracle the model" if oracle else "There is no oracle, so all counts: it"
    text = (
        f"{start}, with the encoder’s codes, errs by an nMSE of {number(excess.mean)}"
        f"{bracket(excess)} at {excess.count} points of the hole; {_part(data, 'encoder')} of it "
        f"is the encoder’s part, {_part(data, 'decoder')} the decoder’s."
    )
    shares = [attribution_number(data, f"{half}_share").mean for half in ("encoder", "decoder")]
    if np.isfinite(shares).all() and min(shares) < 0:
        text += " A share below 0 is that of a half which does better than its oracle’s."
    return text


def _is_mended(points: pd.DataFrame) -> bool:
    names = ("amortised.nmse", "nmse", "best_code.nmse")
    return "nmse" in points and refinement_mends(*(float(points[name].mean()) for name in names))


def _refined(points: pd.DataFrame) -> str:
    if "nmse" not in points:
        return ""
    errors = [number(points[name].mean()) for name in ("amortised.nmse", "nmse", "best_code.nmse")]
    return (
        f"A few steps from the encoder’s code to a better one take the nMSE from {errors[0]} to "
        f"{errors[1]}, which counts elsewhere on this page; the best codes have {errors[2]}."
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
    """Yield whether the best codes were found, and a doubt where they may not have been."""
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
        " and ".join(f"{100 * one[place]:.0f} % {whose}" for whose, one in found.items())
        for place in (0, 1)
    )
    yield (
        f"The search for the best codes converged at {sure} points; two starts or more ended as "
        f"low as the best at {agreed}."
    )
    doubted = [whose for whose, one in found.items() if is_search_doubtful(*one)]
    if doubted:
        yield f"So some {' and '.join(doubted)} best codes may have been missed."


def _between(points: pd.DataFrame) -> str:
    kinds = {
        "better": "draw better than the encoder’s",
        "worse": "draw worse than the encoder’s",
        "as well": "draw about as well as the encoder’s",
    }
    said = [
        f"codes on the {WAY_NAMES[way]} {kinds[kind]} (nMSE {number(between)} against "
        f"{number(encoded)}, {count} points)"
        for way, (kind, between, encoded, count) in compare_ways(points).items()
    ]
    return f"From boundary to boundary, {'; '.join(said)}." if said else ""
