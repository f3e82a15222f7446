"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.irradiance import get_ground_diffuse

from table import grid, stack, write_expected

rng = np.random.default_rng(7)
inputs = stack(
    grid(surface_tilt_deg=np.arange(0, 181, 15), ghi_w_m2=[0, 0.01, 100, 1000], albedo=[0, 0.2, 0.5, 1]),
    {
        "surface_tilt_deg": rng.uniform(0, 180, 120),
        "ghi_w_m2": rng.uniform(0, 1200, 120),
        "albedo": rng.uniform(0, 0.9, 120),
    },
)
ground = get_ground_diffuse(inputs["surface_tilt_deg"], inputs["ghi_w_m2"], inputs["albedo"])
write_expected(__file__, inputs, {"poa_ground_diffuse_w_m2": ground})
