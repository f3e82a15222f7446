"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.irradiance import get_extra_radiation

from table import write_expected

day = np.arange(1, 367)
dni_extra = get_extra_radiation(day, solar_constant=1366.1, method="spencer")
write_expected(__file__, {"day_of_year": day}, {"dni_extra_w_m2": dni_extra})
