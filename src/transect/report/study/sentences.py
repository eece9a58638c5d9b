"""The answers of a study in words, computed from the numbers.

Each loss is compared with the reference, the first loss, as `transect.report.study.comparison`
has it. A measure is *lower* or *higher* where the interval of its paired differences leaves out 0.

**Does it lower the covariance between latents?** By the entanglement E and the mean |covariance|,
which codes that merely shrink lower as well, and by the mean |correlation|, which they don't.

| E or covariance | correlation | answer |
|---|---|---|
| one lower, none higher | lower | lower, by more than smaller codes would make it |
| one lower, none higher | same | lower, as smaller codes alone would make it |
| one lower, none higher | higher | lower by smaller codes alone: the correlation rises |
| one higher, none lower | any | higher |
| one lower, one higher | any | mixed |
| same | lower, higher | the correlation alone is lower or higher |
| same | same | not distinguishable |

**Does it align the axes?** By the share of a factor on an axis of its own, MIG and MCC: better
where at least two are higher and none is lower, worse the other way round, mixed where both occur;
where one alone differs the answer says so.

**Does it cost reconstruction?** By the ratio of the validation nMSE, whose interval leaves out 1 or
not.

**Is the embedding a sheet?** With k factors it is k-dimensional where at least two of two-NN,
maximum likelihood and local PCA lie within [k − 0.2, k + 0.3] in the mean over seeds; more or less
than that where two lie above or below; else undecided.

**Has it loops?** A full space has as many loops as periodic factors; the answer says in how many
seeds the embedding has as many.

With one seed there is no interval, so the first three have no answer and the words say so.
"""

from transect.report.measure import Measure
from transect.report.study.comparison import Change, change, difference, ratio
from transect.report.study.data import StudyData
from transect.report.study.evidence import (
    Answer,
    difference_lines,
    mean_lines,
    ratio_lines,
    verdict_lines,
)
from transect.report.study.measures import ALIGNMENT, COVARIANCE, ERROR
from transect.report.study.shape import dimension_answer, loops_answer

ONE_SEED = "One seed tells no difference from chance"
UNMEASURED = "Not measured"

COVARIANCE_ANSWERS = {
    "apart": "Lower, by more than smaller codes would make it",
    "shrunk": "Lower, as smaller codes alone would make it",
    "shrunk only": "Lower by smaller codes alone: the correlation rises",
    "lower": "Lower; the correlation is not measured",
    "higher": "Higher",
    "mixed": "One lower, one higher",
    "correlation lower": "Not distinguishable, but the correlation is lower",
    "correlation higher": "Not distinguishable, but the correlation is higher",
    "same": "Not distinguishable",
    "unknown": ONE_SEED,
    "missing": UNMEASURED,
}
ALIGNMENT_ANSWERS = {
    "better": "Better aligned",
    "worse": "Worse aligned",
    "mixed": "Better by some measures, worse by others",
    "better by one": "Better by one measure alone",
    "worse by one": "Worse by one measure alone",
    "same": "Not distinguishable",
    "unknown": ONE_SEED,
    "missing": UNMEASURED,
}
ERROR_ANSWERS: dict[Change, str] = {
    "higher": "It costs reconstruction",
    "lower": "It reconstructs better",
    "same": "Not distinguishable",
    "unknown": ONE_SEED,
    "missing": UNMEASURED,
}
UNCLEAR = {"same", "unknown", "missing"}


def answers(data: StudyData, loss: str) -> list[Answer]:
    """Return the answers about a loss; of the reference, those that need no comparison."""
    shape = [dimension_answer(data, loss), loops_answer(data, loss)]
    if loss == data.reference:
        means = mean_lines(data, loss, (*COVARIANCE, *ALIGNMENT, ERROR))
        lines = (*means, *verdict_lines(data, loss))
        return [Answer("Reference", "What the others are compared with", lines), *shape]
    return [
        covariance_answer(data, loss),
        alignment_answer(data, loss),
        error_answer(data, loss),
        *shape,
    ]


def covariance_answer(data: StudyData, loss: str) -> Answer:
    """Return whether a loss lowers the covariance between latents."""
    kind = covariance_kind(data, loss)
    lines = difference_lines(data, loss, COVARIANCE)
    return Answer("Covariance", COVARIANCE_ANSWERS[kind], lines, kind not in UNCLEAR)


def covariance_kind(data: StudyData, loss: str) -> str:
    """Return which of `COVARIANCE_ANSWERS` holds, by the table above."""
    *sizes, correlation = _changes(data, loss, COVARIANCE)
    kind = _balance(sizes)
    if kind == "lower":
        by_correlation = {"lower": "apart", "same": "shrunk", "higher": "shrunk only"}
        return by_correlation.get(correlation, "lower")
    if kind == "same" and correlation in {"lower", "higher"}:
        return f"correlation {correlation}"
    return kind


def alignment_answer(data: StudyData, loss: str) -> Answer:
    """Return whether a loss aligns the axes with the factors."""
    kind = alignment_kind(data, loss)
    lines = (*difference_lines(data, loss, ALIGNMENT), *verdict_lines(data, loss))
    return Answer("Axes", ALIGNMENT_ANSWERS[kind], lines, kind not in UNCLEAR)


def alignment_kind(data: StudyData, loss: str) -> str:
    """Return which of `ALIGNMENT_ANSWERS` holds."""
    found = _changes(data, loss, ALIGNMENT)
    kind = _balance(found)
    if kind in {"higher", "lower"}:
        word = "better" if kind == "higher" else "worse"
        alone = sum(one == kind for one in found) == 1
        return f"{word} by one" if alone else word
    return kind


def error_answer(data: StudyData, loss: str) -> Answer:
    """Return whether a loss costs reconstruction."""
    kind = error_kind(data, loss)
    lines = ratio_lines(data, loss, ERROR)
    return Answer("Reconstruction", ERROR_ANSWERS[kind], lines, kind not in UNCLEAR)


def error_kind(data: StudyData, loss: str) -> Change:
    """Return whether the validation nMSE is higher, lower or the same."""
    return change(ratio(data, loss, ERROR.column), nothing=1.0)


def _changes(data: StudyData, loss: str, measures: tuple[Measure, ...]) -> list[Change]:
    return [change(difference(data, loss, measure.column)) for measure in measures]


def _balance(found: list[Change]) -> str:
    """Return what changes of several measures amount to."""
    if "higher" in found and "lower" in found:
        return "mixed"
    order = ("higher", "lower", "same", "unknown")
    return next((kind for kind in order if kind in found), "missing")
