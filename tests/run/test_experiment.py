import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
import yaml

from processes import kill_once, needs_kill
from transect.cli import main
from transect.measure.error.pixel import nmse
from transect.run import experiment
from transect.run import folder as files
from transect.run.config import from_dict
from transect.run.experiment import IMAGES, report, run
from transect.run.loaded import Run
from transect.run.model import CodedModel
from transect.run.setup import prepare
from transect.space import Disc

EVERY_FILE = {
    *("config.yaml", "metrics.json", "versions.json", "figures", "report.html"),
    *("points.csv", "transects.csv", "interpolations.csv", "history.csv", "oracle_history.csv"),
    *("model.safetensors", "oracle.safetensors"),
}

without_gpu = pytest.mark.skipif(torch.accelerator.is_available(), reason="a GPU is here")


def test_a_finished_run_holds_every_file_and_no_other(finished):
    assert {path.name for path in finished.path.iterdir()} == EVERY_FILE
    assert not finished.path.with_name(finished.path.name + ".partial").exists()
    figures = {path.name for path in (finished.path / "figures").iterdir()}
    assert len(figures) > 20
    assert {name.replace(".svg", ".png") for name in figures} <= figures


def test_every_point_keeps_its_truth_in_the_table(finished):
    hole = Disc(finished.world.space, 0.3, [1.25, 1.0])
    factors = finished.points[["factor.a", "factor.b"]].to_numpy()
    removed = (finished.points["split"] == "removed").to_numpy()
    np.testing.assert_array_equal(hole.contains(factors), removed)
    np.testing.assert_allclose(
        finished.points["boundary_distance"], hole.boundary_distance(factors)
    )


def test_the_tables_hold_the_errors_of_the_model_on_the_true_images(finished):
    held_out = finished.points[finished.points["split"] != "train"]
    truth = finished.draw(held_out[["factor.a", "factor.b"]])
    codes = finished.encode(truth)
    np.testing.assert_allclose(held_out[["code.0", "code.1", "code.2"]], codes, atol=1e-5)
    made = finished.decode(finished.refined(truth))
    np.testing.assert_allclose(held_out["nmse"], nmse(truth, made), rtol=1e-4)
    np.testing.assert_allclose(
        held_out["oracle.nmse"], nmse(truth, finished.oracle.reconstruct(truth)), rtol=1e-4
    )
    line = finished.transects[finished.transects["transect"] == "P3"]
    truth = finished.draw(line[["factor.a", "factor.b"]])
    np.testing.assert_allclose(line["nmse"], nmse(truth, finished.reconstruct(truth)), rtol=1e-4)


def test_reconstructions_are_refined_as_far_as_the_configuration_says(finished):
    truth = finished.draw(finished.points.loc[:20, ["factor.a", "factor.b"]])
    plain = CodedModel(finished.model.model, truth[0].shape, refine=0)
    np.testing.assert_array_equal(plain.refined(truth), finished.encode(truth))
    np.testing.assert_array_equal(plain.reconstruct(truth), finished.decode(plain.encode(truth)))
    encoded, refined = (nmse(truth, model.reconstruct(truth)) for model in (plain, finished.model))
    assert (refined <= encoded * (1 + 1e-5)).all()
    assert refined.mean() < encoded.mean()
    assert len(finished.refined(truth[:0])) == 0


def test_the_numbers_are_the_means_of_the_tables(finished):
    points, metrics = finished.points, finished.metrics
    removed = points[points["split"] == "removed"]
    assert metrics["removed.count"] == len(removed)
    assert metrics["removed.nmse"] == pytest.approx(removed["nmse"].mean())
    assert metrics["oracle.removed.nmse"] == pytest.approx(removed["oracle.nmse"].mean())
    ratio = removed["nmse"].mean() / removed["oracle.nmse"].mean()
    assert metrics["penalty.nmse"] == pytest.approx(ratio)
    assert metrics["penalty.nmse_low"] <= ratio <= metrics["penalty.nmse_high"]
    defects = (1 - removed["soft_iou"].mean()) / (1 - removed["oracle.soft_iou"].mean())
    assert metrics["penalty.soft_iou"] == pytest.approx(defects)
    line = finished.transects[finished.transects["transect"] == "P2"]
    inside = line[line["in_hole"].astype(bool)]
    assert metrics["transect.P2.inside.bce"] == pytest.approx(inside["bce"].mean())
    assert inside["index"].tolist() == [5, 6, 7, 8, 9]


