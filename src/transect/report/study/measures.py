"""The measures of a study and how they are named."""

import pandas as pd

from transect.measure.catalogue import CODE_MEASURES
from transect.report.measure import Measure, point_values

COVARIANCE = (
    Measure("embedding_entanglement", "entanglement E ↓"),
    Measure("embedding_covariance", "|covariance| ↓"),
    Measure("embedding_correlation", "|correlation| ↓"),
)
ALIGNMENT = (
    Measure("embedding_as_it_stands", "share on own axis ↑"),
    Measure("embedding_mig", "MIG ↑"),
    Measure("embedding_mcc", "MCC ↑"),
)
"""The three that answer whether axes are aligned."""

DIMENSION = (
    Measure("embedding_two_nn", "two-NN"),
    Measure("embedding_maximum_likelihood", "maximum likelihood"),
    Measure("embedding_local_pca", "local PCA"),
)
ERROR = Measure("validation_nmse", "validation nMSE ↓")
LOOPS = Measure("embedding_loops", "loops")
BEND = Measure("embedding_bend", "bend of paths (degrees) ↓")

KEY = (*COVARIANCE, *ALIGNMENT, ERROR, BEND, LOOPS, *DIMENSION)
"""The measures that are drawn, three to a question."""

GROUPS = {
    "Covariance between latents": COVARIANCE,
    "Axes and factors": (
        *ALIGNMENT,
        Measure("embedding_after_rotation", "share after the best rotation ↑"),
        Measure("embedding_linear", "share read linearly ↑"),
        Measure("embedding_curved", "share read along curves ↑"),
        BEND,
        Measure("embedding_crossing_angle", "crossing angle of paths (degrees) ↑"),
        Measure("embedding_sap", "SAP ↑"),
        Measure("embedding_disentanglement", "DCI disentanglement ↑"),
        Measure("embedding_completeness", "DCI completeness ↑"),
        Measure("embedding_informativeness", "DCI informativeness ↑"),
        Measure("embedding_factor_vae", CODE_MEASURES["factor_vae"].heading),
        Measure("embedding_beta_vae", CODE_MEASURES["beta_vae"].heading),
        Measure("embedding_mcc_rank", "MCC of ranks ↑"),
        Measure("embedding_r2_factors", "R² of factors from codes ↑"),
        Measure("embedding_r2_codes", "R² of codes from factors ↑"),
    ),
    "Dimension and shape": (
        *DIMENSION,
        Measure("embedding_thickness", "thickness"),
        *(
            Measure(f"embedding_variance_{place}", f"variance share of principal axis {place}")
            for place in (1, 2, 3)
        ),
        Measure("embedding_components", "components"),
        LOOPS,
        Measure("embedding_loops_agreement", "agreement of halves on loops"),
        Measure("embedding_loop_longest", "longest loop, death ÷ birth"),
        Measure("embedding_loop_next", "next loop, death ÷ birth"),
    ),
    "Reconstruction of validation images": (
        ERROR,
        Measure("validation_soft_iou", "soft IoU ↑"),
        Measure("validation_ssim", "SSIM ↑"),
        Measure("validation_bce", "BCE ↓"),
        Measure("validation_excess_bce", "excess BCE ↓"),
        Measure("validation_factor_error", "factor error ↓"),
    ),
}
"""Title of a table: its measures."""


def remaining(scores: pd.DataFrame) -> tuple[Measure, ...]:
    """Return the numbers of the scores that no group names, without the ends of intervals."""
    named = {measure.column for group in GROUPS.values() for measure in group}
    found = []
    for column in point_values(scores.columns.drop(["loss", "seed"])):
        numbers = pd.to_numeric(scores[column], errors="coerce")
        if column not in named and numbers.notna().any():
            found.append(Measure(column, column.replace("_", " ")))
    return tuple(found)
