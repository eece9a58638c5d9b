"""Search over factors that take a finite set of values."""

import numpy as np

from transect.measure.recovery.feature import Features, Values, energy, residual
from transect.measure.recovery.renderer import Renderer, Unit

_ROUNDS = 4


def choose_values(renderer: Renderer, features: Features, targets: Values, unit: Unit) -> Unit:
    """Return starts with the values of their finite factors chosen, one factor after the other.

    Each factor tries all of its values while the others stay; rounds are repeated until nothing
    changes, four times at most.

    Args:
        renderer: The known renderer.
        features: What is compared.
        targets: (N, k), the features to be met.
        unit: (N, d), the starts, units of the box.
    """
    chosen = unit.copy()
    misfit = energy(residual(targets, renderer.features(features, chosen)))
    rows = np.arange(len(chosen))
    for _ in range(_ROUNDS):
        if not len(rows):
            break
        before = chosen[rows]
        for column, factor in enumerate(renderer.space.factors):
            for value in factor.values or ():
                trial = chosen[rows]
                trial[:, column] = (value - factor.low) / (factor.high - factor.low)
                values = renderer.features(features, trial)
                found = energy(residual(targets[rows], values))
                better = found < misfit[rows]
                chosen[rows[better]], misfit[rows[better]] = trial[better], found[better]
        rows = rows[np.any(chosen[rows] != before, axis=1)]
    return chosen