def test_baselines_know_only_the_training_set(finished):
    train = finished.points[finished.points["split"] == "train"]
    removed = finished.points[finished.points["split"] == "removed"]
    # The nearest training point lies beyond the boundary. A factor error e over ranges of 1.5 and 2
    # is a distance of at most 2 √2 e in raw units.
    farthest = 2 * np.sqrt(2) * removed["nearest_point.factor_error"]
    assert (farthest >= -removed["boundary_distance"] * 0.999).all()
    assert len(train) > 0
    assert (removed["blend.nmse"] > 0).all()
    assert finished.points.loc[train.index, "nearest_image.nmse"].isna().all()


def test_the_written_configuration_repeats_the_run_to_the_bit_side_by_side_too(finished, tmp_path):
    values = yaml.safe_load((finished.path / files.CONFIG).read_text()) | {"report": False}
    config, out = tmp_path / "config.yaml", tmp_path / "out"
    config.write_text(yaml.safe_dump(values))
    # With two threads model and oracle have one each, and so have the parts of measuring.
    command = [sys.executable, "-m", "transect", "run", "--config", str(config), "--quiet"]
    subprocess.run([*command, "--out", str(out)], env=other_threads(), check=True)
    for name in (files.MODEL, files.ORACLE, files.POINTS, files.TRANSECTS, files.INTERPOLATIONS):
        assert (out / name).read_bytes() == (finished.path / name).read_bytes(), name


def other_threads():
    """Return an environment with two threads if there is one, with one otherwise."""
    return os.environ | {"OMP_NUM_THREADS": "2" if torch.get_num_threads() == 1 else "1"}


@needs_kill
def test_a_killed_run_resumes_to_the_same_weights(bare, finished, tmp_path):
    config, out = tmp_path / "tiny.yaml", tmp_path / "killed"
    # What is measured afterwards leaves the weights as they are.
    config.write_text(files.dump_config(dataclasses.replace(bare, oracle=True)))
    command = [sys.executable, "-m", "transect", "run", "--config", str(config), "--out", str(out)]
    partial = files.RunFolder(out).partial
    kill_once((partial / files.MODEL).exists, command)
    assert partial.exists() and not out.exists()
    assert main(["run", "--resume", "--quiet", "--out", str(out)]) == 0
    unmade = {"figures", "report.html", "interpolations.csv"}
    assert {path.name for path in out.iterdir()} == EVERY_FILE - unmade
    for name in (files.MODEL, files.ORACLE):
        assert (out / name).read_bytes() == (finished.path / name).read_bytes(), name


