"""The configurations that have a name."""

from dataclasses import dataclass

from transect.run.config import Config, PointsConfig, StudyConfig
from transect.training.options import TrainingOptions


@dataclass(frozen=True)
class Preset:
    """A configuration with a name.

    Attributes:
        summary: What it is for, in one line.
        config: The configuration; its `preset` is the name.
    """

    summary: str
    config: Config


def _second_experiment(name: str, study: StudyConfig) -> Config:
    """Return the original's second experiment: its data, noise and loss on a small model."""
    return Config(
        preset=name,
        hole={"kind": "none"},
        points=PointsConfig(count=5000, validation=501, validation_order="last"),
        decoder={"kind": "transposed"},
        noise=0.1,
        refine=0,
        training=TrainingOptions(epochs=10, batch_size=8, learning_rate=2e-3, optimizer="adamw"),
        oracle=False,
        study=study,
    )


DEATTRIBUTION = Preset(
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

ENTANGLEMENT = Preset(
    "the original experiment 2 at 64 px: standard against entanglement loss over 5 seeds",
    _second_experiment(
        "entanglement",
        StudyConfig(
            losses={
                "standard": {"kind": "entanglement", "entanglement": 0.0},
                "entanglement": {"kind": "entanglement", "entanglement": 0.0001},
            },
            seeds=5,
        ),
    ),
)

ENTANGLEMENT_WEIGHTS = Preset(
    "the entanglement loss with weights over four decades, 3 seeds each",
    _second_experiment(
        "entanglement_weights",
        StudyConfig(
            losses={
                f"{weight:g}": {"kind": "entanglement", "entanglement": weight}
                for weight in (0.0, 0.0001, 0.001, 0.01, 0.1, 1.0)
            },
            seeds=3,
        ),
    ),
)

PRESETS = {
    preset.config.preset: preset
    for preset in (DEATTRIBUTION, SEED, ENTANGLEMENT, ENTANGLEMENT_WEIGHTS, SMOKE)
}


def preset(name: str) -> Config:
    """Return the configuration of the preset `name`.

    Raises:
        ValueError: There is no such preset.
    """
    if not isinstance(name, str) or name not in PRESETS:
        raise ValueError(f"no preset {name!r}; choose from {', '.join(PRESETS)}")
    return PRESETS[name].config
