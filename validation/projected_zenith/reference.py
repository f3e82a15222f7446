"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.shading import projected_solar_zenith_angle

from table import grid, keep, stack, write_expected

rng = np.random.default_rng(13)
count = 300
inputs = stack(
    grid(zenith_deg=[0, 15, 45, 75, 90, 110], azimuth_deg=[10, 95, 200, 300], axis_tilt_deg=[0, 10], axis_azimuth_deg=[0, 180]),
    {
        "zenith_deg": rng.uniform(0, 110, count),
        "azimuth_deg": rng.uniform(0, 360, count),
        "axis_tilt_deg": rng.uniform(0, 30, count),
        "axis_azimuth_deg": rng.uniform(0, 360, count),
    },
)
angle = projected_solar_zenith_angle(**{
    "solar_zenith": inputs["zenith_deg"],
    "solar_azimuth": inputs["azimuth_deg"],
    "axis_tilt": inputs["axis_tilt_deg"],
    "axis_azimuth": inputs["axis_azimuth_deg"],
})
clear = np.abs(angle) < 179.9
write_expected(__file__, keep(inputs, clear), {"projected_zenith_deg": angle[clear]})
