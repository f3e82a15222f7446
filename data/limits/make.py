"""Writes aachen-export-envelope-2018.csv: a made-up export limit of a commercial site that changes by the hour.

    python make.py             # write the file
    python make.py --check     # compare with the file here, write nothing

Hours of 2018 in standard time (UTC+1), from the day-ahead prices beside this folder:
- no export while the price is negative: there is more power than the market takes;
- half the connection from 10:00 to 16:00, April to September, while the price is below 35 EUR/MWh: the feeder is full of PV;
- the whole connection at all other times.
The cell is empty where the signal did not arrive. Only the Python standard library is used.
"""

import csv
import pathlib
import sys
from datetime import datetime

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True  # everything in this folder is built into the program
from rebuild import put  # noqa: E402

CONNECTION_KW = 300
FULL_FEEDER_KW = 150
FULL_FEEDER_EUR_PER_MWH = 35.0
# Losses of the signal: first hour without it, hours. Two lie in hours of negative price, one passes midnight, one outlasts a day.
LOST = [
    (datetime(2018, 1, 1, 4), 3),
    (datetime(2018, 3, 14, 22), 5),
    (datetime(2018, 5, 1, 11), 4),
    (datetime(2018, 6, 20, 9), 8),
    (datetime(2018, 8, 7, 6), 30),
    (datetime(2018, 11, 16, 13), 1),
]


def lost(t):
    return any(0 <= (t - first).total_seconds() < 3600 * hours for first, hours in LOST)


def limit_kw(t, eur_per_mwh):
    if eur_per_mwh < 0:
        return 0
    full = 4 <= t.month <= 9 and 10 <= t.hour < 16 and eur_per_mwh < FULL_FEEDER_EUR_PER_MWH
    return FULL_FEEDER_KW if full else CONNECTION_KW


def envelope():
    out = ["time,limit_kw"]
    with open(HERE.parent / "prices" / "de-lu-day-ahead-2018.csv", newline="") as f:
        for row in csv.DictReader(f):
            t = datetime.fromisoformat(row["time"]).replace(tzinfo=None)
            out.append(f"{t:%Y-%m-%dT%H:%M}," + ("" if lost(t) else str(limit_kw(t, float(row["day_ahead_eur_per_mwh"])))))
    return ("\n".join(out) + "\n").encode("ascii")


if __name__ == "__main__":
    same = put(HERE / "aachen-export-envelope-2018.csv", envelope(), "--check" in sys.argv[1:])
    sys.exit(0 if same else 1)
