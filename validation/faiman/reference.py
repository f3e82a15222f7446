"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.temperature import faiman

from table import grid, stack, write_expected

rng = np.random.default_rng(16)
count = 150
inputs = stack(
    grid(poa_global_w_m2=[0, 1, 200, 800, 1300], temp_air_c=[-40, -5, 0, 25, 50], wind_m_s=[0, 1, 5, 25], u0=[25.0], u1=[6.84]),
    {
        "poa_global_w_m2": rng.uniform(0, 1400, count),
        "temp_air_c": rng.uniform(-40, 50, count),
        "wind_m_s": rng.uniform(0, 20, count),
        "u0": rng.uniform(15, 40, count),
        "u1": rng.uniform(0, 10, count),
    },
)
temp = faiman(*inputs.values())
write_expected(__file__, inputs, {"temp_cell_c": temp})
