"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.irradiance import aoi, aoi_projection

from table import grid, stack, write_expected

rng = np.random.default_rng(8)
count = 400
inputs = stack(
    grid(surface_tilt_deg=[0, 30, 90], surface_azimuth_deg=[0, 90, 180, 270], zenith_deg=[0, 30, 60, 90, 120], azimuth_deg=[0, 90, 180, 359]),
    {
        "surface_tilt_deg": rng.uniform(0, 180, count),
        "surface_azimuth_deg": rng.uniform(0, 360, count),
        "zenith_deg": rng.uniform(0, 180, count),
        "azimuth_deg": rng.uniform(0, 360, count),
    },
)
angles = [inputs[n] for n in ("surface_tilt_deg", "surface_azimuth_deg", "zenith_deg", "azimuth_deg")]
write_expected(__file__, inputs, {"cos_aoi": aoi_projection(*angles), "aoi_deg": aoi(*angles)})
