"""Numbers as a page shows them."""

import numpy as np
import pytest

from transect.report.words import duration, number


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(0.04641, 3, "0.0464"), (1.0, 2, "1.0"), (490.0, 3, "490"), (-0.5, 2, "−0.50"),
     (np.nan, 3, "–"), (np.inf, 3, "∞"), (-np.inf, 3, "−∞")],
)  # fmt: skip
def test_number(value, digits, text):
    assert number(value, digits) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.25, "0.250 s"), (59.0, "59.0 s"), (61.5, "1 min 1 s"), (7384.2, "2 h 3 min")],
)
def test_duration(seconds, text):
    assert duration(seconds) == text
