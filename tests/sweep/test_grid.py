"""Which cells a sweep has."""

import copy
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transect.run.config import Config
from transect.sweep.grid import Grid, configure, nested
from transect.sweep.results import flat

NUMBERS = st.lists(st.integers(0, 99), min_size=1, max_size=4, unique=True)


@given(seeds=NUMBERS, latents=NUMBERS)
def test_a_grid_is_the_product_of_its_values(seeds, latents):
    found = Grid({"seed": seeds, "latent": latents}).combinations()
    pairs = [(one["seed"], one["latent"]) for one in found.values()]
    assert pairs == list(itertools.product(seeds, latents))


def test_every_cell_of_a_list_meets_every_value_of_the_grid():
    grid = Grid({"seed": [0, 1]}, {"few": {"latent": 2}, "many": {"latent": 8, "noise": 0.1}})
    assert grid.combinations() == {
        "few,seed=0": {"latent": 2, "seed": 0},
        "few,seed=1": {"latent": 2, "seed": 1},
        "many,seed=0": {"latent": 8, "noise": 0.1, "seed": 0},
        "many,seed=1": {"latent": 8, "noise": 0.1, "seed": 1},
    }


def test_labels_of_the_user_name_cells_and_rows():
    holes = {"small": {"kind": "disc", "radius": 0.1}, "strip": {"kind": "band", "factor": "a"}}
    grid = Grid({"hole": holes})
    assert grid.combinations()["hole=strip"] == {"hole": holes["strip"]}
    assert grid.labels() == {"hole=small": {"hole": "small"}, "hole=strip": {"hole": "strip"}}


def test_a_configuration_changes_in_the_named_fields_alone():
    base = Config()
    changed = configure(base, {"training.epochs": 3, "decoder.kind": "original"})
    assert changed.training.epochs == 3
    assert changed.decoder == {"kind": "original"}
    assert changed.training.batch_size == base.training.batch_size
    assert changed.encoder == base.encoder


DISCS = {"a": {"kind": "disc", "radius": 0.3}, "b": {"kind": "disc", "center": [1.0, 1.0]}}
RADII = {"hole.radius": [0.2, 0.4]}


@pytest.mark.parametrize("axes", [RADII | {"hole": DISCS}, {"hole": DISCS} | RADII])
def test_options_count_beside_the_component_that_they_lie_in(axes):
    found = [configure(Config(), values).hole for values in Grid(axes).combinations().values()]
    assert sorted(found, key=str) == [
        {"kind": "disc", "center": [1.0, 1.0], "radius": 0.2},
        {"kind": "disc", "center": [1.0, 1.0], "radius": 0.4},
        {"kind": "disc", "radius": 0.2},
        {"kind": "disc", "radius": 0.4},
    ]


def test_nesting_puts_fields_together_and_leaves_what_is_given_as_it_is():
    assert nested({"a.b.c": 1, "a.b.d": 2, "a.e": 3}) == {"a": {"b": {"c": 1, "d": 2}, "e": 3}}
    given = {"training": {"learning_rate": 0.01}, "training.epochs": 2, "hole": {"center": [1.0]}}
    before = copy.deepcopy(given)
    found = nested(given)
    found["hole"]["center"].append(2.0)
    assert found["training"] == {"learning_rate": 0.01, "epochs": 2}
    assert given == before


def test_an_option_in_what_has_none_and_an_unknown_field_are_refused():
    with pytest.raises(ValueError, match="no configuration field 'latents'"):
        configure(Config(), {"latents": 3})
    with pytest.raises(ValueError, match=r"can't set hole\.center\.x: center is 5"):
        nested({"hole.center.x": 1, "hole": {"center": 5}})


@pytest.mark.parametrize(
    ("grid", "cells", "message"),
    [
        ({}, {}, "needs a grid of fields or a list of cells"),
        ({"seed": []}, {}, "needs a list of values for seed"),
        ({"seed": 3}, {}, "needs a list of values for seed"),
        ({"seed": "012"}, {}, "needs a list of values for seed"),
        ({"noise": [0.1, "0.1"]}, {}, "'0.1' twice"),
        ({"seed": {"../a": 1}}, {}, "become names of folders"),
        ({}, {".hidden": {"seed": 1}}, "become names of folders"),
        ({"seed": [0, 1]}, {"a": {"seed": 2}}, "varies seed, which cell a sets; give it once"),
    ],
)
def test_bad_grids_are_refused(grid, cells, message):
    with pytest.raises(ValueError, match=message):
        Grid(grid, cells)


def test_factors_with_dots_in_their_names_have_weights_of_their_own():
    weights = {"sample_weights.a": 1.0, "sample_weights.a.b": 2.0, "sample_weights.self": 3.0}
    assert nested(weights) == {"sample_weights": {"a": 1.0, "a.b": 2.0, "self": 3.0}}
    assert configure(Config(), weights).sample_weights == {"a": 1.0, "a.b": 2.0, "self": 3.0}
    assert nested(flat({"sample_weights": {"a": 1.0, "a.b": 2.0}})) == {
        "sample_weights": {"a": 1.0, "a.b": 2.0}
    }
