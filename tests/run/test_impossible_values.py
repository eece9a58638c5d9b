"""Every field of the configuration and every option of a component refuses what is impossible.

The values that a field takes of those tried are listed; every other is refused before anything is
written, in one line that names the field.
"""

import dataclasses
import inspect
import math

import pytest

from transect.cli import main
from transect.run.component import kinds
from transect.run.config import COMPONENTS, Config, from_dict, to_dict
from transect.run.experiment import check
from transect.run.presets import preset
from transect.run.setup import prepare

TRIED = {
    "text": "abc",
    "nan": math.nan,
    "inf": math.inf,
    "negative": -1,
    "zero": 0,
    "tiny": 1e-320,
    "huge": 10**12,
    "endless": 10**5000,
    "long": "x" * 10_000,
    "null": None,
    "list": [],
    "mapping": {},
    "true": True,
    "nested": [[1]],
    "negatives": [-1, -1],
    "nans": [math.nan, 1.0],
}


def table(text):
    """Return the names of tried values by field, from lines `field field: name name`."""
    rows = [line.split(": ") for line in text.strip().splitlines()]
    return {field: set(names.split()) for fields, names in rows for field in fields.split()}


TAKEN_BY_FIELDS = table("""
world hole canvas encoder decoder loss: mapping
points training measure sample_weights: mapping
oracle report measure.recovery measure.embedding measure.attribution: true
points.file points.train: null
preset: text
seed: zero huge
transects: list
refine training.weight_decay: zero
training.checkpoint_every: huge
""")

TAKEN_BY_OPTIONS = {
    "world": table("""
ellipse.orientation grating.orientation grating.phase: negative zero huge
lissajous.phase rose.phase rose.rotation: negative zero huge
ellipse.x ellipse.y gaussian_bump.x gaussian_bump.y rose.a rose.b: negative zero
ellipse.size ellipse.aspect grating.width grating.frequency: huge
superformula.m superformula.n2 superformula.n3: huge
lissajous.frequency_x lissajous.frequency_y rose.petals: zero huge
"""),
    "hole": table("""
ball.center ball.factors disc.center disc.factors box.factors polygon.factors: null
band.low: negative zero
band.high: huge
box.low: negatives
"""),
    "canvas": table("square.line_width: null"),
    "encoder": {},
    "decoder": table("coordinate.bandwidth level_set.bandwidth: huge"),
    "loss": table("""
beta_tcvae.beta beta_tcvae.alpha beta_tcvae.gamma beta_vae.beta capacity.gamma: zero huge
capacity.capacity consistency.consistency covariance.covariance dipvae.off_diagonal: zero huge
elbo.kl factor_vae.gamma entanglement.entanglement original.kl: zero huge
factor_vae.learning_rate: zero huge
beta_vae.warm_up capacity.growth consistency.after: zero
dipvae.diagonal entanglement.kl: zero huge null
entanglement.base: null
"""),
}

DISC = {"kind": "disc", "radius": 0.3}
HOLES = {
    "disc": {"radius": 0.3},
    "ball": {"radius": 0.3},
    "box": {"low": [1, 0.5], "high": [1.5, 1.5]},
    "band": {"factor": "a", "low": 1, "high": 1.5},
    "half_space": {"normal": [1, 0], "offset": 1},
    "polygon": {"vertices": [[1, 0.5], [1.5, 0.5], [1.25, 1.5]]},
    "union": {"parts": [DISC]},
    "intersection": {"parts": [DISC]},
    "difference": {"hole": DISC, "without": DISC | {"radius": 0.1}},
    "complement": {"hole": DISC},
}
"""What holes need, beside the option that is tried."""

BASE = from_dict(
    {
        "points": {"count": 40, "validation": 4},
        "canvas": {"kind": "square", "size": 16},
        "decoder": {"kind": "mlp"},
    },
    preset("smoke"),
)


def fields():
    for name, value in to_dict(BASE).items():
        yield name
        if dataclasses.is_dataclass(getattr(BASE, name)):
            yield from (f"{name}.{inner}" for inner in value)


def options(of):
    for kind, cls in kinds(COMPONENTS[of]).items():
        names = inspect.signature(cls).parameters
        # worlds of a file are tried with their files elsewhere
        for name in names if "path" not in names else ():
            given_by_program = name == "space" or (
                of in {"encoder", "decoder"} and name in {"size", "latent"}
            )
            if not given_by_program:
                yield kind, name


def taken(values, name):
    """Return whether a run would start with some values; a refusal is one line with the name."""
    try:
        check(prepare(from_dict(values, BASE)))
    except ValueError as error:
        message = str(error)
        assert "\n" not in message
        assert len(message) < 700
        assert name in message
        return False
    return True


@pytest.mark.parametrize("field", list(fields()))
def test_a_field_takes_what_it_can_use_and_nothing_else(field):
    section, _, inner = field.rpartition(".")
    found = {
        tried
        for tried, value in TRIED.items()
        if taken({section: {inner: value}} if section else {inner: value}, inner)
    }
    assert found == TAKEN_BY_FIELDS.get(field, set())


def test_every_field_is_tried():
    assert {field.name for field in dataclasses.fields(Config)} <= set(fields())


@pytest.mark.parametrize("of", list(COMPONENTS))
def test_an_option_takes_what_it_can_use_and_nothing_else(of):
    found = {}
    for kind, name in options(of):
        size = {"canvas": {"kind": "square", "size": 32 if kind == "original" else 16}}
        for tried, value in TRIED.items():
            component = {"kind": kind, **(HOLES[kind] if of == "hole" else {}), name: value}
            # the factors of the Fourier blob are called a1, a2, … after its amplitudes
            shown = "a" if name == "amplitudes" else name
            values = {of: component} if of == "canvas" else {of: component, **size}
            if taken(values, shown):
                found.setdefault(f"{kind}.{name}", set()).add(tried)
    assert found == TAKEN_BY_OPTIONS[of]


@pytest.mark.parametrize(
    "words",
    [
        ["--noise", "1e-320"],
        ["--canvas.size", "1000000000"],
        ["--latent", "1000000000"],
        ["--points.count", "1000000000000"],
        ["--hole.radius", ".nan"],
        ["--decoder.widths", "[1000000000000]"],
        ["--transects", "[{name: a, start: [0, 1], end: [2, 1], count: 1000000000000}]"],
        ["--world.vertices", "1000000000000"],
    ],
)
def test_the_command_line_refuses_in_one_line_and_leaves_no_folder(words, tmp_path, capsys):
    assert main(["run", "smoke", *words, "--quiet", "--out", str(tmp_path / "run")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert words[0].strip("-").rpartition(".")[2].removesuffix("s") in error
    assert list(tmp_path.iterdir()) == []
