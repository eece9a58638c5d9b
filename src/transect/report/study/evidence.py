"""Answers about a loss and the numbers that they rest on, as lines of text."""

from typing import NamedTuple

from transect.measure.statistics import Interval
from transect.report.measure import Measure
from transect.report.sentences import bracket, number, seed_count
from transect.report.study.comparison import difference, mean, ratio
from transect.report.study.data import StudyData


class Answer(NamedTuple):
    """The answer to one question about one loss.

    Attributes:
        question: What is asked, in one or two words.
        verdict: The answer, without a full stop.
        evidence: The numbers that it rests on, one line each.
        clear: Whether there is something to see: a difference, or a shape as expected.
    """

    question: str
    verdict: str
    evidence: tuple[str, ...]
    clear: bool = False


def signed(value: float, digits: int = 3) -> str:
    """Return a difference with its sign.

    Example:
        >>> signed(0.25), signed(-0.25), signed(0.0)
        ('+0.250', '−0.250', '0.00')
    """
    return f"+{number(value, digits)}" if value > 0 else number(value, digits)


def mean_lines(data: StudyData, loss: str, measures: tuple[Measure, ...]) -> tuple[str, ...]:
    """Return the means of measures over seeds, of those that some run has."""
    found = {measure: mean(data, loss, measure.column) for measure in measures}
    return tuple(
        f"{measure.name} {number(one.mean)}{bracket(one)}"
        for measure, one in found.items()
        if one is not None
    )


def difference_lines(data: StudyData, loss: str, measures: tuple[Measure, ...]) -> tuple[str, ...]:
    """Return how measures differ from the reference, of those that both have."""
    found = {measure: difference(data, loss, measure.column) for measure in measures}
    return tuple(
        f"{_pair(data, loss, measure)}: {signed(one.mean, 2)}{bracket(one, 2)}{_few(data, one)}"
        for measure, one in found.items()
        if one is not None
    )


def ratio_lines(data: StudyData, loss: str, measure: Measure) -> tuple[str, ...]:
    """Return the ratio of a measure to that of the reference, where both have it."""
    found = ratio(data, loss, measure.column)
    if found is None:
        return ()
    times = f"× {number(found.mean)}{bracket(found)}"
    return (f"{_pair(data, loss, measure)}: {times}{_few(data, found)}",)


def verdict_lines(data: StudyData, loss: str) -> tuple[str, ...]:
    """Return how the axes lie in how many seeds."""
    found = data.verdicts(loss)
    if not len(found):
        return ()
    aligned = int((found == "aligned").sum())
    other = found[found != "aligned"].value_counts()
    kinds = "".join(f", {kind} in {count}" for kind, count in other.items())
    return (f"aligned in {aligned} of {seed_count(len(found))}{kinds}",)


def _pair(data: StudyData, loss: str, measure: Measure) -> str:
    """Return the means of the reference and of a loss over the seeds that both have."""
    ours, theirs = (data.values(name, measure.column) for name in (loss, data.reference))
    common = ours.index.intersection(theirs.index)
    before, after = (number(float(values[common].mean()), 2) for values in (theirs, ours))
    return f"{measure.name} {before} → {after}"


def _few(data: StudyData, found: Interval) -> str:
    """Return how many seeds a comparison rests on where some lack it."""
    every = len(data.seeds)
    return "" if found.count == every else f", {found.count} of {seed_count(every)}"
