"""Where a training computes, and in which precision."""

import atexit

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState

from transect.training.options import TrainingOptions, check_device
from transect.training.tracking import Tracking

BFLOAT16_CAPABILITY = (8, 0)
MIXED_PRECISION = {"fp32": "no", "bf16": "bf16", "fp16": "fp16"}


def make_accelerator(options: TrainingOptions, tracking: Tracking | None = None) -> Accelerator:
    """Return the accelerator of one training.

    Args:
        options: Of the training.
        tracking: What its epochs are written to, if anything.

    Raises:
        ValueError: The device is not there, or `fp16` is asked of a CPU.
    """
    device, precision = place_training(options)
    # The state of accelerate is shared by the whole process and refuses another precision or device
    # in a second training; processes that were started together must stay together.
    together = _is_in_group()
    AcceleratorState._reset_state(reset_partial_state=not together)
    if ":" in device:
        # accelerate takes the current device of a process that stands alone.
        torch.accelerator.set_device_index(int(device.partition(":")[2]))
    accelerator = Accelerator(
        cpu=device == "cpu",
        mixed_precision=MIXED_PRECISION[precision],
        log_with=None if tracking is None else tracking.tracker,
        project_dir=None if tracking is None else tracking.folder,
    )
    if _is_in_group() and not together:
        atexit.register(_leave_group)
    return accelerator


def _is_in_group() -> bool:
    return torch.distributed.is_available() and torch.distributed.is_initialized()


def _leave_group() -> None:
    # A process that ends in a group may be aborted, since threads of the group outlive it.
    if _is_in_group():
        torch.distributed.destroy_process_group()


def place_training(options: TrainingOptions) -> tuple[str, str]:
    """Return the device and the precision that a training has here.

    Args:
        options: Of the training.

    Raises:
        ValueError: The device is not there, or `fp16` is asked of a CPU.
    """
    device = choose_device(options.device)
    return device, choose_precision(options.precision, device)


def choose_device(name: str) -> str:
    """Return the device that `name` means here: its kind, and its number where one was asked for.

    Args:
        name: One of those that `check_device` accepts.

    Raises:
        ValueError: It is no name of a device, or there is no such device.
    """
    kind, _, number = check_device(name).partition(":")
    present = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    found = "cpu" if present is None else present.type
    if kind == "auto":
        return found
    count = torch.accelerator.device_count() if present is not None else 0
    if kind not in {"cpu", found} or int(number or 0) >= max(count, 1):
        numbered = [f"{found}:{place}" for place in range(count)] if found == "cuda" else []
        choices = ", ".join(dict.fromkeys(["auto", "cpu", found, *numbered]))
        raise ValueError(f"there is no device {name!r} here; choose from {choices}")
    return name


def choose_precision(name: str, device: str) -> str:
    """Return the precision that `name` means on a device.

    `auto` is bf16 on CUDA devices that compute in it (capability 8.0 and up) and fp32 elsewhere:
    on a CPU without matrix units for bf16 it is slower than fp32.

    Raises:
        ValueError: `fp16` is asked of a CPU.
    """
    if name == "fp16" and device == "cpu":
        raise ValueError("precision 'fp16' needs a GPU; choose from auto, fp32, bf16 on a CPU")
    if name != "auto":
        return name
    if not device.startswith("cuda"):
        return "fp32"
    modern = torch.cuda.get_device_capability(device) >= BFLOAT16_CAPABILITY
    return "bf16" if modern else "fp32"
