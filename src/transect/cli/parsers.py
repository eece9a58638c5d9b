"""The parsers of all subcommands; help texts are the fields' docstrings."""

from typing import Any

from jsonargparse import ArgumentParser, set_parsing_settings

CLUSTER = ("address", "cpus", "gpus", "retries")
"""Options of the engine ray."""

ENGINES = {"joblib": ("workers",), "ray": CLUSTER}
"""Name of an engine: its options."""


def build_parser() -> ArgumentParser:
    """Return the parser of all subcommands; its help texts are the fields' docstrings."""
    set_parsing_settings(docstring_parse_attribute_docstrings=True)
    from transect import __version__

    parser = ArgumentParser(
        prog="transect",
        description="Can a generative model draw what it was never shown?",
        version=__version__,
    )
    subcommands = parser.add_subcommands(title="subcommands", required=True, metavar="SUBCOMMAND")
    subcommands.add_subcommand(
        "run", _run_parser(), help="the whole experiment, ending with a report"
    )
    subcommands.add_subcommand(
        "sweep", _sweep_parser(), help="many runs that differ in some fields"
    )
    subcommands.add_subcommand(
        "compare", _compare_parser(), help="compare the runs of a sweep, or others"
    )
    subcommands.add_subcommand("draw", _draw_parser(), help="draw a dataset to files")
    subcommands.add_subcommand("score", _score_parser(), help="score anybody's reconstructions")
    subcommands.add_subcommand(
        "measure", _measure_parser(), help="measure codes against known factors"
    )
    subcommands.add_subcommand("report", _report_parser(), help="make the report of a run anew")
    subcommands.add_subcommand("export", _export_parser(), help="write the models of a run as ONNX")
    subcommands.add_subcommand(
        "list", _list_parser(), help="worlds, holes, models, losses, presets"
    )
    subcommands.add_subcommand(
        "completion", _completion_parser(), help="a script that lets a shell complete words"
    )
    return parser


def _run_parser() -> ArgumentParser:
    from transect.run.config import Config

    parser = ArgumentParser(
        description="Draw, split, train, train the oracle, cross the hole, measure, report. "
        "Every field below can stand in a YAML file (--config) or here; here wins. "
        "A preset that is a sweep, such as entanglement, runs as `transect sweep PRESET` does, "
        "which has more options."
    )
    parser.add_argument(
        "preset",
        nargs="?",
        type=str,
        help="name of a preset; `transect list presets` tells what each is for",
    )
    parser.add_argument("--config", type=str, help="YAML file with any of the fields below")
    parser.add_argument(
        "--out",
        type=str,
        help="folder to make (default: runs/PRESET, of a sweep runs/PRESET-sweep)",
    )
    parser.add_argument("--resume", action="store_true", help="finish the run that was interrupted")
    _add_trust(parser, "the file of --config or the run to resume")
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    parser.add_argument("--json", action="store_true", help="the final numbers as flat JSON")
    parser.add_class_arguments(Config, skip={"preset"})
    return parser


def _sweep_parser() -> ArgumentParser:
    from transect.run.config import Config

    parser = ArgumentParser(
        description="Run every cell of a grid or a list, each an ordinary run with one thread, and "
        "write one table of all results. The same command again goes on where it stopped.",
    )
    parser.add_argument(
        "preset",
        nargs="?",
        type=str,
        help="preset that the cells start from; where it is a sweep, its grid as well, in which "
        "--grid and the file replace fields",
    )
    parser.add_argument(
        "--config",
        type=str,
        help="YAML file with any of the fields below and `sweep: {grid: …, cells: …}`",
    )
    parser.add_argument(
        "--grid",
        type=str,
        action="append",
        help="'FIELD=[VALUE, …]' or 'FIELD={LABEL: VALUE, …}'; every combination of all grids",
    )
    parser.add_argument(
        "--cell",
        type=str,
        action="append",
        help="'{FIELD: VALUE, …}', fields that are set together; each with every combination",
    )
    parser.add_argument("--out", type=str, help="folder of the sweep (default: runs/PRESET-sweep)")
    _add_trust(parser, "the file of --config or the folder of the sweep")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.add_argument("--json", action="store_true", help="the table of all cells as JSON")
    parser.add_argument(
        "--engine", type=str, default="joblib", help="joblib, this machine, or ray, a cluster"
    )
    parser.add_argument("--workers", type=int, help="joblib: cells at once (default: one a core)")
    parser.add_argument("--address", type=str, help="ray: of the head, HOST:6379 or auto")
    parser.add_argument("--cpus", type=int, help="ray: processors of a cell (default: 1)")
    parser.add_argument("--gpus", type=float, help="ray: GPUs of a cell (default: 0)")
    parser.add_argument("--retries", type=int, help="ray: new starts of a lost cell (default: 3)")
    parser.add_class_arguments(Config, skip={"preset"})
    return parser


