"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.iam import ashrae

from table import grid, stack, write_expected

rng = np.random.default_rng(11)
inputs = stack(
    grid(aoi_deg=np.append(np.arange(0, 181, 2.5), [89, 89.9, 89.999, 90.001]), b=[0, 0.05, 0.1]),
    {"aoi_deg": rng.uniform(0, 92, 120), "b": rng.uniform(0.01, 0.2, 120)},
)
write_expected(__file__, inputs, {"iam": ashrae(inputs["aoi_deg"], inputs["b"])})
