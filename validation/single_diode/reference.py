"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

import modules
from table import write_expected

rng = np.random.default_rng(20)
rows = modules.conditions(modules.table(with_adjust=True), [0.01, 0.1, 1, 10, 100, 500, 1000, 1300], [-30, 10, 25, 45, 80], rng, 100)
sets = [modules.cec(*row.values()) for row in rows]
# Ideal limits: no series resistance, hardly any shunt current, a strong shunt.
sets += [(8.0, 1e-9, 0.0, 1e6, 1.5), (8.0, 1e-9, 0.4, 1e9, 1.5), (8.0, 1e-9, 0.4, 20.0, 1.5), (0.0, 1e-9, 0.4, 300.0, 1.5)]
out = [modules.points(*s) for s in sets]
write_expected(__file__, modules.named(modules.TRANSLATED, sets), modules.named(modules.POINTS, out))
