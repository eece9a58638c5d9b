"""Where a training computes, and in which precision."""

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState

from transect.training.options import TrainingOptions
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
    device = choose_device(options.device)
    precision = choose_precision(options.precision, device)
    # The state of accelerate is shared by the whole process and refuses another precision or device
    # in a second training; processes that were started together must stay together.
    together = torch.distributed.is_available() and torch.distributed.is_initialized()
    AcceleratorState._reset_state(reset_partial_state=not together)
    return Accelerator(
        cpu=device == "cpu",
        mixed_precision=MIXED_PRECISION[precision],
        log_with=None if tracking is None else tracking.tracker,
        project_dir=None if tracking is None else tracking.folder,
    )


def choose_device(name: str) -> str:
    """Return the kind of device that `name` means here.

    Raises:
        ValueError: There is no such device.
    """
    present = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    kind = present.type if present is not None else "cpu"
    if name == "auto":
        return kind
    if name not in {"cpu", kind}:
        choices = ", ".join(dict.fromkeys(["auto", "cpu", kind]))
        raise ValueError(f"there is no device {name!r} here; choose from {choices}")
    return name


def choose_precision(name: str, device: str) -> str:
    """Return the precision that `name` means on a kind of device.

    `auto` is bf16 on CUDA devices that compute in it (capability 8.0 and up) and fp32 elsewhere:
    on a CPU without matrix units for bf16 it is slower than fp32.

    Raises:
        ValueError: `fp16` is asked of a CPU.
    """
    if name == "fp16" and device == "cpu":
        raise ValueError("precision 'fp16' needs a GPU; choose from auto, fp32, bf16 on a CPU")
    if name != "auto":
        return name
    modern = device == "cuda" and torch.cuda.get_device_capability() >= BFLOAT16_CAPABILITY
    return "bf16" if modern else "fp32"
