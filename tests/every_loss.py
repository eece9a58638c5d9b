"""One loss of every kind and variant, and some that stand on others."""

from transect.model import (
    AutoencoderLoss,
    BetaTCVAELoss,
    BetaVAELoss,
    CapacityLoss,
    ConsistencyLoss,
    CovarianceLoss,
    DIPVAELoss,
    ELBOLoss,
    EntanglementLoss,
    FactorVAELoss,
    OriginalLoss,
)

FACTOR = FactorVAELoss(gamma=2, width=16, layers=3, learning_rate=1e-2)

EVERY = [
    AutoencoderLoss(),
    BetaTCVAELoss(),
    BetaTCVAELoss(estimator="stratified"),
    BetaVAELoss(warm_up=0.5),
    CapacityLoss(),
    ConsistencyLoss(),
    CovarianceLoss(0.7),
    DIPVAELoss("I"),
    DIPVAELoss("II"),
    ELBOLoss(kl=0.5),
    EntanglementLoss(0.3, 0.2),
    EntanglementLoss(entanglement=0.7, base=CovarianceLoss(base=BetaVAELoss())),
    FACTOR,
    OriginalLoss(),
]
