"""The page in a real browser, with no network."""

import pytest

from transect.report import write_page
from webpages import CHROMIUM, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium is installed"),
]


@pytest.fixture(scope="module")
def address(report, rendered, exploration, tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("page") / "report.html"
    return write_page(report, path, rendered, exploration).as_uri()


READY = "#explorer[data-ready]"


def test_page_opens_offline(browser, address):
    visit = Visit(browser, address, 1280)
    visit.page.wait_for_selector(READY, timeout=30_000)
    assert visit.page.locator("#embedding img").is_visible()
    visit.check_offline()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_answer_is_on_the_first_screen(browser, address, scheme):
    visit = Visit(browser, address, 1280, color_scheme=scheme)
    for selector in ("h1", ".big", "#transect_3_p3 img"):
        box = visit.page.locator(selector).bounding_box()
        assert box["y"] + box["height"] <= 800, selector
    big = visit.page.locator(".big").bounding_box()
    assert big["width"] > big["height"], "the number stands on one line"
    assert visit.is_light() == (scheme == "light")


@pytest.mark.parametrize("width", [360, 768])
def test_narrow_screens_never_scroll_sideways(browser, address, width):
    visit = Visit(browser, address, width)
    visit.page.wait_for_selector(READY, timeout=30_000)
    assert visit.overflow() == 0
    assert visit.complaints == []


def test_the_hole_is_in_sight_on_a_phone(browser, address):
    visit = Visit(browser, address, 360)
    box = visit.page.locator("#transect_1_p1 img").bounding_box()
    # the frame of P1 ends with its tenth of fifteen columns
    assert box["x"] + box["width"] * (0.075 + 0.925 * 10 / 15) < 360


def test_names_of_markup_do_nothing(browser, strange, tmp_path):
    address = write_page(strange[0], tmp_path / "report.html", strange[1]).as_uri()
    visit = Visit(browser, address, 360)
    assert visit.complaints == []
    assert visit.overflow() == 0


def test_without_scripts_the_still_figures_stay(browser, address):
    visit = Visit(browser, address, 1280, java_script_enabled=False)
    assert visit.page.locator("#explorer").is_hidden()
    assert visit.page.locator("#embedding img").is_visible()
