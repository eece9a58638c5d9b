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
from transect.run.experiment import run
from transect.run.loaded import Run
from transect.run.setup import prepare
from transect.sweep.compare import compare
from transect.sweep.results import read_results, write_results
from transect.training import sample_weights
from webpages import Parsed

NAMES = ("nmse", "__proto__", 'NA, "<b>;\n$x_{$ θ')


@pytest.fixture(scope="module")
def config(tiny):
    world = {"kind": "dangerous_names:Named", "names": list(NAMES)}
    points = dataclasses.replace(tiny.points, count=60)
    return dataclasses.replace(
        tiny, world=world, hole={}, transects=[], points=points, sample_weights={"nmse": 2.0}
    )


@pytest.fixture(scope="module")
def named(config, tmp_path_factory):
    return Run(run(config, tmp_path_factory.mktemp("named") / "run", progress=False), trust=True)


def test_every_factor_has_a_column_of_its_own(named):
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
    assert list(named.points.columns.duplicated()) == [False] * len(named.points.columns)


def test_every_transect_has_numbers_of_its_own(named):
    assert named.transects["transect"].unique().tolist() == list(NAMES)
    for name in NAMES:
        line = named.transects[named.transects["transect"] == name]
        inside = line.loc[line["in_hole"], "nmse"].mean()
        assert named.metrics[f"transect.{name}.inside.nmse"] == pytest.approx(inside)
        assert f"oracle.transect.{name}.outside.nmse" in named.metrics


def test_the_page_shows_the_names_as_text(named):
    page = Parsed((named.path / files.PAGE).read_text(encoding="utf-8"))
    assert not page.every("b")
    payload, _ = json.JSONDecoder(parse_constant=refuse).raw_decode(page.text("script").strip())
    shown = [factor["label"] for factor in payload["factors"]]
    assert shown == ["nmse", "__proto__", 'NA, "<b>; $x_{$ θ']


def test_its_points_are_the_points_of_another_run(named):
    values = dataclasses.asdict(named.config.points) | {"file": str(named.path / files.POINTS)}
    points = dataclasses.replace(named.config.points, **values)
    again = prepare(dataclasses.replace(named.config, points=points)).points
    own = named.setup.points
    np.testing.assert_array_equal(np.unique(again.factors, axis=0), np.unique(own.factors, axis=0))


def test_weights_find_factors_by_their_plain_names(named):
    points = named.setup.points
    kept = points.factors[points.split == "train"]
    weights = sample_weights(kept, points.space.names, named.config.sample_weights)
    assert np.corrcoef(weights, kept[:, 0])[0, 1] == pytest.approx(1)


def test_runs_are_compared_and_swept(named, tmp_path, capsys):
    (tmp_path / "cells").mkdir()
    for cell in ("one", "two"):
        (tmp_path / "cells" / cell).symlink_to(named.path)
    table = write_results({"one": {}, "two": {}}, tmp_path / "cells", tmp_path, {})
    key = f"transect.{NAMES[2]}.in_hole_nmse"
    assert read_results(tmp_path)[key].tolist() == table[key].tolist()
    assert pd.read_csv(tmp_path / "results.csv")[key].tolist() == pytest.approx([*table[key]])
    page = compare([named.path], tmp_path / "compared", trust=True)
    assert "<b>" not in page.read_text(encoding="utf-8")
    main(["compare", str(named.path), "--json", "--trust", "--out", str(tmp_path / "again")])
    (row,) = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert row[key] == pytest.approx(named.metrics[key])
    assert row["sample_weights.nmse"] == 2.0


def test_every_file_of_json_is_strict(named):
    found = list(named.path.rglob("*.json"))
    assert len(found) >= 2
    for path in found:
        json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def test_numbers_that_are_not_finite_return_as_nan(tmp_path):
    files.write_json(tmp_path / "x.json", {"a": np.float32("inf"), "b": [np.nan], "c": 1})
    text = (tmp_path / "x.json").read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=refuse) == {"a": None, "b": [None], "c": 1}
    found = files.read_json(tmp_path / "x.json")
    assert np.isnan(found["a"]) and found["c"] == 1


def test_names_in_tables_stay_text(tmp_path):
    names = ["NA", "1", "nan", "", "two\r\nlines", "1.0", "True"]
    table = pd.DataFrame({"transect": names, "factor.a\r;": np.arange(7) / 3, "in_hole": True})
    files.write_table(tmp_path / "t.csv", table)
    found = files.read_table(tmp_path / "t.csv", ("transect", "in_hole"))
    assert found["transect"].tolist() == names
    assert found["factor.a\r;"].tolist() == table["factor.a\r;"].tolist()


def test_transects_of_one_name_are_refused(config):
    line = {"name": "x", "start": [0, 0, 0], "end": [1, 1, 1]}
    with pytest.raises(ValueError, match="transects need different names, got 'x' twice"):
        prepare(dataclasses.replace(config, transects=[line, line | {"end": [1, 1, 0]}]))


def test_default_transects_have_different_names():
    lines = Named(("antidiagonal", "antidiagonal′")).default_transects()
    assert len({line["name"] for line in lines}) == len(lines) == 3
