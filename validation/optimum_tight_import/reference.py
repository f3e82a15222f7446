"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from optimum_reference import made_up, write_case

PARAMETERS = {
    "step_h": 1.0,
    "import_limit_kw": 38.0,
    "export_limit_kw": 1000.0,
    "charge_kw": 50.0,
    "discharge_kw": 50.0,
    "eta_charge": 0.95,
    "eta_discharge": 0.94,
    "floor_kwh": 20.0,
    "full_kwh": 200.0,
    "start_kwh": 100.0,
    "wear_per_kwh": 0.01,
    "shed_per_kwh": 5.0,
    "end_kwh": 100.0,
    "short_per_kwh": 5.0,
    "grid_charging": 1,
    "demand_charge_per_kw": 0.0,
    "interval_steps": 1,
}

hour, day, pv_kw, demand_kw, spot = made_up(11, 14, 1, 60.0, 90.0)
buy = np.round(np.clip(spot, 0, None) + 0.12, 4)
series = {"pv_kw": pv_kw, "demand_kw": demand_kw, "buy_per_kwh": buy, "sell_per_kwh": np.round(buy - 0.1, 4)}
net, shed = write_case(__file__, series, PARAMETERS, "objective")
assert net.max() > 37.999 and (shed > 0.1).sum() > 3, "the limit binds, and not all is served"
