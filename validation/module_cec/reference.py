"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

import modules
from table import write_expected

rng = np.random.default_rng(19)
rows = modules.conditions(
    modules.table(with_adjust=True), [0, 0.01, 1, 10, 50, 400, 1000, 1300], [-30, 0, 25, 50, 80], rng, 150
)
out = [modules.points(*modules.cec(*row.values())) for row in rows]
write_expected(__file__, modules.columns(rows), modules.named(modules.POINTS, out))
