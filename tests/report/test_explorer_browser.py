"""The explorer in a real browser, with no network: every view, by pointer, finger and keyboard."""

import re
from dataclasses import replace

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from planted_explorer import STEPS, few_factors
from transect.report import write_page
from transect.report.explorer import write_explorer
from transect.report.explorer.payload import make_payload
from webpages import CHROMIUM, EVIL, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium is installed"),
]

GREYS = """canvas => {
  const image = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return Array.from(image.data).filter((_, k) => k % 4 === 0);
}"""
HANDS = ("drawn", "oracle", "ratio", "nearest")
PAINTED = """canvas => {
  const image = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return image.data.reduce((sum, value, k) => (sum * 31 + value * (k % 7)) % 1000000007, 7);
}"""


@pytest.fixture(scope="module")
def address(report, exploration, tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("page") / "report.html"
    return write_page(report, path, [], exploration).as_uri()


def open_page(browser, address, width=1280, **options) -> Visit:
    visit = Visit(browser, address, width, **options)
    visit.page.wait_for_selector("#explorer[data-ready]", timeout=30_000)
    settle(visit)
    return visit


@pytest.fixture(scope="module")
def visit(browser, address):
    opened = open_page(browser, address)
    yield opened
    assert opened.complaints == []
    opened.page.context.close()


def settle(visit) -> None:
    visit.page.evaluate("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


def part(visit, name: str):
    return visit.page.locator(f"#explorer [data-part='{name}']")


def reading(visit) -> list[float]:
    """Return the factors that the page says are selected."""
    return [
        float(text) for text in re.findall(r"= (−?[\d.]+)", part(visit, "reading").inner_text())
    ]


def greys(canvas) -> np.ndarray:
    return np.array(canvas.evaluate(GREYS)) / 255


def move(visit, across: float, down: float) -> None:
    """Point at the map, in shares of its width and height."""
    part(visit, "map").scroll_into_view_if_needed()
    box = part(visit, "map").bounding_box()
    visit.page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
    settle(visit)


def node_near(exploration, values) -> int:
    count = STEPS**2
    spans = exploration.space.span
    apart = np.abs((exploration.factors[:count] - values) / spans).max(axis=1)
    return int(apart.argmin())


def test_opens_offline_with_a_strict_policy(visit):
    visit.check_offline()
    policy = visit.page.locator("meta[http-equiv]").get_attribute("content")
    assert "unsafe" not in policy and policy.startswith("default-src 'none'; img-src data:;")


def test_the_images_under_the_pointer_are_those_of_the_hands(visit, run, exploration):
    precision, model = make_payload(exploration).worst + 0.5 / 255, exploration.models[0]
    for across, down in ((0.5, 0.45), (0.3, 0.7), (0.9, 0.2)):
        move(visit, across, down)
        node = node_near(exploration, reading(visit))
        images = run.images(exploration.factors[node][None])
        for kind, expected in images.rows.items():
            shown = 1 - greys(part(visit, "images").locator(f".{kind} canvas"))
            assert np.abs(shown - expected[0].ravel()).max() <= precision, kind
        nearest = model.nearest[model.nearest_of[node]].ravel()
        shown = 1 - greys(part(visit, "images").locator(".nearest canvas"))
        assert np.abs(shown - nearest).max() < 0.02
        cell = part(visit, "numbers").locator("tbody tr").first.locator("td").first.inner_text()
        error = model.drawn.errors["nmse"][node]
        assert float(cell.replace("−", "-")) == pytest.approx(error, rel=0.006)


def test_the_pointer_moves_the_first_factor_to_the_right_and_the_second_downwards(visit):
    move(visit, 0.3, 0.3)
    before = reading(visit)
    move(visit, 0.8, 0.3)
    right = reading(visit)
    move(visit, 0.8, 0.7)
    below = reading(visit)
    assert right[0] > before[0] and right[1] == before[1]
    assert below[1] > right[1] and below[0] == right[0]
    visit.page.mouse.down()
    move(visit, 0.6, 0.6)
    visit.page.mouse.up()
    dragged = reading(visit)
    assert dragged[0] < below[0] and dragged[1] < below[1]


def test_arrow_keys_move_by_a_node(visit, exploration):
    move(visit, 0.5, 0.5)
    a, b = reading(visit)
    part(visit, "map").focus()
    visit.page.keyboard.press("ArrowRight")
    settle(visit)
    step_a, step_b = (nodes[1] - nodes[0] for nodes in exploration.nodes)
    assert reading(visit) == pytest.approx([a + step_a, b], abs=1e-3)
    visit.page.keyboard.press("Shift+ArrowUp")
    settle(visit)
    assert reading(visit) == pytest.approx([a + step_a, b - 5 * step_b], abs=1e-3)
    for _ in range(30):
        visit.page.keyboard.press("ArrowUp")
    settle(visit)
    assert reading(visit)[1] == 0


def test_a_screen_reader_hears_the_numbers(visit, exploration):
    part(visit, "map").focus()
    visit.page.keyboard.press("ArrowDown")
    settle(visit)
    node = node_near(exploration, reading(visit))
    error = exploration.models[0].drawn.errors["nmse"][node]
    live = part(visit, "live")
    expect(live).to_contain_text(part(visit, "reading").inner_text())
    heard = re.search(r"model: nMSE ([\d.e−]+), oracle", live.text_content())
    assert float(heard[1].replace("−", "-")) == pytest.approx(error, rel=0.006)
    assert "times the oracle" in live.text_content()


def test_factor_sliders_move_the_pointer(visit, exploration):
    slider = part(visit, "factors").locator("input").first
    slider.fill("3")
    settle(visit)
    assert reading(visit)[0] == pytest.approx(exploration.nodes[0][3], abs=1e-3)
    assert slider.get_attribute("aria-valuetext") == f"{exploration.nodes[0][3]:.4g}"


def test_a_dot_of_the_embedding_is_lit_on_the_map(visit, report, exploration):
    part(visit, "cloud").scroll_into_view_if_needed()
    marks = part(visit, "map").locator("canvas").nth(1)
    before = marks.evaluate(PAINTED)
    box = part(visit, "cloud").bounding_box()
    found = set()
    for share in (0.35, 0.45, 0.55, 0.65):
        visit.page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        settle(visit)
        found.add(tuple(reading(visit)))
    assert len(found) > 1
    # what is selected is the node at a point of the data
    nodes = {
        node_near(exploration, point)
        for point in report.points[["factor.a", "factor.b"]].to_numpy()
    }
    assert node_near(exploration, reading(visit)) in nodes
    assert marks.evaluate(PAINTED) != before


def test_the_embedding_turns_by_mouse_and_keys(visit):
    dots = part(visit, "cloud").locator("canvas").first
    views = [dots.evaluate(PAINTED)]
    part(visit, "cloud").focus()
    visit.page.keyboard.press("ArrowLeft")
    settle(visit)
    views.append(dots.evaluate(PAINTED))
    box = part(visit, "cloud").bounding_box()
    visit.page.mouse.move(box["x"] + 100, box["y"] + 100)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + 160, box["y"] + 120)
    visit.page.mouse.up()
    settle(visit)
    views.append(dots.evaluate(PAINTED))
    assert len(set(views)) == 3


def views_of(visit, canvas, choice, values) -> set:
    """Return what a canvas shows for each value of a choice."""
    views = set()
    for value in values:
        choice.select_option(value)
        settle(visit)
        views.add(canvas.evaluate(PAINTED))
    return views


def test_dots_are_coloured_by_anything_known(visit):
    dots = part(visit, "cloud").locator("canvas").first
    choices = part(visit, "cloud-controls").locator("select")
    texts = choices.locator("option").all_inner_texts()
    assert texts[:3] == ["split", "a", "b"]
    assert {"nMSE, model", "nMSE, oracle", "factor error, model"} <= set(texts)
    values = ("split", "factor:0", "factor:1", "drawn:nmse")
    assert len(views_of(visit, dots, choices, values)) == 4
    choices.select_option("factor:1")
    settle(visit)
    low, high = re.findall(r"[\d.]+", part(visit, "cloud-scale").inner_text())
    assert float(low) < 0.1 and float(high) > 1.9


def test_layers_of_the_map_switch(visit, exploration):
    errors, hands = part(visit, "map-controls").locator("select").all()
    base = part(visit, "map").locator("canvas").first
    measures = ("none", "nmse", "soft_iou", "ssim", "bce", "excess_bce")
    assert len(views_of(visit, base, errors, measures)) == 6
    errors.select_option("nmse")
    assert len(views_of(visit, base, hands, HANDS)) == 4
    hands.select_option("oracle")
    settle(visit)
    assert "nMSE, oracle" in part(visit, "map-scale").inner_text()
    hands.select_option("drawn")


def test_factor_errors_are_dots_where_they_were_measured(visit, report, exploration):
    errors, hands = part(visit, "map-controls").locator("select").all()
    base = part(visit, "map").locator("canvas").first
    errors.select_option("factor_error")
    dots = part(visit, "map-controls").locator("input[type=checkbox]")
    dots.uncheck()
    settle(visit)
    legend = part(visit, "map-scale").inner_text()
    assert "factor error, model, where measured" in legend
    table = report.points
    known = table["factor_error"].notna().to_numpy()
    colours = colours_at(base, exploration, table[["factor.a", "factor.b"]].to_numpy())
    painted = colours[:, 3] > 0
    assert painted[known].all()
    assert painted[~known].mean() < 0.3  # those beneath another dot, the boundary or a transect
    brightness, shown = colours[known, :3].sum(axis=1), table.loc[known, "factor_error"]
    best, worst = (shown <= shown.quantile(0.25)), (shown >= shown.quantile(0.75))
    # dots and lines hide some others
    assert np.median(brightness[worst]) < np.median(brightness[best]) - 100
    assert len(views_of(visit, base, hands, HANDS)) == 4
    errors.select_option("nmse")
    hands.select_option("drawn")
    dots.check()


COLOURS_AT = """(canvas, points) => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const scale = canvas.width / canvas.clientWidth;
  const start = ([x, y]) => 4 * (Math.floor(y * scale) * canvas.width + Math.floor(x * scale));
  return points.map(point => Array.from(data.slice(start(point), start(point) + 4)));
}"""
BOUNDARY_COLUMNS = """canvas => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const shares = Array(canvas.width).fill(0);
  for (let k = 0; k < data.length; k += 4) {
    const apart = [213, 94, 0].map((value, part) => Math.abs(data[k + part] - value));
    if (Math.max(...apart) < 8) shares[(k / 4) % canvas.width] += 1 / canvas.height;
  }
  return shares;
}"""


def colours_at(canvas, exploration, points) -> np.ndarray:
    """Return the colours (n, 4) of the map at points of the factor space (n, 2)."""
    size = canvas.evaluate("c => [c.clientWidth, c.clientHeight]")
    space, half = exploration.space, exploration.space.span / (STEPS - 1) / 2
    share = (points - space.low + half) / (space.span + 2 * half)
    places = np.array([46, 8]) + share * (np.array(size) - [56, 46])
    return np.array(canvas.evaluate(COLOURS_AT, places.tolist()))


def test_latent_sliders_show_the_image_of_their_code(visit, exploration):
    volume = exploration.models[0].volume
    sliders = part(visit, "latent").locator("input[type=range]")
    places = (1, 3, 2)
    for k, place in enumerate(places):
        sliders.nth(k).fill(str(place))
    settle(visit)
    node = np.ravel_multi_index(places, [len(axis) for axis in volume.axes])
    shown = 1 - greys(part(visit, "decoded").locator("canvas"))
    assert np.abs(shown - volume.images[node].ravel()).max() < 0.02
    words = part(visit, "code").inner_text()
    assert f"z0 = {volume.axes[0][1]:.4g}".replace("-", "−") in words
    assert ("Training codes lie in this cell" in words) == (node % 2 == 0)
    assert not part(visit, "latent").locator("input[type=checkbox]").is_checked()


def test_pads_choose_the_code_and_following_takes_it_back(visit, exploration):
    sliders = part(visit, "latent").locator("input[type=range]")
    pad = part(visit, "latent").locator("canvas").first
    pad.click(position={"x": 4, "y": 4})
    settle(visit)
    values = [int(sliders.nth(k).input_value()) for k in range(3)]
    assert values[:2] == [0, len(exploration.models[0].volume.axes[1]) - 1]
    part(visit, "latent").locator("input[type=checkbox]").check()
    move(visit, 0.5, 0.5)
    settle(visit)
    node = node_near(exploration, reading(visit))
    model = exploration.models[0]
    for k, axis in enumerate(model.volume.axes):
        nearest = np.abs(axis - model.codes[node, k]).argmin()
        assert int(sliders.nth(k).input_value()) == nearest


def test_transects_step_and_play_and_stop(browser, address, exploration, report):
    visit = Visit(browser, "about:blank", 1280)
    # time passes only where this test lets it
    visit.page.clock.install(time=0)
    visit.page.goto(address)
    visit.page.wait_for_selector("#explorer[data-ready]", timeout=30_000)
    visit.page.clock.pause_at(3600)
    buttons = part(visit, "strip-controls").locator("button")
    assert buttons.all_inner_texts()[:3] == ["Play", "Step back", "Step on"]
    words = part(visit, "strip-words")

    def wait(milliseconds: int) -> str:
        visit.page.clock.run_for(milliseconds)
        return words.inner_text()

    part(visit, "strip-controls").locator("select").select_option("2")
    wait(50)
    buttons.nth(2).click()
    assert wait(50).startswith("1 of 15: a = 0.5, b = 2, outside the hole")
    buttons.nth(1).click()
    assert wait(50).startswith("15 of 15")
    buttons.nth(0).click()
    assert wait(50).startswith("1 of 15")
    assert wait(6 * 220).startswith("7 of 15")
    assert "inside the hole" in words.inner_text()
    buttons.nth(0).click()
    stopped = wait(50)
    assert wait(5000) == stopped
    assert "3 of 15 images lie in the hole" in stopped
    # the images are those of the transect itself, not of the grid
    line = report.lines[2]
    expected = report.transect_images["P3"].truth[6]
    shown = 1 - greys(part(visit, "images").locator(".truth canvas"))
    assert np.abs(shown - expected.ravel()).max() < 0.02
    assert reading(visit) == pytest.approx(line.points[6].tolist(), abs=1e-3)
    # slower for those who asked for less motion
    visit.page.emulate_media(reduced_motion="reduce")
    buttons.nth(0).click()
    assert wait(900).startswith("8 of 15")
    assert wait(1000).startswith("9 of 15")
    assert visit.complaints == []


def test_film_strips_hold_the_images_along_a_transect(visit, report):
    part(visit, "strip-controls").locator("select").select_option("1")
    settle(visit)
    rows = part(visit, "strips").locator(".row")
    assert rows.locator("span").all_inner_texts() == ["truth", "model", "oracle"]
    images = report.transect_images["P2"].rows
    for place, expected in enumerate(images.values()):
        canvas = rows.nth(place).locator("canvas")
        shown = 1 - greys(canvas).reshape(32, 15, 32).swapaxes(0, 1)
        assert np.abs(shown - expected).max() < 0.02
    frame = (
        part(visit, "strips")
        .locator(".lane .hole")
        .evaluate("node => [node.style.left, node.style.width]")
    )
    left, width = (float(text[:-1]) / 100 * 15 for text in frame)
    assert (left, width) == pytest.approx((5, 5), abs=1e-3)


def test_a_transect_of_ones_own_by_two_clicks(visit, exploration):
    part(visit, "strip-controls").get_by_text("Draw a transect").click()
    settle(visit)
    move(visit, 0.3, 0.45)
    start = reading(visit)
    visit.page.mouse.down()
    visit.page.mouse.up()
    settle(visit)
    assert part(visit, "strip-words").inner_text().startswith("Now the end")
    move(visit, 0.8, 0.45)
    end = reading(visit)
    visit.page.mouse.down()
    visit.page.mouse.up()
    settle(visit)
    assert reading(visit) == start
    words = part(visit, "strip-words").inner_text()
    steps = round((end[0] - start[0]) / (exploration.nodes[0][1] - exploration.nodes[0][0])) + 1
    assert words.startswith(f"1 of {steps}:") and "nearest of the grid" in words
    row = part(visit, "strips").locator(".row canvas").first
    shown = 1 - greys(row).reshape(32, steps, 32).swapaxes(0, 1)
    nodes = [node_near(exploration, [a, start[1]]) for a in np.linspace(start[0], end[0], steps)]
    assert np.abs(shown - exploration.truth[nodes]).max() < 0.02


def test_ones_own_transect_by_keys(visit):
    part(visit, "strip-controls").get_by_text("Draw a transect").click()
    part(visit, "map").focus()
    for key in ("Enter", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        visit.page.keyboard.press(key)
        settle(visit)
    assert part(visit, "strip-words").inner_text().startswith("1 of 4:")


def check_access(visit, *schemes: str) -> None:
    """Check that axe finds nothing in the explorer in these colours, which differ."""
    base, views = part(visit, "map").locator("canvas").first, set()
    for scheme in schemes:
        visit.page.emulate_media(color_scheme=scheme)
        settle(visit)
        assert visit.is_light() == (scheme == "light")
        # axe works by injected script, which the policy of the page rightly refuses to pages
        found = Axe().run(visit.page, context="#explorer")
        assert found.response["violations"] == [], found.generate_report()
        views.add(base.evaluate(PAINTED))
    assert len(views) == len(schemes)


def test_a_fresh_page_starts_in_the_hole_bars_nobody_and_prints_a_still_version(browser, address):
    visit = open_page(browser, address)
    assert reading(visit) == [1.25, 1.0]
    assert "inside the hole, 0.300 from its boundary" in part(visit, "reading").inner_text()
    check_access(visit, "light", "dark")
    visit.page.emulate_media(media="print", color_scheme="light")
    settle(visit)
    assert part(visit, "map-controls").is_hidden() and part(visit, "strip-controls").is_hidden()
    for name in ("map", "cloud", "images", "strips"):
        assert part(visit, name).locator("canvas").first.is_visible()
    assert part(visit, "numbers").is_visible()
    assert visit.page.pdf(format="A4").startswith(b"%PDF")
    assert visit.complaints == []


def test_a_finger_on_a_phone(browser, address):
    visit = open_page(browser, address, 360, has_touch=True)
    check_access(visit, "light", "dark")
    for width in (360, 768):
        visit.page.set_viewport_size({"width": width, "height": 800})
        settle(visit)
        part(visit, "map").scroll_into_view_if_needed()
        box = part(visit, "map").bounding_box()
        assert visit.overflow() == 0 and box["x"] >= 0 and box["x"] + box["width"] <= width
        before = reading(visit)
        across = 0.7 if width == 360 else 0.3
        visit.page.touchscreen.tap(box["x"] + across * box["width"], box["y"] + 0.6 * box["height"])
        settle(visit)
        assert reading(visit) != before
    visit.page.set_viewport_size({"width": 360, "height": 800})
    visit.page.evaluate("document.querySelector('[data-part=map]').scrollIntoView({block: 'end'})")
    visit.page.wait_for_timeout(700)
    # the images stay in sight beside the map
    for locator in (part(visit, "images"), part(visit, "map")):
        box = locator.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800
    visit.check_offline()


def check_flat_latents(visit, latent: int) -> None:
    """Check that the last code of a latent space of one or two latents shows the last image."""
    assert part(visit, "latent").locator("canvas").count() == latent - 1
    for k in range(latent):
        part(visit, "latent").locator("input[type=range]").nth(k).fill("4")
    settle(visit)
    shown = greys(part(visit, "decoded").locator("canvas"))
    assert np.abs(shown - (5**latent - 1) / 5**latent).max() < 0.02


def test_three_factors_choose_two_and_slide_the_third(browser, tmp_path):
    exploration = few_factors()
    visit = open_page(browser, write_explorer(exploration, tmp_path / "e.html", "three").as_uri())
    across, down = part(visit, "map-controls").locator("select").all()[2:]
    across.select_option("2")
    settle(visit)
    base = part(visit, "map").locator("canvas").first
    before = base.evaluate(PAINTED)
    sliders = part(visit, "factors").locator("input")
    for k, place in enumerate((3, 2, 4)):
        sliders.nth(k).fill(str(place))
    settle(visit)
    values = [nodes[place] for nodes, place in zip(exploration.nodes, (3, 2, 4), strict=True)]
    assert reading(visit) == pytest.approx(values, abs=1e-3)
    sample = np.ravel_multi_index((3, 2, 4), (4, 5, 6))
    shown = greys(part(visit, "images").locator(".truth canvas"))
    assert np.abs(shown - sample / 120).max() < 0.02
    assert base.evaluate(PAINTED) != before
    down.select_option("2")
    settle(visit)
    # a factor that is taken twice changes places with the other
    assert (across.input_value(), down.input_value()) == ("1", "2")
    check_flat_latents(visit, 2)
    assert visit.complaints == []


def test_models_stand_side_by_side_under_one_pointer(browser, exploration, run, tmp_path):
    first = exploration.models[0]
    other = replace(first, name="other", drawn=first.oracle, oracle=None)
    together = replace(exploration, models=(replace(first, name="one"), other))
    visit = open_page(browser, write_explorer(together, tmp_path / "e.html", "two").as_uri())
    move(visit, 0.4, 0.6)
    images = run.images(exploration.factors[node_near(exploration, reading(visit))][None])
    shown = part(visit, "images").locator(".model canvas")
    for place, expected in enumerate((images.reconstruction, images.oracle)):
        assert np.abs(1 - greys(shown.nth(place)) - expected.ravel()).max() < 0.02
    heads = part(visit, "numbers").locator("th[scope=col]").all_inner_texts()
    assert heads == ["one", "one: oracle", "other"]
    base = part(visit, "map").locator("canvas").first
    before = base.evaluate(PAINTED)
    part(visit, "map-controls").locator("select").nth(2).select_option("1")
    settle(visit)
    assert base.evaluate(PAINTED) != before
    rows = part(visit, "strips").locator(".row span").all_inner_texts()
    assert rows == ["truth", "one", "one: oracle", "other"]
    assert visit.complaints == [] and visit.overflow() == 0


def test_one_factor_is_a_band_with_one_axis(browser, tmp_path):
    exploration = few_factors(names=("a",), latent=1)
    visit = open_page(browser, write_explorer(exploration, tmp_path / "e.html", "one").as_uri())
    box = part(visit, "map").bounding_box()
    assert box["height"] < box["width"] / 2
    move(visit, 0.9, 0.3)
    right = reading(visit)
    move(visit, 0.9, 0.6)
    assert reading(visit) == right == [1]
    move(visit, 0.3, 0.6)
    assert reading(visit)[0] < 0.5 and "inside the hole" in part(visit, "reading").inner_text()
    before = reading(visit)[0]
    part(visit, "map").focus()
    for key in ("ArrowRight", "ArrowDown"):
        visit.page.keyboard.press(key)
        settle(visit)
    assert reading(visit) == pytest.approx([before + 0.4], abs=1e-3)
    boundary = np.array(part(visit, "map").locator("canvas").first.evaluate(BOUNDARY_COLUMNS))
    # the boundary is one line from top to bottom, in the middle of the axis
    columns = np.flatnonzero(boundary > 0.5)
    assert np.ptp(columns) <= 3
    assert columns.mean() == pytest.approx(46 + (box["width"] - 56) / 2, abs=2)
    check_flat_latents(visit, 1)
    assert visit.complaints == [] and visit.overflow() == 0


def test_names_of_markup_do_nothing(browser, tmp_path):
    exploration = few_factors(names=(EVIL, f"{EVIL}2", f"{EVIL}3"))
    path = write_explorer(exploration, tmp_path / "e.html", EVIL)
    visit = open_page(browser, path.as_uri(), 360)
    assert visit.complaints == []
    assert visit.overflow() == 0
    assert visit.page.locator("#explorer img").count() == 0
    assert "<script>" in part(visit, "factors").inner_text()
