"""A dataset with a hole in it: drawn, written as Parquet, and read back.

Run `python draw_dataset.py [FILE.parquet]`; other endings write other formats (.npz, .mat), and
a path without an ending a folder of PNG files.
"""

import sys

from transect.image import Dataset, SquareCanvas, read_dataset, write_dataset
from transect.space import Disc, split_points, uniform
from transect.world import Rose

world = Rose()
hole = Disc(world.space, radius=0.3)
points = uniform(world.space, count=500, seed=0)
dataset = Dataset(world, SquareCanvas(64), split_points(world.space, points, hole, 0.05, seed=0))
print(dataset)

target = sys.argv[1] if len(sys.argv) > 1 else "roses.parquet"
path = write_dataset(dataset, target, overwrite=True)
print(path, read_dataset(path))
if path.suffix == ".parquet":
    try:
        import datasets
    except ImportError:
        print("pip install datasets reads it as well")
    else:
        rows = datasets.load_dataset("parquet", data_files=str(path), split="train", streaming=True)
        print(next(iter(rows)))
