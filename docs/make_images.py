"""Images and numbers of README and documentation, taken from one run.

`python docs/make_images.py RUN` copies figures of the run folder to docs/images and writes the
table of results between the markers in README.md, so that no number is typed by hand. It also
draws the animation of a walk along the first transect, truth above model. `--seeds RUN RUN…` names
runs that differ from it in their seeds, whose spread is told below the table; `--weights SWEEP`
also takes a figure of a sweep of the preset `entanglement_weights`.
"""

import argparse
import io
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

import transect
from transect.measure.catalogue import measure
from transect.measure.key import COMPARED, Key
from transect.measure.statistics import t_interval
from transect.report.words import number
from transect.run.component import WORLD, build
from transect.run.config import resolve, to_dict
from transect.run.folder import read_config
from transect.run.presets import preset

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
from marked import replaced, table

LARGEST = 300_000
"""Bytes of an image at most, since every copy stays in the history for ever."""

FIGURES = {
    "transect.png": "transect_1_*.png",
    "space.png": "sampled_space.png",
    "boundary.png": "error_against_boundary_distance.png",
    "embedding.png": "embedding.png",
    "attribution.png": "attribution_map.png",
}
"""Name in docs/images: pattern of the name in the run's figures."""

WEIGHTS_FIGURES = {"entanglement_weights.png": "embedding_measures.png"}
"""The same of the figures of a sweep of weights."""

ANIMATION = "walk.gif"
"""Name in docs/images of the walk along the first transect and back."""

STEPS, ENLARGED, MARGIN, MILLISECONDS = 33, 3, 12, 100
"""Images of the walk, pixels a pixel, pixels around an image, time of each."""

PAPER, GREY, VERMILION = (255, 255, 255), (190, 190, 190), (213, 94, 0)

MEASURES = ("nmse", "soft_iou", "factor_error")
GROUPS = {"removed": "in the hole", "validation": "outside"}


def main(run: Path, weights: Path | None, root: Path, seeds: Sequence[Path] = ()) -> None:
    """Take the images and numbers of `run`, and images of `weights`, into the project at `root`.

    The numbers of `seeds`, runs with other seeds, are told beside those of `run`.

    Raises:
        ValueError: A figure is missing or too large, or README.md has no markers.
    """
    images = root / "docs" / "images"
    images.mkdir(parents=True, exist_ok=True)
    for name, pattern in FIGURES.items():
        (images / name).write_bytes(image(run / "figures", pattern))
    (images / ANIMATION).write_bytes(animation(transect.load(run)))
    for name, pattern in WEIGHTS_FIGURES.items() if weights is not None else ():
        (images / name).write_bytes(image(weights / "figures", pattern))
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(replaced(text, "results", results(run, seeds)), encoding="utf-8")


def image(figures: Path, pattern: str) -> bytes:
    """Return a figure as a PNG of 256 colours."""
    found = sorted(figures.glob(pattern))
    if not found:
        raise ValueError(f"{figures} has no figure {pattern}")
    buffer = io.BytesIO()
    with Image.open(found[0]) as figure:
        figure.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
            buffer, "PNG", optimize=True
        )
    if buffer.tell() > LARGEST:
        raise ValueError(f"{found[0]} needs at most {LARGEST} bytes, it has {buffer.tell()}")
    return buffer.getvalue()


def animation(run: transect.Run) -> bytes:
    """Return a GIF of the walk along the first transect and back, framed while in the hole.

    Raises:
        ValueError: The run has no transect.
    """
    if not run.setup.transects:
        raise ValueError(f"{run.path} has no transect to walk")
    line = run.setup.transects[0]
    points = np.linspace(line.points[0], line.points[-1], STEPS)
    truth = run.draw(points)
    made = run.reconstruct(truth)
    inside = np.zeros(STEPS, bool) if run.hole is None else run.hole.contains(points)
    frames = [still(*parts) for parts in zip(truth, made, inside, strict=True)]
    buffer = io.BytesIO()
    frames[0].save(
        buffer,
        "GIF",
        save_all=True,
        append_images=frames[1:] + frames[-2:0:-1],
        duration=MILLISECONDS,
        loop=0,
    )
    if buffer.tell() > LARGEST:
        raise ValueError(f"the animation needs at most {LARGEST} bytes, it has {buffer.tell()}")
    return buffer.getvalue()


def still(truth: np.ndarray, made: np.ndarray, inside: bool) -> Image.Image:
    """Return one image of the walk: truth above model, in 12 colours."""
    height, width = (ENLARGED * side for side in truth.shape)
    sheet = Image.new("RGB", (width + 2 * MARGIN, 2 * height + 3 * MARGIN), PAPER)
    pen = ImageDraw.Draw(sheet)
    for place, (name, image) in enumerate({"truth": truth, "model": made}.items()):
        top = MARGIN + place * (height + MARGIN)
        grey = Image.fromarray(np.uint8(np.rint(255 * (1 - image))))
        sheet.paste(grey.resize((width, height), Image.Resampling.NEAREST), (MARGIN, top))
        frame = (MARGIN - 3, top - 3, MARGIN + width + 2, top + height + 2)
        pen.rectangle(frame, outline=VERMILION if inside else GREY, width=3 if inside else 1)
        pen.text((MARGIN + 5, top + 3), name, fill=(90, 90, 90))
    if inside:
        pen.text((MARGIN + width - 60, MARGIN + 3), "in the hole", fill=VERMILION)
    return sheet.quantize(12, dither=Image.Dither.NONE)


