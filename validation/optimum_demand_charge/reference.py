"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from optimum_reference import SITE, made_up, write_case

PARAMETERS = SITE | {
    "step_h": 0.25,
    "export_limit_kw": 0.0,
    "shed_per_kwh": 100.0,
    "demand_charge_per_kw": 4.0,
    "interval_steps": 2,
}

hour, day, pv_kw, demand_kw, spot = made_up(14, 7, 4, 60.0, 90.0)
buy = np.round(np.clip(spot, 0, None) + 0.12, 4)
series = {
    "pv_kw": pv_kw,
    "demand_kw": demand_kw,
    "buy_per_kwh": buy,
    "sell_per_kwh": np.round(buy - 0.1, 4),
    "billing_month": (day >= 4).astype(int),
}
net, shed = write_case(__file__, series, PARAMETERS, "objective")
assert net.max() < demand_kw.max() - 20 and shed.max() < 1e-6, "the peaks are shaved"
