"""A run whose factors are called as columns, programs and markup are."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from dangerous_names import Named
from test_strict_json import refuse
from transect.cli import main
from transect.measure.error.pixel import pixel_errors
from transect.run import folder as files
from transect.run.config import from_dict
from transect.run.experiment import run
from transect.run.loaded import Run
from transect.run.setup import prepare
from transect.sweep.results import read_results, write_results
from transect.training import sample_weights
from webpages import Parsed

NAMES = ("nmse", "__proto__", 'NA, "<b>;\n$x_{$ θ')


@pytest.fixture(scope="module")
def config(tiny):
    values = {
        "world": {"kind": "dangerous_names:Named", "names": list(NAMES)},
        "points": {"count": 60},
        "sample_weights": {"nmse": 2.0},
        "measure": {"attribution": False},
    }
    return from_dict(values, tiny)


@pytest.fixture(scope="module")
def named(config, tmp_path_factory):
    return Run(run(config, tmp_path_factory.mktemp("named") / "run", progress=False), trust=True)


def test_every_factor_and_every_transect_has_columns_and_numbers_of_its_own(named):
    points = prepare(named.config).points
    columns = [f"factor.{name}" for name in NAMES]
    np.testing.assert_allclose(named.points[columns], points.factors, rtol=1e-15)
    held_out = named.points[named.points["split"] != "train"]
    truth = named.draw(held_out[columns])
    np.testing.assert_allclose(
        held_out["nmse"], pixel_errors(truth, named.reconstruct(truth))["nmse"], rtol=1e-4
    )
    codes = held_out[[f"code.{k}" for k in range(named.config.latent)]]
    np.testing.assert_allclose(codes, named.encode(truth), atol=1e-5)
    assert not named.points.columns.duplicated().any()
    assert named.transects["transect"].unique().tolist() == list(NAMES)
    for name in NAMES:
        line = named.transects[named.transects["transect"] == name]
        inside = line.loc[line["in_hole"], "nmse"].mean()
        assert named.metrics[f"transect.{name}.inside.nmse"] == pytest.approx(inside)
        assert f"oracle.transect.{name}.outside.nmse" in named.metrics


def test_the_page_shows_the_names_as_text_and_every_file_of_json_is_strict(named):
    page = Parsed((named.path / files.PAGE).read_text(encoding="utf-8"))
    assert not page.every("b")
    payload, _ = json.JSONDecoder(parse_constant=refuse).raw_decode(page.text("script").strip())
    shown = [factor["label"] for factor in payload["factors"]]
    assert shown == ["nmse", "__proto__", 'NA, "<b>; $x_{$ θ']
    found = list(named.path.rglob("*.json"))
    assert len(found) >= 2
    for path in found:
        json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def test_its_points_are_the_points_of_another_run_and_weights_find_their_factors(named):
    file = {"points": {"file": str(named.path / files.POINTS)}}
    again = prepare(from_dict(file, named.config)).points
    own = named.setup.points
    np.testing.assert_array_equal(np.unique(again.factors, axis=0), np.unique(own.factors, axis=0))
    kept = own.factors[own.split == "train"]
    weights = sample_weights(kept, own.space.names, named.config.sample_weights)
    assert np.corrcoef(weights, kept[:, 0])[0, 1] == pytest.approx(1)


def test_runs_are_compared_and_swept(named, tmp_path, capsys):
    (tmp_path / "cells").mkdir()
    for cell in ("one", "two"):
        (tmp_path / "cells" / cell).symlink_to(named.path)
    table = write_results({"one": {}, "two": {}}, tmp_path / "cells", tmp_path, {})
    key = f"transect.{NAMES[2]}.inside.nmse"
    assert read_results(tmp_path)[key].tolist() == table[key].tolist()
    assert pd.read_csv(tmp_path / "results.csv")[key].tolist() == pytest.approx([*table[key]])
    main(["compare", str(named.path), "--json", "--trust", "--out", str(tmp_path / "compared")])
    (row,) = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert row[key] == pytest.approx(named.metrics[key])
    assert row["sample_weights.nmse"] == 2.0
    assert "<b>" not in (tmp_path / "compared" / files.PAGE).read_text(encoding="utf-8")


def test_transects_have_different_names(config):
    line = {"name": "x", "start": [0, 0, 0], "end": [1, 1, 1]}
    with pytest.raises(ValueError, match="transects need different names, got 'x' twice"):
        prepare(dataclasses.replace(config, transects=[line, line | {"end": [1, 1, 0]}]))
    lines = Named(("antidiagonal", "antidiagonal′")).default_transects()
    assert len({line["name"] for line in lines}) == len(lines) == 3
