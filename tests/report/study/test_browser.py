"""The page of a study in a real browser, with no network."""

import pytest

from transect.report.study import write_study_page
from webpages import CHROMIUM, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium is installed"),
]

COLOURS = "document.getElementById('scene-{}').data[0].marker.color"
EYE = "Object.values(document.getElementById('scene-2').layout.scene.camera.eye)"


@pytest.fixture(scope="module")
def address(study, study_rendered, tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("page") / "report.html"
    return write_study_page(study, path, study_rendered).as_uri()


def open_page(browser, address, width=1280, **options) -> Visit:
    visit = Visit(browser, address, width, **options)
    visit.page.wait_for_selector("#scene-3 canvas", timeout=60_000)
    return visit


@pytest.fixture(scope="module")
def visit(browser, address):
    opened = open_page(browser, address, color_scheme="light")
    yield opened
    opened.page.context.close()


def test_page_opens_offline_and_turns(visit):
    assert visit.page.locator(".scene canvas").count() >= 3
    assert visit.page.locator("#embeddings").is_hidden()
    visit.check_offline()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_answer_is_on_the_first_screen(browser, address, scheme):
    visit = open_page(browser, address, color_scheme=scheme)
    box = visit.page.locator("h1").bounding_box()
    assert box["y"] + box["height"] <= 300
    for card in range(3):
        assert visit.page.locator(".card dd").nth(card).bounding_box()["y"] <= 800
    assert visit.is_light() == (scheme == "light")


def test_another_factor_changes_the_colours(visit, study):
    scene = visit.page.locator("#scene-1")
    before = scene.screenshot()
    visit.page.get_by_label("a", exact=True).focus()
    visit.page.keyboard.press("ArrowRight")
    assert visit.page.get_by_label("b", exact=True).is_checked()
    for number, table in enumerate(study.embeddings.values()):
        colours = visit.page.evaluate(COLOURS.format(number + 1))
        assert colours == pytest.approx(table["factor.b"].tolist(), abs=1e-4)
    assert visit.page.locator("#scale-low").text_content() == "0"
    visit.page.wait_for_timeout(1000)
    assert scene.screenshot() != before
    visit.page.get_by_label("a", exact=True).check()
    again = visit.page.evaluate(COLOURS.format(1))
    assert again == pytest.approx(study.embeddings["standard"]["factor.a"].tolist(), abs=1e-4)
    assert visit.page.locator("#scale-low").text_content() == "0.5"
    assert visit.complaints == []


def test_arrow_keys_turn_an_embedding(visit):
    x, y, z = visit.page.evaluate(EYE)
    visit.page.locator("#scene-2").focus()
    visit.page.keyboard.press("ArrowRight")
    turned = visit.page.evaluate(EYE)
    assert turned[2] == pytest.approx(z) and turned[0] != pytest.approx(x)
    assert sum(c * c for c in turned) == pytest.approx(x * x + y * y + z * z)
    for _ in range(30):
        visit.page.keyboard.press("ArrowUp")
    above = visit.page.evaluate(EYE)
    assert sum(c * c for c in above) == pytest.approx(x * x + y * y + z * z)
    assert above[2] > 0.99 * sum(c * c for c in above) ** 0.5
    assert visit.complaints == []


@pytest.mark.parametrize("width", [360, 768])
def test_narrow_screens_never_scroll_sideways(browser, address, width):
    visit = open_page(browser, address, width)
    assert visit.overflow() == 0
    boxes = [visit.page.locator(f"#scene-{k}").bounding_box() for k in (1, 2, 3)]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    assert visit.complaints == []


def test_names_of_markup_do_nothing(browser, strange, tmp_path):
    address = write_study_page(strange[0], tmp_path / "report.html", strange[1]).as_uri()
    visit = open_page(browser, address, 360)
    visit.page.locator("#factors input").nth(1).check()
    assert visit.complaints == []
    assert visit.overflow() == 0


def test_print_shows_the_still_figure(browser, address):
    visit = open_page(browser, address, 800)
    visit.page.emulate_media(media="print")
    assert visit.page.locator("#scene-1").is_hidden()
    assert visit.page.locator("#embeddings img").is_visible()
    assert visit.page.pdf(format="A4").startswith(b"%PDF")


def test_without_scripts_the_still_figure_stays(browser, address):
    visit = Visit(browser, address, 1280, java_script_enabled=False)
    assert visit.page.locator("#embeddings img").is_visible()
    assert visit.page.locator("#scene-1").is_hidden()
    assert visit.page.locator("#factors").is_hidden()
