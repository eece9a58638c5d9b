import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from transect.model import Batch, ELBOLoss, EntanglementLoss, OriginalLoss


def loss_case(seed=0, batch=5, size=6, latent=3, weights=True):
    random = np.random.default_rng(seed)
    case = {
        "truth": random.random((batch, 1, size, size)),
        "logits": 3 * random.standard_normal((batch, 1, size, size)),
        "mean": random.standard_normal((batch, latent)),
        "log_variance": random.standard_normal((batch, latent)),
    }
    if weights:
        case["weights"] = random.random(batch)
    return case


def call(loss, case):
    return loss(batch_of({name: torch.from_numpy(value) for name, value in case.items()}))


def batch_of(tensors):
    return Batch(codes=tensors["mean"], **tensors)


def bce_reference(case):
    """Cross-entropy from probabilities, one pixel at a time, in float64."""
    p = 1 / (1 + np.exp(-case["logits"]))
    pixels = -(case["truth"] * np.log(p) + (1 - case["truth"]) * np.log(1 - p))
    return pixels.reshape(len(p), -1).mean(1)


def kl_reference(mean, log_variance):
    """KL(N(μ, σ²) ‖ N(0, 1)) by numerical integration, in float64."""
    z = np.linspace(-40, 40, 400_001)
    q = norm(mean, np.exp(log_variance / 2))
    return np.trapezoid(q.pdf(z) * (q.logpdf(z) - norm.logpdf(z)), z)


def kl_table(case):
    rows = zip(case["mean"].ravel(), case["log_variance"].ravel(), strict=True)
    return np.array([kl_reference(m, v) for m, v in rows]).reshape(case["mean"].shape)


def test_original_loss_is_the_published_formula():
    case = loss_case()
    bce, kl = bce_reference(case), 2 * kl_table(case).mean(1)

    terms = call(OriginalLoss(kl=0.008), case)

    expected = np.mean(2 * case["weights"] * (bce + 0.008 * kl))
    assert terms["loss"].item() == pytest.approx(expected, rel=1e-9)
    assert terms["bce"].item() == pytest.approx(bce.mean(), rel=1e-9)
    assert terms["kl"].item() == pytest.approx(kl.mean(), rel=1e-9)


def test_elbo_per_pixel_and_summed():
    case = loss_case(size=6)
    bce, kl = bce_reference(case), kl_table(case).sum(1)

    per_pixel = call(ELBOLoss(kl=0.3, reduction="pixel"), case)
    summed = call(ELBOLoss(kl=0.3, reduction="sum"), case)

    w = case["weights"]
    assert per_pixel["loss"].item() == pytest.approx(np.mean(w * (bce + 0.3 * kl)), rel=1e-9)
    assert summed["loss"].item() == pytest.approx(np.mean(w * (36 * bce + 0.3 * kl)), rel=1e-9)
    assert per_pixel["kl"].item() == summed["kl"].item() == pytest.approx(kl.mean(), rel=1e-9)
    assert per_pixel["bce"].item() == summed["bce"].item()


def test_entanglement_is_the_mean_product_of_pairs():
    case = loss_case(latent=4)
    pairs = [(i, j) for i in range(4) for j in range(i)]
    entanglement = np.mean([np.abs(case["mean"][:, i] * case["mean"][:, j]) for i, j in pairs], 0)
    bce, kl = bce_reference(case), 2 * kl_table(case).mean(1)

    terms = call(EntanglementLoss(kl=0.01, entanglement=0.2), case)

    assert terms["entanglement"].item() == pytest.approx(entanglement.mean(), rel=1e-9)
    expected = np.mean(case["weights"] * (bce + 0.01 * kl + 0.2 * entanglement))
    assert terms["loss"].item() == pytest.approx(expected, rel=1e-9)


def test_one_latent_has_no_entanglement():
    assert call(EntanglementLoss(), loss_case(latent=1))["entanglement"].item() == 0


