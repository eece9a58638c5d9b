"""What a finished run says on the terminal."""

from pathlib import Path

from transect.run import folder as files


def outcome(path: Path) -> str:
    """Return the final numbers of the run in the folder `path`, a line each."""
    metrics = files.read_json(path / files.METRICS)
    lines = []
    for measure, name in (("nmse", "nMSE"), ("soft_iou", "soft IoU")):
        if f"removed_{measure}" not in metrics:
            lines.append(f"{name} on validation {metrics[f'validation_{measure}']:.3f}")
            continue
        line = f"{name} in the hole {metrics[f'removed_{measure}']:.3f}"
        if f"oracle_removed_{measure}" in metrics:
            line += f", oracle {metrics[f'oracle_removed_{measure}']:.3f}"
        line += f", on validation {metrics[f'validation_{measure}']:.3f}"
        if f"penalty_{measure}" in metrics:
            line += f": hole penalty {metrics[f'penalty_{measure}']:.2f}"
        lines.append(line)
    lines.append(f"{metrics['seconds_total']:.0f} s")
    return "\n".join(lines)