def test_an_interrupted_stage_counts_in_the_time_and_a_seed_changes_the_model(
    bare, finished, tmp_path, monkeypatch
):
    config, out = dataclasses.replace(bare, seed=1), tmp_path / "run"

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(experiment, "measure", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(config, out, progress=False)
    spent = files.read_json(out.with_name("run.partial") / experiment.TIMINGS)
    metrics = Run(run(config, out, resume=True, progress=False)).metrics
    for stage in ("train", "measure"):
        assert metrics[f"seconds.{stage}"] > spent[stage] > 0
    total = metrics["seconds.train"] + metrics["seconds.measure"]
    assert metrics["seconds.total"] == pytest.approx(total)
    assert (out / files.MODEL).read_bytes() != (finished.path / files.MODEL).read_bytes()


def test_the_report_can_be_made_anew_from_the_folder(finished, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in finished.path.iterdir():
        if path.is_file() and path.name != "report.html":
            (copy / path.name).write_bytes(path.read_bytes())
    page = report(copy).read_bytes()
    # With two threads the figures and what the page explores are made side by side.
    command = [sys.executable, "-m", "transect", "report", str(copy)]
    subprocess.run(command, env=other_threads(), check=True)
    assert (copy / "report.html").read_bytes() == page
    for figure in (finished.path / "figures").iterdir():
        if not figure.name.startswith("learning"):
            assert (copy / "figures" / figure.name).read_bytes() == figure.read_bytes()


def test_three_factors_without_an_oracle_and_a_world_without_a_hole_go_all_the_way(tiny, tmp_path):
    bump = {"world": {"kind": "gaussian_bump", "width": [0.1, 0.2]}, "sample_weights": {"x": 1.0}}
    bump |= {"oracle": False, "latent": 2}
    whole = {"hole": {"kind": "none"}}
    for values, lines in ((bump, {"x", "y", "width"}), (whole, {"P1", "P2", "P3"})):
        made = Run(run(from_dict(values, tiny), tmp_path / next(iter(values)), progress=False))
        assert (made.path / files.PAGE).is_file()
        assert made.oracle is None
        assert (made.hole is None) == ("hole" in values)
        assert (made.metrics["removed.count"] == 0) == ("hole" in values)
        assert not [name for name in made.metrics if name.startswith("penalty")]
        assert set(made.transects["transect"]) == lines


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"canvas": {"kind": "original"}}, "square images, the canvas is 229×172"),
        ({"canvas": {"size": 7}}, "7"),
        ({"decoder": {"kind": "transposed", "depth": 3}}, "no option 'depth'"),
        ({"loss": {"kind": "elbow"}}, "no loss 'elbow'; choose from autoencoder"),
        ({"sample_weights": {"c": 1.0}}, "'c'"),
        ({"training": {"device": "cuda:7"}}, "no device 'cuda:7' here; choose from auto, cpu"),
        pytest.param({"training": {"precision": "fp16"}}, "needs a GPU", marks=without_gpu),
    ],
)
def test_an_impossible_run_writes_nothing(values, message, tiny, tmp_path):
    with pytest.raises(ValueError, match=message):
        run(from_dict(values, tiny), tmp_path / "run", progress=False)
    assert not list(tmp_path.iterdir())


def test_loaded_models_refuse_what_is_no_image_and_no_code(finished):
    image = finished.draw([[1.0, 1.0]])
    whole = (255 * image).astype(np.uint8)
    latent = finished.config.latent
    for function in (finished.encode, finished.refined, finished.reconstruct):
        with pytest.raises(ValueError, match="divide images of 0 to 255 by 255"):
            function(whole)
        with pytest.raises(ValueError, match="NaN in row 0"):
            function(np.full_like(image, np.nan))
        with pytest.raises(ValueError, match=r"single image give image\[None\]"):
            function(image[0])
    with pytest.raises(ValueError, match=r"last need values in .*divide"):
        finished.interpolate(image[0], whole[0])
    with pytest.raises(ValueError, match=r"first need the shape \(n, 32, 32\)"):
        finished.interpolate(image[0, :5], image[0])
    with pytest.raises(ValueError, match="32"):
        finished.encode(np.zeros((1, 16, 16)))
    with pytest.raises(ValueError, match="codes need the shape"):
        finished.decode(np.zeros((1, 7)))
    with pytest.raises(ValueError, match="codes need finite numbers, got nan"):
        finished.decode(np.full((1, latent), np.nan))
    with pytest.raises(ValueError, match=r"codes need the shape \(n, latent\)"):
        finished.decode(np.zeros(latent))
    assert finished.decode(np.zeros((0, latent))).shape == (0, 32, 32)
    assert finished.encode(image[:0]).shape == (0, latent)


def test_images_are_drawn_once_for_all_processes_of_a_run(tiny, tmp_path, monkeypatch):
    setup, drawn = prepare(tiny, tmp_path / IMAGES), prepare(tiny).held.pixels()
    setup.fill_store()
    monkeypatch.setattr(type(setup.canvas), "draw", None)
    np.testing.assert_array_equal(prepare(tiny, tmp_path / IMAGES).held.pixels(), drawn)


def test_a_resumed_run_draws_its_images_anew(tiny, tmp_path, monkeypatch):
    folder, found = files.RunFolder(tmp_path / "run"), []
    folder.open(prepare(tiny).config, resume=False)
    np.save(folder.partial / IMAGES, np.zeros((3, 3)))
    monkeypatch.setattr(
        "transect.run.experiment._Experiment.run",
        lambda self: found.append(self.setup.held.pixels().copy()),
    )
    path = run(tiny, folder.final, resume=True, progress=False)
    np.testing.assert_array_equal(found[0], prepare(tiny).held.pixels())
    assert [item.name for item in path.iterdir()] == [files.CONFIG]
