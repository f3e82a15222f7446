"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

import modules
from table import write_expected

rng = np.random.default_rng(18)
rows = modules.conditions(
    modules.table(with_adjust=False), [0.01, 1, 50, 400, 1000, 1300], [-30, 0, 25, 50, 80], rng, 100
)
out = [modules.desoto(*row.values()) for row in rows]
write_expected(__file__, modules.columns(rows), modules.named(modules.TRANSLATED, out))
