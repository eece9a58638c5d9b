"""Options that make no part, loss or model, and what no model can take or give."""

import inspect
import math

import pytest
import torch
from torch import nn

from every_loss import FACTOR
from transect.model import (
    VAE,
    BetaVAELoss,
    CapacityLoss,
    ConsistencyLoss,
    ELBOLoss,
    EntanglementLoss,
    FactorVAELoss,
    FilmDecoder,
    ImageMap,
    MlpDecoder,
    ModulePair,
    OriginalDecoder,
    OriginalEncoder,
    StridedEncoder,
    TransposedDecoder,
    WarpDecoder,
)
from transect.model.onnx_file import onnx_bytes
from transect.run.component import DECODER, ENCODER, LOSS, kinds

IMAGES = torch.rand(3, 4, 4, generator=torch.Generator().manual_seed(0))
CODES = torch.tensor([[-2.0, 0.0, 2.0, 4.0]])
FLAT, SAME = nn.Flatten(), nn.Identity()


class Answer(nn.Module):
    """Answers with a function of what it is given."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, values):
        return self.function(values)


def vae(encoder=16, decoder=16, latent=3, **options):
    return VAE(StridedEncoder(encoder, latent), TransposedDecoder(decoder, 3), **options)


def pair(encoder=FLAT, decoder=SAME, **options):
    return ModulePair(encoder, decoder, **options)


def mapped(function=lambda part: part, images=IMAGES):
    return ImageMap(function).reconstruct(images.numpy())


NO_FIELD = "the encoder needs to answer with a tensor in the field 'embedding', got dict; it has mu"
NOISE = "noise must be a number above 0 or 'learned'"
BYTES, NANS = (255 * IMAGES).byte(), torch.full((1, 4, 4), math.nan)
REFUSED = [
    (lambda: OriginalEncoder(60), "a multiple of 8 from 32 up, got 60"),
    (lambda: OriginalEncoder(24), "a multiple of 8 from 32 up, got 24"),
    (lambda: OriginalDecoder(20), "a multiple of 8 from 8 up, got 20"),
    (lambda: StridedEncoder(48), "a power of two from 16 up, got 48"),
    (lambda: TransposedDecoder(8), "a power of two from 16 up, got 8"),
    (lambda: FilmDecoder(24), "a power of two from 16 up, got 24"),
    (lambda: WarpDecoder(grid=1), "a whole number of at least 2, got 1"),
    (lambda: MlpDecoder(1), "a whole number of at least 2, got 1"),
    *((lambda noise=noise: vae(noise=noise), NOISE) for noise in (0, -0.1, math.inf, math.nan)),
    (lambda: vae(noise="leaned"), NOISE),
    (lambda: vae(32), "32 px, 3 and 16 px, 3"),
    (lambda: vae(latent=2), "16 px, 2 and 16 px, 3"),
    (lambda: vae().encode(torch.rand(4, 16, 15)), r"images need the shape .* got \(4, 16, 15\)"),
    (lambda: vae().decode(torch.rand(4, 2)), r"codes need the shape \(n, 3\), got \(4, 2\)"),
    (lambda: onnx_bytes(vae(), "vae"), "no part 'vae' of a model; choose from encoder, decoder"),
    (lambda: BetaVAELoss(warm_up=1.5), "warm_up must be a share of training from 0 to 1"),
    (lambda: CapacityLoss(growth=1.1), "growth must be a share of training"),
    (lambda: ConsistencyLoss(after=1), r"after must lie in \[0, 1\), got 1"),
    (lambda: EntanglementLoss(kl=0.1, base=ELBOLoss()), r"leave the base out, got kl=0\.1"),
    (lambda: FactorVAELoss(layers=1001), "layers needs a whole number from 1 to 1000"),
    (lambda: FactorVAELoss(base=FACTOR).needs(3), "must not need a critic"),
    (lambda: pair(decoder=len), "the decoder needs to be a torch.nn.Module"),
    (lambda: pair(channels=0), "channels need"),
    (lambda: pair(value_range=(1, 0)), "value_range needs"),
    (lambda: pair().encode(BYTES), "divide images of 0 to 255 by 255"),
    (lambda: pair().encode(NANS), r"values in \[0, 1\], got nan"),
    (lambda: pair().encode(IMAGES[:, None]), r"shape \(n, h, w\), got \(3, 1, 4, 4\)"),
    (lambda: pair().decode(CODES), r"\[0, 1\], got -2 to 4; give value_range, or logits"),
    (lambda: pair(code_shape=(1, 16)).decode(CODES), "codes need 16 numbers"),
    (lambda: pair(SAME).reconstruct(IMAGES), "give code_shape"),
    (lambda: pair(Answer(lambda x: {"mu": x}), code="embedding").encode(IMAGES), NO_FIELD),
    (lambda: pair(decoder=nn.Linear(16, 15)).reconstruct(IMAGES), r"k of pixels, got \(3, 15\)"),
    (lambda: pair(decoder=Answer(lambda x: x / 0)).reconstruct(IMAGES), "finite values"),
    (lambda: ImageMap("vae"), "a function or a module, got 'vae'"),
    (lambda: mapped(images=BYTES), "need values in"),
    (lambda: mapped(images=NANS), "need values in"),
    (lambda: mapped(images=IMAGES[:, None]), "need the shape"),
    (lambda: mapped(nn.AvgPool2d(2)), r"answer \(3, 4, 4\) in kind, got \(3, 2, 2\)"),
]


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_what_cannot_be_is_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


PARTS = [cls for part in (ENCODER, DECODER, LOSS) for cls in kinds(part).values()]


@pytest.mark.parametrize("cls", PARTS, ids=lambda cls: cls.__name__)
def test_an_impossible_option_is_refused_by_its_name(cls):
    lengths = {tuple: ([], [8, 0], [8, 2.5]), float: (0, -1.0, math.nan, "4"), int: (0, -2, 2.5)}
    terms = {int: [0], str: ["mean"], float: [-1.0, math.inf, math.nan]}
    for name, parameter in inspect.signature(cls).parameters.items():
        kind = float if parameter.default is None else type(parameter.default)
        wrong = (terms if cls.__name__.endswith("Loss") else lengths).get(kind)
        if name == "base":
            # The loss of the second experiment takes the place of none.
            wrong = ["elbo", {"kl": 1}] + [None] * (cls is not EntanglementLoss)
        for value in wrong:
            with pytest.raises(ValueError, match=name):
                cls(**{name: value})
