import numpy as np
import pytest
import torch

from transect.measure.embedding.covariance import correlation, covariance, entanglement
from transect.model import EntanglementLoss
from transect.model.loss.base import Batch

CODES = np.random.default_rng(0).normal(size=(400, 4)) @ np.random.default_rng(1).normal(
    size=(4, 4)
)


def test_all_agree_with_numpy_and_with_plain_loops():
    pairs = [(i, j) for j in range(4) for i in range(j)]
    table = np.cov(CODES.T, bias=True)
    assert covariance(CODES) == pytest.approx(np.mean([abs(table[pair]) for pair in pairs]))
    table = np.corrcoef(CODES.T)
    assert correlation(CODES) == pytest.approx(np.mean([abs(table[pair]) for pair in pairs]))
    products = [np.abs(CODES[:, i] * CODES[:, j]).mean() for i, j in pairs]
    assert entanglement(CODES) == pytest.approx(np.mean(products))


def test_entanglement_is_the_term_of_the_loss():
    mean = torch.from_numpy(CODES)
    zeros = torch.zeros(len(mean), 1, 2, 2, dtype=torch.float64)
    batch = Batch(zeros, zeros, mean, torch.zeros_like(mean), mean)
    term = EntanglementLoss(entanglement=1.0)(batch)["entanglement"]
    assert entanglement(CODES) == pytest.approx(float(term))


@pytest.mark.parametrize("scale", [1e-200, 0.1, 1e150])
def test_only_correlation_ignores_shrinking(scale):
    assert correlation(CODES * scale) == pytest.approx(correlation(CODES))
    assert covariance(CODES * 0.1) == pytest.approx(covariance(CODES) * 0.01)
    assert entanglement(CODES * 0.1) == pytest.approx(entanglement(CODES) * 0.01)


def test_codes_on_the_axes_are_not_entangled_and_independent_ones_hardly_correlate():
    axes = np.kron(np.eye(3), np.arange(1.0, 5)[:, None])
    assert entanglement(axes) == 0
    assert correlation(np.random.default_rng(2).random((20_000, 3))) < 0.02
    assert entanglement(np.random.default_rng(2).random((20_000, 3))) > 0.2


def test_a_latent_that_does_not_vary_correlates_with_none():
    codes = np.column_stack([CODES[:, 0], CODES[:, 0], np.full(len(CODES), 0.1)])
    assert correlation(codes) == pytest.approx(1 / 3)


@pytest.mark.parametrize("measure", [covariance, correlation, entanglement])
def test_a_single_latent_has_no_pairs(measure):
    assert measure(CODES[:, :1]) == 0


@pytest.mark.parametrize("measure", [covariance, correlation, entanglement])
@pytest.mark.parametrize("codes", [[1.0, 2.0], [[1.0, np.nan]], np.empty((0, 2)), np.empty((2, 0))])
def test_broken_codes_are_refused(measure, codes):
    with pytest.raises(ValueError, match="codes need"):
        measure(codes)


@pytest.mark.parametrize("measure", [covariance, correlation])
def test_one_code_has_no_covariance(measure):
    with pytest.raises(ValueError, match="at least 2 rows, got 1"):
        measure([[1.0, 2.0]])


def test_a_latent_that_moves_by_rounding_correlates_with_none():
    moving = np.random.default_rng(0).normal(size=300)
    constant = (0.7 + 1e-7 * moving).astype(np.float32)
    assert len(np.unique(constant)) > 1
    assert correlation(np.column_stack([moving, constant])) == 0
