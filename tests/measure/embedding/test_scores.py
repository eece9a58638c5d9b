"""All measures of codes at once: each is that of its own module, and none stops the others."""

import numpy as np
import pytest

from transect.measure.catalogue import EMBEDDING_MEASURES, measure
from transect.measure.embedding.alignment import alignment
from transect.measure.embedding.covariance import covariance
from transect.measure.embedding.dimension import intrinsic_dimension
from transect.measure.embedding.disentanglement import dci, linear_r2, mcc, mig, sap
from transect.measure.embedding.fixed_factor import beta_vae_score, factor_vae_score
from transect.measure.embedding.neighborhood import neighborhood
from transect.measure.embedding.scores import measure_codes
from transect.measure.embedding.topology import topology

GENERATOR = np.random.default_rng(0)
POINTS = GENERATOR.random((150, 2))
SHAPES = np.array(["square", "ellipse", "heart"])[GENERATOR.integers(3, size=150)]
CODES = np.hstack([POINTS, GENERATOR.normal(size=(150, 1)) * 0.1])
UNORDERED = {"mig", "factor_vae", "beta_vae"}
OF_CODES = {
    "two_nn", "maximum_likelihood", "local_pca", "components", "loops", "loops_agreement",
    "loop_longest", "loop_next", "covariance", "correlation", "entanglement",
    "variance_1", "variance_2", "variance_3",
}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return measure_codes(CODES, POINTS, seed=3)


def test_every_measure_of_the_catalogue_is_there_with_the_value_of_its_own_function(found):
    names = {one.name.replace("*", place) for one in EMBEDDING_MEASURES for place in "123"}
    # these need a decoder or a hole
    assert set(found.values) == names - {"loop_boundary", "loop_boundary_random", "stretch_removed"}
    assert not found.missing and not found.notes
    assert [measure(name).name for name in found.values] == list(found.values)
    own = alignment(CODES, POINTS)
    expected = {
        "mig": mig(CODES, POINTS),
        "sap": sap(CODES, POINTS),
        **dci(CODES, POINTS, seed=3)._asdict(),
        "factor_vae": factor_vae_score(CODES, POINTS, seed=3),
        "beta_vae": beta_vae_score(CODES, POINTS, seed=3),
        "mcc": mcc(CODES, POINTS),
        "mcc_rank": mcc(CODES, POINTS, rank=True),
        "r2_factors": linear_r2(CODES, POINTS).factors,
        "covariance": covariance(CODES),
        "bend": own.bend.mean(),
        "crossing_angle": own.crossing,
        **neighborhood(CODES, POINTS)._asdict(),
    }
    assert {name: found.values[name] for name in expected} == expected
    two_nn = intrinsic_dimension(CODES, seed=3).two_nn
    assert (found.values["two_nn"], *found.intervals["two_nn"]) == two_nn[:3]
    longest = topology(CODES, seed=3).longest
    assert (found.values["loop_longest"], *found.intervals["loop_longest"]) == longest[:3]


def test_flat_numbers_hold_the_ends_of_intervals_and_the_verdict(found):
    flat = {str(key): value for key, value in found.numbers("").items()}
    assert flat["verdict"] == found.verdict == "aligned"
    assert flat["two_nn_low"] < flat["two_nn"] < flat["two_nn_high"]
    ends = {f"{name}{end}" for name in found.intervals for end in ("_low", "_high")}
    assert set(flat) == set(found.values) | ends | {"verdict"}


def test_categories_are_used_where_no_order_is_needed():
    code = np.hstack([CODES, (SHAPES == "heart")[:, None] + 2.0 * (SHAPES == "square")[:, None]])
    factors = {"x": POINTS[:, 0], "shape": SHAPES, "y": POINTS[:, 1]}
    numbers = np.unique(SHAPES, return_inverse=True)[1]
    by_words = measure_codes(code, factors)
    by_numbers = measure_codes(code, factors | {"shape": 7.0 - numbers}, discrete=["shape"])
    assert by_words.values == by_numbers.values
    assert by_words.factors == ("x", "shape", "y")
    assert "use shape: categories have no order" in " ".join(by_words.notes)
    # The others see the ordered factors alone, in their own order.
    ordered = measure_codes(code, POINTS)
    for name in set(by_words.values) - UNORDERED:
        assert by_words.values[name] == ordered.values[name]
    together = np.stack([POINTS[:, 0], numbers, POINTS[:, 1]], axis=1)
    assert by_words.values["beta_vae"] == beta_vae_score(code, together, discrete=[1])
    assert by_words.values["mig"] == pytest.approx(
        (2 * mig(code, POINTS) + mig(code, numbers[:, None])) / 3, abs=0.05
    )


def test_a_constant_factor_is_left_out_and_named():
    factors = {"color": np.ones(150), "x": POINTS[:, 0], "y": POINTS[:, 1]}
    found = measure_codes(CODES, factors)
    assert found.values == measure_codes(CODES, POINTS).values
    assert found.notes == ("The factor color is 1 in every row and is left out.",)
    assert found.factors == ("x", "y")


