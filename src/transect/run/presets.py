"""The configurations that have a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from transect.run.config import Config, PointsConfig
from transect.training.options import TrainingOptions


@dataclass(frozen=True)
class Preset:
    """A configuration with a name.

    Attributes:
        summary: What it is for, in one line.
        config: The configuration; its `preset` is the name.
        grid: Field -> its values, or label -> value; where there are any, the preset is a sweep
            over them, and `config` is what its runs have in common.
    """

    summary: str
    config: Config
    grid: Mapping[str, Sequence[Any] | Mapping[str, Any]] = field(default_factory=dict)


DEFAULT = Preset(
    "the original's question at 64 px, with a model that runs well on two cores",
    Config(),
)

SMOKE = Preset(
    "the whole pipeline in a few seconds; its numbers mean nothing",
    Config(
        preset="smoke",
        points=PointsConfig(count=300, validation=0.1),
        canvas={"kind": "square", "size": 32},
        training=TrainingOptions(epochs=2, batch_size=8),
    ),
)

SEED = Preset(
    "the original experiment 1, faithful, at 256 px; meant for a GPU",
    Config(
        preset="seed",
        points=PointsConfig(count=5000, validation=211, validation_order="last"),
        canvas={"kind": "original", "size": 256},
        encoder={"kind": "original"},
        decoder={"kind": "original"},
        noise=0.1,
        refine=0,
        loss={"kind": "original", "kl": 0.008},
        sample_weights={"b": -1.5},
        training=TrainingOptions(
            epochs=30,
            batch_size=8,
            learning_rate=1e-4,
            optimizer="adam",
            schedule="constant",
            stop="meet",
        ),
    ),
)

_SECOND = Config(
    preset="entanglement",
    hole={"kind": "none"},
    points=PointsConfig(count=5000, validation=501, validation_order="last"),
    decoder={"kind": "transposed"},
    noise=0.1,
    refine=0,
    loss={"kind": "entanglement"},
    training=TrainingOptions(epochs=10, batch_size=8, learning_rate=2e-3, optimizer="adamw"),
    oracle=False,
)
"""The original's second experiment: its data, noise and loss with a small model."""

ENTANGLEMENT = Preset(
    "the original experiment 2 at 64 px: a sweep of standard against entanglement loss, 5 seeds",
    _SECOND,
    {
        "seed": range(5),
        "loss": {
            "standard": {"kind": "entanglement", "entanglement": 0.0},
            "entanglement": {"kind": "entanglement", "entanglement": 0.0001},
        },
    },
)

ENTANGLEMENT_WEIGHTS = Preset(
    "a sweep of the entanglement loss with weights over four decades, 3 seeds each",
    replace(_SECOND, preset="entanglement_weights"),
    {"seed": range(3), "loss.entanglement": (0.0, 0.0001, 0.001, 0.01, 0.1, 1.0)},
)

PRESETS = {
    preset.config.preset: preset
    for preset in (DEFAULT, SEED, ENTANGLEMENT, ENTANGLEMENT_WEIGHTS, SMOKE)
}


def preset(name: str) -> Config:
    """Return the configuration of the preset `name`; of a sweep, what its runs have in common.

    Raises:
        ValueError: There is no such preset.
    """
    return _find(name).config


def preset_grid(name: str) -> dict[str, Any]:
    """Return the grid of the preset `name`; empty where it is a single experiment.

    Raises:
        ValueError: There is no such preset.
    """
    return {
        field: dict(values) if isinstance(values, Mapping) else list(values)
        for field, values in _find(name).grid.items()
    }


def _find(name: str) -> Preset:
    if not isinstance(name, str) or name not in PRESETS:
        raise ValueError(f"no preset {name!r}; choose from {', '.join(PRESETS)}")
    return PRESETS[name]
