import numpy as np
import pytest
import torch
from torch import nn

from transect.training.muon import ADAM_SHARE, Muon, orthogonalized

LEARNING_RATE = 0.02


def matrix(rows, columns, smallest=1e-2, seed=0):
    """A matrix whose singular values go from 1 down to `smallest`, with its singular vectors."""
    random = np.random.default_rng(seed)
    count = min(rows, columns)
    left = np.linalg.qr(random.standard_normal((rows, rows)))[0][:, :count]
    right = np.linalg.qr(random.standard_normal((columns, columns)))[0][:, :count]
    return left, np.geomspace(1, smallest, count), right


def step(value, gradient, steps=1, **options):
    """Where `steps` steps along one and the same gradient lead."""
    parameter = nn.Parameter(torch.tensor(value, dtype=torch.float32))
    optimizer = Muon([parameter], lr=LEARNING_RATE, **options)
    for _ in range(steps):
        parameter.grad = torch.tensor(gradient, dtype=torch.float32)
        optimizer.step()
    return parameter.detach().double().numpy()


@pytest.mark.parametrize("shape", [(12, 12), (10, 40), (40, 10), (64, 1024)])
def test_singular_values_become_alike_and_vectors_stay_whatever_the_size(shape):
    left, values, right = matrix(*shape)
    gradient = torch.tensor(left * values @ right.T, dtype=torch.float32)
    found = orthogonalized(gradient)
    for scale in (1e4, 1e-3):
        assert orthogonalized(scale * gradient).numpy() == pytest.approx(found.numpy(), abs=1e-3)
    inner = left.T @ found.double().numpy() @ right
    assert inner == pytest.approx(np.diag(np.diag(inner)), abs=2e-3)
    assert np.diag(inner).min() > 0.6
    assert np.diag(inner).max() < 1.25


def test_a_step_on_a_matrix_has_the_size_of_a_step_of_adam():
    """0.2 a weight (root mean square): what Liu et al. 2025 saw of AdamW."""
    gradient = np.random.default_rng(1).standard_normal((32, 128))
    moved = step(np.zeros((32, 128)), gradient)
    size = np.sqrt(np.mean(moved**2)) / LEARNING_RATE
    assert 0.15 < size < 0.25
    assert np.vdot(moved, gradient) < 0


def test_kernels_are_matrices_with_a_row_a_channel():
    gradient = np.random.default_rng(2).standard_normal((16, 8, 3, 3))
    kernel = step(np.zeros((16, 8, 3, 3)), gradient)
    flat = step(np.zeros((16, 72)), gradient.reshape(16, 72))
    assert np.array_equal(kernel.reshape(16, 72), flat)


@pytest.mark.parametrize("shape", [(30,), (3, 64), (64, 3), (1, 9, 2, 2)])
def test_what_is_no_matrix_or_a_thin_one_moves_as_by_adamw(shape):
    random = np.random.default_rng(3)
    value, gradient = random.standard_normal((2, *shape))
    parameter = nn.Parameter(torch.tensor(value, dtype=torch.float32))
    adamw = torch.optim.AdamW([parameter], lr=ADAM_SHARE * LEARNING_RATE, weight_decay=0.1)
    for _ in range(3):
        parameter.grad = torch.tensor(gradient, dtype=torch.float32)
        adamw.step()
    own = step(value, gradient, steps=3, weight_decay=0.1)
    assert own == pytest.approx(parameter.detach().numpy(), abs=1e-6)


def test_weight_decay_shrinks_a_matrix_apart_from_the_gradient():
    gradient = np.random.default_rng(4).standard_normal((9, 9))
    still = step(np.zeros((9, 9)), gradient, weight_decay=0.5)
    shrunk = step(np.ones((9, 9)), gradient, weight_decay=0.5)
    assert shrunk - still == pytest.approx(np.full((9, 9), 1 - LEARNING_RATE * 0.5), abs=1e-6)


def test_momentum_goes_on_without_a_gradient_of_its_own_direction():
    """Nesterov's momentum 0.95: after G and then 0, the step is still along G."""
    left, values, right = matrix(8, 8, smallest=0.5)
    gradient = left * values @ right.T
    parameter = nn.Parameter(torch.zeros(8, 8))
    optimizer = Muon([parameter], lr=LEARNING_RATE)
    parameter.grad = torch.tensor(gradient, dtype=torch.float32)
    optimizer.step()
    first = parameter.detach().clone()
    parameter.grad = torch.zeros(8, 8)
    optimizer.step()
    assert (parameter.detach() - first).numpy() == pytest.approx(first.numpy(), abs=1e-5)


def test_an_ill_conditioned_problem_is_solved_in_fewer_steps_than_by_adamw():
    random = np.random.default_rng(5)
    left, values, right = matrix(16, 16, smallest=1e-3)
    inputs = torch.tensor(left * values @ right.T, dtype=torch.float32)
    target = torch.tensor(random.standard_normal((16, 16)), dtype=torch.float32)

    def loss_after(make, steps=200):
        weights = nn.Parameter(torch.zeros(16, 16))
        optimizer = make([weights])
        for _ in range(steps):
            optimizer.zero_grad()
            loss = (weights @ inputs - target @ inputs).square().sum()
            loss.backward()
            optimizer.step()
        return float(loss.detach())

    rates = (0.003, 0.01, 0.03, 0.1)
    muon = min(loss_after(lambda w, r=rate: Muon(w, lr=r)) for rate in rates)
    adamw = min(
        loss_after(lambda w, r=rate: torch.optim.AdamW(w, lr=r, weight_decay=0)) for rate in rates
    )
    assert muon < adamw
