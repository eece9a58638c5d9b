"""The first words of a study's page, from the answers of `transect.report.study.sentences`."""

from collections.abc import Sequence

from transect.report.sentences import Headline, number, seed_count
from transect.report.study.comparison import ratio
from transect.report.study.data import StudyData
from transect.report.study.measures import ERROR, LOOPS
from transect.report.study.sentences import alignment_kind, covariance_kind, error_kind
from transect.report.study.shape import (
    dimension_kind,
    dimension_name,
    expected_loops,
    loops_wanted,
)

COVARIANCE_CLAUSES = {
    "apart": "lowers the covariance between latents by more than smaller codes would",
    "shrunk": "lowers the covariance between latents as smaller codes alone would",
    "shrunk only": "lowers the covariance between latents by smaller codes alone",
    "lower": "lowers the covariance between latents",
    "higher": "raises the covariance between latents",
    "mixed": "lowers one measure of covariance between latents and raises another",
    "correlation lower": "lowers the correlation between latents but not their covariance",
    "correlation higher": "raises the correlation between latents but not their covariance",
    "same": "does not distinguishably change the covariance between latents",
}
ALIGNMENT_CLAUSES = {
    "better": "aligns the axes with the factors better",
    "worse": "aligns the axes with the factors worse",
    "mixed": "aligns the axes better by some measures and worse by others",
    "better by one": "aligns the axes better by one measure of three",
    "worse by one": "aligns the axes worse by one measure of three",
    "same": "does not distinguishably change how the axes align",
}
ERROR_CLAUSES = {
    "higher": "costs reconstruction",
    "lower": "reconstructs better",
    "same": "costs nothing distinguishable in reconstruction",
}
LOWER = ("apart", "shrunk", "shrunk only", "lower")
NAMED = 2
"""So many losses at most are called by name; more are counted."""


def headline(data: StudyData) -> Headline:
    """Return the answer of a study in one sentence, and the shape of its embeddings beside it."""
    shape = " ".join(part for part in (_dimensions(data), _loops(data), _aligned(data)) if part)
    if not data.others:
        return Headline(f"“{data.reference}” stands alone: there is no loss to compare.", shape)
    if len(data.seeds) == 1:
        return Headline("With one seed, no difference of losses can be told from chance.", shape)
    clauses = _one(data, data.others[0]) if len(data.others) == 1 else _many(data)
    if not clauses:
        return Headline("Nothing was measured that compares the losses.", shape)
    return Headline(f"Compared with “{data.reference}”, {_listed(clauses)}.", shape)


def how_to_read(data: StudyData) -> str:
    """Return how many runs there are, how they are compared, and how far to trust that."""
    losses, seeds = len(data.losses), len(data.seeds)
    runs = f"{losses} {'loss' if losses == 1 else 'losses'} × {seed_count(seeds)}."
    if not data.others:
        return runs
    paired = (
        f"{runs} Runs of one seed share data and initial weights, so differences to "
        f"“{data.reference}” are taken seed by seed."
    )
    if seeds == 1:
        return f"{paired} One seed gives no interval."
    return (
        f"{paired} In brackets stand 95 % intervals over seeds, by Student's t; a difference is "
        "distinguishable where its interval leaves out 0."
    ).replace(" %", "\u00a0%")


def _one(data: StudyData, loss: str) -> list[str]:
    """Return what the only loss beside the reference does."""
    kind, found = error_kind(data, loss), ratio(data, loss, ERROR.column)
    error = ERROR_CLAUSES.get(kind)
    if error and found is not None and kind != "same":
        error += f" (nMSE × {number(found.mean)})"
    clauses = [
        COVARIANCE_CLAUSES.get(covariance_kind(data, loss)),
        ALIGNMENT_CLAUSES.get(alignment_kind(data, loss)),
        error,
    ]
    known = [clause for clause in clauses if clause]
    return [f"“{loss}” {known[0]}", *known[1:]] if known else []


def _many(data: StudyData) -> list[str]:
    """Return how many losses do what."""
    clauses = []
    kinds = {loss: covariance_kind(data, loss) for loss in data.others}
    if set(kinds.values()) & set(COVARIANCE_CLAUSES):
        lower = [loss for loss, kind in kinds.items() if kind in LOWER]
        clause = _subject(data, lower, "lowers", "lower") + " the covariance between latents"
        clauses.append(clause + _beyond_shrinking([kinds[loss] for loss in lower]))
    kinds = {loss: alignment_kind(data, loss) for loss in data.others}
    if set(kinds.values()) & set(ALIGNMENT_CLAUSES):
        better = [loss for loss, kind in kinds.items() if kind == "better"]
        clauses.append(_subject(data, better, "aligns", "align") + " the axes better")
    kinds = {loss: error_kind(data, loss) for loss in data.others}
    if set(kinds.values()) & set(ERROR_CLAUSES):
        dearer = [loss for loss, kind in kinds.items() if kind == "higher"]
        clauses.append(_subject(data, dearer, "costs", "cost") + " reconstruction")
    return clauses


def _beyond_shrinking(kinds: Sequence[str]) -> str:
    """Return whether losses that lower the covariance do more than make codes smaller."""
    apart = kinds.count("apart")
    if not kinds or "lower" in kinds:
        return ""
    if apart == len(kinds):
        return " by more than smaller codes would"
    if apart == 0:
        return " as smaller codes alone would"
    return f" ({apart} of them by more than smaller codes would)"


def _subject(data: StudyData, chosen: Sequence[str], one: str, many: str) -> str:
    """Return which losses do something, and the verb."""
    if not chosen:
        return f"no loss {one}"
    if len(chosen) <= NAMED:
        who = _listed([f"“{loss}”" for loss in chosen])
    elif len(chosen) == len(data.others):
        who = f"all {len(chosen)} losses"
    else:
        who = f"{len(chosen)} of {len(data.others)} losses"
    return f"{who} {one if len(chosen) == 1 else many}"


def _listed(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence.

    Example:
        >>> _listed(["a"]), _listed(["a", "b", "c"])
        ('a', 'a, b and c')
    """
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _dimensions(data: StudyData) -> str:
    kinds = [kind for loss in data.losses if (kind := dimension_kind(data, loss)) != "missing"]
    if not kinds:
        return ""
    name, right = dimension_name(data), kinds.count("as many")
    if len(kinds) == 1:
        return f"The embedding is {'' if right else 'not '}{name}."
    if right == len(kinds):
        every = "Both" if right == 2 else f"All {right}"
        return f"{every} embeddings are {name}."
    return f"{right or 'None'} of {len(kinds)} embeddings {'is' if right < 2 else 'are'} {name}."


def _loops(data: StudyData) -> str:
    values = [value for loss in data.losses for value in data.values(loss, LOOPS.column)]
    if not values or not data.full:
        return ""
    has, full_space = loops_wanted(data)
    right, verb = values.count(expected_loops(data)), "has" if len(values) == 1 else "have"
    return f"{right} of {_runs(len(values))} {verb} {has}; {full_space}."


def _aligned(data: StudyData) -> str:
    found = [kind for loss in data.losses for kind in data.verdicts(loss)]
    if not found:
        return ""
    return f"The axes are the factors in {found.count('aligned')} of {_runs(len(found))}."


def _runs(count: int) -> str:
    return f"{count} {'run' if count == 1 else 'runs'}"
