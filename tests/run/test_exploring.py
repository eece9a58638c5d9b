"""The explorer of a real run: what it shows is what the stored models draw."""

import dataclasses
import json
import re
import shutil

import numpy as np
import pytest

from transect.image.staging import write_text
from transect.measure.error.pixel import pixel_errors
from transect.report.explorer.payload import make_payload
from transect.run import folder as files
from transect.run.exploring import explore, grid_shape, same_task
from transect.run.loaded import Run
from transect.space import Factor, FactorSpace
from transect.sweep.compare import compare
from webpages import CHROMIUM, Visit


@pytest.fixture(scope="module")
def exploration(finished):
    return explore(finished)


def test_samples_are_the_nodes_and_the_transects(finished, exploration):
    space = finished.world.space
    first, last = exploration.factors[0], exploration.factors[exploration.node_count - 1]
    assert first.tolist() == space.low.tolist() and last.tolist() == space.high.tolist()
    lines = np.concatenate([line.points for line in finished.setup.transects])
    np.testing.assert_array_equal(exploration.factors[exploration.node_count :], lines)
    np.testing.assert_allclose(
        exploration.boundary, finished.hole.boundary_distance(exploration.factors)
    )


def test_images_and_errors_are_those_of_the_models(finished, exploration):
    rows = [0, 40, len(exploration.factors) - 1]
    truth = finished.draw(exploration.factors[rows])
    (model,) = exploration.models
    for hand, made_by in ((model.drawn, finished.model), (model.oracle, finished.oracle)):
        expected = made_by.reconstruct(truth)
        np.testing.assert_allclose(hand.images[rows], expected, atol=1e-5)
        for name, errors in pixel_errors(truth, expected).items():
            np.testing.assert_allclose(hand.errors[name][rows], errors, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(model.codes[rows], finished.refined(truth), atol=1e-4)


def test_no_training_image_is_nearer_than_the_nearest(finished, exploration):
    (model,) = exploration.models
    points = finished.setup.points
    train = finished.draw(points.factors[points.where("train")])
    for row in (3, 50):
        apart = np.square(train - exploration.truth[row]).sum(axis=(1, 2))
        shown = np.square(model.nearest[model.nearest_of[row]] - exploration.truth[row]).sum()
        assert shown == pytest.approx(apart.min(), rel=1e-4)
    assert len(np.unique(model.nearest, axis=0)) == len(model.nearest)


def test_the_volume_is_decoded_around_the_training_codes(finished, exploration):
    (model,) = exploration.models
    table = finished.points
    train = table.loc[table["split"] == "train", ["code.0", "code.1", "code.2"]].to_numpy()
    axes = model.volume.axes
    np.testing.assert_allclose([axis[0] for axis in axes], train.min(axis=0))
    np.testing.assert_allclose([axis[-1] for axis in axes], train.max(axis=0))
    node = (1, 2, 3)
    code = np.array([[axis[k] for axis, k in zip(axes, node, strict=True)]])
    flat = np.ravel_multi_index(node, [len(axis) for axis in axes])
    np.testing.assert_allclose(model.volume.images[flat], finished.decode(code)[0], atol=1e-5)
    apart = np.linalg.norm(train - code, axis=1).min()
    assert model.volume.distance[flat] == pytest.approx(apart)
    middles = [(axis[1:] + axis[:-1]) / 2 for axis in axes]
    counts, _ = np.histogramdd(train, [[-np.inf, *middle, np.inf] for middle in middles])
    np.testing.assert_array_equal(model.volume.occupied, counts.ravel() > 0)
    assert 0 < model.volume.occupied.mean() < 1


def test_a_report_made_anew_is_the_same_and_leaves_the_numbers(finished):
    again = explore(finished)
    page = (finished.path / files.PAGE).read_text(encoding="utf-8")
    assert make_payload(again).values["samples"]["truth"]["image"] in page
    assert "explorer" not in (finished.path / files.METRICS).read_text(encoding="utf-8")


def test_a_comparison_of_runs_holds_them_all(finished, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(finished.path, other)
    text = (other / files.CONFIG).read_text(encoding="utf-8")
    (other / files.CONFIG).write_text(text.replace("seed: 0", "seed: 1"), encoding="utf-8")
    page = compare([finished.path, other], tmp_path / "both").read_text(encoding="utf-8")
    (data,) = re.findall(r'id="explorer-data">(.*?)</script>', page)
    names = [model["name"] for model in json.loads(data)["models"]]
    assert len(names) == 2 and names[0].endswith("seed 0") and names[1].endswith("seed 1")


def test_runs_of_other_tasks_are_not_put_side_by_side(finished, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(finished.path, other)
    config = files.read_config(finished.path, trust=False)
    hole = {**config.hole, "radius": 0.2}
    changed = files.dump_config(dataclasses.replace(config, hole=hole))
    write_text(other / files.CONFIG, changed)
    assert same_task([finished, Run(finished.path)])
    assert not same_task([finished, Run(other)])
    page = compare([finished.path, other], tmp_path / "both").read_text(encoding="utf-8")
    assert "explorer-data" not in page


def test_grids_are_even_and_bounded():
    def space(*values):
        return FactorSpace([Factor(f"f{k}", 0, 5, values=v) for k, v in enumerate(values)])

    assert grid_shape(space(None, None, None), 1728) == [12, 12, 12]
    assert grid_shape(space((0, 5), (0, 1, 2), None), 1681) == [2, 3, 280]
    assert grid_shape(space((0, 5), (0, 5)), 1681) == [2, 2]
    assert np.prod(grid_shape(space(*[None] * 12), 1681)) <= 1681


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium is installed")
def test_the_image_on_the_page_is_the_output_of_the_model(browser, finished, exploration):
    visit = Visit(browser, (finished.path / files.PAGE).as_uri(), 1280)
    visit.page.wait_for_selector("#explorer[data-ready]", timeout=60_000)
    deepest = exploration.boundary[: exploration.node_count].argmin()
    truth = finished.draw(exploration.factors[deepest][None])
    expected = {
        "truth": truth,
        "model": finished.reconstruct(truth),
        "oracle": finished.oracle.reconstruct(truth),
    }
    precision = make_payload(exploration).worst + 0.5 / 255
    for kind, image in expected.items():
        canvas = visit.page.locator(f"[data-part=images] .{kind} canvas")
        shades = canvas.evaluate(
            "c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)"
        )
        shown = 1 - np.array(shades).reshape(32, 32, 4)[..., 0] / 255
        assert np.abs(shown - image[0]).max() <= precision, kind
    visit.check_offline()
