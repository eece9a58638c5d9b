"""The scores of FactorVAE and β-VAE on planted codes, and against the papers' loops."""

import numpy as np
import pytest
from scipy.optimize import minimize

from transect.measure.embedding.fixed_factor import beta_vae_score, factor_vae_score

SCORES = [factor_vae_score, beta_vae_score]


def uniform(count, columns=2, seed=0):
    return np.random.default_rng([seed, 1]).random((count, columns))


def noise(count, columns=2, seed=0):
    return np.random.default_rng([seed, 2]).normal(size=(count, columns))


def turned(points, degrees):
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return points @ np.array([[cosine, -sine], [sine, cosine]])


def grid(*counts):
    """Return a full grid of discrete factors, each row six times."""
    rows = np.stack(np.meshgrid(*(np.arange(count) for count in counts), indexing="ij"), axis=-1)
    return np.repeat(rows.reshape(-1, len(counts)), 6, axis=0).astype(float)


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize(
    ("factors", "size"), [(uniform(1000), 1e-200), (uniform(1000, 3), 1e200), (grid(3, 6, 4), 1.0)]
)
def test_disentangled_codes_score_one_in_any_order_sign_and_scale(score, factors, size):
    scales = -size * np.geomspace(1, 1e4, factors.shape[1])
    assert score(factors[:, ::-1] * scales, factors) > 0.995


@pytest.mark.parametrize("score", SCORES)
def test_dead_and_doubled_latents_cost_nothing(score):
    points = uniform(2000)
    codes = np.hstack([points, points, noise(2000) * 1e-3, np.full((2000, 1), 0.1)])
    assert score(codes, points) > 0.99


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("factors", [uniform(3000), grid(10, 10)])
def test_codes_turned_by_45_degrees_are_at_chance(score, factors):
    assert score(turned(factors, 45), factors) == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize("score", SCORES)
def test_a_turn_by_15_degrees_costs_nothing_since_the_factor_is_still_told(score):
    points = uniform(2000)
    assert score(turned(points, 15), points) > 0.99


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("count", [60, 2000])
@pytest.mark.parametrize("columns", [2, 3])
def test_noise_is_at_chance_however_few_rows_there_are(score, count, columns):
    # From few rows a classifier learns these rows; it is scored on others.
    scores = [
        score(noise(count, 5, seed), uniform(count, columns, seed), batches=600, seed=seed)
        for seed in range(12)
    ]
    spread = np.std(scores) / np.sqrt(12) + 0.01
    assert np.mean(scores) == pytest.approx(1 / columns, abs=3.5 * spread)


@pytest.mark.parametrize("score", SCORES)
def test_groups_of_different_sizes_betray_nothing(score):
    # Two values of one factor, many of the other: noise must not tell them apart.
    generator = np.random.default_rng(5)
    factors = np.stack([generator.integers(2, size=3000), generator.integers(400, size=3000)], 1)
    found = score(noise(3000, 4), factors.astype(float), discrete=[1])
    assert found == pytest.approx(0.5, abs=0.08)


def test_fewer_latents_than_factors():
    points = uniform(2000, 4)
    assert factor_vae_score(points[:, :2], points) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("score", SCORES)
def test_constant_codes_score_zero_and_one_factor_nothing(score):
    points = uniform(100)
    assert score(np.full((100, 3), 0.1), points) == 0
    assert np.isnan(score(points, points[:, :1]))


def test_collapsed_latents_can_be_left_out():
    points = uniform(1000)
    codes = points * [np.sqrt(12), 1e-3]  # variances 1 and 1e-7
    assert factor_vae_score(codes, points) > 0.995
    assert factor_vae_score(codes, points, least_variance=0.05) == pytest.approx(0.5, abs=0.02)
    assert factor_vae_score(codes, points, least_variance=2) == 0


@pytest.mark.parametrize("score", SCORES)
def test_the_seed_decides(score):
    points = uniform(200)
    codes = points + 0.5 * noise(200)
    assert score(codes, points, seed=1) == score(codes, points, seed=1)
    assert score(codes, points, seed=1) != score(codes, points, seed=2)


# The papers sample new rows for each batch. A generator of codes, whose factors take eight values,
# is asked for new ones here, one batch at a time; the scores from given rows must agree.
LEVELS, BATCH = 8, 16


def sample(generator, factors):
    mix = np.array([[1.0, 0.5, 0.0], [0.6, 1.0, 0.3]])
    return factors @ mix + 1.5 * generator.normal(size=(len(factors), 3))


def draw(generator, count):
    return generator.integers(LEVELS, size=(count, 2)).astype(float)


def paper_factor_vae(generator, votes):
    spread = sample(generator, draw(generator, 4000)).std(axis=0)
    tables = np.zeros((2, 3, 2))
    for table in tables:
        for _ in range(votes):
            factor = generator.integers(2)
            factors = draw(generator, BATCH)
            factors[:, factor] = factors[0, factor]
            codes = sample(generator, factors) / spread
            table[np.argmin([np.var(code) for code in codes.T]), factor] += 1
    return sum(tables[1][k, np.argmax(tables[0][k])] for k in range(3)) / votes


def paper_beta_vae(generator, count):
    features, labels = np.empty((2 * count, 3)), np.empty(2 * count)
    for row in range(2 * count):
        factor = generator.integers(2)
        one, other = draw(generator, BATCH), draw(generator, BATCH)
        other[:, factor] = one[:, factor]
        features[row] = np.abs(sample(generator, one) - sample(generator, other)).mean(axis=0)
        labels[row] = factor
    fitted, sign = features[:count], 2 * labels[:count] - 1
    center = fitted.mean(axis=0)

    def loss(weights):
        return np.logaddexp(0, -sign * ((fitted - center) @ weights[:3] + weights[3])).mean()

    weights = minimize(loss, np.zeros(4)).x
    guess = (features[count:] - center) @ weights[:3] + weights[3] > 0
    return np.mean(guess == labels[count:])


@pytest.mark.parametrize(
    ("score", "reference"),
    [(factor_vae_score, paper_factor_vae), (beta_vae_score, paper_beta_vae)],
)
def test_given_rows_score_as_the_papers_do_with_new_ones(score, reference):
    generator = np.random.default_rng(3)
    factors = draw(generator, 20000)
    found = score(sample(generator, factors), factors, batch=BATCH)
    expected = reference(generator, 4000)
    assert 0.6 < expected < 0.95
    assert found == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize(
    ("codes", "factors", "options", "message"),
    [
        (np.zeros((39, 1)), uniform(39), {}, "at least 40 rows here, got 39"),
        (uniform(60), uniform(50), {}, "same rows, got 60 and 50"),
        (uniform(60), np.full((60, 2), np.nan), {}, "factors need finite numbers"),
        (uniform(60), uniform(60), {"discrete": [1]}, "values that repeat, column 1 has 60"),
        (uniform(60), uniform(60), {"batches": 1}, "one for each of 2 factors, got 1"),
        (uniform(60), uniform(60), {"batch": 0}, "batch"),
    ],
)
def test_broken_input_is_refused(score, codes, factors, options, message):
    with pytest.raises(ValueError, match=message):
        score(codes, factors, **options)


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_a_variance_that_is_none_is_refused(value):
    with pytest.raises(ValueError, match="least_variance"):
        factor_vae_score(uniform(60), uniform(60), least_variance=value)
