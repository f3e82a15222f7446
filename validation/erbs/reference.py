"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.irradiance import erbs

from table import grid, keep, stack, write_expected

rng = np.random.default_rng(5)
part_grid = grid(
    ghi_w_m2=[-3, 0, 0.1, 5, 80, 300, 700, 1000, 1250],
    zenith_deg=[0, 20, 45, 60, 75, 84, 86.3, 87, 87.5, 89.9, 95, 120],
    day_of_year=[1, 172],
)
count = 400
zenith = rng.uniform(0, 92, count)
part_random = {
    "ghi_w_m2": rng.uniform(0, 1.1, count) * 1366 * np.maximum(np.cos(np.radians(zenith)), 0.03),
    "zenith_deg": zenith,
    "day_of_year": rng.integers(1, 367, count).astype(float),
}
inputs = stack(part_grid, part_random)
out = erbs(inputs["ghi_w_m2"], inputs["zenith_deg"], inputs["day_of_year"])
away = (abs(out["kt"] - 0.22) > 1e-9) & (abs(out["kt"] - 0.8) > 1e-9)
inputs, out = keep(inputs, away), keep(out, away)
inputs["day_of_year"] = inputs["day_of_year"].astype(int)
write_expected(__file__, inputs, {"dni_w_m2": out["dni"], "dhi_w_m2": out["dhi"], "kt": out["kt"]})
