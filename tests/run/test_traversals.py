"""Latent traversals of a run, and interpolations from one of its images to another."""

from typing import get_args

import numpy as np
import pytest

from transect.measure.embedding.geodesic import travelled
from transect.measure.embedding.interpolation import Interpolation
from transect.run.report_data import traversals


def test_traversals_run_along_latents_principal_directions_and_factors(finished):
    found = traversals(finished)
    assert list(found) == [
        *("z0", "z1", "z2"),
        *("principal 1", "principal 2", "principal 3"),
        *("factor a", "factor b"),
    ]
    assert {images.shape for images in found.values()} == {(9, 32, 32)}
    mean = finished.decode(finished.embedding.mean(axis=0)[None])[0]
    for name in ("z1", "principal 2", "factor b"):
        between = np.abs(found[name] - mean).mean(axis=(1, 2))
        assert between.argmin() not in {0, 8}


def test_the_embedding_is_that_of_the_kept_points(finished):
    kept = finished.points["split"] != "removed"
    truth = finished.draw(finished.points.loc[kept, ["factor.a", "factor.b"]])
    np.testing.assert_allclose(finished.embedding, finished.encode(truth), atol=1e-5)


def test_interpolation_leads_from_one_reconstruction_to_the_other(finished):
    ends, lengths = finished.draw([[0.6, 0.3], [1.9, 1.8]]), {}
    for path in get_args(Interpolation):
        images = finished.interpolate(*ends, count=25, path=path)
        assert images.shape == (25, 32, 32)
        np.testing.assert_allclose(images[[0, -1]], finished.reconstruct(ends), atol=1e-4)
        steps = np.diff(travelled(images))
        assert steps.max() < 1.2 * steps.min()
        lengths[path] = steps.sum()
    assert lengths["geodesic"] <= lengths["straight"] * 1.001


def test_interpolations_that_cannot_be_made_are_refused(finished):
    one, other = finished.draw([[0.6, 0.3], [1.9, 1.8]])
    with pytest.raises(ValueError, match=r"one of straight, .*, got 'crooked'"):
        finished.interpolate(one, other, path="crooked")
    with pytest.raises(ValueError, match="count needs at least 3, got 2"):
        finished.interpolate(one, other, count=2)
    with pytest.raises(ValueError, match="start and end need to be different codes"):
        finished.interpolate(one, one)
