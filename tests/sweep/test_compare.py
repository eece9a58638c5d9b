"""Runs compared: what tells models, conditions and seeds apart, and the page that comes of it."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from planted_comparison import RADII, make_table
from processes import kill_at, needs_kill
from transect.cli import main
from transect.image.staging import write_text
from transect.run import folder as files
from transect.run.config import Config
from transect.sweep.compare import compare, comparison_data
from transect.sweep.grouping import group
from transect.sweep.results import TABLE, TEXT, read_results, write_results
from webpages import Parsed

PAIR = {"transposed": 1.0, "film": 0.5}


def grid(**fields):
    """Return a table with every combination of the values of fields, `__` standing for a dot."""
    names = [name.replace("__", ".") for name in fields]
    index = pd.MultiIndex.from_product(fields.values(), names=names)
    table = index.to_frame(index=False)
    return table.assign(cell=[str(row) for row in range(len(table))], **{"removed.nmse": 1.0})


def names_of(found):
    return list(found.models), [one.name for one in found.conditions]


GROUPED = {
    "kinds name models": (
        {"decoder__kind": ["film", "mlp"], "hole__radius": [0.1, 0.2, 0.3], "seed": [0, 1]},
        (["film", "mlp"], ["radius 0.1", "radius 0.2", "radius 0.3"]),
    ),
    "what does not vary is no name": (
        {"decoder__kind": ["film"], "latent": [2, 4], "hole__kind": ["disc"], "seed": [0]},
        (["latent 2", "latent 4"], ["disc"]),
    ),
    "a single run": ({"decoder__kind": ["film"], "seed": [0]}, (["model"], ["all cells"])),
    "a single model": ({"hole__kind": ["band"], "seed": [0, 1]}, (["model"], ["band"])),
}


@pytest.mark.parametrize("name", GROUPED)
def test_models_and_conditions_are_named_by_what_varies(name):
    fields, expected = GROUPED[name]
    assert names_of(group(grid(**fields))) == expected


def test_three_radii_are_a_series_and_two_are_not():
    table = grid(decoder__kind=["film", "mlp"], hole__radius=[0.1, 0.2, 0.3], seed=[0, 1])
    found = group(table)
    assert found.axis == "hole.radius"
    assert [(one.value, one.series) for one in found.conditions] == [
        (0.1, ""),
        (0.2, ""),
        (0.3, ""),
    ]
    assert found.model[:2] == ["film", "film"] and found.model[-1] == "mlp"
    assert found.condition[:3] == ["radius 0.1", "radius 0.1", "radius 0.2"]
    found = group(grid(hole__radius=[0.1, 0.2], seed=[0]))
    assert found.axis == "" and [one.series for one in found.conditions] == [None, None]


def test_fields_that_follow_from_another_are_left_out():
    table = grid(decoder__kind=["film", "mlp"], hole__kind=["disc", "band"], seed=[0])
    table["decoder.width"] = table["decoder.kind"].map({"film": 16.0, "mlp": 64.0})
    table["hole.low"] = table["hole.kind"].map({"band": 1.1})
    found = group(table)
    assert names_of(found) == (["film", "mlp"], ["disc", "band"])
    assert found.models["mlp"] == "decoder.kind mlp, decoder.width 64"


def test_fields_that_do_not_follow_are_named():
    table = pd.DataFrame(
        {
            "cell": ["a", "b", "c"],
            "seed": 0,
            "decoder.kind": ["film", "film", "mlp"],
            "decoder.width": [16.0, 32.0, np.nan],
        }
    )
    assert list(group(table).models) == ["film, width 16", "film, width 32", "mlp"]
    table["encoder.width"] = [8.0, 4.0, 4.0]
    assert next(iter(group(table).models)) == "film, width 16"
    table["decoder.kind"] = "film"
    table["decoder.width"] = [16.0, 16.0, 32.0]
    assert list(group(table).models) == [
        "decoder.width 16, encoder.width 8",
        "decoder.width 16, encoder.width 4",
        "decoder.width 32, encoder.width 4",
    ]


def test_labels_stand_for_the_options_of_a_component_unless_some_cells_lack_them():
    table = grid(decoder__kind=["film"], decoder__width=[16, 32], seed=[0])
    table["decoder"] = table["decoder.width"].map({16: "small", 32: "large"})
    assert group(table).models == {"small": "decoder.width 16", "large": "decoder.width 32"}
    table = grid(decoder__kind=["film", "mlp"], seed=[0]).assign(decoder=["mine", None])
    assert list(group(table).models) == ["film", "mlp"]


def test_labels_of_a_list_name_models_or_conditions_by_what_they_set_unless_they_are_numbers():
    table = grid(cells=["plain", "wide"], hole__radius=[0.1, 0.2, 0.3], seed=[0])
    table["latent"] = table["cells"].map({"plain": 3, "wide": 8})
    table["noise"] = table["cells"].map({"plain": 0.1, "wide": 0.2})
    models = {"plain": "latent 3, noise 0.1", "wide": "latent 8, noise 0.2"}
    assert group(table).models == models
    table = grid(cells=["near", "far"], decoder__kind=["film", "mlp"], seed=[0])
    table["hole.center"] = table["cells"].map({"near": "[1, 1]", "far": "[2, 2]"})
    assert names_of(group(table)) == (["film", "mlp"], ["near", "far"])
    table = grid(cells=["0", "1"], seed=[0]).assign(latent=[2, 4])
    assert list(group(table).models) == ["latent 2", "latent 4"]


def test_a_series_and_conditions_that_stand_for_themselves():
    table = make_table(PAIR)
    found = group(table)
    assert list(found.models) == ["transposed", "film"]
    assert [one.name for one in found.conditions] == [
        *(f"radius {radius}" for radius in RADII), "band", "ring", "corner",
    ]  # fmt: skip
    assert [one.series for one in found.conditions] == [""] * len(RADII) + [None] * 3


def test_several_series_have_names():
    table = grid(world__kind=["rose", "blob"], hole__radius=[0.1, 0.2, 0.3], seed=[0])
    found = group(table)
    assert [one.series for one in found.conditions] == ["rose"] * 3 + ["blob"] * 3
    assert found.conditions[4].name == "blob, radius 0.2"


def test_a_field_that_follows_the_axis_leaves_the_series_whole():
    table = grid(hole__radius=[0.1, 0.2, 0.3], seed=[0])
    table["points.count"] = (table["hole.radius"] * 1000).astype(int)
    assert group(table).axis == "hole.radius"
    assert len(group(table).conditions) == 3


def test_the_radius_is_the_axis_before_other_numbers():
    table = grid(points__train=[100, 200, 300, 400], hole__radius=[0.1, 0.2, 0.3], seed=[0])
    found = group(table)
    assert found.axis == "hole.radius"
    assert found.conditions[0].series == "train 100"
    without = group(table[table["hole.radius"] == 0.2].reset_index(drop=True))
    assert without.axis == "points.train"
    assert [one.value for one in without.conditions] == [100, 200, 300, 400]


def test_models_can_be_chosen():
    table = grid(decoder__kind=["film", "mlp"], latent=[2, 4, 8], seed=[0])
    found = group(table, ["decoder"])
    assert list(found.models) == ["film", "mlp"]
    assert found.axis == "latent" and len(found.conditions) == 3
    both = group(table)
    assert list(both.models)[:2] == ["film, latent 2", "film, latent 4"]
    assert both.axis == ""


@pytest.mark.parametrize("name", ["decoder.knd", "removed.nmse", "seed", ""])
def test_models_of_unknown_fields_are_refused(name):
    table = grid(decoder__kind=["film", "mlp"], seed=[0, 1])
    with pytest.raises(ValueError, match=r"models needs fields .* what varies is decoder\.kind"):
        group(table, [name])


def test_an_option_that_only_one_model_has_names_the_other_default():
    table = pd.DataFrame({"cell": ["a", "b"], "seed": 0, "sample_weights.b": [np.nan, -1.5]})
    assert list(group(table).models) == ["default", "b -1.5"]


def test_cells_that_failed_are_apart_from_scores():
    table = make_table(PAIR, seeds=1)
    table.loc[3, ["error", "hole.kind", "decoder.kind"]] = ["RuntimeError: no", None, None]
    table.loc[3, ["seed", "latent"]] = np.nan
    data = comparison_data("a", table)
    assert data.failed == {table.loc[3, "cell"]: "RuntimeError: no"}
    assert data.seeds == [0] and str(data.scores["seed"][0]) == "0"
    assert str(data.config["latent"]) == "3"
    assert len(data.scores) == len(table) - 1
    with pytest.raises(ValueError, match=r"none of the 2 runs is finished"):
        comparison_data("a", table.head(2).assign(error="broken"))


def test_what_is_common_is_told_and_metrics_are_no_configuration():
    data = comparison_data("a", make_table(PAIR))
    assert data.config == {
        "preset": "default", "world": {"kind": "rose"}, "latent": 3,
        "training": {"epochs": 10}, "oracle": True,
    }  # fmt: skip
    assert yaml.safe_dump(data.config)
    # Lists are lists again.
    table = make_table(PAIR, seeds=1).assign(**{"hole.center": "[1.25, 1.0]", "transects": "[odd"})
    config = comparison_data("a", table).config
    assert config["hole"] == {"center": [1.25, 1.0]} and config["transects"] == "[odd"


def test_cells_that_repeat_others_count_once():
    table = make_table(PAIR, seeds=2)
    again = table.head(3).assign(cell=["x", "y", "z"], preset="other")
    data = comparison_data("a", pd.concat([table, again], ignore_index=True))
    assert data.repeated == 3 and len(data.scores) == len(table)
    # A field that some lack tells no other apart.
    table = table.assign(**{"points.train": np.nan})
    table.loc[0, "points.train"] = 200.0
    again = table.tail(2).assign(cell=["x", "y"])
    assert comparison_data("a", pd.concat([table, again], ignore_index=True)).repeated == 2


def test_cells_that_only_their_measuring_tells_apart_are_models_and_refused_as_one():
    table = make_table(PAIR, seeds=1)
    again = table.head(1).assign(cell="x", oracle=False)
    both = pd.concat([table, again], ignore_index=True)
    assert list(comparison_data("a", both).models) == [
        "transposed, oracle True",
        "film, oracle True",
        "transposed, oracle False",
    ]
    with pytest.raises(ValueError, match=r"and x are the same .* differ in oracle; .*--models ora"):
        comparison_data("a", both, models=["decoder"])


def write_sweep(path: Path, table: pd.DataFrame, pages: int = 0) -> Path:
    """Write the folder of a sweep with this table, and pages of its first cells."""
    path.mkdir(parents=True)
    table.to_parquet(path / TABLE)
    table.to_csv(path / TEXT)
    for place, cell in enumerate(table["cell"]):
        folder = path / "cells" / cell
        folder.mkdir(parents=True)
        files.write_json(folder / files.VERSIONS, {"torch": f"2.{place % 2}"})
        if place < pages:
            (folder / files.PAGE).write_text("<p>a run</p>")
    return path


def write_run(path: Path, config: Config, metrics: dict[str, float]) -> Path:
    path.mkdir(parents=True)
    (path / files.CONFIG).write_text(files.dump_config(config))
    files.write_json(path / files.METRICS, metrics)
    return path


def film(config: Config) -> Config:
    return dataclasses.replace(config, decoder={"kind": "film"})


@pytest.fixture(scope="module")
def sweep(tmp_path_factory) -> Path:
    table = make_table(PAIR, RADII[:3], {}, seeds=2)
    table.loc[0, "error"] = "FloatingPointError: <i>diverged</i>"
    return write_sweep(tmp_path_factory.mktemp("sweeps") / "mine", table, pages=3)


def test_the_page_of_a_sweep_lies_in_its_folder(sweep, capsys):
    assert main(["compare", str(sweep)]) == 0
    page = sweep / "report.html"
    assert capsys.readouterr().out.strip() == str(page)
    parsed = Parsed(page.read_text())
    assert parsed.text("h1").startswith("“film” reconstructs the removed images best")
    assert "FloatingPointError: <i>diverged</i>" in parsed.text("td")
    assert "2.0, 2.1" in parsed.text("dd") or "2.1, 2.0" in parsed.text("dd")
    links = [str(a["href"]) for a in parsed.every("a") if not str(a["href"]).startswith("#")]
    # of three pages one is that of the failed cell
    assert len(links) == 2
    from urllib.parse import unquote

    assert all((sweep / unquote(link)).is_file() for link in links)
    assert sorted(path.name for path in (sweep / "figures").iterdir()) == [
        f"{name}.{ending}"
        for name in ("errors_1", "penalty_1", "ratios")
        for ending in ("png", "svg")
    ]


@pytest.fixture
def no_figures(monkeypatch):
    monkeypatch.setattr("transect.sweep.compare.comparison_figures", lambda data: iter(()))


def test_old_figures_of_a_comparison_are_gone_and_no_others(sweep, tmp_path):
    out = tmp_path / "out"
    (out / "figures").mkdir(parents=True)
    for name in ("conditions_7.png", "mine.png", "shares.svg"):
        (out / "figures" / name).write_bytes(b"old")
    compare([sweep], out)
    names = {path.name for path in out.rglob("*.*")}
    assert "mine.png" in names and not {"conditions_7.png", "shares.svg"} & names
    assert not any(name.endswith((".partial", ".new")) for name in names)


def test_two_runs_are_compared_beside_others(tmp_path, monkeypatch, no_figures):
    monkeypatch.chdir(tmp_path)
    one = write_run(Path("a"), Config(), {"removed.nmse": 0.2, "penalty.nmse": 2.0})
    two = write_run(Path("b"), film(Config()), {"removed.nmse": 0.1, "penalty.nmse": 1.0})
    page = compare([one, two])
    assert page == Path("runs/comparison/report.html")
    text = Parsed(page.read_text()).text("h1")
    assert text.startswith("“film” has the least error inside the hole, but with one seed")
    assert compare([one, two]) == Path("runs/comparison-2/report.html")


def test_two_sweeps_are_compared_as_one(sweep, tmp_path, no_figures):
    other = write_sweep(tmp_path / "other", make_table({"mlp": 2.0}, RADII[:3], {}, seeds=2))
    page = compare([sweep, other], tmp_path / "out")
    parsed = Parsed(page.read_text())
    assert "mine/decoder=film,hole=disc-0.1,seed=0" in parsed.text("th")
    assert [text for tag, text in parsed.texts if tag == "li"][-1].strip() == "mlp"


def test_two_sweeps_of_one_name_are_told_apart(sweep, tmp_path, no_figures):
    other = write_sweep(tmp_path / sweep.name, make_table(PAIR, RADII[:3], {}, seeds=2))
    page = compare([sweep, other], tmp_path / "out")
    assert f"{sweep}/decoder=film,hole=disc-0.1,seed=0" in Parsed(page.read_text()).text("th")


def test_one_run_has_a_page_too(tmp_path, no_figures):
    run = write_run(tmp_path / "a", Config(), {"removed.nmse": 0.2, "validation.nmse": 0.1})
    parsed = Parsed(compare([run], tmp_path / "out").read_text())
    assert parsed.text("h1").startswith("The nMSE inside the hole is 0.200 over 1 seed")


def test_a_run_without_a_hole_is_compared_by_validation(tmp_path, no_figures):
    one = write_run(tmp_path / "a", Config(), {"validation.nmse": 0.2})
    two = write_run(tmp_path / "b", film(Config()), {"validation.nmse": 0.1})
    text = Parsed(compare([one, two], tmp_path / "out").read_text()).text("h1")
    assert text.startswith("“film” has the least error on validation images")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "is no folder"),
        (lambda path: path.mkdir(), "neither a sweep that has run nor of a run"),
        (lambda path: write_run(path, Config(), {}), "nothing to compare|nothing to rank"),
        (lambda path: (write_run(path, Config(), {}) / files.METRICS).unlink(), "is not finished"),
    ],
)
def test_other_folders_are_refused(make, message, tmp_path, capsys):
    make(tmp_path / "a")
    assert main(["compare", str(tmp_path / "a"), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    with pytest.raises(ValueError, match=message):
        compare([tmp_path / "a"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_page_of_a_run_is_not_replaced(sweep, tmp_path):
    run = write_run(tmp_path / "a", Config(), {"removed.nmse": 0.2})
    with pytest.raises(ValueError, match="holds a run"):
        compare([sweep], run)
    with pytest.raises(ValueError, match="given twice"):
        compare([run, run], tmp_path / "out")


def test_models_from_the_command_line(sweep, tmp_path, capsys, no_figures):
    words = ["compare", str(sweep), "--out", str(tmp_path / "out"), "--models"]
    assert main([*words, "hole.radius"]) == 0
    assert "radius 0.2" in Parsed((tmp_path / "out" / "report.html").read_text()).text("strong")
    assert main([*words, "hole.radios"]) == 2
    assert "what varies is hole" in capsys.readouterr().err


@pytest.mark.parametrize("seed", [2**53 + 1, 2**63 - 2])
def test_large_seeds_stay_what_they_are_beside_cells_that_failed(finished, tmp_path, seed):
    for place in (0, 1):
        cell = tmp_path / "cells" / f"c{place}"
        cell.mkdir(parents=True)
        config = dataclasses.replace(finished.config, seed=seed + place)
        write_text(cell / files.CONFIG, files.dump_config(config))
        files.write_json(cell / files.METRICS, dict(finished.metrics))
    labels = {f"c{place}": {"seed": ""} for place in range(3)}
    write_results(labels, tmp_path / "cells", tmp_path, {"c2": "failed"})
    data = comparison_data("large", read_results(tmp_path))
    assert data.seeds == [seed, seed + 1]
    assert len(data.scores) == 2 and list(data.failed) == ["c2"]


@needs_kill
def test_a_killed_comparison_neither_blocks_the_next_nor_leaves_a_trace(
    finished, tmp_path, no_figures, capsys
):
    words = ["compare", str(finished.path), "--out", str(tmp_path / "out")]
    kill_at("transect.sweep.compare.write_comparison_page", words)
    assert len(list(tmp_path.iterdir())) == 1
    assert main(words) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "report.html").is_file()
