"""What losses are handed in training: noise, progress, the size of the dataset, and critics."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from transect.model import (
    VAE,
    AutoencoderLoss,
    BetaTCVAELoss,
    BetaVAELoss,
    CapacityLoss,
    ConsistencyLoss,
    CovarianceLoss,
    Critic,
    DIPVAELoss,
    ELBOLoss,
    EntanglementLoss,
    FactorVAELoss,
    Loss,
    Needs,
    OriginalLoss,
    StridedEncoder,
    TransposedDecoder,
    seeded,
)
from transect.training import TrainingOptions, train
from transect.training.checkpoint import load_checkpoint
from transect.training.muon import Muon

OPTIONS = TrainingOptions(epochs=3, batch_size=8, device="cpu")
FACTOR = FactorVAELoss(gamma=2, width=16, layers=3, learning_rate=1e-2)
LOSSES = [
    AutoencoderLoss(),
    BetaTCVAELoss(),
    BetaTCVAELoss(estimator="stratified"),
    BetaVAELoss(warm_up=0.5),
    CapacityLoss(),
    ConsistencyLoss(),
    ConsistencyLoss(base=FACTOR, after=0),
    CovarianceLoss(),
    DIPVAELoss("I"),
    DIPVAELoss("II"),
    ELBOLoss(),
    EntanglementLoss(),
    EntanglementLoss(entanglement=0.01, base=CovarianceLoss(base=BetaVAELoss())),
    FACTOR,
    CovarianceLoss(base=FACTOR),
    OriginalLoss(),
]


def bars(count, seed=0, size=16):
    """Bright bars whose row and brightness are their factors."""
    random = np.random.default_rng(seed)
    rows, values = random.uniform(3, size - 3, count), random.uniform(100, 255, count)
    distances = np.abs(np.arange(size) + 0.5 - rows[:, None])
    profile = np.clip(2 - distances, 0, 1) * values[:, None]
    return np.round(np.repeat(profile[:, :, None], size, 2)).astype(np.uint8)


def bar_vae(seed=0, noise="learned", latent=2):
    with seeded(seed):
        encoder, decoder = StridedEncoder(16, latent, [8]), TransposedDecoder(16, latent, [8])
        return VAE(encoder, decoder, noise)


def run(folder, loss, model=None, options=OPTIONS, **more):
    model = model or bar_vae()
    # 41 images leave a last batch of one.
    more = {"images": bars(41), "validation": bars(9, seed=1), "progress": False, "seed": 5} | more
    history = train(model, loss, options=options, folder=folder, **more)
    return model, history


def same_weights(first, second):
    others = second.state_dict()
    return all(torch.equal(value, others[name]) for name, value in first.state_dict().items())


def numbers(history):
    skipped = {"seconds", "images_per_second"}
    return [{name: row[name] for name in row.keys() - skipped} for row in history]


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_every_loss_trains_a_model(tmp_path, loss):
    model, history = run(tmp_path, loss)

    assert len(history) == 3
    assert all(math.isfinite(value) for row in history for value in row.values())
    assert all(torch.all(torch.isfinite(value)) for value in model.state_dict().values())
    assert not same_weights(model, bar_vae())


@pytest.mark.parametrize("loss", [OriginalLoss(), FACTOR, DIPVAELoss("I")], ids=repr)
def test_one_latent_and_one_image_train(tmp_path, loss):
    model, history = run(
        tmp_path, loss, bar_vae(latent=1), images=bars(1), validation=bars(1, seed=1)
    )

    assert all(math.isfinite(value) for row in history for value in row.values())
    assert all(torch.all(torch.isfinite(value)) for value in model.state_dict().values())


@dataclass(frozen=True)
class Witness(Loss):
    """An ELBO that keeps what it was handed."""

    seen: list
    noise: bool = True

    def __call__(self, batch):
        self.seen.append((torch.is_grad_enabled(), batch))
        return ELBOLoss()(batch)

    def needs(self, latent):
        return Needs(noise=self.noise)


def test_progress_runs_from_nought_to_one_and_stands_still_in_validation(tmp_path):
    run(tmp_path, Witness(seen := []))

    learnt = [batch.progress for training, batch in seen if training]
    assert learnt == pytest.approx(np.linspace(0, 1, 18))
    watched = [batch.progress for training, batch in seen if not training]
    assert watched == pytest.approx(np.repeat([5 / 17, 11 / 17, 1], 2))


def test_the_size_is_that_of_the_training_set_everywhere(tmp_path):
    run(tmp_path, Witness(seen := []))

    assert {batch.dataset_size for _, batch in seen} == {41}


@pytest.mark.parametrize("noise", [True, False])
def test_codes_are_sampled_where_the_loss_wants_it(tmp_path, noise):
    run(tmp_path, Witness(seen := [], noise), bar_vae(noise=0.2))

    for _, batch in seen:
        deviation = (batch.codes - batch.mean).std().item() if len(batch.mean) > 1 else 0.2
        assert deviation == pytest.approx(0.2, abs=0.12) if noise else deviation in {0, 0.2}


def test_a_plain_autoencoder_does_not_hear_of_noise(tmp_path):
    quiet, _ = run(tmp_path / "a", AutoencoderLoss(), bar_vae(noise=0.1))
    loud, _ = run(tmp_path / "b", AutoencoderLoss(), bar_vae(noise=2.0))
    sampled, _ = run(tmp_path / "c", ELBOLoss(0), bar_vae(noise=0.1))

    assert same_weights(quiet, loud)
    assert not same_weights(quiet, sampled)


def test_an_annealed_loss_rises_with_its_coefficient(tmp_path):
    options = replace(OPTIONS, learning_rate=1e-12, schedule="constant", epochs=4)

    _, history = run(tmp_path, BetaVAELoss(3.0, warm_up=1.0), bar_vae(), options)

    shares = [(6 * epoch + 2.5) / 23 for epoch in range(4)]
    for row, share in zip(history, shares, strict=True):
        # The last step of an epoch has one image of 41, so that the mean is a little lower.
        expected = 256 * row["bce"] + 3 * share * row["kl"]
        assert row["loss"] == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("loss", [FACTOR, EntanglementLoss(base=FACTOR)], ids=repr)
def test_resume_with_a_critic_gives_the_same_bits(tmp_path, loss):
    whole, expected = run(tmp_path / "a", loss)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "b", Interrupted(loss, at=16, calls=[]))

    resumed, history = run(tmp_path / "b", loss, bar_vae(seed=77), resume=True)

    assert same_weights(whole, resumed)
    assert numbers(expected) == numbers(history)
    first, second = (critic_in(tmp_path / name, loss) for name in "ab")
    assert same_weights(first, second)
    for moments, others in zip(moments_of(first), moments_of(second), strict=True):
        assert moments["step"] == others["step"] == 18
        assert torch.equal(moments["exp_avg"], others["exp_avg"])
        assert torch.equal(moments["exp_avg_sq"], others["exp_avg_sq"])


@dataclass(frozen=True)
class Interrupted(Loss):
    """A loss that is stopped at one step of training."""

    loss: Loss
    at: int
    calls: list

    def __call__(self, batch):
        self.calls.extend([1] * torch.is_grad_enabled())
        if len(self.calls) == self.at:
            raise KeyboardInterrupt
        return self.loss(batch)

    def needs(self, latent):
        return self.loss.needs(latent)


def critic_in(folder: Path, loss: Loss) -> Critic:
    model, critic = bar_vae(), loss.needs(2).critic
    optimizer = Muon(model.parameters(), lr=1.0)
    load_checkpoint(folder / "checkpoint" / "state.safetensors", model, optimizer, critic)
    return critic


def moments_of(critic: Critic) -> list[dict]:
    return list(critic.optimizer.state_dict()["state"].values())


def test_a_critic_learns_and_teaches(tmp_path):
    taught, _ = run(tmp_path / "a", FACTOR)
    plain, _ = run(tmp_path / "b", replace(FACTOR, gamma=0))
    deaf, _ = run(tmp_path / "c", FACTOR.base)

    with seeded(5, 0):
        fresh = FACTOR.needs(2).critic
    assert not same_weights(critic_in(tmp_path / "a", FACTOR), fresh)
    assert not same_weights(taught, plain)
    # A critic that nobody hears changes nothing.
    assert same_weights(plain, deaf)


def test_a_checkpoint_with_another_critic_is_refused(tmp_path):
    run(tmp_path / "a", FACTOR)
    run(tmp_path / "b", ELBOLoss())

    with pytest.raises(ValueError, match="holds the weights of another model"):
        run(tmp_path / "a", ELBOLoss(), resume=True)
    with pytest.raises(ValueError, match="holds the weights of another model"):
        run(tmp_path / "b", FACTOR, resume=True)
    with pytest.raises(ValueError, match=r"layers\.0\.bias has the shape \(16,\) there and \(8,\)"):
        run(tmp_path / "a", replace(FACTOR, width=8), resume=True)