@settings(deadline=None, max_examples=25)
@given(
    kl=st.floats(0, 10), seed=st.integers(0, 99), latent=st.integers(1, 5), size=st.integers(1, 5)
)
def test_documented_conversions_between_coefficients(kl, seed, latent, size):
    case = loss_case(seed, latent=latent, size=size)
    pixels = size * size

    per_pixel = call(ELBOLoss(kl=kl, reduction="pixel"), case)["loss"]
    summed = call(ELBOLoss(kl=kl * pixels, reduction="sum"), case)["loss"]
    assert summed.item() == pytest.approx(pixels * per_pixel.item(), rel=1e-9)

    original = call(OriginalLoss(kl=kl), case)["loss"]
    converted = call(ELBOLoss(kl=2 * kl / latent), case)["loss"]
    assert original.item() == pytest.approx(2 * converted.item(), rel=1e-9)


def test_constant_noise_makes_the_kl_a_pull_on_the_mean_square():
    case = loss_case(weights=False)
    case["log_variance"] = np.full_like(case["mean"], 2 * np.log(0.03))
    mean = torch.from_numpy(case["mean"]).requires_grad_()
    tensors = {name: torch.from_numpy(value) for name, value in case.items()} | {"mean": mean}

    ELBOLoss(kl=2 * 0.7 / 3)(batch_of(tensors))["loss"].backward()

    (square,) = torch.autograd.grad(0.7 * mean.square().mean(1).mean(), mean)
    assert torch.allclose(mean.grad, square)


@pytest.mark.parametrize("loss", [OriginalLoss(), ELBOLoss(kl=0.5), EntanglementLoss(0.3, 0.2)])
def test_gradients_agree_with_finite_differences(loss):
    case = loss_case(batch=3, size=2)
    tensors = {name: torch.from_numpy(value) for name, value in case.items()}
    inputs = [tensors[name].requires_grad_() for name in ("logits", "mean", "log_variance")]

    def total(logits, mean, log_variance):
        moved = {"logits": logits, "mean": mean, "log_variance": log_variance}
        return loss(batch_of(tensors | moved))["loss"]

    assert torch.autograd.gradcheck(total, inputs)


@pytest.mark.parametrize("loss", [OriginalLoss(), ELBOLoss(), EntanglementLoss()])
def test_a_sample_of_weight_zero_has_no_gradient(loss):
    case = loss_case()
    case["weights"][2] = 0
    tensors = {name: torch.from_numpy(value) for name, value in case.items()}
    inputs = [tensors[name].requires_grad_() for name in ("logits", "mean")]

    loss(batch_of(tensors))["loss"].backward()

    for values in inputs:
        moved = values.grad.flatten(1).abs().sum(1)
        assert moved[2] == 0
        assert torch.all(moved[[0, 1, 3, 4]] > 0)


@pytest.mark.parametrize("loss", [OriginalLoss(), ELBOLoss(), EntanglementLoss()])
def test_no_weights_are_weights_of_one(loss):
    case = loss_case(weights=False)

    plain = call(loss, case)["loss"]

    assert plain == call(loss, case | {"weights": np.ones(5)})["loss"]


def test_extreme_logits_stay_finite():
    case = loss_case()
    case["logits"] = np.where(case["truth"] > 0.5, -1e4, 1e4)

    assert np.isfinite(call(ELBOLoss(), case)["loss"].item())


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: OriginalLoss(kl=-1), "kl must be a finite number from 0 up, got -1"),
        (lambda: ELBOLoss(kl=float("nan")), "kl must be a finite number from 0 up, got nan"),
        (lambda: ELBOLoss(reduction="mean"), "unknown reduction 'mean'; choose from pixel, sum"),
        (lambda: EntanglementLoss(entanglement=float("inf")), "entanglement must be a finite"),
    ],
)
def test_impossible_coefficients_are_refused(build, words):
    with pytest.raises(ValueError, match=words):
        build()
