"""How a finished run is shown: its numbers on a terminal; page and answer in a notebook.

Nothing is served to a notebook: the page is put whole into the cell, so that it is still there
where the notebook is opened elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from transect.measure.catalogue import measure
from transect.measure.key import Key, Number, Source
from transect.run import folder as files
from transect.run.config import Config

HEIGHT = 800

ROWS = {"removed": "in the hole", "validation": "outside"}
COLUMNS = [measure(name) for name in ("nmse", "soft_iou", "factor_error")]


@dataclass(frozen=True)
class Inline:
    """A page of HTML that a notebook shows in a frame.

    Attributes:
        html: The page.
        height: Height of the frame in pixels.
    """

    html: str
    height: int = HEIGHT

    def __repr__(self) -> str:
        return f"Inline({len(self.html) / 1e6:.1f} MB of HTML, shown by a notebook)"

    def _repr_html_(self) -> str:
        # Scripts may run, but the page is a stranger to the notebook.
        return (
            f'<iframe srcdoc="{escape(self.html)}" sandbox="allow-scripts allow-downloads" '
            f'title="report of a run" width="100%" height="{self.height}" '
            'style="border: 0"></iframe>'
        )


def inline_page(path: Path, height: int = HEIGHT) -> Inline:
    """Return the page of a run folder for a notebook.

    Args:
        path: The run folder.
        height: Height of the frame in pixels, above 0.

    Raises:
        ValueError: The run has no page, or the height is not above 0.
    """
    if height < 1:
        raise ValueError(f"height needs to be above 0 pixels, got {height}")
    page = path / files.PAGE
    if not page.is_file():
        raise ValueError(f"{path} has no {files.PAGE}; `transect report {path}` makes it")
    return Inline(page.read_text(encoding="utf-8"), height)


def run_table(path: Path, config: Config, metrics: Mapping[Key, Number]) -> str:
    """Return what a run found as a table of HTML.

    Args:
        path: The run folder.
        config: Its configuration.
        metrics: Its final numbers.
    """
    head = "".join(f"<th>{escape(name)}</th>" for name in (one.label for one in COLUMNS))
    rows = []
    for source in (Source.MODEL, Source.ORACLE):
        for split, where in ROWS.items():
            values = [metrics.get(Key(one.name, split, source)) for one in COLUMNS]
            if any(value is not None for value in values):
                cells = "".join(f"<td>{_number(value)}</td>" for value in values)
                rows.append(f"<tr><th>{source.label}, {where}</th>{cells}</tr>")
    name = metrics.get(files.JUDGED) or config.preset
    what = f"{name}, world {config.world['kind']}, seed {config.seed}"
    penalty = metrics.get(Key("nmse", "penalty"))
    answer = "" if penalty is None else f"<p>Hole penalty (nMSE): <b>{_number(penalty)}</b></p>"
    return (
        f"<div><p><b>Run</b> <code>{escape(str(path))}</code>: {escape(what)}</p>"
        f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        f"{answer}</div>"
    )


def outcome(path: Path) -> str:
    """Return the final numbers of the run in the folder `path`, a line each."""
    metrics = files.read_metrics(path / files.METRICS)
    lines = []
    for one in (measure("nmse"), measure("soft_iou")):
        validation = f"on validation {metrics[Key(one.name, 'validation')]:.3f}"
        if Key(one.name, "removed") not in metrics:
            lines.append(f"{one.label} {validation}")
            continue
        line = f"{one.label} in the hole {metrics[Key(one.name, 'removed')]:.3f}"
        if Key(one.name, "removed", Source.ORACLE) in metrics:
            line += f", oracle {metrics[Key(one.name, 'removed', Source.ORACLE)]:.3f}"
        line += f", {validation}"
        if Key(one.name, "penalty") in metrics:
            line += f": hole penalty {metrics[Key(one.name, 'penalty')]:.2f}"
        lines.append(line)
    lines.append(f"{metrics[Key('total', 'seconds')]:.0f} s")
    return "\n".join(lines)


def _number(value: Number | None) -> str:
    return f"{value:.3g}" if isinstance(value, int | float) else "–"