def test_periodic_factors_are_read_as_circles():
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    found = measure_codes(circle, {"angle": angle}, periods={"angle": 2 * np.pi})
    assert found.values["linear"] == pytest.approx(1)
    assert found.values["bend"] == pytest.approx(360)
    assert measure_codes(circle, {"angle": angle}).values["linear"] < 0.8


def test_measures_of_neighbourhoods_see_some_of_many_rows():
    angle = np.linspace(0, 2 * np.pi, 600)
    codes = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    found = measure_codes(codes, angle, most_rows=200)
    (note,) = found.notes
    assert "200 of the 600 rows, drawn at random" in note
    assert found.values["loops"] == 1
    along = np.sort(found.loop_rows)
    assert along.min() < 150 and along.max() > 450 and np.diff(along).max() < 100
    assert found.values["mig"] == mig(codes, angle[:, None])


@pytest.mark.parametrize(
    ("codes", "factors", "missing", "reason"),
    [
        (POINTS[:, 0], POINTS, {"covariance", "correlation", "entanglement"}, "two latents"),
        (POINTS[:, 0], POINTS, {"completeness"}, "two latents"),
        (POINTS, POINTS[:, 0], {"disentanglement", "crossing_angle"}, "two factors"),
        (POINTS, POINTS[:, 0], {"factor_vae", "beta_vae"}, "two factors"),
        (POINTS[:39], POINTS[:39], {"factor_vae", "beta_vae"}, "at least 40 rows"),
        (POINTS[:90], POINTS[:90], {"two_nn", "local_pca"}, "at least 102 different rows"),
        (POINTS[:5], POINTS[:5], {"informativeness", "components", "curved"}, "at least"),
        (GENERATOR.random((15, 20)), POINTS[:15], {"r2_factors", "curved"}, "at least 22 rows"),
        (np.ones((150, 2)), POINTS, {"variance_1"}, "all codes are equal"),
        (np.ones((150, 2)), POINTS, {"thickness", "loops"}, "different rows, got 1"),
        (POINTS, np.ones((150, 2)), {"mig", "beta_vae"}, "a factor that varies"),
        (POINTS, {"s": SHAPES}, {"sap", "mcc", "r2_codes", "bend"}, "has an order"),
        (POINTS, {"id": np.arange(150).astype(str)}, {"mig"}, "id has 150 different values"),
    ],
)
def test_what_cannot_be_measured_is_named_with_its_reason(codes, factors, missing, reason):
    found = measure_codes(codes, factors)
    for name in missing:
        assert reason in found.missing[name]
        assert name not in found.values
    assert np.isfinite(list(found.values.values())).all()
    assert set(found.missing) | set(found.values) >= OF_CODES - {"variance_2", "variance_3"}


def test_measures_that_are_missing_for_one_reason_are_named_together():
    found = measure_codes(POINTS[:, 0], POINTS[:, 0])
    assert found.reasons()[0] == (
        "covariance, correlation, entanglement, completeness: needs at least two latents"
    )


def test_two_rows_and_one_value_still_leave_something():
    found = measure_codes([[1, 2], [3, 5]], [0, 1])
    assert found.values["covariance"] == 1.5
    assert found.missing


BROKEN = POINTS.copy()
BROKEN[4, 1] = np.nan


@pytest.mark.parametrize(
    ("codes", "factors", "options", "message"),
    [
        (BROKEN, POINTS, {}, "codes need finite numbers, got nan in row 4, latent 1"),
        (POINTS, BROKEN, {}, "factor f1 needs a value in every row, got nan in row 4"),
        (POINTS, POINTS[:149], {}, "as many rows, got 150 codes and 149 of f0"),
        (POINTS, {"s": np.where(SHAPES == "heart", "", SHAPES)}, {}, "factor s needs a value"),
        (POINTS, {"s": np.array([1, "a", None] * 50, object)}, {}, "types NoneType, int, str"),
        (POINTS.astype(str), POINTS, {}, "codes need real numbers"),
        (POINTS * 1j, POINTS, {}, "codes need real numbers, got an array of complex128"),
        (POINTS, POINTS * 1j, {}, "needs numbers or strings, got an array of complex128"),
        (POINTS[None], POINTS, {}, r"codes need the shape \(n, latents\), got \(1, 150, 2\)"),
        (POINTS, POINTS[None], {}, r"factors need the shape"),
        (POINTS[:1], POINTS[:1], {}, "at least 2 rows, got 1"),
        (np.empty((150, 0)), POINTS, {}, "shape"),
        (POINTS, {}, {}, "at least one column"),
        (POINTS, POINTS, {"discrete": ["shape"]}, "no factor 'shape'; choose from f0, f1"),
        (POINTS, POINTS, {"periods": {"a": 1.0}}, "no factor 'a'"),
        (POINTS, POINTS, {"most_rows": 1}, "most_rows"),
    ],
)
def test_broken_input_is_refused(codes, factors, options, message):
    with pytest.raises(ValueError, match=message):
        measure_codes(codes, factors, **options)
