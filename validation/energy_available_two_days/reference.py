"""Write expected.csv of this case, and check that every branch it is for is visited."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plant_reference import write_case

rows = write_case(__file__)
HARDWARE_CHARGE = 25_000 * 0.98
HARDWARE_DISCHARGE = 25_000 / 0.98


def near(a, b):
    """Equal to a milliwatt."""
    return abs(a - b) < 1e-6


def visited(condition):
    """At least one step fulfils it."""
    assert any(condition(r) for r in rows)


visited(lambda r: near(r["charge_dc_kw"], HARDWARE_CHARGE))
visited(lambda r: 0 < r["charge_limit_kw"] < HARDWARE_CHARGE - 1 and near(r["charge_dc_kw"], r["charge_limit_kw"]))  # all PV
visited(lambda r: r["wish"] == "charge" and r["charge_dc_kw"] == 0)  # full
visited(lambda r: near(r["discharge_dc_kw"], HARDWARE_DISCHARGE))
visited(lambda r: near(r["discharge_dc_kw"], r["discharge_limit_kw"]) and 0 < r["discharge_dc_kw"] < HARDWARE_DISCHARGE - 1)  # headroom
visited(lambda r: r["wish"] == "discharge" and r["discharge_dc_kw"] < 10)  # empty: only the reserve shrinks with the capacity
visited(lambda r: r["wish"] == "idle" and r["import_kw"] > 0)
visited(lambda r: r["wish"] == "discharge" and r["pv_avail_kw"] - r["load_kw"] > 100_000 and r["discharge_dc_kw"] > 0)  # no headroom left
