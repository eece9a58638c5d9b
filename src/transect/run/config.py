"""The configuration of a run: everything that a run depends on, and nothing else."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from transect.run.component import ROOMS, Component, merge
from transect.space.values import check_fields, limited, shown
from transect.training.options import TrainingOptions
from transect.world import World


@dataclass(frozen=True)
class PointsConfig:
    """Which points of the factor space become images.

    Raises:
        ValueError: `count` or `validation` is out of range.
    """

    count: int = limited(5000, least=10)
    """Number of points in the whole box, those in the hole included; at least 10."""
    sampling: Literal["uniform", "grid", "sobol"] = "uniform"
    """How they are laid; a grid has as many steps along every factor as fit in `count`, and no more
    than a factor has values."""
    file: str | None = None
    """The user's own points instead: .csv, .npy, .npz or the original's .mat workspace."""
    train: int | None = limited(None, least=1)
    """Training images, as many for every hole: points are drawn outside of it until there are
    enough. The oracle then sees as many of the whole box, the same ones for every hole. Left out:
    what the hole leaves of `count`."""
    validation: float = limited(0.05, above=0)
    """Kept points set aside for validation: a fraction below 1, or a number of points from 1 up."""
    validation_order: Literal["random", "last"] = "random"
    """Which kept points: drawn by the seed, or the last ones, as the original did."""

    def __post_init__(self) -> None:
        check_fields(self, "points.")
        if self.train is not None:
            self._check_train()
        if self.validation > 1 and not float(self.validation).is_integer():
            raise ValueError(
                "points.validation needs a fraction between 0 and 1 or a whole number of points, "
                f"got {self.validation}"
            )

    def _check_train(self) -> None:
        if self.file is not None or self.sampling == "grid":
            raise ValueError(
                "points.train needs points that can be drawn on and on: sampling uniform or sobol "
                f"and no file, got {self.sampling} and {self.file or 'no file'}"
            )


@dataclass(frozen=True)
class RecoveryConfig:
    """How the factors are searched for that a reconstruction shows.

    Raises:
        ValueError: A value is of another type.
    """

    enabled: bool = True
    """Whether `factor_error` is measured; it needs a world with a renderer."""

    def __post_init__(self) -> None:
        check_fields(self, "recovery.")


@dataclass(frozen=True)
class EmbeddingConfig:
    """How the latent space is measured.

    Raises:
        ValueError: A value is of another type.
    """

    enabled: bool = True
    """Whether its dimension, loops, alignment with the factors and ways across are measured."""

    def __post_init__(self) -> None:
        check_fields(self, "embedding.")


@dataclass(frozen=True)
class AttributionConfig:
    """How it is found out whether encoder or decoder is to blame for the errors in the hole.

    Raises:
        ValueError: A value is of another type.
    """

    enabled: bool = True
    """Whether the best codes for the removed points are sought; it needs a hole."""

    def __post_init__(self) -> None:
        check_fields(self, "attribution.")


@dataclass(frozen=True)
class Config:
    """One experiment: a world, a hole in it, a model, and how the model is trained.

    Raises:
        ValueError: A value is out of range.
    """

    preset: str = "default"
    """Name of the preset that this configuration started from; a label."""
    seed: int = limited(0, least=0)
    """Every random choice flows from it; 0 or more."""
    world: Component = field(default_factory=lambda: {"kind": "rose"})
    """Turns a point into an image: {kind, options}; see `transect list worlds`."""
    hole: Component = field(default_factory=dict)
    """The region removed before training: {kind, options}; the world's own where none is named.
    The kind `none` removes nothing."""
    transects: list[dict[str, Any]] = field(default_factory=list)
    """Lines across the space: a list of {name, start, end, count}; the world's own where none."""
    points: PointsConfig = field(default_factory=PointsConfig)
    canvas: Component = field(default_factory=lambda: {"kind": "square", "size": 64})
    """What images are drawn on: {kind: square, size, line_width} or {kind: original, size}."""
    latent: int = limited(3, least=1)
    """Number of latent variables; 1 or more."""
    encoder: Component = field(default_factory=lambda: {"kind": "strided"})
    """Image to code: {kind, options}; see `transect list encoders`."""
    decoder: Component = field(default_factory=lambda: {"kind": "level_set"})
    """Code to image: {kind, options}; see `transect list decoders`."""
    noise: float | Literal["learned"] = limited("learned", least=1e-9, most=1e9)
    """Standard deviation of the noise added to codes in training, or `learned`."""
    refine: int = limited(3, least=0, most=10_000)
    """Gauss–Newton steps, at most, that lead the encoder's code of an image to one that draws it
    better, before it is decoded; 0 decodes the encoder's."""
    loss: Component = field(default_factory=lambda: {"kind": "elbo"})
    """What training minimises: {kind, options}; see `transect list losses`."""
    sample_weights: dict[str, float] = field(default_factory=dict)
    """Coefficient of each factor in the weight of an image, scaled to [0, 1]; none: all 1."""
    training: TrainingOptions = field(default_factory=TrainingOptions)
    recovery: RecoveryConfig = field(default_factory=RecoveryConfig)
    embedding: EmbeddingConfig = field(default_factory=EmbeddingConfig)
    attribution: AttributionConfig = field(default_factory=AttributionConfig)
    oracle: bool = True
    """Whether the same configuration is also trained with the hole filled."""
    track: Literal["off", "tensorboard", "wandb"] = "off"
    """What the epochs are written to as well, in the folder `tracking` of the run; offline."""
    report: bool = True
    """Whether figures and page are made; `transect report` makes them later."""
    judged: str = ""
    """Name of the model where it was made elsewhere and is only judged; empty where a run trains
    its own."""

    def __post_init__(self) -> None:
        check_fields(self)


