"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.tracking import singleaxis

from table import grid, keep, stack, write_expected

rng = np.random.default_rng(10)
count = 900


def pick(values):
    """Random choice of one value per row."""
    return rng.choice(np.asarray(values, dtype=float), count)


flat = grid(
    zenith_deg=[0.5, 10, 30, 50, 65, 75, 80, 85, 88, 89.9, 90],
    azimuth_deg=[35, 80, 130, 180.5, 230, 275, 320],
    axis_tilt_deg=[0],
    axis_azimuth_deg=[0, 180],
    max_angle_deg=[52, 60],
    backtrack=[0, 1],
    gcr=[0.4],
    cross_axis_tilt_deg=[0],
)
random = {
    "zenith_deg": rng.uniform(0, 90, count),
    "azimuth_deg": rng.uniform(0, 360, count),
    "axis_tilt_deg": pick([0, 0, 0, 5, 12.5, 30]),
    "axis_azimuth_deg": pick([180, 180, 180, 0, 170, 195, 225]),
    "max_angle_deg": pick([45, 52, 60, 75, 90]),
    "backtrack": pick([0, 1, 1]),
    "gcr": pick([0.2, 2 / 7, 0.4, 0.5, 0.65]),
    "cross_axis_tilt_deg": pick([0, 0, 0, -8, -3, 3, 8]),
}
inputs = stack(flat, random)
rows = [
    singleaxis(zenith, azimuth, axis_tilt, axis_azimuth, max_angle, bool(backtrack), gcr, cross_axis_tilt)
    for zenith, azimuth, axis_tilt, axis_azimuth, max_angle, backtrack, gcr, cross_axis_tilt in zip(*inputs.values())
]
outputs = {
    ours: np.array([row[theirs].item() for row in rows])
    for ours, theirs in {
        "tracker_angle_deg": "tracker_theta",
        "aoi_deg": "aoi",
        "surface_tilt_deg": "surface_tilt",
        "surface_azimuth_deg": "surface_azimuth",
    }.items()
}
clear = (
    (outputs["surface_tilt_deg"] > 0.01)
    & (outputs["surface_azimuth_deg"] > 0.001)
    & (outputs["surface_azimuth_deg"] < 359.999)
)
inputs, outputs = keep(inputs, clear), keep(outputs, clear)
inputs["backtrack"] = inputs["backtrack"].astype(int)
write_expected(__file__, inputs, outputs)
