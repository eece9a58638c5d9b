"""Size and speed of the explorer in the report of a run, in Chromium from the file system.

python bench/explorer.py RUN    (the folder of a run with its report)
python bench/explorer.py        (makes a run of the default preset before)

Printed are the size of the page, the first paint, when every image is there to be shown, and how
long an update of all views takes after a move of the pointer over the map: all that runs between
the event and the end of the frame's callbacks.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from transect.report.explorer.payload import make_payload
from transect.run import folder as files
from transect.run.experiment import run
from transect.run.exploring import explore
from transect.run.loaded import Run
from transect.run.presets import preset

CHROMIUM = Path("/usr/bin/chromium")
LOADS = 5
MOVES = 300
FRAME = 1000 / 60

COUNT_WORK = """
window.worked = 0;
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (call) => ask((at) => {
  const start = performance.now();
  call(at);
  window.worked += performance.now() - start;
});
"""
"""Adds up the milliseconds that the callbacks of frames take."""

SWEEP = """async (moves) => {
  const map = document.querySelector("[data-part=map]");
  const box = map.getBoundingClientRect();
  const frame = () => new Promise((resolve) => setTimeout(resolve, 34));
  const spent = [];
  for (let k = 0; k < moves; k += 1) {
    const clientX = box.left + box.width * (0.5 + 0.35 * Math.sin(k / 9));
    const clientY = box.top + box.height * (0.5 + 0.35 * Math.cos(k / 7));
    window.worked = 0;
    const start = performance.now();
    map.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, bubbles: true }));
    const handled = performance.now() - start;
    await frame();
    spent.push(handled + window.worked);
  }
  return spent;
}"""


def load(page: Page, address: str) -> tuple[float, float]:
    """Open the page; return the milliseconds to the first paint and until all is there."""
    page.goto(address, wait_until="commit")
    page.wait_for_selector("#explorer[data-ready]", timeout=120_000)
    paint, ready = page.evaluate(
        "[performance.getEntriesByName('first-contentful-paint')[0].startTime,"
        " performance.getEntriesByName('explorer ready')[0].startTime]"
    )
    return paint, ready


def show(name: str, values: list[float], limit: float) -> None:
    ordered = sorted(values)
    high = ordered[int(0.95 * (len(ordered) - 1))]
    print(
        f"{name:28} median {statistics.median(values):8.1f} ms   95 % {high:8.1f} ms   "
        f"most {ordered[-1]:8.1f} ms   limit {limit:.0f} ms"
    )


def in_browser(path: Path) -> None:
    with sync_playwright() as play:
        options = {"executable_path": str(CHROMIUM)} if CHROMIUM.exists() else {}
        browser = play.chromium.launch(args=["--no-sandbox", "--disable-gpu"], **options)
        paints, readies = [], []
        for _ in range(LOADS):
            context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
            page = context.new_page()
            page.add_init_script(COUNT_WORK)
            paint, ready = load(page, path.as_uri())
            paints.append(paint)
            readies.append(ready)
        show("first paint", paints, 1000)
        show("ready", readies, 3000)
        show(f"update, {MOVES} moves", page.evaluate(SWEEP, MOVES), FRAME)
        browser.close()


def main(path: Path) -> None:
    finished = Run(path)
    _ = finished.setup, finished.model, finished.oracle
    finished.draw(finished.setup.points.factors[:2])  # numba compiles, once a machine
    start = time.process_time()
    exploration = explore(finished)
    between = time.process_time()
    payload = make_payload(exploration)
    end = time.process_time()
    page = path / files.PAGE
    print(f"{'page':28} {page.stat().st_size / 1e6:.2f} MB, limit 12 MB")
    print(f"{'sprites':28} {payload.sprite_bytes / 1e6:.2f} MB before they become text")
    print(f"{'processor time':28} {between - start:.1f} s computing, {end - between:.1f} s packing")
    in_browser(page.resolve())


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(run(preset("default"), Path(folder) / "run"))
