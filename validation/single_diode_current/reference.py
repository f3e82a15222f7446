"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib import singlediode

import modules
from table import write_expected

NEWTON = {"tol": 1e-14, "rtol": 1e-15, "maxiter": 300}

rng = np.random.default_rng(21)
rows = modules.conditions(modules.table(with_adjust=True), [0.01, 1, 100, 1000], [-30, 25, 80], rng, 10)
inputs, current = [], []
for row in rows:
    args = tuple(float(x) for x in modules.cec(*row.values()))
    v_oc = modules.points(*args)[1]
    for share in (-0.05, 0.0, 0.3, 0.7, 0.82, 0.9, 0.97, 1.0, 1.03):
        voltage = share * v_oc
        inputs.append((voltage, *args))
        current.append(float(singlediode.bishop88_i_from_v(voltage, *args, method="newton", method_kwargs=NEWTON)))
write_expected(__file__, modules.named(["voltage_v", *modules.TRANSLATED], inputs), {"current_a": current})
