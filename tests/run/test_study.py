"""A study from its configuration to its page."""

import dataclasses
import shutil

import numpy as np
import pandas as pd
import pytest
from scipy.stats import sem, t

from transect.cli import main
from transect.run import folder as files
from transect.run.config import StudyConfig, from_dict
from transect.run.loaded import Run
from transect.run.study import _summary, run_study, study_cells

LOSSES = {"0": {"kind": "entanglement", "entanglement": 0.0}, "1": {"kind": "entanglement"}}


@pytest.fixture(scope="module")
def config(tiny):
    values = {"hole": {"kind": "none"}, "oracle": False, "study": {"losses": LOSSES, "seeds": 2}}
    return from_dict(values, tiny)


@pytest.fixture(scope="module")
def made(config, tmp_path_factory):
    return run_study(config, tmp_path_factory.mktemp("studies") / "tiny", progress=False)


def test_a_study_has_a_cell_for_every_loss_and_seed(config):
    cells = study_cells(config)
    assert list(cells) == ["0-s0", "1-s0", "0-s1", "1-s1"]
    assert [cell.seed for cell in cells.values()] == [0, 0, 1, 1]
    assert cells["1-s1"].loss == LOSSES["1"]
    assert not any(cell.study.losses for cell in cells.values())


def test_its_scores_are_the_numbers_of_its_cells(made):
    scores = pd.read_csv(made / "scores.csv", dtype={"loss": str})
    assert len(scores) == 4
    for row in scores.to_dict("records"):
        cell = Run(made / "cells" / f"{row['loss']}-s{row['seed']}")
        assert row["validation_nmse"] == pytest.approx(cell.metrics["validation_nmse"])
    numbers = files.read_json(made / files.METRICS)
    means = scores.groupby("loss")["embedding_mig"].mean()
    assert numbers["1/embedding_mig"] == pytest.approx(means["1"])
    assert numbers["1/embedding_mig_low"] <= means["1"] <= numbers["1/embedding_mig_high"]


def test_cells_of_one_seed_share_their_points(made):
    one, other = (Run(made / "cells" / f"{loss}-s1").points for loss in LOSSES)
    np.testing.assert_array_equal(one[["factor.a", "factor.b"]], other[["factor.a", "factor.b"]])
    assert not one["code.0"].equals(other["code.0"])


def test_its_page_can_be_made_anew(made, capsys):
    page = (made / files.PAGE).read_bytes()
    (made / files.PAGE).unlink()
    assert main(["report", str(made)]) == 0
    assert capsys.readouterr().out.strip() == str(made / files.PAGE)
    assert (made / files.PAGE).read_bytes() == page


def test_an_interrupted_study_keeps_its_finished_cells(config, made, tmp_path):
    out = tmp_path / "study"
    (tmp_path / "study.partial" / "cells").mkdir(parents=True)
    (tmp_path / "study.partial" / files.CONFIG).write_text((made / files.CONFIG).read_text())
    kept = ["0-s0", "1-s0", "0-s1"]
    for name in kept:
        shutil.copytree(made / "cells" / name, tmp_path / "study.partial" / "cells" / name)
    partial, finished = (place / "cells" for place in (tmp_path / "study.partial", out))
    before = [(partial / name / files.METRICS).stat().st_mtime_ns for name in kept]
    run_study(config, out, resume=True, progress=False)
    assert [(finished / name / files.METRICS).stat().st_mtime_ns for name in kept] == before
    assert (finished / "1-s1" / files.METRICS).exists()
    assert (out / files.PAGE).exists()


def test_an_impossible_loss_is_refused_before_anything_is_written(config, tmp_path):
    study = StudyConfig(losses={"good": {"kind": "elbo"}, "bad": {"kind": "elbow"}})
    with pytest.raises(ValueError, match="no loss 'elbow'"):
        run_study(dataclasses.replace(config, study=study), tmp_path / "study", progress=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b"])
def test_names_that_are_no_folders_are_refused(name):
    with pytest.raises(ValueError, match="names of letters"):
        StudyConfig(losses={name: {"kind": "elbo"}})


@pytest.mark.parametrize("values", [{"seeds": 0}, {"workers": 0}])
def test_counts_out_of_range_are_refused(values):
    with pytest.raises(ValueError, match="needs a whole number from 1 to 10000"):
        StudyConfig(**values)


def planted_scores(losses=("x", "x_oracle")):
    """Return per-seed numbers that have intervals of their own, over images."""
    generator = np.random.default_rng(0)
    table = pd.DataFrame({"loss": np.repeat(losses, 5), "seed": list(range(5)) * len(losses)})
    for name in ("penalty_nmse", "oracle_removed_nmse", "removed_nmse", "embedding_two_nn"):
        table[name] = generator.lognormal(size=len(table))
        table[f"{name}_low"], table[f"{name}_high"] = table[name] - 0.01, table[name] + 0.01
    return table.assign(embedding_verdict="bent")


def test_intervals_of_a_study_are_those_over_seeds():
    scores = planted_scores()
    found = _summary(scores)
    for loss in ("x", "x_oracle"):
        values = scores.loc[scores["loss"] == loss, "penalty_nmse"]
        low, high = t.interval(0.95, 4, loc=values.mean(), scale=sem(values))
        assert found[f"{loss}/penalty_nmse"] == pytest.approx(values.mean())
        assert found[f"{loss}/penalty_nmse_low"] == pytest.approx(low)
        assert found[f"{loss}/penalty_nmse_high"] == pytest.approx(high)
    # four measures, each with two ends, of two losses; no end has ends
    assert len(found) == 4 * 3 * 2


def test_no_two_losses_share_a_number():
    scores = planted_scores()
    found = _summary(scores)
    for loss in ("x", "x_oracle"):
        for name in ("removed_nmse", "oracle_removed_nmse"):
            mean = scores.loc[scores["loss"] == loss, name].mean()
            assert found[f"{loss}/{name}"] == pytest.approx(mean)


def test_one_seed_has_no_interval():
    found = _summary(planted_scores(["x"]).iloc[:1])
    assert np.isnan([found["x/removed_nmse_low"], found["x/removed_nmse_high"]]).all()
