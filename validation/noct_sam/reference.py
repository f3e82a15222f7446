"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.temperature import noct_sam

from table import write_expected

rng = np.random.default_rng(17)
count = 400
poa = np.concatenate([np.zeros(20), rng.uniform(0.01, 5, 30), rng.uniform(5, 1300, count - 50)])
inputs = {
    "poa_global_w_m2": poa,
    "effective_irradiance_w_m2": poa * rng.uniform(0.6, 1.02, count),
    "temp_air_c": rng.uniform(-40, 50, count),
    "wind_m_s": rng.choice([0.0, 0.5, 1.0, 3.0, 8.0, 20.0], count),
    "noct_c": rng.uniform(42, 50, count),
    "module_efficiency": rng.uniform(0.08, 0.23, count),
    "transmittance_absorptance": rng.choice([0.9, 0.9, 0.85], count),
    "array_height": rng.integers(1, 3, count),
    "mount_standoff_in": rng.choice([-1, 0, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4.0], count),
}


def temp_cell(poa, effective, *rest):
    """Without light the effective share of it is undefined, and the cell is as warm as the air."""
    temp_air, wind, noct, efficiency, tau_alpha, height, standoff = rest
    if poa == 0:
        return noct_sam(poa, temp_air, wind, noct, efficiency, None, tau_alpha, height, standoff)
    return noct_sam(poa, temp_air, wind, noct, efficiency, effective, tau_alpha, height, standoff)


temps = [float(temp_cell(*row)) for row in zip(*inputs.values())]
write_expected(__file__, inputs, {"temp_cell_c": temps})
