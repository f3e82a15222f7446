"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from optimum_reference import SITE, made_up, write_case

PARAMETERS = SITE | {"export_limit_kw": 45.0, "floor_kwh": 0.0, "grid_charging": 0}

hour, day, pv_kw, demand_kw, spot = made_up(13, 14, 1, 120.0, 60.0)
sell = np.round(spot - 0.03, 4)
series = {"pv_kw": pv_kw, "demand_kw": demand_kw, "buy_per_kwh": np.round(np.clip(sell + 0.1, 0.01, None), 4), "sell_per_kwh": sell}
net, shed = write_case(__file__, series, PARAMETERS, "objective")
assert (sell < 0).sum() > 20 and (net[sell < 0] > -1e-9).all(), "nothing is sold below zero"
