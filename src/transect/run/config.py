"""The configuration of a run: everything that a run depends on, and nothing else."""

import dataclasses
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Literal

from transect.run.component import (
    CANVAS,
    DECODER,
    ENCODER,
    HOLE,
    LOSS,
    WORLD,
    Component,
    ComponentType,
    merge,
)
from transect.space.values import Role, check_fields, section, setting, settings, shown
from transect.training.options import TrainingOptions
from transect.world import World

Line = dict[str, Any]
"""A transect: {name, start, end, count}."""


@settings
@dataclasses.dataclass(frozen=True)
class PointsConfig:
    """Which points of the factor space become images.

    Raises:
        ValueError: `count` or `validation` is out of range.
    """

    count: int = setting(5000, "split", least=10)
    """Number of points in the whole box, those in the hole included; at least 10."""
    sampling: Literal["uniform", "grid", "sobol"] = setting("uniform", "data")
    """How they are laid; a grid has as many steps along every factor as fit in `count`, and no more
    than a factor has values."""
    file: str | None = setting(None, "split")
    """The user's own points instead: .csv, .npy, .npz or the original's .mat workspace."""
    train: int | None = setting(None, "data", least=1)
    """Training images, as many for every hole: points are drawn outside of it until there are
    enough. The oracle then sees as many of the whole box, the same ones for every hole. Left out:
    what the hole leaves of `count`."""
    validation: float = setting(0.05, "split", above=0)
    """Kept points set aside for validation: a fraction below 1, or a number of points from 1 up."""
    validation_order: Literal["random", "last"] = setting("random", "split")
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


@settings
@dataclasses.dataclass(frozen=True)
class MeasureConfig:
    """What is measured beside the errors of images.

    Raises:
        ValueError: A value is of another type.
    """

    recovery: bool = setting(True, "measuring")
    """Whether `factor_error` is measured; it needs a world with a renderer."""
    embedding: bool = setting(True, "measuring")
    """Whether the dimension of the latent space, its loops, its alignment with the factors and
    interpolation paths through the hole are measured."""
    attribution: bool = setting(True, "measuring")
    """Whether the best codes for the removed points are sought, which says whether encoder or
    decoder causes the errors in the hole; it needs a hole."""

    def __post_init__(self) -> None:
        check_fields(self, "measure.")


@settings
@dataclasses.dataclass(frozen=True)
class Config:
    """One experiment: a world, a hole in it, a model, and how the model is trained.

    Raises:
        ValueError: A value is out of range.
    """

    preset: str = setting("default", "presentation")
    """Name of the preset that this configuration started from; a label."""
    seed: int = setting(0, "data", least=0)
    """Every random choice flows from it; 0 or more."""
    world: Component = setting({"kind": "rose"}, "data", component=WORLD)
    """Turns a point into an image: {kind, options}; see `transect list worlds`."""
    hole: Component = setting({}, "split", component=HOLE)
    """The region removed before training: {kind, options}; the world's own where none is named.
    The kind `none` removes nothing."""
    transects: list[Line] = setting([], "task")
    """Lines across the space: a list of {name, start, end, count}; the world's own where none."""
    points: PointsConfig = section(PointsConfig)
    canvas: Component = setting({"kind": "square", "size": 64}, "data", component=CANVAS)
    """What images are drawn on: {kind: square, size, line_width} or {kind: original, size}."""
    latent: int = setting(3, "model", least=1)
    """Number of latent variables; 1 or more."""
    encoder: Component = setting({"kind": "strided"}, "training", component=ENCODER)
    """Image to code: {kind, options}; see `transect list encoders`."""
    decoder: Component = setting({"kind": "level_set"}, "training", component=DECODER)
    """Code to image: {kind, options}; see `transect list decoders`."""
    noise: float | Literal["learned"] = setting("learned", "training", least=1e-9, most=1e9)
    """Standard deviation of the noise added to codes in training, or `learned`."""
    refine: int = setting(3, "measuring", least=0, most=10_000)
    """Gauss–Newton steps, at most, that lead the encoder's code of an image to one that draws it
    better, before it is decoded; 0 decodes the encoder's."""
    loss: Component = setting({"kind": "elbo"}, "training", component=LOSS)
    """What training minimises: {kind, options}; see `transect list losses`."""
    sample_weights: dict[str, float] = setting({}, "training")
    """Coefficient of each factor in the weight of an image, scaled to [0, 1]; none: all 1."""
    training: TrainingOptions = section(TrainingOptions)
    measure: MeasureConfig = section(MeasureConfig)
    oracle: bool = setting(True, "measuring")
    """Whether the same configuration is also trained with the hole filled."""
    track: Literal["off", "tensorboard", "wandb"] = setting("off", "presentation")
    """What the epochs are written to as well, in the folder `tracking` of the run; offline."""
    report: bool = setting(True, "presentation")
    """Whether figures and page are made; `transect report` makes them later."""

    def __post_init__(self) -> None:
        check_fields(self)


