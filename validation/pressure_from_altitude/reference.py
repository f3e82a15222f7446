"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.atmosphere import alt2pres

from table import write_expected

rng = np.random.default_rng(4)
altitude = np.concatenate([np.arange(-430.0, 9000, 50), [0.0, 358.0, 1830.14], rng.uniform(-430, 9000, 60)])
write_expected(__file__, {"altitude_m": altitude}, {"pressure_pa": alt2pres(altitude)})
