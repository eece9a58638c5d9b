"""The measures of codes: their names, labels and directions, which tables and pages derive from."""

from typing import Literal, NamedTuple

Better = Literal["higher", "lower", ""]


class CodeMeasure(NamedTuple):
    """One measure of a cloud of codes.

    Attributes:
        name: Its key in results and files.
        label: Its name in tables and on pages.
        better: Which direction is better, or nothing.
    """

    name: str
    label: str
    better: Better = ""

    @property
    def heading(self) -> str:
        """The label with an arrow in the better direction."""
        return self.label + {"higher": " ↑", "lower": " ↓", "": ""}[self.better]


CODE_MEASURES = {
    measure.name: measure
    for measure in (
        CodeMeasure("two_nn", "dimension, two-NN"),
        CodeMeasure("maximum_likelihood", "dimension, maximum likelihood"),
        CodeMeasure("local_pca", "dimension, local PCA"),
        CodeMeasure("thickness", "thickness, share of the extent"),
        CodeMeasure("variance_*", "variance along principal axis *"),
        CodeMeasure("components", "pieces, β₀"),
        CodeMeasure("loops", "loops, β₁"),
        CodeMeasure("loops_agreement", "loops, share of halves that find as many"),
        CodeMeasure("loop_longest", "longest loop, death ÷ birth"),
        CodeMeasure("loop_next", "next loop, death ÷ birth"),
        CodeMeasure("covariance", "covariance", "lower"),
        CodeMeasure("correlation", "correlation", "lower"),
        CodeMeasure("entanglement", "entanglement", "lower"),
        CodeMeasure("mig", "MIG", "higher"),
        CodeMeasure("sap", "SAP", "higher"),
        CodeMeasure("disentanglement", "DCI disentanglement", "higher"),
        CodeMeasure("completeness", "DCI completeness", "higher"),
        CodeMeasure("informativeness", "DCI informativeness", "higher"),
        CodeMeasure("factor_vae", "FactorVAE score", "higher"),
        CodeMeasure("beta_vae", "β-VAE score", "higher"),
        CodeMeasure("mcc", "MCC", "higher"),
        CodeMeasure("mcc_rank", "MCC by ranks", "higher"),
        CodeMeasure("r2_factors", "R², factors from codes", "higher"),
        CodeMeasure("r2_codes", "R², codes from factors", "higher"),
        CodeMeasure("as_it_stands", "factors read from one axis each", "higher"),
        CodeMeasure("after_rotation", "factors read after rotation", "higher"),
        CodeMeasure("linear", "factors read by a linear map", "higher"),
        CodeMeasure("curved", "factors read by a smooth map", "higher"),
        CodeMeasure("bend", "bend of the paths, degrees", "lower"),
        CodeMeasure("crossing_angle", "angle at which paths cross, degrees"),
    )
}
"""Name of a measure: the measure; `*` stands for 1, 2, …"""


def code_measure(name: str) -> CodeMeasure:
    """Return the measure of a name, `*` filled in.

    Args:
        name: A key of `CODE_MEASURES`, with a number for `*`.

    Raises:
        KeyError: There is no such measure.

    Example:
        >>> code_measure("variance_2").label, code_measure("mig").heading
        ('variance along principal axis 2', 'MIG ↑')
    """
    base, _, place = name.rpartition("_")
    if not place.isdigit():
        return CODE_MEASURES[name]
    found = CODE_MEASURES[f"{base}_*"]
    return CodeMeasure(name, found.label.replace("*", place), found.better)
