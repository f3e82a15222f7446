"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.irradiance import isotropic

from table import grid, stack, write_expected

rng = np.random.default_rng(6)
inputs = stack(
    grid(surface_tilt_deg=np.arange(0, 181, 10), dhi_w_m2=[0, 0.01, 1, 50, 300, 800]),
    {"surface_tilt_deg": rng.uniform(0, 180, 120), "dhi_w_m2": rng.uniform(0, 900, 120)},
)
sky = isotropic(inputs["surface_tilt_deg"], inputs["dhi_w_m2"])
write_expected(__file__, inputs, {"poa_sky_diffuse_w_m2": sky})