def _compare_parser() -> ArgumentParser:
    parser = ArgumentParser(
        description="Compare runs: curves over what was varied with intervals over seeds, paired "
        "differences, and a ranking that says what is not distinguishable."
    )
    parser.add_argument("paths", nargs="+", type=str, help="the folder of a sweep, or run folders")
    parser.add_argument("--out", type=str, help="folder of the page (default: that of the sweep)")
    parser.add_argument(
        "--models", type=str, help="fields that tell models apart, with commas (default: found)"
    )
    _add_trust(parser, "a run")
    parser.add_argument("--json", action="store_true", help="the table of all runs as JSON")
    return parser


def _add_trust(parser: ArgumentParser, what: str) -> None:
    parser.add_argument(
        "--trust",
        action="store_true",
        help=f"import the classes from outside of transect that {what} names; this runs their code",
    )


def _draw_parser() -> ArgumentParser:
    parser = ArgumentParser(description="Draw points of a world to files, with their factors.")
    parser.add_argument("--points", type=str, help="points to draw: .csv, .npy, .npz or .mat")
    parser.add_argument("--count", type=int, default=5000, help="points to sample without a file")
    parser.add_argument("--sampling", type=str, default="uniform", help="uniform, grid or sobol")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample")
    parser.add_argument("--world", type=dict[str, Any], help="{kind, options} (default: rose)")
    parser.add_argument("--hole", type=dict[str, Any], help="{kind, options}; marks the split")
    parser.add_argument("--canvas", type=dict[str, Any], help="square or original, with options")
    parser.add_argument("--size", type=int, help="pixels of a side, short for --canvas.size")
    parser.add_argument(
        "--format",
        type=str,
        help="npz, png, parquet, mat or webdataset (default: by the ending of --out, or png)",
    )
    parser.add_argument("--out", type=str, required=True, help="folder (png, webdataset) or file")
    parser.add_argument("--overwrite", action="store_true", help="replace what is there")
    parser.add_argument(
        "--card",
        action="store_true",
        help="add README.md, a data card, and croissant.json (png, parquet)",
    )
    return parser


def _score_parser() -> ArgumentParser:
    parser = ArgumentParser(
        description="Measure reconstructions against the truth: two folders of images, matched by "
        "their names, or by the columns truth and reconstruction of the points file."
    )
    parser.add_argument("truth", type=str, help="folder of true images, bright on dark")
    parser.add_argument("reconstruction", type=str, help="folder of reconstructions, any size")
    parser.add_argument(
        "--points", type=str, help="one row per image with its factors: .csv, .npy, .npz or .mat"
    )
    parser.add_argument("--world", type=dict[str, Any], help="{kind, options} (default: rose)")
    parser.add_argument("--hole", type=dict[str, Any], help="splits the errors; needs --points")
    parser.add_argument(
        "--canvas", type=dict[str, Any], help="how the truth was drawn; adds factor_error"
    )
    parser.add_argument(
        "--invert", action="store_true", help="the images are dark on a bright background"
    )
    parser.add_argument("--out", type=str, help="folder to make: scores, figures and a page")
    parser.add_argument("--json", action="store_true", help="flat JSON on standard output")
    return parser


def _measure_parser() -> ArgumentParser:
    parser = ArgumentParser(
        description="Measure the codes of any program: disentanglement, alignment with the "
        "factors, dimension and topology. Rows are matched by their order. Files: .csv, .tsv, "
        ".txt, .npy, .npz or .parquet."
    )
    parser.add_argument("codes", type=str, help="file of codes, a column for each latent")
    parser.add_argument("factors", type=str, help="file of factors, a column for each factor")
    parser.add_argument(
        "--discrete",
        type=str,
        help="factors whose numbers are categories without an order, with commas; words always are",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of all random draws")
    parser.add_argument("--out", type=str, help="file to make, .json or .csv")
    parser.add_argument("--json", action="store_true", help="JSON on standard output")
    return parser


def _report_parser() -> ArgumentParser:
    parser = ArgumentParser(description="Make figures and report.html of a run folder anew.")
    parser.add_argument("run", type=str, help="the run folder")
    _add_trust(parser, "the run")
    return parser


def _export_parser() -> ArgumentParser:
    parser = ArgumentParser(
        description="Write encoder and decoder of a run, and of its oracle, for other programs."
    )
    parser.add_argument("run", type=str, help="the run folder")
    parser.add_argument("--format", type=str, default="onnx", help="onnx")
    parser.add_argument("--out", type=str, help="folder to make (default: RUN-onnx)")
    _add_trust(parser, "the run")
    parser.add_argument("--overwrite", action="store_true", help="replace what is there")
    return parser


def _list_parser() -> ArgumentParser:
    parser = ArgumentParser(description="List what there is to choose from, with a line each.")
    parser.add_argument(
        "what",
        nargs="?",
        type=str,
        help="worlds, holes, canvases, encoders, decoders, losses or presets (default: all)",
    )
    parser.add_argument("--json", action="store_true", help="JSON on standard output")
    return parser


def _completion_parser() -> ArgumentParser:
    parser = ArgumentParser(
        description="Print a script that completes subcommands, options, presets and kinds."
    )
    parser.add_argument("shell", type=str, help="bash, zsh or fish")
    return parser
