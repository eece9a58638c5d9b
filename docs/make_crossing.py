"""Numbers and images of "What crosses a hole", taken from sweeps.

`python docs/make_crossing.py SWEEP [SWEEP …]` writes one row a finished cell to
docs/crossing/cells.csv, the tables made of it between the markers of
docs/explanation/crossing.md, and an image to docs/images, so that no number is typed by hand.
Rows of cells that these sweeps have not are kept, so that sweeps may be run on several days or
machines; the image is drawn where its runs are all there. Without a sweep it makes the tables of
the file as it is.
"""

import sys
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import transect
from transect.measure.error.penalty import crossing_radius
from transect.report.words import number
from transect.run.sharing import share
from transect.sweep.results import result
from transect.sweep.sweep import CELLS, read_sweep

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
from marked import replaced, table

ROOT = Path(__file__).parents[1]
TABLE = Path("docs/crossing/cells.csv")
PAGE = Path("docs/explanation/crossing.md")
IMAGE = Path("docs/images/crossing.png")

COLUMNS = {
    "decoder.kind": "decoder",
    "world.kind": "world",
    "hole": "hole",
    "hole.radius": "radius",
    "seed": "seed",
    "canvas.size": "size",
    "training.epochs": "epochs",
    "training.batch_size": "batch_size",
    "removed.nmse": "nmse",
    "oracle.removed.nmse": "oracle_nmse",
    "validation.nmse": "validation_nmse",
    "removed.soft_iou": "soft_iou",
    "oracle.removed.soft_iou": "oracle_soft_iou",
    "penalty.nmse": "penalty",
    "penalty.nmse_low": "penalty_low",
    "penalty.nmse_high": "penalty_high",
    "attribution.encoder_share": "encoder_share",
    "attribution.decoder_share": "decoder_share",
    "seconds": "seconds",
}
"""Name in the results of a sweep: name in the table that is kept."""

CELL = ["decoder", "world", "hole", "seed", "size"]
"""Columns that tell the rows of that table apart."""

RECIPE = ["epochs", "batch_size"]
"""Columns that must be the same for all cells of a decoder."""

HOLES = {f"r{radius}": f"disc {radius}" for radius in (0.1, 0.3, 0.5, 0.6, 0.7)} | {
    name: name.replace("_", "-") for name in ("band", "corner", "off_centre")
}
"""Name of a hole in the sweeps: what tables call it."""

POOR = 0.05
"""nMSE of an oracle beyond which a penalty says nothing: there is little to lose."""

SIZE = 64
SHAPES = ("band", "corner", "off_centre")
INTRODUCTIONS = {
    "shapes": """
A band through the middle, b from 0.75 to 1.25; the corner where a and b are above 1.5, which no
walk between known images crosses; and a disc of 0.3 around (1.65, 0.5):
""",
    "large": """
Images of 128 px, the same recipe:
""",
    "worlds": """
Two other worlds, so that what wins is no trick of roses, each without the ball that it proposes and
without a wider one. Those take 10 % and 23 % of the box of `fourier_blob`, 26 % and 45 % of that of
`superformula`:
""",
}
"""What stands above parts of the page that are not always there."""

SHARES = ("encoder_share", "decoder_share")
COMPARED = ("r0.1", "r0.3", "r0.5", "r0.6", "r0.7")
IMAGED = ("level_set", "original")
RADII = (0.3, 0.5, 0.7)
HOLES_OF_RADII = {f"r{radius:g}" for radius in RADII}
WALK = np.linspace([1.25, 0.2], [1.25, 1.8], 9)
"""The points of the image, along P1, which crosses the middle of the discs."""


def main(sweeps: list[Path], root: Path = ROOT) -> None:
    """Take the cells of `sweeps` into the project at `root`, or only make its tables again.

    Raises:
        ValueError: The page has no markers for a table.
    """
    made = rows(sweeps)
    kept = merged(root / TABLE, pd.DataFrame(made.values()))
    written = kept.to_csv(index=False, float_format="%.5g", lineterminator="\n")
    text = (root / PAGE).read_text(encoding="utf-8")
    for name, block in blocks(pd.read_csv(StringIO(written))).items():
        text = replaced(text, name, block)
    (root / TABLE).parent.mkdir(exist_ok=True)
    (root / TABLE).write_text(written, encoding="utf-8")
    (root / PAGE).write_text(text, encoding="utf-8")
    draw(made, root / IMAGE)


def rows(sweeps: list[Path]) -> dict[Path, dict[str, Any]]:
    """Return the row of every finished cell, what `COLUMNS` names, by its run folder.

    `seconds` of a cell are those of its stages and its share of the training of a shared oracle.
    """
    found = {}
    for path in sweeps:
        sweep = read_sweep(path, trust=False)
        oracles = {name: one.oracle for name, one in share(sweep.cells(), path).items()}
        sharing = Counter(one for one in oracles.values() if one is not None)
        for name, labels in sweep.grid.labels().items():
            folder = path / CELLS / name
            if folder.is_dir():
                own: dict[str, Any] = result(folder, trust=False) | {"hole": labels["hole"]}
                own["seconds"] = seconds(folder, own, sharing.get(oracles[name]))
                found[folder] = {name: own.get(column) for column, name in COLUMNS.items()}
    return found


def seconds(folder: Path, own: dict[str, Any], sharing: int | None) -> float:
    """Return how long one core was at work for a cell.

    A training that was killed and resumed has all of its epochs in its history alone.

    Args:
        folder: The run folder.
        own: Its final numbers.
        sharing: How many cells share its oracle; None where it trained its own.
    """
    run = transect.load(folder)
    model, oracle = (
        0.0 if history is None else float(history["seconds"].sum())
        for history in (run.history, run.oracle_history)
    )
    others = own["seconds.total"] - own["seconds.train"]
    if sharing is None:
        return others + max(own["seconds.train"], model + oracle)
    return others + max(own["seconds.train"], model) + oracle / sharing


