"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from functools import partial

import numpy as np
from pvlib.iam import marion_integrate, physical

from iam_integral import sky_and_ground
from table import write_expected

GLASSES = [(1.526, 4.0, 0.002, 1.0), (1.526, 4.0, 0.002, 1.3), (1.526, 20.0, 0.0032, 1.0)]

rows = []
for n, k, l, n_ar in GLASSES:
    model = partial(physical, n=n, K=k, L=l, n_ar=n_ar)
    for tilt in np.arange(0.0, 91.0):
        sky, ground = sky_and_ground(model, tilt)
        rows.append((tilt, n, k, l, n_ar, sky, ground))
        if tilt % 15 == 0:  # pvlib's own pixel sum agrees as far as its pixels allow
            assert abs(sky - marion_integrate(model, tilt, "sky")) < 1e-4
            assert tilt == 0 or abs(ground - marion_integrate(model, tilt, "ground")) < 5e-4
names = (
    "surface_tilt_deg refractive_index extinction_per_m thickness_m coating_refractive_index iam_sky iam_ground"
).split()
columns = dict(zip(names, zip(*rows)))
outputs = {name: columns.pop(name) for name in names[5:]}
write_expected(__file__, columns, outputs)
