"""Runs on small files with the keys, the shapes and the values of the published data sets."""

from itertools import product
from math import pi
from unittest.mock import Mock

import h5py
import numpy as np
import pytest

from transect.cli import main
from transect.run import experiment
from transect.run.config import from_dict
from transect.run.experiment import run
from transect.run.folder import dump_config
from transect.run.loaded import Run
from transect.run.presets import preset
from transect.run.setup import prepare

TINY = {
    "points": {"count": 400},
    "canvas": {"size": 16},
    "latent": 2,
    "decoder": {"kind": "mlp"},
    "training": {"epochs": 1, "batch_size": 64},
}
DSPRITES = (
    [1.0],
    [1.0, 2.0, 3.0],
    [0.5, 1.0],
    np.linspace(0, 2 * pi, 40)[::13],
    np.linspace(0, 1, 32)[::4],
    np.linspace(0, 1, 32)[::4],
)
SHAPES3D = (
    np.arange(10)[::3] / 10,
    [0.5],
    [0.0, 0.5],
    np.linspace(0.75, 1.25, 8)[::2],
    [0.0, 1.0, 2.0, 3.0],
    np.linspace(-30, 30, 15)[::2],
)
MPI3D = (2, 2, 2, 3, 1, 7, 7)


LINES = {
    "shapes3d": [
        {"name": "turn", "start": [0, 0, 1, 1, -30], "end": [0, 0, 1, 1, 30]},
        {"name": "both", "start": [0, 0, 0.75, 1, -30], "end": [0, 0, 1.25, 1, 30]},
    ],
    "mpi3d": [
        {"name": name, "start": [0, 0, 0, 1, 3, 3], "end": [0, 0, 0, 1, 3, 3]}
        for name in ("camera_height", "horizontal_axis")
    ],
}
for place, line in zip((3, 4), LINES["mpi3d"], strict=True):
    line["start"][place], line["end"][place] = 0, (2, 6)[place - 3]


def rows(values):
    return np.array(list(product(*values)), dtype=np.float64)


def draw(x, y, width, height, grey):
    """Draw boxes of uint8, (n, 64, 64); all arguments are (n,) from 0 to 1."""
    place = np.arange(64) / 64
    across = np.abs(place - 0.2 - 0.6 * x[:, None]) < 0.06 + 0.12 * width[:, None]
    down = np.abs(place - 0.2 - 0.6 * y[:, None]) < 0.06 + 0.12 * height[:, None]
    level = np.rint(255 * grey).astype(np.uint8)
    return down[:, :, None] * across[:, None, :] * level[:, None, None]


def share(column):
    return (column - column.min()) / max(np.ptp(column), 1)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """The worlds by their kinds, each with a file of more than 1000 images."""
    folder = tmp_path_factory.mktemp("published")
    labels = rows(DSPRITES)
    _, shape, scale, turn, x, y = (share(column) for column in labels.T)
    shown = draw(x, y, (3 * scale + 2 * shape) / 5, turn, np.ones(len(x)))
    np.savez(
        folder / "dsprites.npz",
        imgs=shown // 255,
        latents_values=labels,
        latents_classes=rows([range(len(values)) for values in DSPRITES]).astype(np.int64),
        metadata=np.array({"title": "dSprites"}, dtype=object),
    )
    labels = rows(SHAPES3D)
    floor, _, hue, scale, shape, turn = (share(column) for column in labels.T)
    shown = draw(turn, floor, scale, shape, (1 + hue) / 2)
    with h5py.File(folder / "3dshapes.h5", "w") as file:
        file["images"], file["labels"] = np.repeat(shown[..., None], 3, axis=-1), labels
    # The height of the camera shows in no image.
    colour, shape, size, _, _, x, y = (share(column) for column in rows(map(range, MPI3D)).T)
    shown = draw(x, y, size, shape, (1 + colour) / 2)
    np.savez(folder / "mpi3d.npz", images=np.repeat(shown[..., None], 3, axis=-1))
    return {
        "dsprites": {"path": str(folder / "dsprites.npz")},
        "shapes3d": {"path": str(folder / "3dshapes.h5")},
        "mpi3d": {"path": str(folder / "mpi3d.npz"), "shape": list(MPI3D)},
    }


def tiny(worlds, kind, **changes):
    return from_dict({"world": {"kind": kind, **worlds[kind]}, **TINY, **changes}, preset("smoke"))


def check(path, missing=None):
    """Check that a run folder is whole, and its numbers against what must hold between them."""
    found = Run(path)
    assert (path / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert found.metrics.get("embedding.missing") == missing
    assert "attribution.missing" not in found.metrics and found.metrics["attribution.count"] > 0
    assert len(found.points) == TINY["points"]["count"]
    measured = found.points[found.points["split"] != "train"]
    # No training image is nearer than the nearest, the image of the nearest point neither.
    nearest, other = measured["nearest_image.nmse"], measured["nearest_point.nmse"]
    assert np.isfinite(nearest).all() and (nearest <= other + 1e-6).all()
    return found


def test_a_run_on_dsprites_ends_with_its_report(worlds, tmp_path):
    found = check(run(tiny(worlds, "dsprites"), tmp_path / "run", progress=False))
    assert found.world.space.names == ("shape", "scale", "orientation", "posX", "posY")
    assert np.isfinite(found.metrics["oracle.embedding.mig"])


def test_shapes3d_leaves_out_what_has_one_value(worlds, tmp_path):
    config = tiny(worlds, "shapes3d", transects=LINES["shapes3d"])
    experiment.check(setup := prepare(config))
    assert "wall_hue" not in setup.world.space.names
    assert [line.name for line in setup.transects] == ["turn", "both"]
    image = setup.held.images([0])
    np.testing.assert_allclose(setup.draw(setup.points.factors[:1]), image, atol=1 / 255)


@pytest.mark.filterwarnings("ignore:.* lie outside of it as well:UserWarning")
def test_a_run_on_mpi3d_that_was_interrupted_resumes_to_its_report(worlds, tmp_path, monkeypatch):
    config = tiny(worlds, "mpi3d", oracle=False, transects=LINES["mpi3d"])
    (tmp_path / "config.yaml").write_text(dump_config(config))
    words = ["run", "--config", str(tmp_path / "config.yaml"), "--quiet"]
    words += ["--out", str(tmp_path / "run")]
    with monkeypatch.context() as patch:
        patch.setattr(experiment, "measure", Mock(side_effect=KeyboardInterrupt))
        assert main(words) == 130
    assert not (tmp_path / "run").exists()
    assert main([*words, "--resume"]) == 0
    alike = "crossing along camera_height: truth needs images that differ, got all alike"
    found = check(tmp_path / "run", missing=alike)
    assert set(found.interpolations["transect"]) == {"horizontal_axis"}, "the other line is crossed"


def test_holes_in_dsprites_share_its_grid(worlds):
    points = {"count": 1000, "sampling": "grid"}
    setups = [
        prepare(tiny(worlds, "dsprites", points=points, hole={"radius": radius}))
        for radius in (0.3, 0.4)
    ]
    assert [len(setup.points) for setup in setups] == [3 * 2 * 3 * 7 * 7] * 2
    small, large = (set(setup.points.where("removed")) for setup in setups)
    np.testing.assert_array_equal(setups[0].points.factors, setups[1].points.factors)
    assert small < large
