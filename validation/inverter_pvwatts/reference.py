"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.inverter import pvwatts

from table import grid, stack, write_expected

rng = np.random.default_rng(23)
share = np.array([0, 1e-4, 0.003, 0.005, 0.0059, 0.0065, 0.01, 0.05, 0.1, 0.3, 0.5, 0.8, 0.99, 1.0, 1.01, 1.3, 2.0])
parts = []
for rating in (300.0, 5e3, 1e6):
    parts.append(grid(p_dc_w=share * rating, p_dc0_w=[rating], eta_nom=[0.96, 0.985], eta_ref=[0.9637]))
parts.append({
    "p_dc_w": rng.uniform(0, 6e3, 150), "p_dc0_w": rng.uniform(3e3, 6e3, 150),
    "eta_nom": rng.uniform(0.9, 0.99, 150), "eta_ref": np.full(150, 0.9637),
})
inputs = stack(*parts)
write_expected(__file__, inputs, {"p_ac_w": pvwatts(*inputs.values())})
