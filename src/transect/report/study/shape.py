"""Whether an embedding is a sheet: its dimension and its loops; `sentences` has the rules."""

from typing import Literal

from transect.report import dimension
from transect.report.sentences import seed_count
from transect.report.study.comparison import mean
from transect.report.study.data import StudyData
from transect.report.study.evidence import Answer, mean_lines
from transect.report.study.measures import DIMENSION, LOOPS

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def dimension_answer(data: StudyData, loss: str) -> Answer:
    """Return whether the embedding has as many dimensions as there are factors."""
    places, kind = _places(data, loss), dimension_kind(data, loss)
    name = dimension_name(data)
    verdict = {
        "as many": f"{name.capitalize()} by {places.count(0)} of {len(places)} estimators",
        "more": f"More than {name}",
        "fewer": f"Less than {name}",
        "undecided": f"The estimators disagree whether it is {name}",
        "missing": "Not measured",
    }[kind]
    return Answer("Dimension", verdict, mean_lines(data, loss, DIMENSION), kind == "as many")


def dimension_kind(data: StudyData, loss: str) -> dimension.DimensionKind | Literal["missing"]:
    """Return whether an embedding has as many dimensions as factors, more, fewer, or undecided."""
    places = _places(data, loss)
    return "missing" if len(places) < 2 else dimension.dimension_kind(places)


def dimension_name(data: StudyData) -> str:
    """Return what an embedding is called that has as many dimensions as there are factors."""
    count = data.space.dimension
    return f"{NUMBERS[count] if count < len(NUMBERS) else count}-dimensional"


def loops_answer(data: StudyData, loss: str) -> Answer:
    """Return in how many seeds the embedding has the loops that it should have."""
    values = data.values(loss, LOOPS.column)
    if not len(values):
        return Answer("Loops", "Not measured", ())
    lines = (f"by seed: {', '.join(f'{value:g}' for value in values)}",)
    seeds = seed_count(len(values))
    if not data.full:
        some = int((values > 0).sum())
        return Answer("Loops", f"Loops in {some} of {seeds}; a hole may leave one", lines)
    right = int((values == expected_loops(data)).sum())
    has, full_space = loops_wanted(data)
    verdict = f"{has.capitalize()} in {right} of {seeds}; {full_space}"
    return Answer("Loops", verdict, lines, right == len(values))


def expected_loops(data: StudyData) -> int:
    """Return the loops of a full space: one for each periodic factor."""
    return sum(factor.periodic for factor in data.space.factors)


def loops_wanted(data: StudyData) -> tuple[str, str]:
    """Return in words what an embedding should have, and why."""
    count = expected_loops(data)
    if count == 0:
        return "no loop", "a full space has none"
    if count == 1:
        return "one loop", "a full space with a periodic factor has one"
    return f"{count} loops", f"a full space with {count} periodic factors has as many"


def _places(data: StudyData, loss: str) -> list[int]:
    """Return for each estimate of the dimension −1 below the band, 0 in it and 1 above."""
    found = [mean(data, loss, measure.column) for measure in DIMENSION]
    known = [one.mean for one in found if one is not None]
    return dimension.dimension_places(known, data.space.dimension)