MAKING = ("encoder", "decoder", "noise", "loss", "sample_weights", "training", "track")
"""Fields that say how a model is made."""


def to_dict(config: Config) -> dict[str, Any]:
    """Return the configuration as plain nested mappings, ready for YAML."""
    return dataclasses.asdict(config)


def told(config: Config) -> dict[str, Any]:
    """Return the fields that say something of the run: not how a judged model would be made."""
    return {
        name: value
        for name, value in to_dict(config).items()
        if (name not in MAKING if config.judged else name != "judged")
    }


def from_dict(values: Mapping[str, Any], base: Config | None = None, source: str = "") -> Config:
    """Return `base` (or the defaults) with some values replaced.

    Args:
        values: Nested mappings with any of the fields of `Config`. A component of another kind
            replaces the one of `base` whole; one of the same kind only changes its options.
        base: The configuration to start from.
        source: Where the values come from, for the message.

    Raises:
        ValueError: A field is unknown, or a value is of another type or out of range.
    """
    try:
        return _replaced(base or Config(), values)
    except ValueError as error:
        raise ValueError(f"{source}: {error}" if source else str(error)) from error


def _replaced(base: Config, values: Mapping[str, Any]) -> Config:
    merged = to_dict(base)
    for name, value in values.items():
        if name not in merged:
            raise ValueError(
                f"no configuration field {shown(name)}; choose from {', '.join(merged)}"
            )
        if name in ROOMS:
            merged[name] = merge(merged[name], _mapping(name, value, "{kind, options}"))
        elif name in _FIELD_TYPES:
            merged[name] = _merge_section(name, merged[name], value)
        else:
            merged[name] = value
    if "world" in values and merged["world"].get("kind") != base.world["kind"]:
        # A hole or a transect of one space means nothing in another.
        merged["hole"] = dict(values.get("hole", {}))
        merged["transects"] = values.get("transects", [])
    sections = {name: cls(**merged.pop(name)) for name, cls in _FIELD_TYPES.items()}
    return Config(**merged, **sections)


def resolve(config: Config, world: World) -> Config:
    """Return the configuration with the hole and the transects that `world` proposes filled in."""
    hole = merge(world.default_hole(), config.hole)
    transects = config.transects or world.default_transects()
    return dataclasses.replace(config, hole=hole, transects=transects)


_FIELD_TYPES: dict[str, Any] = {
    "points": PointsConfig,
    "training": TrainingOptions,
    "recovery": RecoveryConfig,
    "embedding": EmbeddingConfig,
    "attribution": AttributionConfig,
}


def _merge_section(name: str, base: dict[str, Any], values: Any) -> dict[str, Any]:
    for key in _mapping(name, values, "{field: value}"):
        if key not in base:
            raise ValueError(
                f"no configuration field {shown(f'{name}.{key}')}; choose from {', '.join(base)}"
            )
    return base | dict(values)


def _mapping(name: str, value: Any, needed: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} needs {needed}, got {shown(value)}")
    return value
