"""What the explorer says in words: the four questions that it answers, and how exact it is."""

from collections.abc import Sequence

import numpy as np

from transect.measure.key import Source
from transect.report.data import ReportData
from transect.report.explorer.exploration import Exploration, ExploredModel
from transect.report.explorer.payload import Payload
from transect.report.section.answer import hole_penalty
from transect.report.section.attribution import findings
from transect.report.words import bracket, number

ATTRIBUTION_WORDS = {
    "code": "A code is what the encoder hands to the decoder.",
    "excess": "The excess is what the model errs more than its oracle.",
}
"""Word of a claim: what it means."""


def questions(data: ReportData) -> dict[str, str]:
    """Return what a newcomer asks first, each with its answer; those that nothing answers not."""
    found = {
        "Where is the hole?": _where(data),
        "What does the model draw in it?": _what(data),
        "How bad is it?": _how_bad(data),
        "Encoder or decoder?": _whose(data),
    }
    return {question: answer for question, answer in found.items() if answer}


def _where(data: ReportData) -> str:
    table = data.points
    if data.hole is None:
        return "There is none: nothing was removed."
    if table is None or not (table["split"] == "removed").any():
        return ""
    removed = table[table["split"] == "removed"]
    sides = _listed(
        [
            f"{factor.label} from {_value(removed[column].min())} "
            f"to {_value(removed[column].max())}"
            for factor, column in zip(data.space.factors, data.space.columns, strict=True)
        ]
    )
    count = f"{len(removed)} of {len(table)} points"
    return f"The outlined region, {sides}: {count} were removed before training."


def _listed(parts: Sequence[str]) -> str:
    """Return parts as they are listed in a sentence: a, b and c."""
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def _value(value: float) -> str:
    """Return a value of a factor with three digits and a true minus sign."""
    return f"{value:.3g}".replace("-", "−")


def _what(data: ReportData) -> str:
    inside, outside = (
        data.value(Source.MODEL, split, "soft_iou") for split in ("removed", "validation")
    )
    if np.isnan(inside):
        return ""
    said = f"Images that overlap the truth by {inside:.0%} (soft IoU)"
    return f"{said}; outside the hole {outside:.0%}." if np.isfinite(outside) else f"{said}."


def _how_bad(data: ReportData) -> str:
    penalty = hole_penalty(data)
    if penalty is None:
        error = data.value(Source.MODEL, "removed", "nmse")
        return f"nMSE {number(error)} in the hole." if np.isfinite(error) else ""
    return (
        f"Its error in the hole is {number(penalty.mean)}{bracket(penalty)} times that of its "
        "oracle, which is the same model trained with the hole filled (nMSE)."
    )


def _whose(data: ReportData) -> str:
    said = [finding.claim for finding in findings(data)]
    told = [
        text for word, text in ATTRIBUTION_WORDS.items() if any(word in claim for claim in said)
    ]
    return " ".join([*said, *told])


def precision(exploration: Exploration, payload: Payload) -> str:
    """Return what the page holds and how exact its images are."""
    sheet = payload.sheets[0]
    steps = ", ".join(
        f"{factor.name} {_steps(nodes)}"
        for factor, nodes in zip(exploration.space.factors, exploration.nodes, strict=True)
    )
    size = f"{sheet.width}×{sheet.height}"
    full = f"{exploration.size[1]}×{exploration.size[0]}"
    shrunk = "" if size == full else f", averaged from {full}; the numbers are those of {full}"
    return (
        f"The page holds images of {exploration.node_count} points on a grid ({steps}) and of "
        f"the transects, {size} pixels{shrunk}. They take {payload.sprite_bytes / 1e6:.1f} MB at "
        f"{sheet.levels} levels of grey, which err by {payload.mean:.2%} of the grey range in "
        f"the mean and by {payload.worst:.1%} at worst. The numbers are exact: they were "
        "measured before that. Map and images show the nearest point of the grid."
        f"{_dots(exploration.models[0])}"
    )


def _dots(model: ExploredModel) -> str:
    shown, count = len(model.points), model.point_count
    return f" Dots are {shown} of the {count} points of the run." if shown < count else ""


def _steps(nodes: np.ndarray) -> str:
    if len(nodes) == 1:
        return f"only at {nodes[0]:.4g}"
    gaps = np.diff(nodes)
    if np.allclose(gaps, gaps[0]):
        return f"in {len(nodes)} steps of {gaps[0]:.4g}"
    return f"at {len(nodes)} values"


def volume_words(model: ExploredModel) -> str:
    """Return what the decoded latent space holds."""
    shape = "×".join(str(len(axis)) for axis in model.volume.axes)
    said = f"Decoded at {shape} codes that span those of the training images."
    if model.explained < 1:
        said += (
            f" The axes are the first {len(model.labels)} principal directions, which hold "
            f"{model.explained:.0%} of the variance; the others stay at their mean."
        )
    return said
