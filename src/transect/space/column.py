"""Names of columns in tables and files that hold factors or codes beside columns of our own.

A user may call a factor anything, `row` and `nmse` too. So the column of a factor bears a prefix,
that of a code another, and no other column has a dot in its name.
"""

from collections.abc import Sequence

_FACTOR = "factor."


def factor_column(name: str) -> str:
    """Return the name of the column that holds the factor `name`.

    Examples:
        >>> factor_column("row")
        'factor.row'
    """
    return _FACTOR + name


def factor_name(column: str) -> str | None:
    """Return the name of the factor that a column holds, or None where it holds no factor.

    Examples:
        >>> factor_name("factor.row"), factor_name("row")
        ('row', None)
    """
    return column.removeprefix(_FACTOR) if column.startswith(_FACTOR) else None


def code_column(latent: int) -> str:
    """Return the name of the column that holds one latent of the codes, counted from 0.

    Examples:
        >>> code_column(0)
        'code.0'
    """
    return f"code.{latent}"


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
