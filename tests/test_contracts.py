"""What one package writes, all others read: keys, fields, tables, and whole run folders."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

import transect
from changed_fields import CHANGES
from planted_metrics import keyed
from transect.cli import main
from transect.measure import catalogue
from transect.measure.key import COMPARED, Key, Source
from transect.run import experiment
from transect.run import folder as files
from transect.run.config import ROLES, Config, resolve, role_of, to_dict
from transect.run.measuring import stored_models
from transect.run.presets import PRESETS, preset
from transect.run.report_data import report_data
from transect.sweep.grid import configure
from transect.sweep.grouping import configuration_fields
from transect.sweep.results import flat, read_results, result, write_results
from transect.world import Rose

TEXTS = {"missing", "verdict", "judged", "judged_note"}
"""Final numbers that are words."""


def test_every_key_that_a_run_writes_is_read_back_and_known(finished):
    for text, value in finished.metrics.items():
        key = Key.parse(text)
        assert str(key) == text
        if isinstance(value, str):
            assert key.measure in TEXTS, text
        else:
            assert catalogue.measure(key.measure).label, text
    errors = {one.name for one in catalogue.IMAGE_MEASURES}
    for table in (finished.points, finished.transects):
        found = [Key.parse(name) for name in table if name.rpartition(".")[2] in errors]
        assert {key.group for key in found} == {""}
        assert {key.source for key in found} >= set(COMPARED)


def test_no_number_is_taken_for_a_field_and_every_field_is_one(finished):
    row = result(finished.path, trust=False)
    fields = row.keys() - finished.metrics.keys()
    assert fields == flat(to_dict(finished.config)).keys()
    assert all(role_of(name) for name in fields)
    planted = {str(Key(name, "removed", source)) for name in ROLES if "." not in name
               for source in Source}  # fmt: skip
    assert not [name for name in (*finished.metrics, *planted) if role_of(name)]
    table = pd.DataFrame([row | {"cell": "one", "error": None}])
    assert set(configuration_fields(table)) == fields


def test_every_field_is_tried():
    assert CHANGES.keys() == ROLES.keys()


@pytest.mark.parametrize("name", [*CHANGES, *PRESETS])
def test_a_configuration_that_is_written_is_read(name, tmp_path):
    changed = name in CHANGES
    config = (
        configure(Config(), {name: CHANGES[name]}) if changed else resolve(preset(name), Rose())
    )
    assert config != Config()
    (tmp_path / files.CONFIG).write_text(files.dump_config(config), encoding="utf-8")
    assert files.read_config(tmp_path, trust=False) == config


def test_what_a_run_writes_is_loaded_reported_compared_and_tabulated(finished, tmp_path, capsys):
    run = transect.load(finished.path)
    assert run.numbers == pytest.approx(keyed(run.metrics), nan_ok=True)
    data = report_data(run)
    assert data.metrics == run.numbers and data.config == to_dict(run.config)
    for name in ("points", "transects", "interpolations", "history", "oracle_history"):
        assert len(getattr(data, name)) == len(getattr(run, name)) > 0
    (tmp_path / "cells").mkdir()
    (tmp_path / "cells" / "one").symlink_to(finished.path)
    write_results({"one": {}}, tmp_path / "cells", tmp_path, {})
    (row,) = read_results(tmp_path).to_dict("records")
    assert main(["compare", str(finished.path), "--json", "--out", str(tmp_path / "page")]) == 0
    (compared,) = json.loads(capsys.readouterr().out)
    for name, value in finished.metrics.items():
        if value == value:
            assert row[name] == compared[name] == value


def test_a_resumed_run_measures_the_models_that_an_interrupted_one_stored(
    finished, tmp_path, monkeypatch
):
    def stop(setup, folder):
        truth = setup.images("removed")
        for model, own in zip(
            stored_models(setup, folder), (finished.model, finished.oracle), strict=True
        ):
            np.testing.assert_array_equal(model.reconstruct(truth), own.reconstruct(truth))
        raise KeyboardInterrupt

    kept = (files.CONFIG, files.MODEL, files.ORACLE, files.HISTORY, files.ORACLE_HISTORY)
    partial = files.RunFolder(tmp_path / "run").partial
    partial.mkdir()
    for name in kept:
        shutil.copy(finished.path / name, partial)
    monkeypatch.setattr(experiment, "measure", stop)
    with pytest.raises(KeyboardInterrupt):
        experiment.run(finished.config, tmp_path / "run", resume=True, progress=False)
