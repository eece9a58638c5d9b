import numpy as np
import pytest

from transect.model import AutoencoderLoss, Needs


def test_it_is_the_cross_entropy_alone(random_batch):
    batch = random_batch(size=3)
    x, logits = batch.truth.numpy(), batch.logits.numpy()
    bce = np.mean(np.log1p(np.exp(logits)) - x * logits, axis=(1, 2, 3))

    per_pixel, summed = (AutoencoderLoss(name)(batch) for name in ("pixel", "sum"))

    assert per_pixel.keys() == {"loss", "bce"}
    expected = np.mean(batch.weights.numpy() * bce)
    assert per_pixel["loss"].item() == pytest.approx(expected, rel=1e-12)
    assert summed["loss"].item() == pytest.approx(9 * expected, rel=1e-12)
    assert per_pixel["bce"].item() == summed["bce"].item() == pytest.approx(bce.mean(), rel=1e-12)


def test_it_wants_no_noise():
    assert AutoencoderLoss().needs(3) == Needs(noise=False)
    with pytest.raises(ValueError, match="unknown reduction 'mean'; choose from pixel, sum"):
        AutoencoderLoss("mean")
