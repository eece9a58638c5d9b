"""Figures are asserted on their artists: what is drawn, where, in which direction."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from transect.measure.key import COMPARED, column
from transect.report.boundary import binned_means, boundary_errors
from transect.report.crossings import crossing_errors, crossing_strip, stretches
from transect.report.embedding import embedding, project
from transect.report.learning import learning_curves
from transect.report.planes import error_map, planes, sampled_space, transect_map, weight_map
from transect.report.plates import run_plates
from transect.report.shape import MOST_COLUMNS, longest_loop, stretch_map, ways_across
from transect.report.sheets import (
    comparison_sheet,
    even_columns,
    factor_grid,
    grid_points,
    image_sheet,
    paste,
)
from transect.report.style import FOREGROUND, HOLE, LOOP, SOURCE_COLORS
from transect.space import Ball, Factor, FactorSpace, Transect, code_column, factor_column


def test_a_transect_along_other_factors_has_no_name_on_a_plane():
    space = FactorSpace([Factor(name, 0, 1) for name in "abc"])
    middle = [0.5] * 3
    lines = [
        Transect(
            name, space, [*middle[:k], 0, *middle[k + 1 :]], [*middle[:k], 1, *middle[k + 1 :]]
        )
        for k, name in enumerate(space.names)
    ]
    for axes, plane in zip(transect_map(lines, space).axes, planes(space), strict=True):
        assert {text.get_text() for text in axes.texts} == {space.names[k] for k in plane}


def boundary_lines(axes):
    return [line for line in axes.lines if line.get_label() == "_boundary"]


def test_grid_has_the_first_factor_to_the_right_and_the_second_downwards(run):
    space = run.world.space
    asked = []

    def draw(points):
        asked.append(points)
        # the image tells its point: left half a, right half b
        unit = (points - space.low) / space.span
        images = np.empty((len(points), 4, 4), np.float32)
        images[:, :, :2], images[:, :, 2:] = unit[:, 0, None, None], unit[:, 1, None, None]
        return images

    figure = factor_grid(draw, space, run.hole)
    (axes,) = figure.axes
    (image,) = axes.images
    pixel_rows = np.asarray(image.get_array()).reshape(10, 6, 10, 6)
    np.testing.assert_allclose(pixel_rows[0, 2, :, 1], np.linspace(0, 1, 10), atol=1e-6)
    np.testing.assert_allclose(pixel_rows[:, 2, 0, 4], np.linspace(0, 1, 10), atol=1e-6)
    bottom, top = axes.get_ylim()
    left, right = axes.get_xlim()
    assert bottom > top and left < right, "b grows downwards and a to the right"
    # the cell of a point is centred on the point itself
    assert left == pytest.approx(0.5 - 1.5 / 18) and bottom == pytest.approx(2 + 2 / 18)
    assert len(asked[0]) == 100


def test_grid_outline_is_the_boundary_of_the_hole(run):
    figure = factor_grid(run.draw, run.world.space, run.hole)
    (boundary,) = boundary_lines(figure.axes[0])
    np.testing.assert_allclose(run.hole.boundary_distance(boundary.get_xydata()), 0, atol=1e-3)


def test_grid_of_many_factors_keeps_the_rest_in_the_middle():
    space = FactorSpace([Factor(name, 0, k + 1.0) for k, name in enumerate("abc")])
    points = grid_points(space, (2, 0), 3)
    assert points[:, 1].tolist() == [1.0] * 9
    assert points[:3, 2].tolist() == [0, 1.5, 3]
    assert points[::3, 0].tolist() == [0, 0.5, 1]


def test_paste_puts_each_image_in_its_cell():
    images = np.arange(3, dtype=np.float32)[:, None, None] * np.ones((3, 2, 2), np.float32)
    sheet = paste(images, columns=2, gap=1)
    assert sheet.shape == (8, 8)
    assert (sheet[1:3, 1:3] == 0).all() and (sheet[1:3, 5:7] == 1).all()
    assert (sheet[5:7, 1:3] == 2).all() and np.isnan(sheet[4:, 4:]).all()


@pytest.mark.parametrize(
    ("count", "most", "columns"), [(40, 16, 10), (24, 12, 12), (13, 12, 12), (5, 12, 5), (1, 16, 1)]
)
def test_even_columns(count, most, columns):
    assert even_columns(count, most) == columns


def test_sheets_hold_every_image(report):
    figure = image_sheet(report.training)
    drawn = np.asarray(figure.axes[0].images[0].get_array())
    assert np.nansum(drawn) == pytest.approx(report.training.sum(), rel=1e-5)
    figure = comparison_sheet(report.validation.rows)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels[:3] == ["truth", "model", "oracle"]
    drawn = np.asarray(figure.axes[0].images[0].get_array())
    total = sum(stack.sum() for stack in report.validation.rows.values())
    assert np.nansum(drawn) == pytest.approx(total, rel=1e-5)


def test_foreground_is_dark_unless_the_world_is_a_photograph(report):
    for dark_foreground, expected in ((True, "#000000"), (False, "#ffffff")):
        image = image_sheet(report.training, dark_foreground).axes[0].images[0]
        assert to_hex(image.cmap(image.norm(1.0))) == expected


@pytest.mark.parametrize(
    ("mask", "runs"),
    [
        ([0, 1, 1, 0, 1], [(1, 3), (4, 5)]),
        ([1, 1], [(0, 2)]),
        ([0, 0], []),
    ],
)
def test_stretches(mask, runs):
    assert stretches(np.array(mask, bool)) == runs


def frames(axes):
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def test_frame_covers_exactly_the_columns_in_the_hole(run, report):
    # the published facts: points 6 to 10 of P1 and P2, 7 to 9 of P3
    for line, (first, last) in zip(report.lines, [(6, 10), (6, 10), (7, 9)], strict=True):
        inside = run.hole.contains(line.points)
        figure = crossing_strip(line, report.crossings[line.name], inside)
        (axes,) = figure.axes
        (frame,) = frames(axes)
        cell = run.size + 2
        assert frame.get_x() == (first - 1) * cell
        assert frame.get_x() + frame.get_width() == last * cell
        assert frame.get_y() == 0 and frame.get_height() == 3 * cell
        assert to_hex(frame.get_edgecolor()) == HOLE.lower()
        assert "hole" in [text.get_text() for text in axes.texts]


def test_strip_rows_are_truth_model_oracle(run, report):
    line, images = report.lines[0], report.crossings["P1"]
    figure = crossing_strip(line, images, np.zeros(15, bool))
    axes = figure.axes[0]
    assert not frames(axes)
    assert [text.get_text() for text in axes.get_yticklabels()] == ["truth", "model", "oracle"]
    drawn = np.asarray(axes.images[0].get_array()).reshape(3, run.size + 2, 15, run.size + 2)
    for row, stack in enumerate(images.rows.values()):
        np.testing.assert_array_equal(drawn[row, 1:-1, 4, 1:-1], stack[4])


def test_errors_along_transects_are_those_of_the_table(report):
    figure = crossing_errors(report.transects, report.lines, report.hole)
    panels = np.array(list(figure.axes), dtype=object).reshape(3, 3)
    for row, measure in enumerate(("nmse", "soft_iou", "factor_error")):
        for place, line in enumerate(report.lines):
            part = report.transects[report.transects["transect"] == line.name]
            drawn = {artist.get_label(): artist for artist in panels[row, place].lines}
            for source in COMPARED:
                np.testing.assert_allclose(
                    drawn[source.label].get_ydata(), part[column(source, measure)]
                )
                assert to_hex(drawn[source.label].get_color()) == SOURCE_COLORS[source].lower()


def test_hole_is_shaded_from_entry_to_exit(report):
    figure = crossing_errors(report.transects, report.lines, report.hole, measures=["nmse"])
    for axes, half in zip(figure.axes, (0.3 / 2, 0.3 / 1.5, 0.3 / 2.5), strict=True):
        (span,) = frames(axes)
        assert span.get_x() == pytest.approx(0.5 - half, abs=1e-6)
        assert span.get_x() + span.get_width() == pytest.approx(0.5 + half, abs=1e-6)


def test_measures_without_values_are_left_out(report):
    table = report.transects.assign(factor_error=np.nan)
    assert len(crossing_errors(table, report.lines, report.hole).axes) == 6


def test_walks_through_the_latent_space_stand_beside_the_embedding(shaped):
    rows = dict.fromkeys(("z0", "principal 1", "factor a"), shaped.training[:5])
    plates = {plate.name: plate for plate in run_plates(replace(shaped, traversals=rows))}
    plate = plates["traversals"]
    assert plate.section == plates["embedding"].section
    (axes,) = plate.figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == list(rows)
    assert plate.alt == "5 images along each of 3 walks: z0, principal 1, factor a."
    assert "traversals" not in {plate.name for plate in run_plates(shaped)}


def test_a_point_that_is_hit_exactly_leaves_the_others_their_axis(report):
    table = report.transects.copy()
    table["factor_error"] = np.geomspace(1e-3, 0.1, len(table))
    table.loc[table.index[3], "factor_error"] = 1e-16
    figure = crossing_errors(table, report.lines, report.hole, measures=["factor_error"])
    assert all(axes.get_ylim()[0] > 5e-6 for axes in figure.axes)
    drawn = np.concatenate([line.get_ydata() for axes in figure.axes for line in axes.lines])
    assert 1e-16 in drawn


def test_binned_means_against_a_slow_mean():
    generator = np.random.default_rng(0)
    distance, values = generator.uniform(-1, 1, 300), generator.random(300)
    values[:10] = np.nan
    table = binned_means(distance, values, 0.25)
    assert len(table) == 8
    for row in table.itertuples():
        rows = [
            v for d, v in zip(distance, values, strict=True)
            if row.center - 0.125 < d <= row.center + 0.125 and np.isfinite(v)
        ]  # fmt: skip
        assert row.count == len(rows)
        assert row.mean == pytest.approx(np.mean(rows))
        assert row.low < row.mean < row.high


def test_the_boundary_belongs_to_the_hole_and_sparse_bins_are_left_out():
    distance = np.array([0.0] * 6 + [1e-9] * 4)
    table = binned_means(distance, np.ones(10), 0.5)
    assert table["center"].tolist() == [-0.25]


def test_boundary_figure_ignores_training_points(report):
    figure = boundary_errors(report.points, ("nmse",))
    changed = report.points.copy()
    changed.loc[changed["split"] == "train", "nmse"] = 1e3
    other = boundary_errors(changed, ("nmse",))
    assert len(figure.axes) == 1
    for one, two in zip(figure.axes[0].lines, other.axes[0].lines, strict=True):
        np.testing.assert_array_equal(one.get_ydata(), two.get_ydata())


def test_maps_run_downwards_and_show_every_point(report):
    figure = sampled_space(report.points, report.space, report.hole)
    (axes,) = figure.axes
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    shown = {c.get_label().split(" (")[0]: c.get_offsets() for c in axes.collections}
    for split in ("train", "validation", "removed"):
        rows = report.points["split"] == split
        np.testing.assert_allclose(shown[split], report.points.loc[rows, ["factor.a", "factor.b"]])
    assert all(c.get_rasterized() for c in axes.collections)
    assert len(boundary_lines(axes)) == 1


def test_weights_skip_points_without_one(report):
    figure = weight_map(report.points, report.weights, report.space, report.hole)
    (drawn,) = figure.axes[0].collections
    np.testing.assert_allclose(drawn.get_array(), report.weights[np.isfinite(report.weights)])


def test_error_maps_share_one_scale(report):
    figure = error_map(report.points, report.space, report.hole)
    model, oracle = (axes.collections[0] for axes in figure.axes[:2])
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["model", "oracle"]
    np.testing.assert_allclose(model.get_array(), report.points["nmse"])
    assert model.norm is oracle.norm
    assert to_hex(model.cmap(model.norm(1e9))) == "#440154", "bad images are dark"


def test_perfect_images_have_a_map_too(report):
    figure = error_map(report.points.assign(nmse=0.0).drop(columns="oracle.nmse"), report.space)
    figure.draw_without_rendering()
    assert len(figure.axes) == 2


def test_transects_are_vermilion_in_the_hole(run, report):
    (axes,) = transect_map(report.lines, report.space, report.hole).axes
    for line, dots in zip(report.lines, axes.collections, strict=True):
        np.testing.assert_allclose(dots.get_offsets(), line.points)
        red = [to_hex(color) == HOLE.lower() for color in dots.get_facecolor()]
        assert red == run.hole.contains(line.points).tolist()
    assert {text.get_text() for text in axes.texts} == {"P1", "P2", "P3"}


def test_spaces_of_many_factors_show_planes():
    space = FactorSpace([Factor(name, 0, 1) for name in "abcd"])
    assert len(planes(space)) == 6
    points = pd.DataFrame(np.random.default_rng(0).random((30, 4)), columns=list(space.columns))
    figure = sampled_space(points.assign(split="train"), space, Ball(space, radius=0.3))
    assert [(a.get_xlabel(), a.get_ylabel()) for a in figure.axes][:2] == [("a", "b"), ("a", "c")]
    assert all(len(boundary_lines(axes)) == 1 for axes in figure.axes)


def test_few_codes_are_shown_as_they_are():
    codes = np.random.default_rng(0).normal(size=(20, 3))
    shown = project(codes, codes[:4])
    np.testing.assert_array_equal(shown.points, codes)
    assert shown.labels == ("z0", "z1", "z2") and shown.explained == 1


def test_many_codes_are_projected_on_principal_components():
    generator = np.random.default_rng(1)
    axes = np.linalg.qr(generator.normal(size=(6, 6)))[0]
    spread = np.array([5.0, 3.0, 2.0, 0.1, 0.1, 0.1])
    codes = generator.normal(size=(4000, 6)) * spread @ axes.T + 7
    shown = project(codes, codes[:5])
    np.testing.assert_allclose(shown.points.std(axis=0), spread[:3], rtol=0.05)
    np.testing.assert_allclose(np.corrcoef(shown.points.T), np.eye(3), atol=1e-8)
    np.testing.assert_allclose(shown.transects, shown.points[:5])
    assert shown.explained == pytest.approx(38 / 38.03, abs=1e-3)
    assert shown.labels[0] == "principal component 1"


@pytest.mark.parametrize("latent", [1, 2, 3, 5])
def test_embedding_shows_every_code(report, latent):
    generator = np.random.default_rng(2)
    columns = [code_column(k) for k in range(latent)]
    tables = []
    for table in (report.points, report.transects):
        plain = table.drop(columns=["code.0", "code.1", "code.2"]).copy()
        plain[columns] = generator.normal(size=(len(table), latent))
        tables.append(plain)
    figure = embedding(*tables, report.space)
    figure.draw_without_rendering()
    panels = [axes for axes in figure.axes if axes.collections]
    assert len(panels) == 3
    assert all((axes.name == "3d") == (latent >= 3) for axes in panels)
    dots = sum(len(c.get_offsets()) for c in panels[1].collections)
    assert dots == len(report.points)
    assert len(panels[0].lines) == (3 if latent > 1 else 0)


def test_learning_curves_watch_the_hole(report):
    figure = learning_curves(report.history, report.oracle_history)
    losses, errors = figure.axes
    drawn = {line.get_label(): line for line in errors.lines}
    np.testing.assert_allclose(
        drawn["removed (watched only)"].get_ydata(), report.history["removed.nmse"]
    )
    np.testing.assert_allclose(
        drawn["removed, oracle"].get_ydata(), report.oracle_history["removed.nmse"]
    )
    assert losses.get_ylabel() == "loss" and errors.get_ylabel() == "nMSE"


def test_learning_curves_of_losses_alone(report):
    figure = learning_curves(report.history[["epoch", "loss"]])
    assert len(figure.axes) == 1 and len(figure.axes[0].lines) == 1


def test_many_transects_follow_beneath(report):
    lines = [Transect(f"Q{k}", report.space, [0.5, 0], [2, k + 1.0]) for k in range(5)]
    part = report.transects[report.transects["transect"] == "P1"]
    table = pd.concat([part.assign(transect=line.name) for line in lines])
    figure = crossing_errors(table, lines, report.hole)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert len(shown) == 15 and len(figure.axes) == 24
    titles = [axes.get_title(loc="left") for axes in shown]
    assert [title for title in titles if title] == ["Q0", "Q1", "Q2", "Q3", "Q4"]


def test_long_names_leave_room_for_the_figure(report):
    space = FactorSpace([Factor("n" * 200, 0.5, 2), Factor("b", 0, 2)])
    points = report.points.rename(columns={"factor.a": factor_column("n" * 200)})
    (axes,) = sampled_space(points, space).axes
    assert axes.get_xlabel() == "n" * 23 + "…"


def drawn(axes, label):
    """Coordinates of the dots of one label, in two or three dimensions."""
    (dots,) = [c for c in axes.collections if c.get_label().startswith(label)]
    solid = getattr(dots, "_offsets3d", None)
    return np.stack(solid, axis=1) if solid is not None else np.asarray(dots.get_offsets())


@pytest.mark.parametrize("latent", [2, 3, 5])
def test_the_loop_is_shown_in_both_spaces(shaped, latent):
    points = shaped.points.drop(columns=["code.0", "code.1", "code.2"]).copy()
    codes = np.random.default_rng(0).normal(size=(len(points), latent))
    points[[code_column(k) for k in range(latent)]] = codes
    figure = longest_loop(points, shaped.space, shaped.hole)
    figure.draw_without_rendering()
    plane, sheet = figure.axes
    loop, kept = points["on_loop"].to_numpy(), (points["split"] != "removed").to_numpy()
    assert 5 < loop.sum() < kept.sum() < len(points)
    np.testing.assert_allclose(
        drawn(plane, "on the longest loop"), points.loc[loop, ["factor.a", "factor.b"]]
    )
    np.testing.assert_allclose(drawn(plane, "kept"), points.loc[kept, ["factor.a", "factor.b"]])
    expected = project(codes, codes[:0]).points
    np.testing.assert_allclose(drawn(sheet, "on the longest loop"), expected[loop])
    np.testing.assert_allclose(drawn(sheet, "kept"), expected[kept])
    assert len(boundary_lines(plane)) == 1 and plane.get_ylim()[0] > plane.get_ylim()[1]
    assert (sheet.name == "3d") == (latent > 2)
    colors = {to_hex(c.get_facecolor()[0]) for axes in figure.axes for c in axes.collections}
    assert LOOP.lower() in colors and HOLE.lower() not in colors


def test_ways_stand_above_their_errors(run, shaped):
    figure = ways_across(shaped.way_images, shaped.ways)
    figure.draw_without_rendering()
    assert len(figure.axes) == 4
    for place, (name, images) in enumerate(shaped.way_images.items()):
        strip, curve = figure.axes[2 * place : 2 * place + 2]
        assert strip.get_title(loc="left").startswith(name)
        assert [t.get_text() for t in strip.get_yticklabels()] == ["truth", "straight", "geodesic"]
        cell = run.size + 2
        sheet = np.asarray(strip.images[0].get_array()).reshape(3, cell, 15, cell)
        for row, stack in enumerate(images.values()):
            np.testing.assert_array_equal(sheet[row, 1:-1, 7, 1:-1], stack[7])
        left, right, bottom, top = strip.images[0].get_extent()
        assert (left, right, bottom, top) == (0, 1, 3, 0)
        lines = {line.get_label(): line for line in curve.lines}
        for way in ("straight", "geodesic"):
            rows = (shaped.ways["transect"] == name) & (shaped.ways["way"] == way)
            np.testing.assert_allclose(lines[way].get_ydata(), shaped.ways.loc[rows, "nmse"])
            # each error below the middle of its image
            np.testing.assert_allclose(lines[way].get_xdata(), (np.arange(15) + 0.5) / 15)
        boxes = [axes.get_position() for axes in (strip, curve)]
        assert boxes[0].x0 == pytest.approx(boxes[1].x0, abs=1e-3)
        assert boxes[0].x1 == pytest.approx(boxes[1].x1, abs=1e-3)
        assert to_hex(lines["straight"].get_color()) == FOREGROUND


def test_long_and_many_ways_stay_legible(shaped):
    truth = shaped.way_images["P1"]["truth"]
    long = {name: np.repeat(truth, 3, axis=0) for name in ("truth", "straight", "geodesic")}
    table = pd.DataFrame({"way": "straight", "index": range(45), "nmse": np.geomspace(0.01, 1, 45)})
    ways = pd.concat([table.assign(transect=f"Q{k}") for k in range(9)])
    figure = ways_across({f"Q{k}": long for k in range(9)}, ways)
    figure.draw_without_rendering()
    assert len(figure.axes) == 8
    strip, curve = figure.axes[:2]
    height, width = np.asarray(strip.images[0].get_array()).shape
    assert width / height == MOST_COLUMNS / 3
    assert curve.get_yscale() == "log" and len(curve.lines[0].get_xdata()) == 45


def test_stretch_is_shown_where_it_was_measured(shaped):
    figure = stretch_map(shaped.points, shaped.space, shaped.hole)
    (dots,) = figure.axes[0].collections
    known = shaped.points[shaped.points["stretch"].notna()]
    assert 0 < len(known) < len(shaped.points)
    np.testing.assert_allclose(dots.get_offsets(), known[["factor.a", "factor.b"]])
    np.testing.assert_allclose(dots.get_array(), known["stretch"])
    low, middle, high = (float(dots.norm(value)) for value in (3.0, 4.5, 6.75))
    assert low > 0 and high < 1 and middle - low == pytest.approx(high - middle)
    assert len(boundary_lines(figure.axes[0])) == 1


def test_points_without_stretch_are_no_bar_to_the_logarithm(shaped):
    stretch = shaped.points["stretch"].where(shaped.points.index % 4 != 0, 0.0)
    figure = stretch_map(shaped.points.assign(stretch=stretch), shaped.space)
    figure.draw_without_rendering()
    assert (figure.axes[0].collections[0].get_array() > 0).all()
