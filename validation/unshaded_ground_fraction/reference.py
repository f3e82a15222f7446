"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.bifacial.utils import _unshaded_ground_fraction

from table import grid, stack, write_expected

rng = np.random.default_rng(15)
inputs = stack(
    grid(row_rotation_deg=[-60, -30, 0, 20, 45, 90], projected_zenith_deg=[-85, -70, -45, -10, 0, 30, 60, 80, 84.9], gcr=[0.2, 0.4, 0.7]),
    {
        "row_rotation_deg": rng.uniform(-90, 90, 200),
        "projected_zenith_deg": rng.uniform(-85, 85, 200),
        "gcr": rng.uniform(0.05, 0.95, 200),
    },
)
fraction = [float(_unshaded_ground_fraction(rotation, phi, gcr, max_rows=30)) for rotation, phi, gcr in zip(*inputs.values())]
write_expected(__file__, inputs, {"unshaded_fraction": fraction})
