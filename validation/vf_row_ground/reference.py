"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.bifacial.utils import vf_row_ground_2d, vf_row_ground_2d_integ
from scipy.integrate import quad

from table import grid, write_expected

inputs = grid(surface_tilt_deg=np.append(np.arange(0, 181, 5), [12.3, 77.7]), gcr=[0.05, 0.2, 2 / 7, 0.4, 0.5, 0.7, 0.95])
ground = []
for tilt, gcr in zip(*inputs.values()):
    mean = quad(lambda x: vf_row_ground_2d(tilt, gcr, x), 0, 1, epsabs=1e-12, epsrel=1e-12, limit=200)[0]
    assert abs(mean - float(vf_row_ground_2d_integ(tilt, gcr, max_rows=200))) < 5e-4
    ground.append(max(mean, 0.0))
write_expected(__file__, inputs, {"view_factor": ground})