_FIELDS = dataclasses.fields(Config)

COMPONENTS: dict[str, ComponentType[object]] = {
    one.name: one.metadata["component"] for one in _FIELDS if "component" in one.metadata
}
"""Fields that hold a component -> its type."""

SECTIONS = {one.name: one.metadata["section"] for one in _FIELDS if "section" in one.metadata}
"""Fields that hold a section -> its class."""

ROLES: dict[str, Role] = {
    prefix + one.name: one.metadata["role"]
    for prefix, owner in {"": Config, **{f"{name}.": cls for name, cls in SECTIONS.items()}}.items()
    for one in dataclasses.fields(owner)
    if "role" in one.metadata
}
"""Every field, those of sections with a dot -> what it changes."""


_MAPPINGS = {name for name, value in vars(Config()).items() if isinstance(value, dict)}


def role_of(name: str) -> Role | None:
    """Return what a field changes.

    Args:
        name: The field with dots, as `points.count`; or an option in a field, as `hole.radius`,
            which changes what the field does.

    Returns:
        Its role; None if there is no such field.
    """
    holder = name.partition(".")[0]
    return ROLES.get(holder if holder in _MAPPINGS else name)


def values_of(config: Config, *roles: Role) -> dict[str, object]:
    """Return the values of all fields with certain roles, by their names with dots.

    Args:
        config: The configuration.
        roles: What the fields change.
    """
    return {name: attrgetter(name)(config) for name, role in ROLES.items() if role in roles}


def to_dict(config: Config, *, trained: bool = True) -> dict[str, Any]:
    """Return the configuration as plain nested mappings, ready for YAML.

    Args:
        config: The configuration.
        trained: Whether the fields that say how a run makes its model are included; they say
            nothing of a model that was made elsewhere.
    """
    making = {name.partition(".")[0] for name in values_of(config, "training")}
    values = dataclasses.asdict(config)
    return {name: values[name] for name in values if trained or name not in making}


def from_dict(values: Mapping[str, object], base: Config | None = None, source: str = "") -> Config:
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


def _replaced(base: Config, values: Mapping[str, object]) -> Config:
    merged = to_dict(base)
    for name, value in values.items():
        if name not in merged:
            raise ValueError(
                f"no configuration field {shown(name)}; choose from {', '.join(merged)}"
            )
        if name in COMPONENTS:
            merged[name] = merge(merged[name], _mapping(name, value, "{kind, options}"))
        elif name in SECTIONS:
            merged[name] = _merge_section(name, merged[name], value)
        else:
            merged[name] = value
    if "world" in values and merged["world"].get("kind") != base.world["kind"]:
        # A hole or a transect of one space means nothing in another.
        merged["hole"] = merge(None, _mapping("hole", values.get("hole", {}), "{kind, options}"))
        merged["transects"] = values.get("transects", [])
    sections = {name: cls(**merged.pop(name)) for name, cls in SECTIONS.items()}
    return Config(**merged, **sections)


def resolve(config: Config, world: World) -> Config:
    """Return the configuration with the hole and the transects that `world` proposes filled in."""
    hole = merge(world.default_hole(), config.hole)
    transects = config.transects or world.default_transects()
    return dataclasses.replace(config, hole=hole, transects=transects)


def _merge_section(name: str, base: dict[str, object], values: object) -> dict[str, object]:
    given = _mapping(name, values, "{field: value}")
    for key in given:
        if key not in base:
            raise ValueError(
                f"no configuration field {shown(f'{name}.{key}')}; choose from {', '.join(base)}"
            )
    return base | dict(given)


def _mapping(name: str, value: object, needed: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} needs {needed}, got {shown(value)}")
    return value
