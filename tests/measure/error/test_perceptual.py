"""LPIPS with a package of the same interface in its place."""

import sys
import types
from pathlib import Path

import numpy as np
import pytest
import torch

from transect.measure.error.perceptual import lpips

TRUTH = np.random.default_rng(0).random((70, 8, 8)).astype(np.float32)
MADE = np.clip(TRUTH + 0.125, 0, 1)


class Distance(torch.nn.Module):
    """The mean difference of colour images, given in [0, 1], as LPIPS returns its distance."""

    def __init__(self, net, verbose):
        super().__init__()
        assert net == "alex" and not verbose

    def forward(self, first, second, normalize):
        assert normalize and not self.training
        assert first.shape == second.shape and first.shape[1] == 3
        return (first - second).abs().mean(dim=(1, 2, 3), keepdim=True)


@pytest.fixture
def weights(monkeypatch, tmp_path) -> Path:
    """The place of the weights, where nothing lies yet."""
    package, vision = types.ModuleType("lpips"), types.ModuleType("torchvision")
    package.__spec__ = types.SimpleNamespace(name="lpips")
    package.LPIPS = Distance
    enum = types.SimpleNamespace(IMAGENET1K_V1=types.SimpleNamespace(url="https://a.b/alex-1.pth"))
    vision.models = types.SimpleNamespace(AlexNet_Weights=enum)
    monkeypatch.setitem(sys.modules, "lpips", package)
    monkeypatch.setitem(sys.modules, "torchvision", vision)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    return tmp_path / "checkpoints" / "alex-1.pth"


def test_each_image_has_the_distance_of_the_package(weights):
    weights.touch()
    expected = np.abs(TRUTH - MADE).mean(axis=(1, 2))
    np.testing.assert_allclose(lpips(TRUTH, MADE), expected, rtol=1e-5)


def test_without_weights_nothing_is_downloaded_and_one_line_says_what_is_missing(weights):
    with pytest.warns(UserWarning, match=r"LPIPS is left out: it needs .*alex-1.pth as .*alex-1"):
        assert lpips(TRUTH, MADE) is None


def test_a_package_that_fails_leaves_the_other_measures_alone(weights, monkeypatch):
    weights.touch()
    monkeypatch.setattr(Distance, "forward", lambda *_, **__: 1 / 0)
    with pytest.warns(UserWarning, match="LPIPS is left out: division by zero"):
        assert lpips(TRUTH, MADE) is None


def test_without_the_package_there_is_no_measure(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert lpips(TRUTH, MADE) is None
