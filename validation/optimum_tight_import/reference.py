"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from optimum_reference import SITE, made_up, write_case

PARAMETERS = SITE | {"import_limit_kw": 38.0}

hour, day, pv_kw, demand_kw, spot = made_up(11, 14, 1, 60.0, 90.0)
buy = np.round(np.clip(spot, 0, None) + 0.12, 4)
series = {"pv_kw": pv_kw, "demand_kw": demand_kw, "buy_per_kwh": buy, "sell_per_kwh": np.round(buy - 0.1, 4)}
net, shed = write_case(__file__, series, PARAMETERS, "objective")
assert net.max() > 37.999 and (shed > 0.1).sum() > 3, "the limit binds, and not all is served"
