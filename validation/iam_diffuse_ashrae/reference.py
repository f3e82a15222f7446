"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from functools import partial

import numpy as np
from pvlib.iam import ashrae, marion_integrate

from iam_integral import sky_and_ground
from table import write_expected

rows = []
for b in (0.03, 0.05, 0.1):
    model = partial(ashrae, b=b)
    for tilt in np.arange(0.0, 91.0):
        sky, ground = sky_and_ground(model, tilt)
        rows.append((tilt, b, sky, ground))
        if tilt % 15 == 0:  # pvlib's own pixel sum agrees as far as its pixels allow
            assert abs(sky - marion_integrate(model, tilt, "sky")) < 2e-4
            assert tilt == 0 or abs(ground - marion_integrate(model, tilt, "ground")) < 5e-4
names = ["surface_tilt_deg", "b", "iam_sky", "iam_ground"]
columns = dict(zip(names, zip(*rows)))
outputs = {name: columns.pop(name) for name in names[2:]}
write_expected(__file__, columns, outputs)
