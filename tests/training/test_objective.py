"""What losses are handed in training: noise, progress, the size of the dataset, and critics."""

import copy
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from every_loss import EVERY, FACTOR
from trainings import (
    COUNT,
    OPTIONS,
    Sabotage,
    equal_weights,
    run_training,
    spot_vae,
    spots,
    without_times,
)
from transect.model import (
    AutoencoderLoss,
    BetaVAELoss,
    ConsistencyLoss,
    CovarianceLoss,
    Critic,
    ELBOLoss,
    EntanglementLoss,
    Loss,
    Needs,
    seeded,
)
from transect.training.checkpoint import load_checkpoint
from transect.training.muon import Muon


def train_with(folder, loss, model=None, **more):
    return run_training(folder, model or spot_vae(noise="learned"), loss, **more)


@pytest.mark.parametrize(
    "loss", [*EVERY, ConsistencyLoss(base=FACTOR, after=0), CovarianceLoss(base=FACTOR)], ids=repr
)
def test_every_loss_trains_a_model_even_of_one_latent_on_one_image(tmp_path, loss):
    one = {"images": spots(1), "validation": spots(1, seed=1)}
    for name, latent, images in (("many", 2, {}), ("one", 1, one)):
        start = spot_vae(noise="learned", latent=latent)
        options = replace(OPTIONS, epochs=1)
        model, history = train_with(
            tmp_path / name, loss, copy.deepcopy(start), options=options, **images
        )
        assert all(math.isfinite(value) for row in history for value in row.values())
        assert all(torch.all(torch.isfinite(value)) for value in model.state_dict().values())
        assert not equal_weights(model, start)


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


def test_progress_runs_from_0_to_1_and_the_size_is_that_of_the_training_set(tmp_path):
    train_with(tmp_path, Witness(seen := []))
    learnt = [batch.progress for training, batch in seen if training]
    assert learnt == pytest.approx(np.linspace(0, 1, 18))
    watched = [batch.progress for training, batch in seen if not training]
    assert watched == pytest.approx(np.repeat([5 / 17, 11 / 17, 1], 2))
    # Every epoch has another order.
    first, second = ([b for training, b in seen if training][step].truth for step in (0, 6))
    assert not torch.equal(first, second)
    assert {batch.dataset_size for _, batch in seen} == {COUNT}


@pytest.mark.parametrize("noise", [True, False])
def test_codes_are_sampled_where_the_loss_wants_it(tmp_path, noise):
    train_with(tmp_path, Witness(seen := [], noise), spot_vae(noise=0.2))
    for _, batch in seen:
        deviation = (batch.codes - batch.mean).std().item() if len(batch.mean) > 1 else 0.2
        assert deviation == pytest.approx(0.2, abs=0.12) if noise else deviation in {0, 0.2}


def test_a_plain_autoencoder_does_not_hear_of_noise(tmp_path):
    quiet, _ = train_with(tmp_path / "a", AutoencoderLoss(), spot_vae(noise=0.1))
    loud, _ = train_with(tmp_path / "b", AutoencoderLoss(), spot_vae(noise=2.0))
    sampled, _ = train_with(tmp_path / "c", ELBOLoss(0), spot_vae(noise=0.1))
    assert equal_weights(quiet, loud)
    assert not equal_weights(quiet, sampled)


def test_an_annealed_loss_rises_with_its_coefficient(tmp_path):
    options = replace(OPTIONS, learning_rate=1e-12, schedule="constant", epochs=4)
    _, history = train_with(tmp_path, BetaVAELoss(3.0, warm_up=1.0), options=options)
    shares = [(6 * epoch + 2.5) / 23 for epoch in range(4)]
    for row, share in zip(history, shares, strict=True):
        # The last step of an epoch has one image of 41, so that the mean is a little lower.
        expected = 256 * row["bce"] + 3 * share * row["kl"]
        assert row["loss"] == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("loss", [FACTOR, EntanglementLoss(base=FACTOR)], ids=repr)
def test_resume_with_a_critic_gives_the_same_bits(tmp_path, loss):
    whole, expected = train_with(tmp_path / "a", loss)
    with pytest.raises(KeyboardInterrupt):
        train_with(tmp_path / "b", Sabotage("raise", 16, [], loss))
    resumed, history = train_with(tmp_path / "b", loss, spot_vae(77, "learned"), resume=True)
    assert equal_weights(whole, resumed)
    assert without_times(expected) == without_times(history)
    first, second = (critic_in(tmp_path / name, loss) for name in "ab")
    assert equal_weights(first, second)
    for moments, others in zip(moments_of(first), moments_of(second), strict=True):
        assert moments["step"] == others["step"] == 18
        assert torch.equal(moments["exp_avg"], others["exp_avg"])
        assert torch.equal(moments["exp_avg_sq"], others["exp_avg_sq"])


def critic_in(folder: Path, loss: Loss) -> Critic:
    model, critic = spot_vae(noise="learned"), loss.needs(2).critic
    optimizer = Muon(model.parameters(), lr=1.0)
    load_checkpoint(folder / "checkpoint" / "state.safetensors", model, optimizer, critic)
    return critic


def moments_of(critic: Critic) -> list[dict]:
    return list(critic.optimizer.state_dict()["state"].values())


def test_a_critic_learns_and_teaches(tmp_path):
    taught, _ = train_with(tmp_path / "a", FACTOR)
    plain, _ = train_with(tmp_path / "b", replace(FACTOR, gamma=0))
    deaf, _ = train_with(tmp_path / "c", FACTOR.base)
    with seeded(5, 0):
        fresh = FACTOR.needs(2).critic
    assert not equal_weights(critic_in(tmp_path / "a", FACTOR), fresh)
    assert not equal_weights(taught, plain)
    # A critic that nobody hears changes nothing.
    assert equal_weights(plain, deaf)


def test_a_checkpoint_with_another_critic_is_refused(tmp_path):
    train_with(tmp_path / "a", FACTOR)
    train_with(tmp_path / "b", ELBOLoss())
    with pytest.raises(ValueError, match="holds the weights of another model"):
        train_with(tmp_path / "a", ELBOLoss(), resume=True)
    with pytest.raises(ValueError, match="holds the weights of another model"):
        train_with(tmp_path / "b", FACTOR, resume=True)
    with pytest.raises(ValueError, match=r"layers\.0\.bias has the shape \(16,\) there and \(8,\)"):
        train_with(tmp_path / "a", replace(FACTOR, width=8), resume=True)
