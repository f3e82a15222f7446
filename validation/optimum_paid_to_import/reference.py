"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from optimum_reference import SITE, made_up, write_case

PARAMETERS = SITE | {"import_limit_kw": 80.0, "export_limit_kw": 60.0}

hour, day, pv_kw, demand_kw, spot = made_up(15, 14, 1, 80.0, 60.0)
buy = np.round(3 * spot - 0.2, 4)
sell = np.round(np.where(np.abs(hour - 19.5) < 1.1, buy + 0.05, buy - 0.08), 4)
series = {"pv_kw": pv_kw, "demand_kw": demand_kw, "buy_per_kwh": buy, "sell_per_kwh": sell}
write_case(__file__, series, PARAMETERS, "cost", exact=True)
assert (buy < 0).sum() > 50 and (sell > buy).sum() > 20, "both odd prices occur"
