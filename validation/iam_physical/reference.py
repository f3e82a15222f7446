"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.iam import physical

from table import grid, stack, write_expected

rng = np.random.default_rng(12)
angles = np.append(np.arange(0, 181, 5), [85.5, 87, 89, 89.9, 89.99])
glasses = [(1.526, 4.0, 0.002, 1.0), (1.526, 4.0, 0.002, 1.3), (1.526, 20.0, 0.0032, 1.0), (1.6, 4.0, 0.002, 1.25), (1.526, 0.0, 0.0, 1.0)]


def glass(aoi, n, k, l, n_ar):
    """A table with one row per angle."""
    ones = np.ones_like(aoi)
    return {
        "aoi_deg": aoi,
        "refractive_index": n * ones,
        "extinction_per_m": k * ones,
        "thickness_m": l * ones,
        "coating_refractive_index": n_ar * ones,
    }


inputs = stack(
    *[glass(angles, *g) for g in glasses],
    glass(rng.uniform(0, 90, 100), rng.uniform(1.3, 1.8, 100), rng.uniform(0, 30, 100), rng.uniform(0, 0.006, 100), rng.uniform(1.1, 1.5, 100)),
)
iam = [float(physical(aoi, n, k, l, n_ar=n_ar)) for aoi, n, k, l, n_ar in zip(*inputs.values())]
write_expected(__file__, inputs, {"iam": iam})
