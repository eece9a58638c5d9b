"""Training: the loop, its options, checkpoints and stopping rules.

What needs torch is imported when it is first asked for, so that the options, which the command line
shows, cost nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

from transect.training.history import History
from transect.training.options import TrainingOptions
from transect.training.weights import sample_weights

if TYPE_CHECKING:
    from transect.training.checkpoint import load_weights, save_weights
    from transect.training.log import NonFiniteLoss
    from transect.training.loop import train
    from transect.training.performance import tune_process

__all__ = [
    "History",
    "NonFiniteLoss",
    "TrainingOptions",
    "load_weights",
    "sample_weights",
    "save_weights",
    "train",
    "tune_process",
]

_MODULES = ("checkpoint", "log", "loop", "performance")


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module_name in _MODULES:
            module = importlib.import_module(f"{__name__}.{module_name}")
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
