import dataclasses
import json
from itertools import product
from math import pi
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from transect.cli import main
from transect.model import ImageMap
from transect.run.config import from_dict
from transect.run.experiment import run
from transect.run.judging import judge
from transect.run.loaded import Run
from transect.run.presets import preset
from transect.run.repeats import cut_factors, notices, notices_after, notices_before, repeated
from transect.run.setup import prepare
from transect.sweep.cells import run_cells

TURNS = np.linspace(0, 2 * pi, 5)
PLACES = np.linspace(0, 1, 8)
VALUES = ([1.0], [1.0, 2.0, 3.0], [0.5, 1.0], TURNS, PLACES, PLACES)


def _shape(kind, scale, turn, x, y):
    """A square, a bar or an L of whole quarter turns, as it would be drawn."""
    side = 8 if scale < 1 else 12
    form = np.zeros((side, side), np.uint8)
    form[:, : side // 4] = 1
    if kind == 1:
        form[:] = 1
    if kind == 3:
        form[: side // 4] = 1
    image = np.zeros((64, 64), np.uint8)
    column, row = round(x * 48), round(y * 48)
    image[row : row + side, column : column + side] = np.rot90(form, round(turn / (pi / 2)))
    return image


@pytest.fixture(scope="module")
def sprites(tmp_path_factory):
    """The layout of dSprites with shapes that repeat after a quarter, a half and a full turn."""
    path = tmp_path_factory.mktemp("sprites") / "sprites.npz"
    latents = np.array(list(product(*VALUES)))
    np.savez(path, imgs=np.stack([_shape(*row[1:]) for row in latents]), latents_values=latents)
    return path


def configured(path, **changes):
    values = {
        "world": {"kind": "dsprites", "path": str(path)},
        "points": {"count": 600},
        "canvas": {"kind": "square", "size": 32},
        "hole": {"kind": "band", "factor": "orientation", "low": 3.0, "high": 3.3},
    }
    return from_dict(values | changes, preset("smoke"))


def test_the_repeated_images_of_a_split_are_those_that_a_comparison_of_all_finds(sprites):
    setup = prepare(configured(sprites))
    train = setup.points.where("train")
    shown = {setup.held.pixels([row])[0].tobytes() for row in train}
    expected = [
        split != "train" and setup.held.pixels([row])[0].tobytes() in shown
        for row, split in enumerate(setup.points.split)
    ]
    found = repeated(setup.held)
    np.testing.assert_array_equal(found, expected)
    kinds = setup.points.factors[(setup.points.split == "removed") & found, 0]
    # A half turn takes a square and a bar to themselves, but no L.
    assert set(kinds) == {1.0, 2.0}


def test_the_repeated_end_of_a_periodic_factor_is_not_drawn(sprites):
    setup = prepare(configured(sprites, points={"count": 3 * 2 * 4 * 64}))
    assert setup.points.factors[:, 2].max() == TURNS[-2]
    with pytest.raises(ValueError, match="at most 1536"):
        prepare(configured(sprites, points={"count": 3 * 2 * 4 * 64 + 1}))


def test_a_hole_that_holds_one_end_of_a_factor_that_comes_round_is_told():
    hole = {"kind": "band", "factor": "orientation", "low": 2.8, "high": 3.2}
    turning = from_dict({"world": {"kind": "ellipse"}, "hole": hole}, preset("smoke"))
    assert cut_factors(prepare(turning)) == ("orientation",)
    assert "both ends of orientation" in notices_before(prepare(turning))[0]
    for world, middle in (({"kind": "ellipse", "orientation": [0, 3.1]}, hole), (None, None)):
        changes = {"hole": middle or hole | {"low": 1.0, "high": 2.0}}
        clean = dataclasses.replace(turning, **changes, world=world or turning.world)
        assert cut_factors(prepare(clean)) == ()


def test_a_clean_world_has_nothing_to_tell():
    assert notices_before(prepare(preset("smoke"))) == ()
    assert notices(0, 9) == ()
    assert "1 of the 9 images in the hole lies outside" in notices(1, 9)[0]


def test_a_run_tells_it_before_training_and_in_its_numbers_and_report(sprites, bare, tmp_path):
    canvas = {"kind": "square", "size": 16}
    off = {"oracle": False, "report": False, "measure": vars(bare.measure)}
    config = configured(sprites, points={"count": 300}, canvas=canvas, **off)
    with pytest.warns(UserWarning) as warned:
        made = Run(run(config, tmp_path / "run", progress=False))
    count, removed = made.metrics["removed.repeated"], made.metrics["removed.count"]
    assert 0 < count < removed
    words = f"{count} of the {removed} images in the hole lie outside of it as well"
    assert [str(one.message).partition(",")[0] for one in warned] == [words]
    assert notices_after(prepare(config), made.numbers)[0].startswith(words)
    repeats = made.points["repeated"].astype(bool)
    assert repeats[made.points["split"] == "removed"].sum() == count
    assert not repeats[made.points["split"] == "train"].any()


def test_a_judged_model_is_told_of_them(sprites, tmp_path):
    config = configured(sprites, points={"count": 200}, report=False, measure={"recovery": False})
    with pytest.warns(UserWarning, match="images in the hole lie outside"):
        judged = judge(ImageMap(lambda images: images), config, tmp_path / "judged")
    assert judged.metrics["removed.repeated"] > 0


def test_cells_of_a_sweep_are_told_of_before_the_first_starts(sprites, tmp_path):
    cells = {f"s{at}": dataclasses.replace(configured(sprites), refine=at) for at in (0, 1)}
    idle = Mock(run=Mock(return_value=[]))
    with pytest.warns(UserWarning) as warned:
        run_cells(cells, tmp_path / "cells", engine=idle, progress=False)
    assert len(warned) == 1
    assert str(warned[0].message).startswith("cell s0: ")


def test_scores_of_images_in_the_hole_that_lie_outside_as_well_are_told_of(tmp_path, capsys):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (4, 12, 12), dtype=np.uint8)[[0, 1, 2, 0]]
    for at, image in enumerate(images):
        for folder in ("truth", "made"):
            (tmp_path / folder).mkdir(exist_ok=True)
            Image.fromarray(image).save(tmp_path / folder / f"{at}.png")
    points = tmp_path / "points.csv"
    points.write_text("a,b\n1.25,1\n1.3,1\n0.5,0\n2,2\n")
    words = [str(tmp_path / "truth"), str(tmp_path / "made"), "--points", str(points)]
    with pytest.warns(UserWarning, match="1 of the 2 images in the hole lies outside"):
        assert main(["score", *words, "--hole", "disc", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["inside.repeated"] == 1
