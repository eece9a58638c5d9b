"""The one home of every measure: its name, label, direction, bounds, mean and definition.

Axes, arrows, tables, penalties, labels of the explorer and the reference pages derive from it. A
new measure needs its function and an entry here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from transect.measure.key import Key, Source

Better = Literal["higher", "lower", ""]
Mean = Literal["arithmetic", "geometric"]
_ARROWS = {"higher": "↑", "lower": "↓", "": ""}


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes:
        name: Its name in keys and columns; `*` stands for 1, 2, ….
        label: Its name in tables and figures.
        definition: What it is, in one line.
        better: Which direction is better; empty if neither is.
        bounds: Least and largest value.
        unit: Unit of the values; empty for pure numbers.
        mean: Kind of mean over runs: geometric for errors and ratios of errors.
        whole: Whether the values are whole numbers.
    """

    name: str
    label: str
    definition: str
    better: Better = ""
    bounds: tuple[float, float] = (0.0, float("inf"))
    unit: str = ""
    mean: Mean = "arithmetic"
    whole: bool = False

    @property
    def arrow(self) -> str:
        """An arrow in the better direction, ↑ or ↓; empty if neither is better."""
        return _ARROWS[self.better]

    @property
    def has_penalty(self) -> bool:
        """Whether a hole penalty is defined: whether the best value is 0 or 1."""
        return self.better == "lower" or (self.better == "higher" and self.bounds[1] == 1)

    @property
    def title(self) -> str:
        """The label with its unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    @property
    def heading(self) -> str:
        """The label with its unit and arrow, which stay on one line."""
        return f"{self.title}\u00a0{self.arrow}" if self.arrow else self.title


IMAGE_MEASURES = (
    Measure(
        "nmse", "nMSE", "squared error as a share of the energy of the true image: Σ(x−x̂)² / Σx²",
        "lower", mean="geometric",
    ),
    Measure(
        "soft_iou", "soft IoU", "overlap of the foregrounds: Σ min(x, x̂) / Σ max(x, x̂)",
        "higher", (0, 1),
    ),
    Measure("ssim", "SSIM", "mean structural similarity of Gaussian windows", "higher", (-1, 1)),
    Measure(
        "bce", "BCE", "mean binary cross-entropy of the pixels", "lower", unit="nats per pixel",
        mean="geometric",
    ),
    Measure(
        "excess_bce", "excess BCE", "BCE minus its least value, the entropy of the true image",
        "lower", unit="nats per pixel", mean="geometric",
    ),
    Measure(
        "factor_error", "factor error",
        "distance of the refitted factors from the true ones, RMS over factors as a share of range",
        "lower", (0, 1), mean="geometric",
    ),
    Measure(
        "off_manifold", "off-manifold error",
        "nMSE between the image and the rendering of its refitted factors",
        "lower", mean="geometric",
    ),
    Measure("psnr", "PSNR", "peak signal-to-noise ratio", "higher", unit="dB"),
    Measure("lpips", "LPIPS", "distance of deep features", "lower", mean="geometric"),
)  # fmt: skip
"""Measures of single images, in the order of the tables."""

EMBEDDING_MEASURES = (
    Measure("two_nn", "dimension, two-NN", "intrinsic dimension by ratios of neighbour distances"),
    Measure("maximum_likelihood", "dimension, maximum likelihood",
            "intrinsic dimension by the likelihood of neighbour distances"),
    Measure("local_pca", "dimension, local PCA", "intrinsic dimension by variances of neighbours"),
    Measure("thickness", "thickness",
            "distance of the codes from a smooth manifold, as a share of their extent"),
    Measure("variance_*", "variance along principal axis *", "share of the total variance",
            bounds=(0, 1)),
    Measure("components", "components, β₀", "number of connected components", whole=True),
    Measure("loops", "loops, β₁", "number of persistent loops", whole=True),
    Measure("loops_agreement", "agreement on loops",
            "share of random halves of the codes with as many loops", bounds=(0, 1)),
    Measure("loop_longest", "longest loop, death ÷ birth", "persistence of the longest loop",
            bounds=(1, float("inf"))),
    Measure("loop_next", "next loop, death ÷ birth", "persistence of the second longest loop",
            bounds=(1, float("inf"))),
    Measure("loop_boundary", "boundary distance of the longest loop",
            "median boundary distance of the points on the longest loop", unit="hole depths"),
    Measure("loop_boundary_random", "boundary distance of all points",
            "median boundary distance of all points", unit="hole depths"),
    Measure("covariance", "covariance", "mean absolute covariance of two latents", "lower"),
    Measure("correlation", "correlation", "mean absolute correlation of two latents", "lower",
            (0, 1)),
    Measure("entanglement", "entanglement E", "mean of |μᵢ μⱼ| over pairs of latents", "lower"),
    Measure("mig", "MIG", "mutual information gap", "higher", (0, 1)),
    Measure("sap", "SAP", "separated attribute predictability", "higher", (0, 1)),
    Measure("disentanglement", "DCI disentanglement",
            "how far each latent is important for one factor only", "higher", (0, 1)),
    Measure("completeness", "DCI completeness",
            "how far each factor is captured by one latent only", "higher", (0, 1)),
    Measure("informativeness", "DCI informativeness",
            "R² of the factors predicted from the codes by random forests", "higher",
            (-float("inf"), 1)),
    Measure("factor_vae", "FactorVAE score",
            "accuracy of the fixed factor from the latent of least variance", "higher", (0, 1)),
    Measure("beta_vae", "β-VAE score",
            "accuracy of the fixed factor from differences of codes", "higher", (0, 1)),
    Measure("mcc", "MCC", "mean correlation of matched latents and factors", "higher", (0, 1)),
    Measure("mcc_rank", "MCC of ranks", "MCC of rank correlations", "higher", (0, 1)),
    Measure("r2_factors", "R², factors from codes", "R² of linear maps from codes to factors",
            "higher", (-float("inf"), 1)),
    Measure("r2_codes", "R², codes from factors", "R² of linear maps from factors to codes",
            "higher", (-float("inf"), 1)),
    Measure("as_it_stands", "factors from one axis each",
            "share of the factors that single axes explain", "higher", (0, 1)),
    Measure("after_rotation", "factors after the best rotation",
            "the same after the best rotation of the codes", "higher", (0, 1)),
    Measure("linear", "factors by a linear map", "share that a linear map explains", "higher",
            (0, 1)),
    Measure("curved", "factors by a smooth map", "share that a smooth map explains", "higher",
            (0, 1)),
    Measure("bend", "bend of factor paths", "mean turn of the paths along single factors", "lower",
            unit="degrees"),
    Measure("crossing_angle", "angle between factor paths",
            "mean angle at which paths along two factors meet", "higher", (0, 90), "degrees"),
    Measure("trustworthiness", "trustworthiness",
            "whether neighbours among the codes are neighbours in factor space", "higher", (0, 1)),
    Measure("continuity", "continuity",
            "whether neighbours in factor space are neighbours among the codes", "higher", (0, 1)),
    Measure("stretch_removed", "stretch inside ÷ outside the hole",
            "median stretch of the decoder at removed points ÷ at kept points"),
)  # fmt: skip
"""Measures of the codes of a whole dataset."""

INTERPOLATION_MEASURES = (
    Measure("straight_nmse", "nMSE of the straight interpolation",
            "mean nMSE of the images along the straight line of codes", "lower", mean="geometric"),
    Measure("geodesic_nmse", "nMSE of the geodesic", "mean nMSE of the images along the geodesic",
            "lower", mean="geometric"),
    Measure("straight_length", "length of the straight interpolation",
            "distance that the image travels on the straight line of codes"),
    Measure("geodesic_length", "length of the geodesic",
            "distance that the image travels on the geodesic"),
    Measure("true_length", "length of the truth", "distance that the true image travels"),
)  # fmt: skip
"""Measures of the two interpolations across the hole along one transect."""

ATTRIBUTION_MEASURES = (
    Measure("excess", "excess error", "mean nMSE of amortised codes beyond that of the oracle"),
    Measure("encoder", "encoder’s part", "the part that the best codes remove"),
    Measure("decoder", "decoder’s part", "the part that the best codes leave"),
    Measure("encoder_share", "encoder’s share", "the encoder’s part ÷ the excess error",
            bounds=(-float("inf"), float("inf"))),
    Measure("decoder_share", "decoder’s share", "the decoder’s part ÷ the excess error",
            bounds=(-float("inf"), float("inf"))),
    Measure("converged", "searches that converged",
            "share of points at which the search for the best code converged", "higher", (0, 1)),
    Measure("agreement", "searches that agree",
            "share of points at which two starts or more ended within 1 % of the best error",
            "higher", (0, 1)),
)  # fmt: skip
"""Measures of which part of a model the errors in the hole come from."""

RUN_MEASURES = (
    Measure("count", "images", "number of images", whole=True),
    Measure("paths", "geodesics", "removed points for which a geodesic was sought", whole=True),
    Measure("repeated", "repeated images", "held-out images that are training images as well",
            whole=True),
    Measure("train", "time of training", "the oracle included", "lower", unit="s"),
    Measure("measure", "time of measuring", "all measures", "lower", unit="s"),
    Measure("report", "time of the report", "figures and page", "lower", unit="s"),
    Measure("attribution", "time of attribution", "both models", "lower", unit="s"),
    Measure("total", "time", "all stages together", "lower", unit="s"),
)  # fmt: skip
"""Facts about a run."""

MEASURES = (
    *IMAGE_MEASURES,
    *EMBEDDING_MEASURES,
    *INTERPOLATION_MEASURES,
    *ATTRIBUTION_MEASURES,
    *RUN_MEASURES,
)
"""Every measure."""

_BY_NAME = {one.name: one for one in MEASURES}
_PLACES = {
    "removed": "inside the hole",
    "validation": "on validation images",
    "train": "on training images",
}


def measure(name: str) -> Measure:
    """Return the measure of a name, `*` filled in.

    Args:
        name: As in keys and columns, such as `nmse` or `variance_2`.

    Raises:
        KeyError: There is no such measure.

    Example:
        >>> measure("variance_2").label, measure("mig").arrow
        ('variance along principal axis 2', '↑')
    """
    base, _, place = name.rpartition("_")
    if not place.isdigit():
        return _BY_NAME[name]
    found = _BY_NAME[f"{base}_*"]
    return replace(found, name=name, label=found.label.replace("*", place))


def names(measures: Iterable[Measure]) -> tuple[str, ...]:
    """Return the names of some measures."""
    return tuple(one.name for one in measures)


@dataclass(frozen=True)
class Score:
    """A final number of runs and how it is shown.

    Attributes:
        key: The name of the number.
    """

    key: Key

    @property
    def column(self) -> str:
        """Its name in a table of results."""
        return str(self.key)

    @cached_property
    def measure(self) -> Measure:
        """The measure, or one made from the key where the catalogue has none."""
        try:
            found = measure(self.key.measure)
        except KeyError:
            return Measure(self.key.measure, self.column.replace("_", " "), "")
        if self.key.group == "penalty":
            # A ratio of defects: lower is better, whatever the measure.
            label = f"hole penalty by {found.label}"
            return replace(found, label=label, better="lower", mean="geometric", unit="")
        return found

    @property
    def label(self) -> str:
        """What it is called: the measure, where it is taken, and the source."""
        place = _PLACES.get(self.key.group, "")
        source = self.key.source.label if self.key.source else ""
        if self.key.measure == "count":
            return f"{self.key.group} images"
        where = f"{self.measure.label} {place}".rstrip()
        return f"{where}, {source}" if source else where

    @property
    def heading(self) -> str:
        """The label with the arrow of the measure, which stays on the last line."""
        return replace(self.measure, label=self.label).heading

    @property
    def geometric(self) -> bool:
        """Whether its means over runs are geometric."""
        return self.measure.mean == "geometric"


def score(measure: str, group: str, source: Source = Source.MODEL) -> Score:
    """Return the score of a measure.

    Example:
        >>> score("nmse", "removed", Source.ORACLE).label
        'nMSE inside the hole, oracle'
    """
    return Score(Key(measure, group, source))
