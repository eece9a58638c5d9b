"""Names of columns and keys that hold names of users beside names of our own.

A user may call a factor anything, `row` and `nmse` too. So the column of a factor begins with
`factor.`, `recovered.` or `recovered_spread.`, and that of a code with `code.`. Other columns hold
a dot only after the name of a source; see `transect.measure.key`.
"""

from collections.abc import Collection, Sequence
from itertools import takewhile

FACTOR, RECOVERED, SPREAD = "factor", "recovered", "recovered_spread"
"""What of a factor a column holds: its value, the one that an image shows, and how sure that is."""


def factor_column(name: str, kind: str = FACTOR) -> str:
    """Return the name of the column that holds the factor `name`.

    Args:
        name: What the user calls the factor.
        kind: What of it: `FACTOR`, `RECOVERED` or `SPREAD`.

    Examples:
        >>> factor_column("row"), factor_column("row", RECOVERED)
        ('factor.row', 'recovered.row')
    """
    return f"{kind}.{name}"


def factor_name(column: str) -> str | None:
    """Return the name of the factor that a column holds, or None where it holds no factor.

    Examples:
        >>> factor_name("factor.row"), factor_name("row")
        ('row', None)
    """
    prefix, dot, name = column.partition(".")
    return name if prefix == FACTOR and dot else None


def code_column(latent: int) -> str:
    """Return the name of the column that holds one latent of the codes, counted from 0.

    Examples:
        >>> code_column(0)
        'code.0'
    """
    return f"code.{latent}"


def code_columns(header: Collection[str]) -> list[str]:
    """Return the columns of a table that hold codes, in order; none where it has no codes.

    Examples:
        >>> code_columns(["row", "code.0", "code.1", "nmse"])
        ['code.0', 'code.1']
    """
    names = map(code_column, range(len(header)))
    return list(takewhile(lambda name: name in header, names))


def find_factors(header: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the columns under which a table's header is expected to hold the factors `names`.

    Tables of our own call them `factor.<name>`, those of users mostly just by their names. Where
    the header has each of the prefixed columns, it is those; otherwise the names as they are,
    whether the header has them or not.

    Examples:
        >>> find_factors(["row", "factor.row", "factor.b"], ["row", "b"])
        ['factor.row', 'factor.b']
        >>> find_factors(["b", "row"], ["row", "b"])
        ['row', 'b']
    """
    prefixed = [factor_column(name) for name in names]
    return prefixed if set(prefixed) <= set(header) else list(names)
