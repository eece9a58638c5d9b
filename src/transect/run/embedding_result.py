"""What is found of the latent space of a run.

Apart from `embedding`, whose libraries take seconds to import: who only reads what a worker found
does without them.
"""

from dataclasses import dataclass, field

import pandas as pd
from numpy.typing import NDArray

from transect.measure.key import Key, Number

MISSING = Key("missing", "embedding")
"""What could not be measured, and why."""


@dataclass
class EmbeddingResult:
    """What was found of a latent space.

    Attributes:
        metrics: The final numbers.
        columns: Per row of the points: `stretch`, nan where it was not measured, and `on_loop`,
            whether the point lies on the longest loop.
        interpolations: One row per true image between the boundaries of the hole: `transect`,
            `path` (straight or geodesic), `index`, the factors, the code `code.0`, … that lies as
            far along the path, `nmse`.
    """

    metrics: dict[Key, Number] = field(default_factory=dict)
    columns: dict[str, NDArray] = field(default_factory=dict)
    interpolations: pd.DataFrame = field(default_factory=pd.DataFrame)
