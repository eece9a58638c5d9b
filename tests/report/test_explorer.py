"""What the explorer carries: exact numbers, sprites of a stated precision, answers in words."""

import json
import re
from base64 import b64decode
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from planted_explorer import few_factors
from transect.report.explorer import explorer_page
from transect.report.explorer.payload import make_payload
from transect.report.explorer.section import script
from transect.report.explorer.sentences import precision, questions, volume_words
from transect.report.explorer.sprites import LEVELS, choose_levels, pack
from webpages import EVIL, Parsed, check_policy

KINDS = {"f4": "<f4", "u1": "u1", "u2": "<u2"}


def numbers(value) -> np.ndarray:
    return np.frombuffer(b64decode(value["data"]), dtype=KINDS[value["type"]])


def unpacked(sheet) -> np.ndarray:
    """Return the sprites of a sheet, (n, h, w) in [0, 1]."""
    image = np.asarray(Image.open(BytesIO(b64decode(sheet["image"]))).convert("L"))
    height, width, columns = sheet["height"], sheet["width"], sheet["columns"]
    sprites = [
        image[row * height : (row + 1) * height, column * width : (column + 1) * width]
        for row, column in (divmod(k, columns) for k in range(sheet["count"]))
    ]
    return np.stack(sprites) / 255


@pytest.fixture(scope="module")
def payload(exploration):
    return make_payload(exploration)


@pytest.mark.parametrize("levels", [2, 16, 64])
@pytest.mark.parametrize("count", [1, 7, 16])
def test_a_sheet_errs_by_what_it_says(levels, count):
    images = np.random.default_rng(levels).random((count, 5, 8))
    sheet = pack(images, levels)
    error = np.abs(unpacked(sheet.to_json()) - images)
    assert sheet.worst == pytest.approx(error.max(), abs=1e-6)
    assert sheet.mean == pytest.approx(error.mean(), abs=1e-6)
    assert sheet.worst <= 0.5 / (levels - 1) + 0.5 / 255 + 1e-6


def test_the_finest_levels_that_fit_are_chosen():
    noise = [np.random.default_rng(0).random((64, 16, 16))]
    sizes = {levels: len(pack(noise[0][::16], levels).content) * 16 for levels in LEVELS}
    for levels in LEVELS:
        assert choose_levels(noise, sizes[levels]) == levels
    assert choose_levels(noise, 1) == LEVELS[-1]


def test_every_number_and_image_is_carried(payload, exploration):
    values, model = payload.values, exploration.models[0]
    samples, carried = values["samples"], values["models"][0]
    np.testing.assert_allclose(numbers(samples["factors"]), exploration.factors.ravel(), rtol=1e-6)
    np.testing.assert_allclose(
        numbers(samples["boundary"]), exploration.boundary, rtol=1e-5, atol=1e-6
    )
    for hand, expected in (("drawn", model.drawn), ("oracle", model.oracle)):
        for name, errors in expected.errors.items():
            np.testing.assert_allclose(numbers(carried[hand]["errors"][name]), errors, rtol=1e-6)
        shown = unpacked(carried[hand]["sprites"])
        assert np.abs(shown - expected.images).max() <= payload.worst + 1e-6
    assert (numbers(carried["nearest"]["of"]) == model.nearest_of).all()
    np.testing.assert_allclose(
        numbers(carried["points"]["codes"]), model.point_codes.ravel(), rtol=1e-5, atol=1e-6
    )
    split = numbers(carried["points"]["split"])
    assert [("train", "validation", "removed")[k] for k in split] == list(model.points["split"])
    assert "loop" not in carried["points"]
    assert [line["name"] for line in values["transects"]] == ["P1", "P2", "P3"]


def test_the_longest_loop_is_carried(exploration, shaped):
    model = replace(exploration.models[0], points=shaped.points)
    values = make_payload(replace(exploration, models=(model,))).values
    loop = numbers(values["models"][0]["points"]["loop"])
    assert (loop == shaped.points["on_loop"]).all() and loop.any()


def test_a_measure_that_only_points_have_is_carried_with_them(payload, exploration):
    values, model = payload.values, exploration.models[0]
    assert [measure["name"] for measure in values["measures_of_points"]] == ["factor_error"]
    errors = values["models"][0]["points"]["errors"]
    assert list(errors["nearest"]) == ["factor_error"]
    for hand, before in (("drawn", ""), ("oracle", "oracle."), ("nearest", "nearest_image.")):
        expected = model.points[f"{before}factor_error"]
        assert expected.isna().any() and expected.notna().any()
        np.testing.assert_allclose(numbers(errors[hand]["factor_error"]), expected, rtol=1e-6)
    unknown = replace(model, points=model.points.assign(factor_error=np.nan))
    values = make_payload(replace(exploration, models=(unknown,))).values
    assert values["measures_of_points"] == []
    assert "factor_error" not in values["models"][0]["points"]["errors"]["drawn"]


def test_the_four_questions_are_answered_with_numbers(report):
    answers = questions(report)
    removed = report.points[report.points["split"] == "removed"]
    shown, where = removed["factor.a"], answers["Where is the hole?"]
    assert f"a from {shown.min():.3g} to {shown.max():.3g}" in where
    assert f"{len(removed)} of {len(report.points)} points" in where
    iou = removed["soft_iou"].mean()
    assert f"{iou:.0%} (soft IoU)" in answers["What does the model draw in it?"]
    assert "1.42 (1.31 to 1.55) times" in answers["How bad is it?"]
    assert "the same model trained with the hole filled" in answers["How bad is it?"]
    assert "Encoder or decoder?" not in answers
    assert questions(replace(report, hole=None))["Where is the hole?"].startswith("There is none")


def test_the_page_states_its_grid_and_bytes_and_precision(payload, exploration):
    said = precision(exploration, payload)
    assert "169 points on a grid (a in 13 steps of 0.125, b in 13 steps of 0.1667)" in said
    assert f"{payload.sprite_bytes / 1e6:.1f} MB at 64 levels" in said
    assert f"{payload.worst:.1%} at worst" in said
    assert "averaged from 256×256" in precision(replace(exploration, size=(256, 256)), payload)
    assert volume_words(exploration.models[0]).startswith("Decoded at 5×5×5 codes")
    model = replace(exploration.models[0], explained=0.83)
    assert "which hold 83% of the variance" in volume_words(model)


def test_an_exploration_of_another_length_is_refused(exploration):
    with pytest.raises(ValueError, match=r"needs 214 samples, got 214 points and 213 images"):
        replace(exploration, truth=exploration.truth[1:])


def test_the_joined_script_has_no_module_left():
    text = script()
    assert not re.search(r"^\s*(import|export)\b", text, re.MULTILINE)
    used = set(re.findall(r'= modules\["([\w.]+)"\]', text))
    places = {name: text.index(f'modules["{name}"] = ') for name in used}
    for name, place in places.items():
        assert place < text.index(f'}} = modules["{name}"];'), f"{name} is used before it is there"
    assert "</script" not in text.lower() and "<!--" not in text


def test_a_page_of_its_own_is_as_strict():
    html = explorer_page(few_factors(names=(EVIL, "b", "c")), EVIL)
    parsed = Parsed(html)
    check_policy(parsed, 1)
    assert parsed.text("h1") == " ".join(EVIL.split()) and not parsed.every("img")
    assert json.loads(parsed.scripts()[0])["factors"][1]["name"] == "b"
