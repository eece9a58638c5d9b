"""What changes of single measures of an embedding amount to.

**Covariance between latents.** By the entanglement E and the mean |covariance|, which codes that
merely shrink lower as well, and by the mean |correlation|, which they do not.

| E and covariance | correlation | change |
|---|---|---|
| one lower, none higher | lower | `decorrelated`: lower by more than smaller codes explain |
| one lower, none higher | same | `shrunk`: lower as by smaller codes alone |
| one lower, none higher | higher | `shrunk, correlated`: lower by smaller codes alone |
| one lower, none higher | not known | `lower` |
| one higher, none lower | any | `higher` |
| one higher, one lower | any | `mixed` |
| same | lower, higher | `correlation lower`, `correlation higher` |
| same | same | `same` |

**Alignment of the axes with the factors.** By measures of which a higher value is better: `better`
where at least two are higher and none is lower, `worse` the other way round, `mixed` where both
occur, `better by one` or `worse by one` where one alone differs.

Both are `unknown` where there is one seed, and `missing` where nothing was measured.
"""

from collections.abc import Sequence
from typing import Literal

from transect.measure.comparison import Change

Balance = Literal["higher", "lower", "mixed", "same", "unknown", "missing"]
CovarianceChange = (
    Balance
    | Literal[
        "decorrelated", "shrunk", "shrunk, correlated", "correlation lower", "correlation higher"
    ]
)
AlignmentChange = Literal[
    "better", "worse", "mixed", "better by one", "worse by one", "same", "unknown", "missing"
]


def covariance_change(
    entanglement: Change, covariance: Change, correlation: Change
) -> CovarianceChange:
    """Return how the covariance between latents changes, by the table above.

    Example:
        >>> covariance_change("lower", "same", "same"), covariance_change("same", "same", "higher")
        ('shrunk', 'correlation higher')
    """
    found = balance([entanglement, covariance])
    if found == "lower":
        if correlation == "lower":
            return "decorrelated"
        if correlation == "same":
            return "shrunk"
        return "shrunk, correlated" if correlation == "higher" else "lower"
    if found == "same" and correlation == "lower":
        return "correlation lower"
    if found == "same" and correlation == "higher":
        return "correlation higher"
    return found


def alignment_change(changes: Sequence[Change]) -> AlignmentChange:
    """Return how the alignment of axes and factors changes, by the rule above.

    Args:
        changes: Of the measures; higher is better.

    Example:
        >>> alignment_change(["higher", "same", "higher"]), alignment_change(["lower", "same"])
        ('better', 'worse by one')
    """
    found = balance(changes)
    if found == "higher":
        return "better" if changes.count("higher") > 1 else "better by one"
    if found == "lower":
        return "worse" if changes.count("lower") > 1 else "worse by one"
    return found


def balance(changes: Sequence[Change]) -> Balance:
    """Return what changes of several measures of one thing amount to.

    Example:
        >>> balance(["same", "lower"]), balance(["higher", "lower"]), balance(["missing"])
        ('lower', 'mixed', 'missing')
    """
    if "higher" in changes and "lower" in changes:
        return "mixed"
    if "higher" in changes:
        return "higher"
    if "lower" in changes:
        return "lower"
    if "same" in changes:
        return "same"
    return "unknown" if "unknown" in changes else "missing"
