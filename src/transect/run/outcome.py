"""What a finished run prints on the terminal."""

from pathlib import Path

from transect.measure.catalogue import measure
from transect.measure.key import Key, Source
from transect.run import folder as files


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
