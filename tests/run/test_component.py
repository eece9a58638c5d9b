import sys

import pytest

from transect.run.component import build, kinds, merge
from transect.space import Disc, Factor, FactorSpace, Union
from transect.world import Rose

SPACE = FactorSpace([Factor("a", 0.5, 2.0), Factor("b", 0.0, 2.0)])


def test_kinds_are_the_concrete_exports_of_a_room_in_lower_case():
    assert kinds("hole")["half_space"].__name__ == "HalfSpace"
    assert {"disc", "ball", "box", "band", "polygon", "union", "complement"} <= set(kinds("hole"))
    assert "hole" not in kinds("hole")
    assert {"rose", "ellipse", "dsprites", "mpi3d"} <= set(kinds("world"))
    assert {"square", "original"} == set(kinds("canvas"))
    assert {"original", "transposed"} <= set(kinds("decoder"))
    assert {"elbo", "original"} <= set(kinds("loss"))


def test_a_component_is_built_with_its_options_and_what_the_program_knows():
    hole = build("hole", {"kind": "Disc", "radius": 0.3, "center": [1.25, 1]}, space=SPACE)
    assert isinstance(hole, Disc)
    assert hole.contains([[1.25, 1.0]]).tolist() == [True]


def test_components_within_a_component_are_built_first():
    disc = {"kind": "disc", "radius": 0.1}
    parts = [disc, disc | {"center": [0.7, 0.4]}]
    hole = build("hole", {"kind": "union", "parts": parts}, space=SPACE)
    assert isinstance(hole, Union)
    assert hole.contains([[0.7, 0.4], [1.25, 1.0], [1.9, 1.9]]).tolist() == [True, True, False]


def test_a_class_of_the_user_is_found_by_its_import_path(tmp_path, monkeypatch):
    (tmp_path / "worlds_of_mine.py").write_text(
        "from transect.world import Rose\nclass Mine(Rose):\n    '''Mine.'''\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    world = build("world", {"kind": "worlds_of_mine:Mine", "petals": 3})
    assert isinstance(world, Rose)
    assert type(world).__name__ == "Mine"


@pytest.mark.parametrize(
    ("component", "message"),
    [
        ({"kind": "disk", "radius": 1}, "no hole 'disk'; choose from ball, band"),
        ({"radius": 1}, "a hole needs a kind"),
        ({"kind": "disc", "radius": 0.3, "centre": [1, 1]}, "no option 'centre'; choose from"),
        ({"kind": "disc"}, "hole 'disc' needs the option 'radius'"),
        ({"kind": "disc", "radius": -1}, "hole 'disc': .*-1"),
        ({"kind": "no_such_module:Hole"}, "can't import 'no_such_module'"),
        ({"kind": "transect.space:Nothing"}, "has no class 'Nothing'"),
        ({"kind": "union", "parts": [{"kind": "disk"}]}, "no hole 'disk'"),
    ],
)
def test_a_wrong_component_says_what_is_allowed(component, message):
    with pytest.raises(ValueError, match=message):
        build("hole", component, space=SPACE)


def test_merging_keeps_options_of_the_same_kind_and_drops_those_of_another():
    disc = {"kind": "disc", "radius": 0.3}
    assert merge(disc, {"radius": 0.5}) == {"kind": "disc", "radius": 0.5}
    assert merge(disc, {"kind": "Disc", "radius": 0.5}) == {"kind": "Disc", "radius": 0.5}
    assert merge(disc, {"kind": "box", "low": [0, 0]}) == {"kind": "box", "low": [0, 0]}
    assert merge(disc, None) == disc
