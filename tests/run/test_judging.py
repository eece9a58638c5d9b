"""Models made elsewhere, against the run that they were taken from."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

import transect
from transect.model import ImageMap, ModulePair
from transect.run import folder as files
from transect.run.experiment import report
from transect.run.loaded import Run, load


@pytest.fixture(scope="module")
def pair_of(finished):
    def made(model) -> ModulePair:
        return ModulePair(model.model.encoder, model.model.decoder, logits=True)

    return made


@pytest.fixture(scope="module")
def judged(finished, pair_of, tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("judged") / "pair"
    model, oracle = pair_of(finished.model), pair_of(finished.oracle)
    return transect.judge(model, finished.config, out, oracle=oracle, name="<i>mine</i>")


@pytest.fixture(scope="module")
def mapped(finished, tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("judged") / "map"
    return transect.judge(ImageMap(lambda images: 0.8 * images), finished.config, out, name="dim")


def test_a_model_judged_from_outside_gets_the_numbers_of_its_run(finished, judged):
    for table in ("points", "transects", "interpolations"):
        found, expected = getattr(judged, table), getattr(finished, table)
        # Derivatives by another route: an image on the verge of one more step may take it.
        shown = found.columns.str.startswith("recovered") | found.columns.str.endswith(
            "factor_error"
        )
        alike = np.isclose(*(one.loc[:, shown] for one in (found, expected)), 1e-3, 1e-3, True)
        assert alike.sum() >= 0.95 * alike.size
        found, expected = found.loc[:, ~shown], expected.loc[:, ~shown]
        pd.testing.assert_frame_equal(found, expected, rtol=1e-2, atol=1e-3)
    plain = {k for k in finished.metrics if "seconds" not in k}
    assert plain == {k for k in judged.metrics if "seconds" not in k} - {"judged"}
    assert judged.judged == judged.metrics["judged"] == "<i>mine</i>"
    assert judged.metrics["penalty.nmse"] == pytest.approx(finished.metrics["penalty.nmse"], 1e-3)
    assert judged.metrics["removed.ssim"] == pytest.approx(finished.metrics["removed.ssim"], 1e-3)


def test_the_folder_is_that_of_a_run_without_weights_and_history(finished, judged):
    missing = {files.MODEL, files.ORACLE, files.HISTORY, files.ORACLE_HISTORY}
    assert {p.name for p in judged.path.iterdir()} == {
        p.name for p in finished.path.iterdir()
    } - missing
    page = (judged.path / files.PAGE).read_text(encoding="utf-8")
    assert "<i>mine</i>" not in page
    assert "&lt;i&gt;mine&lt;/i&gt;" in page
    text = (judged.path / files.CONFIG).read_text(encoding="utf-8")
    assert "encoder" not in text
    assert "hole" in text


def test_a_judged_run_answers_as_long_as_it_holds_its_model(finished, judged):
    truth = judged.draw([[1.0, 1.0]])
    np.testing.assert_allclose(judged.encode(truth), finished.encode(truth), atol=1e-6)
    np.testing.assert_allclose(judged.reconstruct(truth), finished.reconstruct(truth), atol=1e-6)
    later = load(judged.path)
    assert later.metrics == judged.metrics
    assert later.history is None
    with pytest.raises(ValueError, match="not the model itself"):
        later.reconstruct(truth)
    with pytest.raises(ValueError, match="judge it again"):
        report(judged.path)


def test_a_map_of_images_has_errors_and_nothing_about_codes(mapped):
    assert mapped.metrics["removed.nmse"] == pytest.approx(0.04, rel=1e-3)  # (1 − 0.8)²
    assert mapped.metrics["validation.nmse"] == pytest.approx(0.04, rel=1e-3)
    assert not [name for name in mapped.metrics if name.startswith(("embedding", "attribution"))]
    assert "code.0" not in mapped.points
    page = (mapped.path / files.PAGE).read_text(encoding="utf-8")
    assert "Latent space</h2>" not in page
    assert "Error attribution" not in page
    assert "Errors over the factor space" in page
    with pytest.raises(ValueError, match="'dim' maps images to images and has no codes"):
        mapped.encode(np.zeros((1, 32, 32)))


def test_what_an_interrupted_judgement_left_is_no_obstacle(finished, tmp_path):
    def refuse(images):
        if len(images) > 2:
            raise ValueError("enough")
        return images

    config = dataclasses.replace(finished.config, report=False)
    with pytest.raises(ValueError, match="enough"):
        transect.judge(ImageMap(refuse), config, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    made = transect.judge(ImageMap(lambda images: images), config, tmp_path / "out")
    assert made.metrics["removed.soft_iou"] == 1
    with pytest.raises(ValueError, match="exists already"):
        transect.judge(ImageMap(lambda images: images), config, tmp_path / "out")


WRONG = {
    "no adapter": (nn.Flatten(), "needs to be a ModulePair or an ImageMap"),
    "another size": (ModulePair(nn.Flatten(), nn.Linear(32 * 32, 16)), r"answer \(8, 32, 32\)"),
    "refuses": (ModulePair(nn.Linear(7, 7), nn.Flatten()), "refuses images of 32×32: mat1"),
    "no codes": (
        ModulePair(nn.Sequential(nn.Flatten(), nn.Threshold(2, float("nan"))), nn.Hardsigmoid()),
        "finite values",
    ),
}


class Noisy(nn.Module):
    """A decoder whose dropout is always on."""

    def forward(self, codes):
        made = torch.sigmoid(codes[:, :1, None].expand(-1, 32, 32))
        return nn.functional.dropout(made, 0.5, training=True) / 2


def test_a_decoder_without_derivative_is_judged_but_for_what_needs_one(finished, tmp_path):
    torch.manual_seed(0)
    pair = ModulePair(nn.Sequential(nn.Flatten(), nn.Linear(32 * 32, 2)), Noisy())
    with pytest.raises(ValueError, match=r"no derivative: .*each time.*give refine=0"):
        transect.judge(pair, finished.config, tmp_path / "out")
    assert not list(tmp_path.iterdir())
    config = dataclasses.replace(finished.config, refine=0)
    judged = transect.judge(pair, config, tmp_path / "out")
    truth = judged.draw([[1.25, 1.0]])
    np.testing.assert_array_equal(judged.refined(truth), judged.encode(truth))
    assert judged.metrics["removed.nmse"] > 0
    assert judged.metrics["embedding.covariance"] >= 0
    assert "no number is repeatable" in judged.metrics["judged_note"]
    for name in ("attribution.missing", "embedding.missing"):
        assert "the decoder has no derivative" in judged.metrics[name]
    assert not [name for name in judged.metrics if name.startswith("embedding.stretch")]
    page = (judged.path / files.PAGE).read_text(encoding="utf-8")
    assert "no number is repeatable" in page
    assert "could not be measured" in page


@pytest.mark.parametrize("name", WRONG)
def test_a_model_that_cannot_be_judged_is_refused_before_anything_is_written(
    name, finished, tmp_path
):
    model, message = WRONG[name]
    with pytest.raises(ValueError, match=message):
        transect.judge(model, finished.config, tmp_path / "out")
    with pytest.raises(ValueError, match="needs a name"):
        transect.judge(ImageMap(abs), finished.config, tmp_path / "out", name="")
    assert not list(tmp_path.iterdir())


def test_images_of_a_split_are_given(finished):
    with pytest.raises(ValueError, match="choose from train, validation, removed"):
        finished.setup.images("test")
    assert len(finished.setup.images("removed")) == finished.metrics["removed.count"]
