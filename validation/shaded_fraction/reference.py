"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.shading import projected_solar_zenith_angle, shaded_fraction1d

from table import grid, keep, stack, write_expected

rng = np.random.default_rng(14)
count = 700


def pick(values):
    """Random choice of one value per row."""
    return rng.choice(np.asarray(values, dtype=float), count)


fixed = grid(
    zenith_deg=[5, 40, 70, 80, 86, 89],
    azimuth_deg=[100, 140, 180, 250],
    axis_azimuth_deg=[90],
    axis_tilt_deg=[0],
    row_rotation_deg=[10, 25, 40],
    collector_width_m=[2.0],
    pitch_m=[4.0, 6.0],
    cross_axis_slope_deg=[0],
)
random = {
    "zenith_deg": np.where(rng.uniform(size=count) < 0.7, rng.uniform(65, 90, count), rng.uniform(0, 90, count)),
    "azimuth_deg": rng.uniform(0, 360, count),
    "axis_azimuth_deg": pick([180, 180, 90, 170, 270]),
    "axis_tilt_deg": pick([0, 0, 5, 15]),
    "row_rotation_deg": rng.uniform(-60, 60, count),
    "collector_width_m": pick([1.1, 2.0, 4.0]),
    "pitch_m": pick([4.5, 5.5, 7.0]),
    "cross_axis_slope_deg": pick([0, 0, -7, 4]),
}
inputs = stack(fixed, random)
projected = projected_solar_zenith_angle(
    inputs["zenith_deg"], inputs["azimuth_deg"], inputs["axis_tilt_deg"], inputs["axis_azimuth_deg"]
)
# Sun on the front of the row and not along it; behind the row there is no beam on the front to shade.
front = np.cos(np.radians(projected - inputs["row_rotation_deg"])) > 0.01
inputs = keep(inputs, front)
shaded = shaded_fraction1d(
    inputs["zenith_deg"], inputs["azimuth_deg"], inputs["axis_azimuth_deg"], inputs["row_rotation_deg"],
    collector_width=inputs["collector_width_m"], pitch=inputs["pitch_m"], axis_tilt=inputs["axis_tilt_deg"],
    cross_axis_slope=inputs["cross_axis_slope_deg"],
)
write_expected(__file__, inputs, {"shaded_fraction": shaded})
