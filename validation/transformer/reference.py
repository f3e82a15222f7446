"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.transformer import simple_efficiency

from table import grid, stack, write_expected

# pvlib's public check values: 2.75 MVA, no load 0.2 %, full load 0.7 %.
check_in = np.array([-800.0, 436016.609823837, 1511820.16603752, 1580687.44677249, 1616441.79660171])
check_out = [-6300.101032331317, 430045.85489250184, 1500588.3991987312, 1568921.770895281, 1604389.6283988024]


def rows(input_w, rating_va, no_load, full_load):
    """A table with one row per input power."""
    ones = np.ones_like(input_w)
    return {
        "input_w": input_w,
        "rating_va": rating_va * ones,
        "no_load_fraction": no_load * ones,
        "full_load_fraction": full_load * ones,
    }


parts = [rows(check_in, 2.75e6, 0.002, 0.007)]
np.testing.assert_allclose(simple_efficiency(check_in, 0.002, 0.007, 2.75e6), check_out, rtol=1e-13)
share = np.concatenate([np.linspace(-1.2, 1.3, 26), [-1e-3, -1e-6, 0.0, 1e-6, 1e-3]])
for rating, nl, fl in [
    (2.75e6, 0.002, 0.007),
    (1.5e8, 0.001, 0.005),
    (3.0e7, 0.001, 0.006),
    (1.0e3, 0.0, 0.01),
    (5.0e6, 0.003, 0.0),
    (5.0e6, 0.0, 0.0),
    (1.0e9, 0.02, 0.1),
    (6.3e5, 0.0015, 1e-9),
]:
    special = np.array([nl * rating, rating * (1 + nl + fl)])  # 0 out, rating out
    parts.append(rows(np.concatenate([share * rating, special]), rating, nl, fl))
rng = np.random.default_rng(1)
parts.append(rows(rng.uniform(-3e6, 6e6, 60), 5e6, 0.002, 0.009))
inputs = stack(*parts)
output = simple_efficiency(
    inputs["input_w"], inputs["no_load_fraction"], inputs["full_load_fraction"], inputs["rating_va"]
)
write_expected(__file__, inputs, {"output_w": output})
