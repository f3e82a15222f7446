"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.pvsystem import pvwatts_dc

from table import grid, stack, write_expected

rng = np.random.default_rng(24)
inputs = stack(
    grid(effective_irradiance_w_m2=[0, 0.5, 100, 600, 1000, 1300], temp_cell_c=[-30, 0, 25, 60, 80], p_dc0_w=[310, 5e6], gamma_per_c=[-0.0047, -0.0025, 0]),
    {
        "effective_irradiance_w_m2": rng.uniform(0, 1300, 100), "temp_cell_c": rng.uniform(-30, 80, 100),
        "p_dc0_w": rng.uniform(100, 1e6, 100), "gamma_per_c": rng.uniform(-0.006, -0.002, 100),
    },
)
write_expected(__file__, inputs, {"p_dc_w": pvwatts_dc(*inputs.values())})
