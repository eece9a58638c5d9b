"""Numbers and pictures of "What crosses a hole", taken from sweeps.

`python docs/make_crossing.py SWEEP [SWEEP …]` writes one row a finished cell to
docs/crossing/cells.csv, the tables made of it between the markers of
docs/explanation/crossing.md, and a picture to docs/images, so that no number is typed by hand.
Without a sweep it makes the tables of the file as it is.
"""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import transect
from transect.measure.penalty import crossing_radius
from transect.report.sentences import number
from transect.run.results import result
from transect.run.sweep import CELLS, read_sweep

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
from marked import replaced, table

ROOT = Path(__file__).parents[1]
TABLE = Path("docs/crossing/cells.csv")
PAGE = Path("docs/explanation/crossing.md")
PICTURE = Path("docs/images/crossing.png")

COLUMNS = {
    "decoder.kind": "decoder",
    "world.kind": "world",
    "hole": "hole",
    "hole.radius": "radius",
    "seed": "seed",
    "canvas.size": "size",
    "training.epochs": "epochs",
    "removed_nmse": "nmse",
    "oracle_removed_nmse": "oracle_nmse",
    "validation_nmse": "validation_nmse",
    "removed_soft_iou": "soft_iou",
    "oracle_removed_soft_iou": "oracle_soft_iou",
    "penalty_nmse": "penalty",
    "penalty_nmse_low": "penalty_low",
    "penalty_nmse_high": "penalty_high",
    "fault_encoder_share": "encoder_share",
    "fault_decoder_share": "decoder_share",
}
"""Name in the results of a sweep: name in the table that is kept."""

HOLES = {"r0.1": "disc 0.1", "r0.3": "disc 0.3", "r0.5": "disc 0.5", "r0.7": "disc 0.7"} | {
    name: name.replace("_", "-") for name in ("band", "corner", "off_centre")
}
"""Name of a hole in the sweeps: heading of its column."""

SHARES = ("encoder_share", "decoder_share")
COMPARED = ("r0.3", "r0.5", "r0.7")
PICTURED = ("level_set", "transposed")
RADII = (0.3, 0.5, 0.7)
WALK = np.linspace([1.25, 0.2], [1.25, 1.8], 9)
"""The points of the picture, along P1, which crosses the middle of the discs."""


def main(sweeps: list[Path], root: Path = ROOT) -> None:
    """Take the cells of `sweeps` into the project at `root`, or only make its tables again.

    Raises:
        ValueError: The page has no markers for a table.
    """
    if sweeps:
        folders = finished(sweeps)
        rows = [result(folder) | {"hole": hole} for folder, hole in folders.items()]
        kept = pd.DataFrame(rows).reindex(columns=list(COLUMNS)).rename(columns=COLUMNS)
        (root / TABLE).parent.mkdir(exist_ok=True)
        kept.to_csv(root / TABLE, index=False, float_format="%.5g", lineterminator="\n")
        draw(dict(zip(folders, kept.to_dict("records"), strict=True)), root / PICTURE)
    cells = pd.read_csv(root / TABLE)
    text = (root / PAGE).read_text(encoding="utf-8")
    for name, block in blocks(cells).items():
        text = replaced(text, name, block)
    (root / PAGE).write_text(text, encoding="utf-8")


def finished(sweeps: list[Path]) -> dict[Path, str]:
    """Return the run folders of finished cells, and the label of the hole of each."""
    return {
        sweep / CELLS / name: labels["hole"]
        for sweep in sweeps
        for name, labels in read_sweep(sweep).grid.labels().items()
        if (sweep / CELLS / name).is_dir()
    }


def blocks(cells: pd.DataFrame) -> dict[str, str]:
    """Return each generated part of the page by its name."""
    roses = cells[cells["world"] == "rose"]
    found = {
        "ranking": ranking(roses),
        "errors": errors(roses),
        "fault": fault(roses.dropna(subset="encoder_share")),
    }
    return {name: f"\n{block}\n" for name, block in found.items()}


