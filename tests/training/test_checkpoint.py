from functools import partial

import pytest
import torch
from safetensors import safe_open

from trainings import equal_weights, spot_vae
from transect.model import VAE, OriginalDecoder, OriginalEncoder, seeded
from transect.training import load_weights, save_weights
from transect.training.checkpoint import load_checkpoint, read_state, save_checkpoint
from transect.training.muon import Muon


def test_weights_and_statistics_come_back_exactly(tmp_path):
    path = tmp_path / "new" / "model.safetensors"
    first, second = (VAE(OriginalEncoder(32), OriginalDecoder(32)) for _ in range(2))
    first.train()
    first(torch.rand(4, 32, 32))
    save_weights(first, path)
    load_weights(second, path)
    assert equal_weights(first, second)
    assert [item.name for item in path.parent.iterdir()] == ["model.safetensors"]
    with safe_open(path, framework="np") as file:
        assert set(file.keys()) == set(first.state_dict())


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "model.safetensors"
    save_weights(spot_vae(1), path)
    before = path.read_bytes()

    def fail(_):
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        save_weights(spot_vae(2), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_weights_of_another_model_are_refused(tmp_path):
    path = tmp_path / "m.safetensors"
    save_weights(spot_vae(1, latent=3), path)
    with pytest.raises(ValueError, match=r"another model: decoder\.layers\.0\.weight has"):
        load_weights(spot_vae(1), path)
    save_weights(spot_vae(1), path)
    with pytest.raises(ValueError, match=r"log_variance_head\.bias has the shape none there"):
        load_weights(spot_vae(1, noise="learned"), path)


def test_broken_files_are_refused(tmp_path):
    path = tmp_path / "m.safetensors"
    save_weights(spot_vae(1), path)
    with pytest.raises(ValueError, match="the file is not a checkpoint of a training"):
        read_state(path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match=r"damaged, or not the kind .*\(SafetensorError"):
        load_weights(spot_vae(1), path)


@pytest.mark.parametrize(
    "make", [partial(torch.optim.Adam, fused=True), partial(torch.optim.AdamW, fused=True), Muon]
)
def test_an_optimizer_goes_on_where_it_was(tmp_path, make):
    path = tmp_path / "state.safetensors"

    def step(model, optimizer, seed):
        with seeded(seed):
            model(torch.rand(4, 16, 16)).logits.square().mean().backward()
        optimizer.step()
        optimizer.zero_grad()

    first = spot_vae(1)
    optimizer = make(first.parameters(), lr=0.01)
    for seed in range(3):
        step(first, optimizer, seed)
    save_checkpoint(path, first, optimizer, {"epoch": 3, "words": ["ä", None]})
    second = spot_vae(2)
    other = make(second.parameters(), lr=0.01)
    load_checkpoint(path, second, other)
    for seed in range(3, 6):
        step(first, optimizer, seed)
        step(second, other, seed)
    assert read_state(path) == {"epoch": 3, "words": ["ä", None]}
    assert equal_weights(first, second)
