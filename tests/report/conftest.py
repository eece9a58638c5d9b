"""A run that never happened: real roses, a real hole, and a blur that plays the model."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import gaussian_filter

from planted_explorer import make_exploration
from planted_metrics import keyed
from transect.image import SquareCanvas
from transect.measure.error.pixel import pixel_errors
from transect.measure.key import Key, Number, Source, column, transect_group
from transect.report import Images, ReportData, render, run_figures
from transect.report.explorer import Exploration
from transect.report.rendering import Rendering
from transect.space import (
    Ball,
    Disc,
    Factor,
    FactorSpace,
    PointSet,
    Transect,
    code_column,
    factor_column,
    split_points,
    uniform,
)
from transect.world import Rose
from webpages import EVIL

POSITIONS = {"P1": ((1.25, 0), (1.25, 2)), "P2": ((0.5, 1), (2, 1)), "P3": ((0.5, 2), (2, 0))}


@dataclass(frozen=True)
class FakeRun:
    """Draws true roses and blurs them, the more the deeper they lie in the hole."""

    size: int = 32

    @property
    def world(self) -> Rose:
        return Rose()

    @property
    def hole(self) -> Disc:
        return Disc(self.world.space, radius=0.3)

    def draw(self, points):
        return SquareCanvas(self.size).draw(self.world, points).astype(np.float32) / 255

    def blur(self, truth, depth, sigma, slope):
        widths = (sigma + slope * np.maximum(depth, 0) / 0.3) * self.size / 64
        return np.stack(
            [gaussian_filter(x, width) for x, width in zip(truth, widths, strict=True)]
        ).clip(0, 1)

    def images(self, points) -> Images:
        truth = self.draw(points)
        depth = -self.hole.boundary_distance(points)
        return Images(truth, self.blur(truth, depth, 0.55, 0.6), self.blur(truth, depth, 0.5, 0))

    def codes(self, points, latent):
        unit = (np.asarray(points) - self.world.space.low) / self.world.space.span
        bent = np.stack([unit[:, 0], unit[:, 1], np.sin(3 * unit[:, 0]) * unit[:, 1]], axis=1)
        wave = np.random.default_rng(5).normal(size=(3, latent))
        return bent @ wave + 0.02 * np.random.default_rng(6).normal(size=(len(points), latent))


def error_columns(run: FakeRun, points) -> dict[str, np.ndarray]:
    pixels = run.images(points)
    rotated = np.roll(np.asarray(pixels.truth), 1, axis=2)
    sources = {
        Source.MODEL: pixels.reconstruction,
        Source.ORACLE: pixels.oracle,
        Source.NEAREST_IMAGE: rotated,
        Source.NEAREST_POINT: np.roll(rotated, 1, axis=1),
        Source.BLEND: (rotated + pixels.truth) / 2,
    }
    columns = {}
    for source, images in sources.items():
        errors = pixel_errors(pixels.truth, images)
        errors["factor_error"] = 0.02 + errors["nmse"] / 5
        columns |= {column(source, name): values for name, values in errors.items()}
    return columns


def make_points(run: FakeRun, count: int, latent: int, factors=None) -> pd.DataFrame:
    space, hole = run.world.space, run.hole
    points: PointSet = split_points(space, uniform(space, count, seed=1), hole, 0.08, seed=2)
    table = pd.DataFrame({"row": np.arange(count), "split": points.split})
    table[list(space.columns)] = points.factors
    table["boundary_distance"] = points.boundary_distance
    table["oracle_seen"] = np.random.default_rng(3).random(count) < 0.5
    table[[code_column(k) for k in range(latent)]] = run.codes(points.factors, latent)
    errors = pd.DataFrame(error_columns(run, points.factors))
    plain = errors.columns.isin(["bce", "excess_bce", "nmse", "soft_iou", "ssim"])
    errors.loc[(points.split == "train"), ~plain] = np.nan
    return pd.concat([table, errors], axis=1)


def make_lines(run: FakeRun) -> tuple[Transect, ...]:
    return tuple(Transect(name, run.world.space, *ends) for name, ends in POSITIONS.items())


def make_transects(run: FakeRun, latent: int) -> pd.DataFrame:
    parts = []
    for line in make_lines(run):
        table = pd.DataFrame({"transect": line.name, "index": np.arange(line.count)})
        table["fraction"] = np.linspace(0, 1, line.count)
        table[list(run.world.space.columns)] = line.points
        table["in_hole"] = run.hole.contains(line.points)
        table["boundary_distance"] = run.hole.boundary_distance(line.points)
        table[[code_column(k) for k in range(latent)]] = run.codes(line.points, latent)
        columns = pd.DataFrame(error_columns(run, line.points))
        parts.append(pd.concat([table, columns], axis=1))
    return pd.concat(parts, ignore_index=True)


def make_history(epochs: int, pace: float) -> pd.DataFrame:
    epoch = np.arange(1, epochs + 1)
    fall = np.exp(-epoch / pace)
    return pd.DataFrame(
        {
            "epoch": epoch,
            "loss": 0.05 + 0.4 * fall,
            "validation_loss": 0.055 + 0.42 * fall,
            "validation_nmse": 0.08 + 0.9 * fall,
            "removed_nmse": 0.12 + 0.9 * fall,
            "seconds": 1.0,
            "images_per_second": 900.0,
            "learning_rate": 1e-3,
        }
    )


def make_report(count: int = 400, latent: int = 3, size: int = 32) -> ReportData:
    run = FakeRun(size)
    points = make_points(run, count, latent)
    factors = points[list(run.world.space.columns)].to_numpy()

    def sample(split: str, most: int = 24) -> Images:
        return run.images(factors[points["split"] == split][:most])

    return ReportData(
        title="smoke",
        space=run.world.space,
        hole=run.hole,
        draw=run.draw,
        points=points,
        transects=make_transects(run, latent),
        lines=make_lines(run),
        transect_images={line.name: run.images(line.points) for line in make_lines(run)},
        training=run.draw(factors[points["split"] == "train"][:40]),
        validation=sample("validation"),
        removed=sample("removed"),
        weights=np.where(points["split"] == "removed", np.nan, 1 - factors[:, 1] / 2),
        history=make_history(12, 3.0),
        oracle_history=make_history(12, 2.5),
        metrics=keyed(
            {
                "penalty.nmse": 1.42,
                "penalty.nmse_low": 1.31,
                "penalty.nmse_high": 1.55,
                "seconds.total": 93.4,
            }
        ),
        config={"preset": "smoke", "seed": 3, "hole": {"kind": "disc", "radius": 0.3}},
        versions={"transect": "0.1.0", "torch": "2.13.0"},
        seed=3,
        timings={"train": 61.0, "total": 93.4},
    )


SHAPE = {
    "two_nn": 2.05, "two_nn_low": 1.98, "two_nn_high": 2.11,
    "maximum_likelihood": 1.93, "maximum_likelihood_low": 1.9, "maximum_likelihood_high": 1.96,
    "local_pca": 2.4, "local_pca_low": 2.31, "local_pca_high": 2.47,
    "thickness": 0.0123, "variance_1": 0.6, "variance_2": 0.3, "variance_3": 0.1,
    "components": 1, "loops": 1, "loops_agreement": 0.9,
    "loop_longest": 3.2, "loop_longest_low": 2.9, "loop_longest_high": 3.6,
    "loop_next": 1.4, "loop_next_low": 1.3, "loop_next_high": 1.5,
    "loop_boundary": 0.12, "loop_boundary_random": 0.81, "stretch_removed": 1.7,
    "covariance": 0.34, "correlation": 0.21, "entanglement": 1.63,
    "mig": 0.07, "sap": 0.31, "disentanglement": 0.17, "completeness": 0.18,
    "informativeness": 0.97, "factor_vae": 0.86, "beta_vae": 0.88,
    "mcc": 0.78, "mcc_rank": 0.79, "r2_factors": 0.94, "r2_codes": 0.77,
    "as_it_stands": 0.28, "after_rotation": 0.55, "linear": 0.935, "curved": 0.99,
    "bend": 141.4, "crossing_angle": 63.3, "verdict": "sheared",
    "trustworthiness": 0.93, "continuity": 0.96,
}  # fmt: skip
"""Numbers of an embedding in which the hole survives."""

ALONG = {
    "P1": {
        "straight_nmse": 0.05, "geodesic_nmse": 0.04,
        "straight_length": 8.1, "geodesic_length": 7.2, "true_length": 6.3,
    },
    "P2": {
        "straight_nmse": 0.06, "geodesic_nmse": 0.03,
        "straight_length": 9.1, "geodesic_length": 8.2, "true_length": 7.3,
    },
}  # fmt: skip
"""Numbers of the interpolations across the hole by transect; none is known along P3."""


def shape_metrics(before: str = "") -> dict[Key, Number]:
    """Return the planted numbers under their keys, `before` ahead of the names of transects."""
    texts = {f"embedding.{name}": one for name, one in SHAPE.items()}
    along = {
        f"{transect_group(before + line, 'embedding')}.{name}": one
        for line, numbers in ALONG.items()
        for name, one in numbers.items()
    }
    return keyed(texts | along)


def shape_report(report: ReportData, run: FakeRun) -> ReportData:
    """Return the report with a planted shape: the loop is the boundary, the hole is stretched."""
    points = report.points
    distance = points["boundary_distance"].to_numpy()
    stretch = np.where(distance < 0, 6.0, 2.0) + points["factor.a"]
    shape = {"on_loop": (distance > 0) & (distance < 0.08)}
    shape["stretch"] = np.where(np.arange(len(points)) % 2 == 0, stretch, np.nan)
    tables, images = [], {}
    for line in report.lines[:2]:
        ((entry, leave),) = line.crossings(run.hole)
        factors = line.at(np.linspace(entry, leave, 15))
        truth = run.draw(factors)
        depth = -run.hole.boundary_distance(factors)
        rows = {
            "straight": run.blur(truth, depth, 0.55, 0.6),
            "geodesic": run.blur(truth, depth, 0.55, 0.3),
        }
        images[line.name] = {"truth": truth} | rows
        for path, stack in rows.items():
            table = pd.DataFrame({"transect": line.name, "path": path, "index": np.arange(15)})
            tables.append(table.assign(nmse=pixel_errors(truth, stack)["nmse"]))
    return replace(
        report,
        points=points.assign(**shape),
        interpolations=pd.concat(tables, ignore_index=True),
        interpolation_images=images,
        metrics={**report.metrics, **shape_metrics()},
    )


def strange_report(report: ReportData, name: str) -> ReportData:
    """Return the report with the name wherever a user can put one."""
    space = FactorSpace([Factor(name, 0.5, 2, unit=name), Factor(f"{name}2", 0, 2)])
    renamed = {"factor.a": factor_column(name), "factor.b": factor_column(f"{name}2")}
    lines = tuple(Transect(name + l.name, space, l.start, l.end) for l in report.lines)  # noqa: E741
    transects, table = report.transects.rename(columns=renamed), report.interpolations
    return replace(
        report,
        title=name,
        space=space,
        hole=Ball(space, radius=0.3),
        points=report.points.rename(columns=renamed),
        transects=transects.assign(transect=name + transects["transect"]),
        lines=lines,
        transect_images={name + key: value for key, value in report.transect_images.items()},
        interpolations=table.assign(transect=name + table["transect"]),
        interpolation_images={name + key: one for key, one in report.interpolation_images.items()},
        metrics={**report.metrics, **shape_metrics(name)},
        config={name: {"kind": name, "list": [name]}},
        versions={name: name},
        timings={name: 1.0},
    )


@pytest.fixture(scope="session")
def run() -> FakeRun:
    return FakeRun()


@pytest.fixture(scope="session")
def report() -> ReportData:
    return make_report()


@pytest.fixture(scope="session")
def rendered(report) -> list[Rendering]:
    return render(run_figures(report))


@pytest.fixture(scope="session")
def shaped(report, run) -> ReportData:
    return shape_report(report, run)


@pytest.fixture(scope="session")
def strange(shaped) -> tuple[ReportData, list[Rendering]]:
    data = strange_report(shaped, EVIL)
    return data, render(run_figures(data))


@pytest.fixture(scope="session")
def exploration(run, report) -> Exploration:
    return make_exploration(run, report)