def results(run: Path, seeds: Sequence[Path]) -> str:
    """Return the results of a run in Markdown, and how they spread over other seeds."""
    metrics = read(run)
    versions = json.loads((run / "versions.json").read_text(encoding="utf-8"))
    return "\n\n".join(
        [
            errors(metrics),
            penalties(metrics),
            *([spread([run, *seeds])] if seeds else []),
            f"*Means of `metrics.json` over {metrics['removed.count']} removed and "
            f"{metrics['validation.count']} validation images of one run: "
            f"{command(run)}, "
            f"{metrics['seconds.total']:.0f} s, torch {versions['torch']}, "
            f"Python {versions['python']}, {versions['processor']}.*",
        ]
    )


def spread(runs: Sequence[Path]) -> str:
    """Return how the numbers of runs of several seeds differ.

    Raises:
        ValueError: The runs differ in more than their seeds, or two share one.
    """
    configs = [to_dict(read_config(run, trust=False)) for run in runs]
    numbers = [config.pop("seed") for config in configs]
    parts = (
        "report",
        "attribution",
        "recovery",
    )  # what is left out changes nothing that is told here
    made = [{k: v for k, v in config.items() if k not in parts} for config in configs]
    if any(one != made[0] for one in made) or len(set(numbers)) < len(runs):
        raise ValueError(f"the runs need the same configuration and different seeds, got {numbers}")
    found = [read(run) for run in runs]
    penalties = np.array([one["penalty.nmse"] for one in found])
    mean = t_interval(penalties)
    hole, seen, overlap = (
        f"{number(min(values))} to {number(max(values))}"
        for values in (
            [one[name] for one in found]
            for name in ("removed.nmse", "oracle.removed.nmse", "removed.soft_iou")
        )
    )
    return (
        f"Seeds differ. Over the seeds {min(numbers)} to {max(numbers)} the penalty by nMSE is "
        f"{', '.join(number(value) for value in penalties)}, in the mean {number(mean.mean)} "
        f"({number(mean.low)} to {number(mean.high)}, Student's t over {len(runs)} seeds). "
        f"In the hole the model has an nMSE of {hole} and a soft IoU of {overlap}, its oracle an "
        f"nMSE of {seen}."
    )


def read(run: Path) -> dict[str, float]:
    """Return the final numbers of a run."""
    return json.loads((run / "metrics.json").read_text(encoding="utf-8"))


def command(run: Path) -> str:
    """Return the command that repeats a run, or that it is a preset with other settings."""
    config = read_config(run, trust=False)
    base = preset(config.preset)
    own, known = to_dict(config), to_dict(resolve(base, build(WORLD, base.world)))
    changed = [name for name in own if own[name] != known[name] and name != "seed"]
    words = f"`transect run {config.preset} --seed {config.seed}`"
    return f"{words} with other {', '.join(changed)}" if changed else words


def errors(metrics: Mapping[str, float]) -> str:
    """Return the errors of every source, inside and outside of the hole."""
    columns = [(m, group) for m in MEASURES for group in GROUPS]
    head = [f"{measure(m).heading} {GROUPS[group]}" for m, group in columns]
    rows = []
    for source in COMPARED:
        keys = [str(Key(m, group, source)) for m, group in columns]
        if any(metrics.get(key) is not None for key in keys):
            rows.append([source.label, *(cell(metrics.get(key)) for key in keys)])
    return table(["images by", *head], rows)


def penalties(metrics: Mapping[str, float]) -> str:
    """Return the hole penalty of every measure of the table, with its interval."""
    parts = [
        f"{measure(m).label} {number(metrics[f'penalty.{m}'])} "
        f"({number(metrics[f'penalty.{m}_low'])} to {number(metrics[f'penalty.{m}_high'])})"
        for m in MEASURES
        if metrics.get(f"penalty.{m}") is not None
    ]
    return (
        "The **hole penalty**, error of the model in the hole ÷ that of its oracle, 1 is perfect; "
        f"with the 95 % interval over images: {', '.join(parts)}."
    )


def cell(value: float | None) -> str:
    """Return a number of the table; a source without an answer has a dash."""
    return "–" if value is None else number(value)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Take images and numbers from a run.")
    parser.add_argument("run", type=Path)
    parser.add_argument("--weights", type=Path, help="a sweep of entanglement_weights")
    parser.add_argument("--seeds", type=Path, nargs="+", default=[], help="runs of other seeds")
    given = parser.parse_args()
    main(given.run, given.weights, Path(__file__).parents[1], given.seeds)
