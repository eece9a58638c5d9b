import numpy as np
import pytest
from PIL import Image

from processes import kill_at, needs_kill
from transect.cli import main
from transect.image import SquareCanvas, resize
from transect.measure.error.pixel import nmse
from transect.run.score import score, write_scores
from transect.space import grid
from transect.world import Rose

ENTRIES = {"scores.csv", "metrics.json", "figures", "report.html"}
WORLD = Rose()
POINTS = grid(WORLD.space, 4)
TRUTH = SquareCanvas(32).draw(WORLD, POINTS)


DISC = {"kind": "disc", "radius": 0.5}
INSIDE = np.linalg.norm(POINTS - (1.25, 1.0), axis=1) <= 0.5


def _save(folder, images) -> None:
    folder.mkdir()
    for row, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{row:02}.png")


@pytest.fixture
def folders(tmp_path):
    _save(tmp_path / "truth", TRUTH)
    rows = ["a,b"] + [f"{a},{b}" for a, b in POINTS.tolist()]
    (tmp_path / "p.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


@pytest.fixture
def scored(folders):
    """Score images against the true ones, with or without their points."""

    def found(images=None, points=False, **options):
        if images is not None:
            _save(folders / "made", images)
        if points:
            options["points"] = str(folders / "p.csv")
        return score(str(folders / "truth"), str(folders / "made"), **options)

    return found


def test_perfect_reconstructions_score_perfectly(scored):
    found = scored(TRUTH).metrics
    assert found["all.count"] == 16
    assert found["all.nmse"] == 0
    assert found["all.soft_iou"] == 1
    assert found["all.excess_bce"] == pytest.approx(0, abs=1e-6)


def test_broken_reconstructions_score_worse_the_more_they_are_broken(folders):
    noise = np.random.default_rng(0).normal(0, 20, TRUTH.shape)
    broken = {
        "noisy": np.clip(TRUTH + noise, 0, 255),
        "mean": np.broadcast_to(TRUTH.mean(0), TRUTH.shape),
        "constant": np.full(TRUTH.shape, 128),
    }
    scores = []
    for name, images in broken.items():
        _save(folders / name, images.astype(np.uint8))
        scores.append(score(str(folders / "truth"), str(folders / name)).metrics["all.nmse"])
    assert 0 < scores[0] < scores[1] < scores[2]


def test_the_hole_splits_the_errors(scored):
    found = scored(np.where(INSIDE[:, None, None], 0, TRUTH), points=True, hole=DISC)
    assert found.metrics["inside.count"] == INSIDE.sum() > 0
    assert found.metrics["inside.nmse"] == pytest.approx(1)
    assert found.metrics["outside.nmse"] == 0
    assert (found.table["split"] == "removed").to_numpy().tolist() == INSIDE.tolist()


def test_another_size_is_brought_into_the_frame_of_the_truth(scored):
    large = SquareCanvas(64).draw(WORLD, POINTS)
    expected = nmse(TRUTH / 255, resize(large.astype(np.float32) / 255, 32, 32, "area"))
    np.testing.assert_allclose(scored(large).table["nmse"], expected, rtol=1e-4)


def test_names_in_the_points_file_match_the_images(folders, scored):
    order = np.random.default_rng(0).permutation(16)
    names = [f"{np.flatnonzero(order == row)[0]:02}.png" for row in range(16)]
    rows = ["a,b,reconstruction"]
    rows += [f"{a},{b},{name}" for (a, b), name in zip(POINTS.tolist(), names, strict=True)]
    (folders / "p.csv").write_text("\n".join(rows) + "\n")
    assert scored(TRUTH[order], points=True).metrics["all.nmse"] == 0
    assert scored().metrics["all.nmse"] > 0.1


def test_the_factors_that_the_images_show_are_found(scored):
    moved = POINTS.copy()
    moved[:, 0] = np.where(moved[:, 0] > 1.25, moved[:, 0] - 0.15, moved[:, 0] + 0.15)
    found = scored(SquareCanvas(32).draw(WORLD, moved), points=True, canvas={"kind": "square"})
    # 0.15 of a range of 1.5, in one of two factors.
    np.testing.assert_allclose(found.table["factor_error"], 0.1 / np.sqrt(2), atol=0.01)


def test_backgrounds_that_are_bright_opposite_or_wrongly_inverted_are_told_of(folders, scored):
    made = np.roll(TRUTH, 1, axis=2)
    _save(folders / "dark_truth", 255 - TRUTH)
    _save(folders / "dark_made", 255 - made)
    right = scored(made).metrics
    truth, *dark = (str(folders / name) for name in ("truth", "dark_truth", "dark_made"))
    assert score(*dark, invert=True).metrics == pytest.approx(right, rel=1e-4, abs=1e-6)
    with pytest.warns(UserWarning, match=r"dark_truth and .*dark_made have a bright.*add --invert"):
        assert score(*dark).metrics["all.nmse"] < right["all.nmse"] / 5
    with pytest.warns(UserWarning, match=r"dark_made has a bright background, .*truth has a dark"):
        score(truth, dark[1])
    with pytest.warns(UserWarning, match="since they were inverted; leave out --invert"):
        score(truth, truth, invert=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hole": {"kind": "disc"}}, "need --points"),
        ({"points": "short.csv"}, "2 rows for 16 images"),
        ({"points": "p.csv", "canvas": {"size": 64}}, "draws 64×64 images, the truth has 32×32"),
    ],
)
def test_what_does_not_fit_is_refused(options, message, folders, monkeypatch):
    _save(folders / "made", TRUTH)
    (folders / "short.csv").write_text("a,b\n1,1\n1,0\n")
    monkeypatch.chdir(folders)
    with pytest.raises(ValueError, match=message):
        score("truth", "made", **options)


