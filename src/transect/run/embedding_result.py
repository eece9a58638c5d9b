"""What is found of a run's latent space, by name.

The final numbers, with `oracle_` before those of the oracle:

    embedding_<score>                   mig, sap, …: see `transect.measure.catalogue`
    embedding_covariance, …_correlation, …_entanglement
    embedding_as_it_stands, …_after_rotation, …_linear, …_curved, …_bend, …_crossing_angle
    embedding_verdict                   one word: aligned, rotated, sheared, bent, entangled, …
    embedding_two_nn, …_maximum_likelihood, …_local_pca        each with …_low and …_high
    embedding_thickness, embedding_variance_1, …               shares along the principal axes
    embedding_components, …_loops, …_loops_agreement, …_loop_longest, …_loop_next
    embedding_loop_boundary, embedding_loop_boundary_random              distances from the
    boundary, in radii transect.<name>.embedding_straight_nmse, ….embedding_shortest_nmse,
                            ….embedding_straight_length, ….embedding_shortest_length,
                            ….embedding_true_length            across the hole, the model alone
    embedding_stretch_removed           median stretch inside the hole ÷ outside, the model alone
    embedding_missing                   what could not be measured, and why
"""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from numpy.typing import NDArray


@dataclass
class EmbeddingResult:
    """What was found of a latent space.

    Attributes:
        metrics: The final numbers; see the top of this module.
        columns: Per row of the points: `stretch`, nan where it was not measured, and `on_loop`,
            whether the point lies on the longest loop.
        ways: One row a true image on a way across the hole: `transect`, `way` (straight or
            shortest), `index`, the factors, the code `code.0`, … that lies as far along, `nmse`.
    """

    metrics: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, NDArray] = field(default_factory=dict)
    ways: pd.DataFrame = field(default_factory=pd.DataFrame)
