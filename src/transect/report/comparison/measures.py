"""The scores that a comparison shows, in the order of its page."""

from transect.measure.catalogue import score
from transect.measure.key import Source

PENALTY = score("nmse", "penalty")
REMOVED = score("nmse", "removed")
ORACLE = score("nmse", "removed", Source.ORACLE)
VALIDATION = score("nmse", "validation")
SOFT_IOU = score("soft_iou", "removed")
ORACLE_IOU = score("soft_iou", "removed", Source.ORACLE)
VALIDATION_IOU = score("soft_iou", "validation")
ENCODER = score("encoder_share", "attribution")
DECODER = score("decoder_share", "attribution")

ERRORS = (REMOVED, VALIDATION)
"""The error that models are ranked by: the first that any run has."""

MAIN = (PENALTY, REMOVED, ORACLE, VALIDATION, SOFT_IOU)
"""The scores whose tables stand open."""

FURTHER = (
    ORACLE_IOU,
    VALIDATION_IOU,
    score("soft_iou", "penalty"),
    score("factor_error", "removed"),
    score("factor_error", "removed", Source.ORACLE),
    score("factor_error", "penalty"),
    score("off_manifold", "removed"),
    score("off_manifold", "removed", Source.ORACLE),
    *(
        score("nmse", "removed", source)
        for source in (
            Source.NEAREST_IMAGE,
            Source.NEAREST_POINT,
            Source.BLEND,
            Source.BEST_CODE,
            Source.STRAIGHT,
            Source.GEODESIC,
        )
    ),
    ENCODER,
    DECODER,
    score("converged", "attribution"),
    score("agreement", "attribution"),
    score("loops", "embedding"),
    score("two_nn", "embedding"),
    score("mcc", "embedding"),
    score("count", "train"),
    score("train", "seconds"),
    score("total", "seconds"),
)
"""The scores whose tables are folded."""
