import numpy as np
import pytest

from transect.run.config import Config, from_dict
from transect.run.presets import preset
from transect.run.setup import Stream, prepare
from transect.space.seeds import library_seed


def test_a_removed_point_is_in_no_training_set_of_the_punctured_model():
    setup = prepare(Config())
    train = setup.points.where("train")
    distances = np.linalg.norm(setup.points.factors - (1.25, 1.0), axis=1)
    assert distances[train].min() > 0.3
    assert set(np.flatnonzero(distances <= 0.3)) == set(setup.points.where("removed"))


def test_the_oracle_sees_the_hole_filled_with_other_points_and_as_many_images():
    setup = prepare(Config())
    train, removed = setup.points.where("train"), setup.points.where("removed")
    assert len(setup.oracle_points) == len(train)
    inside = setup.oracle_points.boundary_distance <= 0
    # As dense in the hole as outside: π 0.3² of the area of the box, within five deviations.
    share = np.pi * 0.09 / 3.0
    deviation = np.sqrt(len(train) * share * (1 - share))
    assert abs(inside.sum() - share * len(train)) < 5 * deviation
    evaluated = {tuple(point) for point in setup.points.factors[removed]}
    assert not evaluated & {tuple(point) for point in setup.oracle_points.factors}
    assert not setup.oracle_seen[removed].any()


def test_in_a_finite_world_the_oracle_is_not_judged_by_what_it_has_seen(tmp_path):
    setup = prepare(_finite_config(tmp_path))
    removed = setup.points.where("removed")
    seen = setup.oracle_seen[removed]
    assert 0 < seen.sum() < len(removed)
    trained = {tuple(point) for point in setup.oracle_points.factors}
    unseen = setup.points.factors[removed[~seen]]
    assert not trained & {tuple(point) for point in unseen}


def test_the_same_seed_gives_the_same_points_and_another_seed_others():
    first, second = prepare(Config()), prepare(Config())
    np.testing.assert_array_equal(first.points.factors, second.points.factors)
    np.testing.assert_array_equal(first.oracle_points.factors, second.oracle_points.factors)
    other = prepare(Config(seed=1))
    assert not np.isin(other.points.factors, first.points.factors).any()


def test_the_streams_of_a_seed_differ():
    seeds = {library_seed(seed, stream) for seed in range(50) for stream in Stream}
    assert len(seeds) == 50 * len(Stream)


def test_the_seed_preset_splits_as_the_original_did():
    points = prepare(preset("seed")).points
    kept = np.flatnonzero(points.split != "removed")
    assert points.where("validation").tolist() == kept[-211:].tolist()


def test_a_grid_takes_equal_steps_within_the_count_and_none_is_removed_without_a_hole():
    values = {"points": {"sampling": "grid", "count": 110}, "hole": {"kind": "none"}}
    setup = prepare(from_dict(values))
    assert len(setup.points) == 100
    assert setup.hole is None
    assert not setup.points.where("removed").size
    assert np.isinf(setup.points.boundary_distance).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"hole": {"kind": "disc", "radius": 5}}, "hole"),
        ({"transects": [{"name": "P", "start": [0, 0]}]}, "a transect needs name, start and end"),
        ({"points": {"file": "no_such_file.csv"}}, "no_such_file.csv"),
        ({"world": {"kind": "rosy"}}, "no world 'rosy'"),
        ({"points": {"train": 60, "file": "a.csv"}}, r"points\.train needs"),
        ({"points": {"train": 60, "sampling": "grid"}}, r"points\.train needs"),
        ({"points": {"train": 0}}, r"points\.train needs"),
    ],
)
def test_an_impossible_setup_is_refused(values, message):
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        prepare(from_dict(values))


def _finite_config(folder) -> Config:
    classes = np.stack(np.unravel_index(np.arange(864), (1, 3, 2, 4, 6, 6)), axis=1)
    images = np.random.default_rng(0).integers(0, 2, (864, 64, 64), dtype=np.uint8)
    path = folder / "sprites.npz"
    np.savez(path, imgs=images, latents_values=classes * 0.1, latents_classes=classes)
    config = {"world": {"kind": "dsprites", "path": str(path)}, "points": {"count": 800}}
    return from_dict(config)
