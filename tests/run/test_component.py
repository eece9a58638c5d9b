import sys
import types

import pytest

from transect.run.component import CANVAS, DECODER, HOLE, LOSS, WORLD, build, kinds, merge
from transect.run.config import COMPONENTS
from transect.space import Disc, Factor, FactorSpace, Union
from transect.world import Rose

SPACE = FactorSpace([Factor("a", 0.5, 2.0), Factor("b", 0.0, 2.0)])


def test_kinds_are_the_concrete_exports_of_a_type_in_lower_case():
    assert kinds(HOLE)["half_space"].__name__ == "HalfSpace"
    assert {"disc", "ball", "box", "band", "polygon", "union", "complement"} <= set(kinds(HOLE))
    assert "hole" not in kinds(HOLE)
    assert {"rose", "ellipse", "dsprites", "mpi3d"} <= set(kinds(WORLD))
    assert {"square", "original"} == set(kinds(CANVAS))
    assert {"original", "transposed"} <= set(kinds(DECODER))
    assert {"elbo", "original"} <= set(kinds(LOSS))


def test_components_and_those_within_are_built_with_options_and_what_the_program_knows():
    disc = build(HOLE, {"kind": "Disc", "radius": 0.3, "center": [1.25, 1]}, space=SPACE)
    assert isinstance(disc, Disc)
    assert disc.contains([[1.25, 1.0]]).tolist() == [True]
    small = {"kind": "disc", "radius": 0.1}
    parts = [small, small | {"center": [0.7, 0.4]}]
    hole = build(HOLE, {"kind": "union", "parts": parts}, space=SPACE)
    assert isinstance(hole, Union)
    assert hole.contains([[0.7, 0.4], [1.25, 1.0], [1.9, 1.9]]).tolist() == [True, True, False]


def test_a_class_of_the_user_is_found_by_its_import_path(tmp_path, monkeypatch):
    (tmp_path / "worlds_of_mine.py").write_text(
        "from transect.world import Rose\nclass Mine(Rose):\n    '''Mine.'''\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    world = build(WORLD, {"kind": "worlds_of_mine:Mine", "petals": 3})
    assert isinstance(world, Rose)
    assert type(world).__name__ == "Mine"


@pytest.mark.parametrize(
    ("component", "message"),
    [
        ({"kind": "disk", "radius": 1}, "no hole 'disk'; choose from ball, band"),
        ({"radius": 1}, "every hole needs a kind"),
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
        build(HOLE, component, space=SPACE)


FOREIGN = [
    ("encoder", {"kind": "transect.run.config:Config"}, "derives from transect.model.encoder"),
    ("world", {"kind": "transect.space:Disc", "radius": 1}, "derives from transect.world.World"),
    ("world", {"kind": "transect.world:CurveWorld"}, "lacks curves"),
    ("canvas", {"kind": "pathlib:Path"}, "derives from transect.image.Canvas"),
    ("decoder", {"kind": "transect.model.encoder:StridedEncoder"}, "derives from"),
    ("loss", {"kind": "entanglement", "base": {"kind": "fractions:Fraction"}}, "derives from"),
    ("hole", {"kind": "subprocess:Popen", "args": ["touch", "made"]}, "derives from"),
    ("hole", {"kind": "union", "parts": [[{"kind": "subprocess:Popen"}]]}, "derives from"),
    ("hole", {"kind": "a b:c"}, "package.module:Class"),
    ("hole", {"kind": "union", "parts": [{"kind": "disc", "radius": 1}, 3]}, "parts needs a list"),
]


@pytest.mark.parametrize(("of", "component", "message"), FOREIGN)
def test_a_kind_is_a_class_of_its_type_before_anything_is_made(
    of, component, message, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(ValueError, match=message):
        build(COMPONENTS[of], component, space=SPACE)
    assert list(tmp_path.iterdir()) == []


def test_no_part_is_made_where_another_is_refused():
    made = []

    class Counted(Disc):
        def __init__(self, space: FactorSpace, radius: float) -> None:
            made.append(radius)
            super().__init__(space, radius)

    module = types.ModuleType("counted_holes")
    module.Counted = Counted
    sys.modules["counted_holes"] = module
    good = {"kind": "counted_holes:Counted", "radius": 0.1}
    try:
        for bad in ({"kind": "disk"}, {"kind": "pathlib:Path"}):
            with pytest.raises(ValueError, match="hole"):
                build(HOLE, {"kind": "union", "parts": [good, bad]}, space=SPACE)
        assert made == []
        build(HOLE, {"kind": "union", "parts": [good, good]}, space=SPACE)
        assert made == [0.1, 0.1]
    finally:
        del sys.modules["counted_holes"]


def test_merging_keeps_options_of_the_same_kind_and_drops_those_of_another():
    disc = {"kind": "disc", "radius": 0.3}
    assert merge(disc, {"radius": 0.5}) == {"kind": "disc", "radius": 0.5}
    assert merge(disc, {"kind": "Disc", "radius": 0.5}) == {"kind": "Disc", "radius": 0.5}
    assert merge(disc, {"kind": "box", "low": [0, 0]}) == {"kind": "box", "low": [0, 0]}
    assert merge(disc, None) == disc
