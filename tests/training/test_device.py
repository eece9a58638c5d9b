"""Names of devices, on machines that are made up."""

import pytest
import torch

from transect.training import device as devices
from transect.training.device import choose_device, choose_precision, make_accelerator
from transect.training.options import TrainingOptions


@pytest.fixture
def machine(monkeypatch):
    def made(kind: str | None, count: int = 0, capability: tuple[int, int] = (8, 0)) -> None:
        found = None if kind is None else torch.device(kind)
        monkeypatch.setattr(torch.accelerator, "is_available", lambda: kind is not None)
        monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: found)
        monkeypatch.setattr(torch.accelerator, "device_count", lambda: count)
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda one: capability)

    return made


def test_a_gpu_is_chosen_by_its_number(machine):
    machine("cuda", 2)
    names = ("auto", "cuda", "cuda:0", "cuda:1", "cpu")
    assert [choose_device(name) for name in names] == ["cuda", "cuda", "cuda:0", "cuda:1", "cpu"]
    with pytest.raises(
        ValueError, match=r"no device 'cuda:2' here; choose from auto, cpu, cuda, cuda:0, cuda:1$"
    ):
        choose_device("cuda:2")
    with pytest.raises(ValueError, match=r"no device 'mps' here; choose from auto, cpu, cuda"):
        choose_device("mps")


def test_devices_that_are_not_there_are_refused_with_those_that_are(machine):
    machine(None)
    assert choose_device("auto") == "cpu"
    for name in ("cuda", "cuda:0", "cuda:7", "mps", "xpu"):
        with pytest.raises(ValueError, match=f"no device '{name}' here; choose from auto, cpu$"):
            choose_device(name)


def test_the_precision_is_that_of_the_chosen_gpu(machine):
    machine("cuda", 2, (7, 5))
    assert choose_precision("auto", "cuda:1") == "fp32"
    machine("cuda", 2, (9, 0))
    assert choose_precision("auto", "cuda:1") == "bf16"
    assert choose_precision("fp16", "cuda:1") == "fp16"
    machine("mps", 1)
    assert choose_precision("auto", "mps") == "fp32"


def test_a_training_takes_the_gpu_of_its_number(machine, monkeypatch):
    machine("cuda", 2, (7, 5))
    chosen, made = [], []
    monkeypatch.setattr(torch.accelerator, "set_device_index", chosen.append)
    monkeypatch.setattr(devices, "Accelerator", lambda **options: made.append(options))
    for name in ("cuda:1", "cuda", "cpu"):
        make_accelerator(TrainingOptions(device=name))
    assert chosen == [1]
    assert [one["cpu"] for one in made] == [False, False, True]
