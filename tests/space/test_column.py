"""Columns of factors and codes stay apart from all other columns."""

import pytest

from transect.space import code_column, factor_column, factor_name, find_factors

NAMES = ["row", "nmse", "code.0", "factor.row", "__proto__", " ", "a,b\n"]


@pytest.mark.parametrize("name", NAMES)
def test_a_factor_comes_back_from_its_column(name: str) -> None:
    assert factor_name(factor_column(name)) == name


def test_no_two_factors_or_codes_share_a_column() -> None:
    columns = [factor_column(name) for name in NAMES] + [code_column(0), code_column(1)]

    assert len(set(columns)) == len(columns)
    assert not set(columns) & {"row", "nmse"}


def test_a_column_of_ours_holds_no_factor() -> None:
    assert factor_name("row") is None
    assert factor_name(code_column(3)) is None


def test_prefixed_columns_are_found_before_plain_ones() -> None:
    assert find_factors(["row", "factor.row", "split"], ["row"]) == ["factor.row"]


def test_plain_columns_are_found_where_a_prefixed_one_is_missing() -> None:
    assert find_factors(["a", "factor.a"], ["a", "factor.a"]) == ["a", "factor.a"]
