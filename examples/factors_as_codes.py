"""A decoder that is given the true factors as codes: what it gets wrong in a hole, no encoder did.

Run `python factors_as_codes.py [CONFIG.yaml]`, with a file as `transect run --config` takes it.
"""

import sys
from pathlib import Path

import torch

from transect.run.component import DECODER, build
from transect.run.config import from_dict
from transect.run.folder import load_yaml
from transect.run.presets import preset
from transect.run.setup import prepare
from transect.space.denormals import denormals
from transect.training.optimizer import learning_rate, make_optimizer

values = load_yaml(Path(sys.argv[1])) if sys.argv[1:] else {"training": {"epochs": 20}}
config = from_dict(values, preset("default" if sys.argv[1:] else "smoke"))
setup, options, data = prepare(config), config.training, {}
for split in ("train", "validation", "removed"):
    codes = 3 * setup.world.space.to_unit(setup.points.factors[setup.points.where(split)]) - 1.5
    data[split] = torch.from_numpy(codes).float(), torch.from_numpy(setup.images(split))[:, None]
torch.manual_seed(config.seed)
codes, images = data["train"]
decoder = build(DECODER, config.decoder, size=images.shape[-1], latent=codes.shape[1])
optimizer = make_optimizer(options, decoder.parameters(), codes.device)
steps = options.epochs * len(codes) // options.batch_size
with denormals(flushed=True):
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = learning_rate(options, step, steps)
        rows = torch.randint(len(codes), (options.batch_size,))
        torch.nn.BCEWithLogitsLoss()(decoder(codes[rows]), images[rows]).backward()
        optimizer.step(), optimizer.zero_grad()
    for split, (codes, images) in data.items():
        made = torch.cat([decoder(some).detach().sigmoid() for some in codes.split(64)])
        print(f"{split}: nMSE {(made - images).square().sum() / images.square().sum():.4f}")