def ranking(cells: pd.DataFrame) -> str:
    """Return crossing radii and penalties, the farthest first."""
    holes = {name: head for name, head in HOLES.items() if (cells["hole"] == name).any()}
    rows = []
    for decoder, own in cells.groupby("decoder"):
        radii = [radius(one) for _, one in own.groupby("seed")]
        known = [one for one in radii if one is not None]
        penalties = [mean(own[own["hole"] == hole]["penalty"]) for hole in holes]
        farthest = np.median(known) if known else -1.0
        seeds = own["seed"].nunique()
        rows.append((farthest, [f"`{decoder}`", str(seeds), crossing(known, own), *penalties]))
    rows.sort(key=lambda row: -row[0])
    return table(["decoder", "seeds", "r₂", *holes.values()], [line for _, line in rows])


def radius(cells: pd.DataFrame) -> float | None:
    """Return the crossing radius of one model and seed; None with fewer than two discs."""
    own = discs(cells)
    return crossing_radius(own["radius"], own["penalty"]) if len(own) > 1 else None


def discs(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of the discs in the middle that have a penalty."""
    return cells[cells["hole"].str.match(r"r[\d.]+$")].dropna(subset="penalty")


def crossing(radii: list[float], cells: pd.DataFrame) -> str:
    """Return the crossing radii of some seeds in words."""
    if not radii:
        return "–"
    limit = discs(cells)["radius"].max()
    return ", ".join(f"{one:.2f}" if np.isfinite(one) else f"> {limit:g}" for one in radii)


def errors(cells: pd.DataFrame) -> str:
    """Return the errors in discs of three sizes, means over seeds, the lowest first."""
    names = ["nmse", "oracle_nmse", "soft_iou", "oracle_soft_iou", "validation_nmse"]
    rows = []
    for hole in COMPARED:
        found = cells[cells["hole"] == hole].groupby("decoder")[names].mean().sort_values("nmse")
        rows += [
            [HOLES[hole], f"`{name}`", *(number(value) for value in row)]
            for name, *row in found.itertuples()
        ]
    head = ["hole", "decoder", "nMSE ↓", "its oracle", "soft IoU ↑", "its oracle", "nMSE outside"]
    return table(head, rows)


def fault(cells: pd.DataFrame) -> str:
    """Return the shares of encoder and decoder in what a hole adds to the error."""
    rows = [
        [HOLES[hole], f"`{decoder}`", *(mean(100 * own[one]) for one in SHARES), str(len(own))]
        for (hole, decoder), own in cells.groupby(["hole", "decoder"])
    ]
    return table(["hole", "decoder", "encoder, %", "decoder, %", "seeds"], rows)


def mean(values: pd.Series) -> str:
    """Return the mean of some numbers, and their range where there are several; or a dash."""
    known = values.dropna()
    if len(known) < 2:
        return number(known.item()) if len(known) else "–"
    return f"{number(known.mean())} ({number(known.min())}–{number(known.max())})"


def draw(folders: dict[Path, dict], path: Path) -> None:
    """Draw the truth, and what decoders make of it that were trained with ever larger holes."""
    found = {
        (row["decoder"], row["radius"]): folder
        for folder, row in reversed(folders.items())
        if row["world"] == "rose" and row["hole"] == f"r{row['radius']:g}"
    }
    shown = [(name, one) for name in PICTURED for one in RADII if (name, one) in found]
    runs = {key: transect.load(found[key]) for key in shown}
    truth = next(iter(runs.values())).draw(WALK)
    rows = {("truth", 0.0): truth} | {key: run.reconstruct(truth) for key, run in runs.items()}
    figure, axes = plt.subplots(len(rows), len(WALK), figsize=(len(WALK), len(rows)))
    for line, ((name, one), pictures) in zip(axes, rows.items(), strict=True):
        for axis, point, picture in zip(line, WALK, pictures, strict=True):
            axis.imshow(picture, cmap="gray_r", vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[])
            inside = np.hypot(*(point - WALK[len(WALK) // 2])) <= one and one > 0
            for spine in axis.spines.values():
                spine.set(color="#d55e00" if inside else "#cccccc", linewidth=2 if inside else 0.5)
        line[0].set_ylabel(name if not one else f"{name}\nr = {one:g}", fontsize=8)
    figure.tight_layout(pad=0.3)
    figure.savefig(path, dpi=80, metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
