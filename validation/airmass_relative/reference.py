"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.atmosphere import get_relative_airmass

from table import write_expected

rng = np.random.default_rng(3)
zenith = np.concatenate([np.linspace(0, 90, 181), [89.9, 89.99, 89.999, 89.999999], rng.uniform(0, 90, 100)])
airmass = get_relative_airmass(zenith, model="kastenyoung1989")
write_expected(__file__, {"zenith_deg": zenith}, {"airmass_relative": airmass})
