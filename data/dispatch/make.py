"""Writes greensboro-morning-and-evening.csv: a made-up command series for a battery with two delivery windows.

Charge from PV around noon; deliver on winter mornings (November to March) and every evening. One row per hour of a
365-day year in standard time.
"""

import csv
from datetime import datetime, timedelta
from pathlib import Path

WINTER = (11, 12, 1, 2, 3)


def command(t):
    if 17 <= t.hour <= 20:
        return "discharge", 0.8
    if t.month in WINTER and 6 <= t.hour <= 7:
        return "discharge", 0.5
    if 10 <= t.hour <= 14:
        return "charge", 0.6
    return "idle", 0


start = datetime(2019, 1, 1)
with open(Path(__file__).parent / "greensboro-morning-and-evening.csv", "w", newline="") as f:
    writer = csv.writer(f, lineterminator="\n")
    writer.writerow(["time", "command", "fraction"])
    for hour in range(8760):
        t = start + timedelta(hours=hour)
        writer.writerow([t.isoformat(), *command(t)])
