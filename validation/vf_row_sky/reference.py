"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.bifacial.utils import vf_row_sky_2d_integ

from table import grid, write_expected

inputs = grid(surface_tilt_deg=np.append(np.arange(0, 181, 5), [12.3, 77.7]), gcr=[0.05, 0.2, 2 / 7, 0.4, 0.5, 0.7, 0.95])
sky = [float(vf_row_sky_2d_integ(tilt, gcr)) for tilt, gcr in zip(*inputs.values())]
write_expected(__file__, inputs, {"view_factor": sky})
