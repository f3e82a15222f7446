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


visited(lambda r: r["wish"] == "charge" and r["pv_mv_kw"] <= 0 and r["charge_limit_kw"] == 0)  # night
visited(lambda r: 0 < r["charge_dc_kw"] < 2_000)  # all of a small PV
visited(lambda r: near(r["charge_dc_kw"], 0.5 * HARDWARE_CHARGE))  # the commanded fraction
visited(lambda r: r["wish"] == "charge" and r["charge_limit_kw"] > 0 and r["charge_dc_kw"] == 0)  # full
visited(lambda r: r["wish"] == "discharge" and r["discharge_limit_kw"] > 0 and r["discharge_dc_kw"] == 0)  # empty
visited(lambda r: r["discharge_dc_kw"] > 0 and r["curtailed_kw"] > 0)  # over the limit, curtailed again
visited(lambda r: near(r["discharge_dc_kw"], 0.4 * HARDWARE_DISCHARGE))
visited(lambda r: r["wish"] == "idle" and r["import_kw"] > 0)
