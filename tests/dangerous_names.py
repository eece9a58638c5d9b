"""Names that a user may give a factor and that something might take for its own."""

import numpy as np

from transect.space import Factor, FactorSpace
from transect.world import PaintedWorld

COLUMNS = (
    "row", "index", "transect", "fraction", "split", "boundary_distance", "oracle_seen",
    "in_hole", "nmse", "oracle.nmse", "on_loop", "stretch", "ambiguous", "image", "file_name",
    "path", "bytes", "truth", "reconstruction", "loss", "seed", "cell", "model", "error",
)  # fmt: skip
"""Columns of tables and files, and fields of what is read from them."""

PREFIXED = ("z0", "code.0", "factor.row", "recovered.row", "recovered_spread_row", "oracle_row")
PROGRAM = ("__proto__", "constructor", "toString", "self", "table", "__index_level_0__", "type")
TEXTS = (
    "a b", "a.b", "a,b", "a;b", "tab\there", 'say "x"', "it's", "<b>bold</b>", "two\nlines",
    "A", "a", "θ 温度", "NA", "nan", "None", "1", "$x_{$", "-", "=1+1", "#", "antidiagonal",
)  # fmt: skip

NAMES = (*COLUMNS, *PREFIXED, *PROGRAM, *TEXTS)


class Named(PaintedWorld):
    """Paints columns of pixels, each as bright as a factor in turn, from 0 to 1."""

    def __init__(self, names: tuple[str, ...] = NAMES) -> None:
        self.space = FactorSpace([Factor(name, 0, 1) for name in names])

    def paint(self, points, size):
        levels = np.asarray(points, dtype=np.float32)[:, np.arange(size) % self.space.dimension]
        return np.repeat(levels[:, None], size, axis=1)
