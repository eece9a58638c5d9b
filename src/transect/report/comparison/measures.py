"""The measures of a comparison and how they are named."""

from transect.report.measure import Measure

PENALTY = Measure("penalty_nmse", "hole penalty by nMSE ↓")
REMOVED = Measure("removed_nmse", "nMSE inside the hole ↓")
ORACLE = Measure("oracle_removed_nmse", "nMSE inside the hole, oracle ↓")
VALIDATION = Measure("validation_nmse", "nMSE on validation images ↓")
SOFT_IOU = Measure("removed_soft_iou", "soft IoU inside the hole ↑")
ORACLE_IOU = Measure("oracle_removed_soft_iou", "soft IoU inside the hole, oracle ↑")
VALIDATION_IOU = Measure("validation_soft_iou", "soft IoU on validation images ↑")
ENCODER = Measure("attribution_encoder_share", "share of the encoder in the excess error")
DECODER = Measure("attribution_decoder_share", "share of the decoder in the excess error")

ERRORS = (REMOVED, VALIDATION)
"""The error that models are ranked by: the first that any cell has."""

MAIN = (PENALTY, REMOVED, ORACLE, VALIDATION, SOFT_IOU)
"""The measures whose tables stand open."""

FURTHER = (
    ORACLE_IOU,
    VALIDATION_IOU,
    Measure("penalty_soft_iou", "hole penalty by soft IoU ↓"),
    Measure("removed_factor_error", "factor error inside the hole ↓"),
    Measure("oracle_removed_factor_error", "factor error inside the hole, oracle ↓"),
    Measure("penalty_factor_error", "hole penalty by factor error ↓"),
    Measure("nearest_image_removed_nmse", "nMSE inside the hole, nearest training image ↓"),
    Measure("nearest_point_removed_nmse", "nMSE inside the hole, nearest training point ↓"),
    Measure("blend_removed_nmse", "nMSE inside the hole, blend of the boundary images ↓"),
    Measure("removed_best_nmse", "nMSE inside the hole, best code ↓"),
    Measure("removed_straight_nmse", "nMSE inside the hole, codes straight across ↓"),
    Measure(
        "removed_shortest_nmse", "nMSE at some points of the hole, codes on the shortest path ↓"
    ),
    ENCODER,
    DECODER,
    Measure("attribution_converged", "share of points whose best code is found ↑"),
    Measure("attribution_agreement", "share of points where two starts find it ↑"),
    Measure("embedding_loops", "loops of the embedding"),
    Measure("embedding_two_nn", "dimension of the embedding, two-NN"),
    Measure("embedding_mcc", "MCC of the embedding ↑"),
    Measure("train_count", "training images"),
    Measure("seconds_train", "seconds of training"),
    Measure("seconds_total", "seconds in all"),
)
"""The measures whose tables are folded."""
