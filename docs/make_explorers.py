"""The explorers of the documentation, made of the stored weights of runs.

    python docs/make_explorers.py hole RUN                of the preset `default`
    python docs/make_explorers.py crossing RUN RUN        two cells of a sweep with one hole
    python docs/make_explorers.py tutorial runs/spiral    in the folder of spiral.py

Each writes docs/explorers/NAME.html: one run, or several of one world and hole under one pointer.
Nothing in it is typed by hand, its title comes from the configurations, which the page carries too;
tests/test_docs_explorers.py holds them against the captions. The same runs make the same bytes.
"""

import sys
from pathlib import Path
from typing import Any

import transect
from transect.report.explorer import write_explorer
from transect.run.exploring import Detail, explore_together, same_task

FOLDER = Path("docs/explorers")
LARGEST = 1_500_000
"""Bytes of a page at most, since every copy stays in the history for ever."""

DETAIL = Detail(nodes=25**2, codes=7**3, points=1200)
MANY = Detail(nodes=19**2, codes=5**3, points=800)
"""How much a page of one run and one of several hold."""

SPRITES = 900_000
"""Bytes of the images of a page; as text they take a third more."""


def main(name: str, runs: list[Path], root: Path) -> Path:
    """Write the explorer `name` of `runs` into the project at `root`, and return its path.

    Raises:
        ValueError: The runs are of several tasks or share a name, or the page is too large.
    """
    opened = {words(run.config): run for run in map(transect.load, runs)}
    if len(opened) < len(runs) or not same_task(opened.values()):
        raise ValueError("the runs need the same world, hole and canvas, and different decoders")
    path = root / FOLDER / f"{name}.html"
    path.parent.mkdir(exist_ok=True)
    exploration = explore_together(opened, DETAIL if len(opened) == 1 else MANY)
    write_explorer(exploration, path, title(opened), most_bytes=SPRITES)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path} needs at most {LARGEST} bytes, it has {path.stat().st_size}")
    return path


def words(config: Any) -> str:
    """Return what tells the runs of a page apart."""
    return str(config.decoder["kind"])


def title(runs: dict[str, transect.Run]) -> str:
    """Return what a page is about."""
    config = next(iter(runs.values())).config
    world = config.world["kind"].rpartition(":")[2]
    task = f"The world {world} without the {hole_words(config.hole)}"
    return f"{task}: {' and '.join(runs)}, seed {config.seed}"


def hole_words(hole: dict[str, Any]) -> str:
    """Return a hole in few words.

    Example:
        >>> hole_words({"kind": "disc", "center": [1.25, 1.0], "radius": 0.3})
        'disc of center 1.25, 1.0 and radius 0.3'
    """
    options = [
        f"{name} {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in hole.items()
        if name != "kind"
    ]
    return " of ".join([hole["kind"], " and ".join(options)]) if options else hole["kind"]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python docs/make_explorers.py NAME RUN [RUN …]")
    print(main(sys.argv[1], [Path(word) for word in sys.argv[2:]], Path(__file__).parents[1]))
