"""Columns of factors and codes stay apart from all other columns."""

from transect.space import code_column, factor_column, factor_name, find_factors

NAMES = ["row", "nmse", "code.0", "factor.row", "__proto__", " ", "a,b\n"]


def test_factors_and_codes_have_columns_of_their_own():
    columns = [factor_column(name) for name in NAMES]
    assert [factor_name(column) for column in columns] == NAMES
    others = ["row", "nmse", code_column(0), code_column(1)]
    assert len({*columns, *others}) == len(columns) + len(others)
    assert [factor_name(column) for column in ("row", code_column(3))] == [None, None]


def test_prefixed_columns_are_found_unless_one_is_missing():
    assert find_factors(["row", "factor.row", "split"], ["row"]) == ["factor.row"]
    assert find_factors(["a", "factor.a"], ["a", "factor.a"]) == ["a", "factor.a"]