def merged(path: Path, made: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table, where there is one, with new ones in place of their like.

    Rows that were made with another recipe than new ones of the same decoder are left out.
    """
    kept = pd.read_csv(path) if path.exists() else made.head(0)
    if not len(made):
        return kept
    recipes = made.groupby("decoder")[RECIPE].first().reindex(kept["decoder"]).reset_index()
    known = recipes[RECIPE].notna().all(axis=1)
    same = (recipes[RECIPE] == kept[RECIPE].reset_index(drop=True)).all(axis=1)
    kept = kept[(same | ~known).to_numpy()]
    return pd.concat([kept, made]).drop_duplicates(CELL, keep="last").sort_values(CELL)


def blocks(cells: pd.DataFrame) -> dict[str, str]:
    """Return each generated part of the page by its name, empty where its sweep has not run."""
    roses, small = cells["world"] == "rose", cells["size"] == SIZE
    main, others = cells[roses & small], cells[~roses]
    compared = main[main["hole"].isin(COMPARED)]
    parts = {
        "ranking": (ranking, main),
        "errors": (errors, compared),
        "attribution": (attribution, compared.dropna(subset="encoder_share")),
        "shapes": (errors, main[main["hole"].isin(SHAPES)]),
        "large": (both, cells[roses & ~small]),
        "worlds": (errors, others.assign(hole=in_world(others))),
        "cost": (cost, cells),
    }
    return {
        name: f"{INTRODUCTIONS.get(name, '')}\n{make(own)}\n" if len(own) else ""
        for name, (make, own) in parts.items()
    }


def ranking(cells: pd.DataFrame) -> str:
    """Return crossing radii and penalties, the farthest first, those with poor oracles last."""
    holes = {name: head for name, head in HOLES.items() if name in discs(cells)["hole"].unique()}
    rows = []
    for decoder, own in cells.groupby("decoder"):
        radii = [radius(one) for _, one in own.groupby("seed")]
        known = [one for one in radii if one is not None]
        poor = discs(own)["oracle_nmse"].max() > POOR
        place = poor, -float(np.median(known)) if known else 1.0
        penalties = [mean(own[own["hole"] == hole]["penalty"]) for hole in holes]
        found = crossing(known, own)
        line = [
            f"`{decoder}`",
            str(own["seed"].nunique()),
            f"({found})" if poor else found,
            *penalties,
        ]
        rows.append((place, line))
    rows.sort(key=lambda row: row[0])
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
    """Return penalties and the errors behind them, means over seeds, the lowest error first.

    A penalty stands in brackets where an oracle is poor.
    """
    names = ["penalty", "nmse", "oracle_nmse", "soft_iou", "oracle_soft_iou", "validation_nmse"]
    rows = []
    for hole in sorted(cells["hole"].unique(), key=[*HOLES, *cells["hole"]].index):
        groups = cells[cells["hole"] == hole].groupby("decoder")
        worst = groups["oracle_nmse"].max()
        found = groups[names].mean().assign(seeds=groups.size()).sort_values("nmse")
        for name, penalty, *values, seeds in found.itertuples():
            first = f"({number(penalty)})" if worst[name] > POOR else number(penalty)
            line = [HOLES.get(hole, hole), f"`{name}`", str(seeds), first]
            rows.append([*line, *map(number, values)])
    quality = ["nMSE ↓", "its oracle", "soft IoU ↑", "its oracle", "nMSE outside"]
    return table(["hole", "decoder", "seeds", "penalty", *quality], rows)


def both(cells: pd.DataFrame) -> str:
    """Return crossing radii, and the errors behind them."""
    return f"{ranking(cells)}\n\n{errors(cells)}"


def in_world(cells: pd.DataFrame) -> pd.Series:
    """Return what tables call the holes of other worlds."""
    return "`" + cells["world"] + "`" + cells["hole"].map({"own": "", "wide": ", wide"})


def cost(cells: pd.DataFrame) -> str:
    """Return how long one core was at work, in words."""
    hours = cells["seconds"].sum() / 3600
    return f"The {len(cells)} cells of this page took {hours:.1f} core-hours, oracles included."


def attribution(cells: pd.DataFrame) -> str:
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


def draw(folders: dict[Path, dict[str, Any]], path: Path) -> None:
    """Draw the truth, and what decoders make of it that were trained with ever larger holes.

    Nothing is drawn where one of their runs is not there.
    """
    found = {
        (row["decoder"], row["radius"]): folder
        for folder, row in reversed(folders.items())
        if row["world"] == "rose" and row["size"] == SIZE and row["hole"] in HOLES_OF_RADII
    }
    shown = [(name, one) for name in IMAGED for one in RADII]
    if not found.keys() >= set(shown):
        return
    runs = {key: transect.load(found[key]) for key in shown}
    truth = next(iter(runs.values())).draw(WALK)
    rows = {("truth", 0.0): truth} | {key: run.reconstruct(truth) for key, run in runs.items()}
    figure, axes = plt.subplots(len(rows), len(WALK), figsize=(len(WALK), len(rows)))
    for line, ((name, one), images) in zip(axes, rows.items(), strict=True):
        for axis, point, image in zip(line, WALK, images, strict=True):
            axis.imshow(image, cmap="gray_r", vmin=0, vmax=1)
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
