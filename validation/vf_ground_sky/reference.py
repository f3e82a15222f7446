"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.bifacial.utils import vf_ground_sky_2d_integ

from table import grid, keep, write_expected

MAX_ROWS = 300

inputs = grid(
    row_rotation_deg=[-90, -75, -60, -45, -30, -20, -10, -5, 0, 5, 10, 20, 30, 45, 60, 75, 90],
    gcr=[0.1, 0.2, 2 / 7, 0.4, 0.5, 0.7],
    height_m=[1.5, 2.5],
    pitch_m=[4.0, 6.0],
)
half_rise = inputs["gcr"] * inputs["pitch_m"] / 2 * np.abs(np.sin(np.radians(inputs["row_rotation_deg"])))
inputs = keep(inputs, half_rise < 0.9 * inputs["height_m"])  # rows above the ground
sky = [
    float(vf_ground_sky_2d_integ(rotation, gcr, height, pitch, max_rows=MAX_ROWS))
    for rotation, gcr, height, pitch in zip(*inputs.values())
]
write_expected(__file__, inputs, {"view_factor": sky})
