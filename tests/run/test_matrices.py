"""Files of codes and factors in every format, and what is printed and written of them."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

from planted_metrics import flat
from transect.cli import main
from transect.measure.embedding.scores import measure_codes
from transect.run.matrices import measure_files, read_matrix

GENERATOR = np.random.default_rng(0)
POINTS = GENERATOR.random((60, 2)).round(6)
SHAPES = np.array(["heart", "square"])[GENERATOR.integers(2, size=60)]
TABLE = pd.DataFrame({"x": POINTS[:, 0], "shape": SHAPES, "y": POINTS[:, 1]})


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("codes.npy", POINTS[:, ::-1])
    TABLE.to_csv("factors.csv", index=False)
    return tmp_path


def parquet(path):
    TABLE.set_index(pd.RangeIndex(5, 65)).to_parquet(path)


def records(path):
    kinds = [("x", "f8"), ("shape", "U9"), ("y", "f8")]
    np.save(path, np.array(list(TABLE.itertuples(index=False, name=None)), dtype=kinds))


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.csv", lambda path: TABLE.to_csv(path, index=False)),
        ("a.csv", TABLE.to_csv),
        ("a.tsv", lambda path: TABLE.to_csv(path, index=False, sep="\t")),
        ("A.CSV", lambda path: TABLE.to_csv(path, index=False, sep=";", decimal=",")),
        ("a.csv", lambda path: TABLE.add_prefix("factor.").assign(nmse=1.0).to_csv(path)),
        ("a.npz", lambda path: np.savez(path, x=TABLE["x"], shape=SHAPES, y=TABLE["y"])),
        ("a.npy", records),
        ("a.parquet", parquet),
    ],
)
def test_named_factors_are_read_alike_from_every_format(name, write, tmp_path):
    write(tmp_path / name)
    found = read_matrix(tmp_path / name, "factors")
    assert list(found) == ["x", "shape", "y"]
    np.testing.assert_array_equal(found["x"], TABLE["x"])
    np.testing.assert_array_equal(found["shape"].astype(str), SHAPES)
    np.testing.assert_array_equal(found["y"], TABLE["y"])


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("z.npy", lambda path: np.save(path, POINTS)),
        ("z.npy", lambda path: np.save(path, np.asfortranarray(POINTS))),
        ("z.npz", lambda path: np.savez(path, anything=POINTS)),
        ("z.npz", lambda path: np.savez(path, codes=POINTS, images=np.zeros((60, 8, 8)))),
        ("z.csv", lambda path: np.savetxt(path, POINTS, delimiter=",")),
        ("z.csv", lambda path: np.savetxt(path, POINTS, delimiter=",", header="a,b", comments="")),
        ("z.csv", lambda path: pd.DataFrame(POINTS).to_csv(path)),
        ("z.csv", lambda path: pd.DataFrame(POINTS).to_csv(path, index=False)),
        ("z.csv", lambda path: pd.DataFrame(POINTS).add_prefix("code.").assign(t="a").to_csv(path)),
        ("z.parquet", lambda path: pd.DataFrame(POINTS, columns=["a", "b"]).to_parquet(path)),
    ],
)
def test_codes_are_read_alike_with_and_without_names(name, write, tmp_path):
    write(tmp_path / name)
    found = read_matrix(tmp_path / name, "codes")
    np.testing.assert_array_equal(np.stack(list(found.values()), axis=1), POINTS)


def test_one_latent_is_enough(tmp_path):
    np.save(tmp_path / "z.npy", POINTS[:, 0])
    (tmp_path / "z.csv").write_text("".join(f"{value}\n" for value in POINTS[:, 0]))
    for name in ("z.npy", "z.csv"):
        np.testing.assert_array_equal(read_matrix(tmp_path / name, "codes")["z0"], POINTS[:, 0])


def test_the_command_prints_and_writes_the_measures_of_the_arrays(files, capsys):
    expected = measure_codes(POINTS[:, ::-1], dict(TABLE), seed=3)
    words = ["measure", "codes.npy", "factors.csv", "--seed", "3"]
    assert main([*words, "--json", "--out", "scores.json"]) == 0
    text = capsys.readouterr().out
    assert (files / "scores.json").read_text(encoding="utf-8") == text
    found = json.loads(text, parse_constant=pytest.fail)
    numbers = flat(expected.numbers(""))
    assert {name: found[name] for name in numbers} == numbers
    assert found["missing"] == expected.missing
    assert (found["rows"], found["latents"], found["seed"]) == (60, 2, 3)
    assert found["factors"] == ["x", "shape", "y"]

    assert main([*words, "--out", "scores.csv"]) == 0
    text = capsys.readouterr().out
    assert "β-VAE score" in text and "categories have no order" in text and "higher" in text
    assert "two_nn, maximum_likelihood, local_pca: codes need at least 102" in text
    assert text.endswith("scores.csv\n")
    with (files / "scores.csv").open(encoding="utf-8", newline="") as lines:
        rows = {row["measure"]: row for row in csv.DictReader(lines)}
    assert list(rows) == [*expected.values, *expected.missing]
    assert float(rows["mig"]["value"]) == expected.values["mig"]
    assert rows["two_nn"]["missing"] == expected.missing["two_nn"]
    low, high = expected.intervals["loop_longest"]
    assert (float(rows["loop_longest"]["low"]), float(rows["loop_longest"]["high"])) == (low, high)
    assert {path.name for path in files.iterdir()} == {
        "codes.npy", "factors.csv", "scores.json", "scores.csv"
    }  # fmt: skip


def test_numbers_are_categories_if_they_are_named(files):
    TABLE.assign(shape=np.unique(SHAPES, return_inverse=True)[1]).to_csv("n.csv", index=False)
    by_words = measure_files("codes.npy", "factors.csv")
    assert measure_files("codes.npy", "n.csv", discrete=["shape"]).values == by_words.values
    assert measure_files("codes.npy", "n.csv").values["sap"] != by_words.values["sap"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("f.csv", "x\n1\nn/a\n", "f.csv, line 3: x needs a finite number"),
        ("f.csv", "x\n1\nnan\n", "f.csv, line 3: x needs a finite number"),
        ("f.csv", "x,s\n1,a\n2,\n", "f.csv, line 3: s is empty"),
        ("f.csv", "x,x\n1,2\n", "'x' once, got 2"),
        ("f.csv", ",x\nanna,1\nbob,2\n", "the first column has no name"),
        ("f.csv", "x\n", "at least one column and one row"),
        ("f.csv", "", "empty file"),
        ("f.csv", "x\n1\n2\n", "has 60 rows (z0, z1) and f.csv 2 (x)"),
        ("f.npy", "no array", "f.npy: "),
        ("f.npz", "no archive", "f.npz: not a NumPy archive"),
        ("f.parquet", "no table", "f.parquet: "),
        ("f.xlsx", "", "factors need a file .csv, .tsv, .txt, .npy, .npz, .parquet; got f.xlsx"),
    ],
)
def test_broken_factors_are_refused_in_one_line(name, content, message, files, capsys):
    (files / name).write_text(content)
    assert main(["measure", "codes.npy", name, "--out", "s.json"]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert not (files / "s.json").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("none.npy factors.csv", "none.npy: no such file"),
        ("factors.csv factors.csv", "factors.csv, line 2: shape needs a finite number"),
        ("codes.npy factors.csv --discrete shap", "no factor 'shap'; choose from x, shape, y"),
        ("codes.npy factors.csv --seed -1", "seed needs a whole number of at least 0, got -1"),
        ("codes.npy factors.csv --out s.txt", "--out needs a file .json or .csv, got s.txt"),
        ("codes.npy factors.csv --out codes.npy", "--out needs a file"),
        ("codes.npy factors.csv --out mine.json", "mine.json exists already; choose another --out"),
        ("codes.npy two.npz", "got a (60, 2), b (3, 2)"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_measured(words, message, files, capsys):
    (files / "mine.json").write_text("mine")
    np.savez("two.npz", a=POINTS, b=POINTS[:3])
    assert main(["measure", *words.split()]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert (files / "mine.json").read_text() == "mine"
