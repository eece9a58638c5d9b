"""A VAE that answers as those of pythae do, trained by a loop of your own, judged by `transect`."""

from types import SimpleNamespace

import torch
from torch import nn

import transect
from transect.model import ModulePair
from transect.run.presets import preset
from transect.run.setup import prepare


class Encoder(nn.Sequential):
    def forward(self, x):
        mean, log_covariance = super().forward(x).chunk(2, dim=1)
        return SimpleNamespace(embedding=mean, log_covariance=log_covariance)


class Decoder(nn.Sequential):
    def forward(self, z):
        return SimpleNamespace(reconstruction=super().forward(z))


torch.manual_seed(0)
encoder = Encoder(nn.Flatten(), nn.Linear(1024, 64), nn.ReLU(), nn.Linear(64, 6))
decoder = Decoder(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 1024), nn.Sigmoid())

config = preset("smoke")
images = torch.from_numpy(prepare(config).images("train"))[:, None]  # (n, 1, 32, 32) in [0, 1]
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
for _ in range(100):
    made = decoder(encoder(images).embedding).reconstruction
    nn.functional.binary_cross_entropy(made, images.flatten(1)).backward()
    optimizer.step(), optimizer.zero_grad()
pair = ModulePair(encoder, decoder, code="embedding", image="reconstruction")
run = transect.judge(pair, config, "runs/your_vae", name="your VAE")
print(f"{run.path / 'report.html'}: nMSE in the hole {run.metrics['removed.nmse']:.3f}")