def test_psnr_is_that_of_the_mean_squared_error(scored):
    found = scored(np.clip(TRUTH.astype(int) + 51, 0, 255).astype(np.uint8)).table
    error = np.square(np.minimum(TRUTH / 255 + 0.2, 1) - TRUTH / 255).mean(axis=(1, 2))
    np.testing.assert_allclose(found["psnr"], -10 * np.log10(error), rtol=1e-4)


def test_shuffled_rows_belong_to_the_images_that_they_name(folders, scored):
    order = np.random.default_rng(1).permutation(16)
    rows = [f"{POINTS[row, 0]}; {row:02}.png ;{POINTS[row, 1]}" for row in order]
    (folders / "p.csv").write_text("\r\n".join(["a; File Name;b", *rows]))
    found = scored(np.where(INSIDE[:, None, None], 0, TRUTH), points=True, hole=DISC)
    assert found.metrics["inside.nmse"] == pytest.approx(1)
    assert found.metrics["outside.nmse"] == 0
    assert found.table["truth"].tolist() == [f"{row:02}.png" for row in order]
    assert "column File Name" in found.rule and "columns a, b" in found.rule


@needs_kill
def test_a_killed_score_neither_blocks_the_next_nor_leaves_a_trace(folders, capsys):
    _save(folders / "made", TRUTH // 2)
    before = {path.name for path in folders.iterdir()}
    words = ["score", *(str(folders / name) for name in ("truth", "made"))]
    words += ["--out", str(folders / "scores")]
    kill_at("transect.run.score.write_page", words)
    assert len({path.name for path in folders.iterdir()} - before) == 1
    assert main(words) == 0
    assert {path.name for path in folders.iterdir()} == {*before, "scores"}
    assert {path.name for path in (folders / "scores").iterdir()} == ENTRIES


def test_scores_are_written_whole_with_a_page(folders, scored):
    found, out = scored(TRUTH // 2, points=True, hole=DISC), folders / "scores"
    write_scores(found, out)
    assert {path.name for path in out.iterdir()} == ENTRIES
    with pytest.raises(ValueError, match="exists already"):
        write_scores(found, out)
