"""Codes are shown in their own axes or in principal components."""

import numpy as np
import pytest

from transect.report.codes import directions


def test_few_codes_are_shown_as_they_are():
    codes = np.random.default_rng(0).normal(size=(20, 3))
    shown = directions(codes)
    np.testing.assert_array_equal(shown.project(codes), codes)
    assert shown.labels == ("z0", "z1", "z2") and shown.explained == 1


def test_many_codes_are_projected_on_principal_components():
    generator = np.random.default_rng(1)
    axes = np.linalg.qr(generator.normal(size=(6, 6)))[0]
    spread = np.array([5.0, 3.0, 2.0, 0.1, 0.1, 0.1])
    codes = generator.normal(size=(4000, 6)) * spread @ axes.T + 7
    shown = directions(codes)
    points = shown.project(codes)
    np.testing.assert_allclose(points.std(axis=0), spread[:3], rtol=0.05)
    np.testing.assert_allclose(np.corrcoef(points.T), np.eye(3), atol=1e-8)
    np.testing.assert_allclose(shown.project(shown.restore(points)), points, atol=1e-9)
    assert shown.explained == pytest.approx(38 / 38.03, abs=1e-3)
    assert shown.labels[0] == "principal component 1"
