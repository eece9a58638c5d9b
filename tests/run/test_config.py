import numpy as np
import pytest
import yaml

from transect.run.config import Config, from_dict, resolve, to_dict
from transect.run.folder import dump_config
from transect.run.presets import preset
from transect.world import Ellipse, Rose


def test_values_replace_those_of_the_base_and_leave_the_others():
    config = from_dict(
        {"seed": 3, "training": {"epochs": 2}, "hole": {"radius": 0.5}}, preset("seed")
    )
    assert config.seed == 3
    assert config.training.epochs == 2
    assert config.training.batch_size == 8
    assert config.hole == {"radius": 0.5}
    assert to_dict(config)["points"] == to_dict(preset("seed"))["points"]


def test_the_world_proposes_hole_and_transects():
    config = resolve(from_dict({"hole": {"radius": 0.5}}), Rose())
    assert config.hole["kind"] == "disc"
    assert config.hole["radius"] == 0.5
    assert [line["name"] for line in config.transects] == ["P1", "P2", "P3"]
    assert config.transects[2]["start"] == [0.5, 2]
    assert resolve(Config(), Ellipse()).hole["unit"] == "box"


def test_another_world_drops_the_hole_and_transects_of_the_first():
    rose = resolve(Config(), Rose())
    moved = from_dict({"world": {"kind": "ellipse"}}, rose)
    assert moved.hole == {}
    assert moved.transects == []
    kept = from_dict({"world": {"petals": 3}}, rose)
    assert kept.hole == rose.hole


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sed": 1}, "no configuration field 'sed'; choose from preset, seed"),
        ({"training": {"epoch": 1}}, "no configuration field 'training.epoch'; choose from epochs"),
        ({"points": {"count": 3}}, "points.count needs a whole number from 10 up, got 3$"),
        ({"points": {"validation": 1.5}}, ".*got 1.5$"),
        ({"seed": None}, "seed needs a whole number from 0 up, got None$"),
        ({"hole": None}, "hole needs {kind, options}, got None$"),
        ({"training": {"epochs": None}}, r"training\.epochs needs .*, got None$"),
        ({"training": 5}, "training needs {field: value}, got 5$"),
        ({"points": None}, "points needs {field: value}, got None$"),
    ],
)
def test_an_impossible_value_is_refused_in_one_line_with_its_source(values, message):
    with pytest.raises(ValueError, match=f"^the file: {message}"):
        from_dict(values, source="the file")


def test_an_unknown_preset_is_refused():
    with pytest.raises(ValueError, match="no preset 'sed'; choose from default, seed"):
        preset("sed")


def test_numbers_of_numpy_become_plain_ones():
    config = Config(seed=np.int64(2**40), noise=np.float64(0.25), oracle=np.bool_(False))
    assert config == Config(seed=2**40, noise=0.25, oracle=False)
    assert from_dict(yaml.safe_load(dump_config(config))) == config
