"""What cells have in common is made once, and changes nothing."""

import dataclasses

import numpy as np
import pytest

from changed_fields import CHANGES
from transect.run import folder as files
from transect.run.config import ROLES, from_dict
from transect.run.setup import prepare
from transect.run.sharing import image_key, oracle_key, share
from transect.sweep.cells import run_cells
from transect.sweep.engine import Local
from transect.sweep.grid import configure

MATCHED = from_dict({"points": {"count": 200, "train": 60, "validation": 10}})


def changed(values, base=MATCHED):
    return from_dict(values, base)


@pytest.mark.parametrize("radius", [0.1, 0.3, 0.6])
def test_every_hole_leaves_as_many_training_points(radius):
    setup = prepare(changed({"hole": {"radius": radius}}))
    assert len(setup.points.where("train")) == 60
    assert len(setup.points.where("validation")) == 10
    removed = setup.points[setup.points.where("removed")]
    assert setup.hole is not None
    assert setup.hole.contains(removed.factors).all()
    kept = setup.points.split != "removed"
    assert not setup.hole.contains(setup.points.factors[kept]).any()


def test_points_are_added_outside_where_the_hole_leaves_too_few():
    few = changed({"points": {"count": 40}})
    setup = prepare(few)
    assert len(setup.points.where("train")) == 60
    alone = prepare(dataclasses.replace(few, points=dataclasses.replace(few.points, train=None)))
    assert np.array_equal(setup.points.factors[:40], alone.points.factors)


def test_the_oracle_of_matched_points_knows_nothing_of_the_hole():
    small, large = (prepare(changed({"hole": {"radius": radius}})) for radius in (0.1, 0.6))
    assert np.array_equal(small.oracle_points.factors, large.oracle_points.factors)
    assert len(small.oracle_points) == 60
    # It is spread over the whole box, the hole included, and shares no point with the model.
    assert large.hole is not None
    assert large.hole.contains(large.oracle_points.factors).any()
    both = np.concatenate([large.points.factors, large.oracle_points.factors])
    assert len(np.unique(both, axis=0)) == len(both)


SMALL = from_dict({"points": {"count": 80}, "canvas": {"kind": "square", "size": 16}})


def with_change(name, base, folder):
    value = CHANGES[name]
    if name == "points.file":
        value = str(folder / value)
        np.save(value, np.random.default_rng(0).uniform([0.5, 0], [2, 2], (80, 2)))
    return configure(base, {name: value})


@pytest.mark.parametrize("matched", [False, True])
@pytest.mark.parametrize("name", ROLES)
def test_runs_that_a_field_tells_apart_share_nothing_that_it_changes(name, matched, tmp_path):
    base = configure(SMALL, {"points.train": 40, "points.validation": 8}) if matched else SMALL
    if matched and name == "points.file":
        return  # refused together
    other = with_change(name, base, tmp_path)
    one_setup, other_setup = prepare(base), prepare(other)
    if image_key(other) == image_key(base):
        assert ROLES[name] not in {"data", "split"}
        assert np.array_equal(other_setup.held.pixels(), one_setup.held.pixels())
    if oracle_key(other) == oracle_key(base):
        assert ROLES[name] not in {"data", "model", "training"}
        assert matched or ROLES[name] != "split"
        assert np.array_equal(other_setup.oracle_points.factors, one_setup.oracle_points.factors)
        assert other_setup.canvas == one_setup.canvas
        assert other.training == base.training


@pytest.mark.parametrize(
    ("values", "shared"),
    [
        ({"hole": {"radius": 0.5}}, True),
        ({"measure": {"recovery": False}}, True),
        ({"refine": 0}, True),
        ({"seed": 1}, False),
    ],
)
def test_the_oracle_is_shared_by_cells_that_differ_in_hole_and_measuring_alone(values, shared):
    assert (oracle_key(changed(values)) == oracle_key(MATCHED)) == shared


@pytest.mark.parametrize(
    "values",
    [{"points": {"train": None}}, {"sample_weights": {"b": -1.0}}, {"training": {"stop": "meet"}}],
)
def test_an_oracle_that_depends_on_the_hole_belongs_to_it(values):
    base = changed(values)
    assert oracle_key(changed({"hole": {"radius": 0.5}}, base)) != oracle_key(base)


def test_what_is_not_made_or_made_for_one_cell_is_not_shared(tmp_path):
    assert oracle_key(changed({"oracle": False})) == ""
    assert oracle_key(changed({"hole": {"kind": "none"}})) == ""
    shared = share({"one": MATCHED, "other": changed({"seed": 1})}, tmp_path)
    assert all(one.oracle is None and one.images is None for one in shared.values())
    # Images are shared by models on the same points.
    assert image_key(changed({"latent": 2, "training": {"epochs": 1}})) == image_key(MATCHED)


def test_shared_cells_give_the_numbers_of_cells_alone(bare, tmp_path):
    small = from_dict({"points": {"train": 40, "validation": 8}, "oracle": True}, bare)
    cells = {
        "r2": from_dict({"hole": {"radius": 0.2}}, small),
        "r4": from_dict({"hole": {"radius": 0.4}}, small),
        "r4-twice": from_dict(
            {"hole": {"radius": 0.4}, "training": {"checkpoint_every": 2}}, small
        ),
    }
    together, alone = tmp_path / "together" / "cells", tmp_path / "alone" / "cells"
    assert run_cells(cells, together, engine=Local(1), progress=False) == {}
    assert not together.with_name("shared").exists()
    # A single cell has nothing to share with.
    assert run_cells({"r4": cells["r4"]}, alone, engine=Local(1), progress=False) == {}
    for name in (files.MODEL, files.ORACLE, files.POINTS, files.TRANSECTS):
        assert (together / "r4" / name).read_bytes() == (alone / "r4" / name).read_bytes()
    history = (together / "r4" / files.ORACLE_HISTORY).read_text().splitlines()[0].split(",")
    assert "validation_nmse" in history
    # The error in the hole would be that of another cell's hole.
    assert "removed_nmse" not in history
