"""A decoder of your own: a class that turns codes into logits, and a tiny run that uses it.

The same on the command line, from this folder:
`transect run smoke --decoder own_decoder:MLPDecoder --decoder.width 32`.
"""

from pathlib import Path

from torch import nn

from transect import load
from transect.model import Decoder


class MLPDecoder(Decoder):
    """Two linear layers: what a decoder without convolutions makes of the hole."""

    def __init__(self, size, latent, width=64):
        super().__init__()
        self.size, self.latent = size, latent
        inner, outer = nn.Linear(latent, width), nn.Linear(width, size * size)
        self.layers = nn.Sequential(inner, nn.SiLU(), outer, nn.Unflatten(1, (1, size, size)))

    def forward(self, codes):
        return self.layers(codes)


if __name__ == "__main__":
    from transect.run.config import from_dict
    from transect.run.experiment import run
    from transect.run.presets import preset

    decoder = {"kind": "own_decoder:MLPDecoder", "width": 32}
    options = {"decoder": decoder, "oracle": False, "measure": {"recovery": False}}
    path = run(from_dict(options, preset("smoke")), Path("runs/own_decoder"), progress=False)
    print(f"{path}: nMSE in the hole {load(path, trust=True).metrics['removed.nmse']:.3f}")
