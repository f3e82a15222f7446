"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd
from pvlib import solarposition, spa

from table import stack, write_expected

REFRACTION_DEG = 0.5667

rng = np.random.default_rng(2)
count = 1600
start, end = pd.Timestamp("1950-01-01", tz="UTC"), pd.Timestamp("2051-01-01", tz="UTC")
seconds = rng.integers(0, int((end - start).total_seconds()), count)
times = list(start + pd.to_timedelta(seconds, unit="s"))
latitude = np.round(np.degrees(np.arcsin(rng.uniform(-1, 1, count))), 6)
longitude = np.round(rng.uniform(-180, 180, count), 6)
elevation = np.round(rng.uniform(-400, 5000, count), 2)
pressure = np.round(101325 * np.exp(-elevation / 8400) * rng.uniform(0.97, 1.03, count), 1)
temp_air = np.round(rng.uniform(-50, 50, count), 2)

# Edges: poles, equator, date line, solstices, leap day, year ends, the Unix epoch.
edge_times = [
    "1950-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "1999-12-31T23:59:59Z",
    "2000-01-01T12:00:00Z", "2000-02-29T06:00:00Z", "2024-02-29T18:30:00Z", "2023-03-20T21:24:00Z",
    "2024-06-20T20:51:00Z", "2024-12-21T09:21:00Z", "2050-12-31T23:59:59Z", "2016-12-31T23:59:59Z",
]
edge_places = [(90, 0), (-90, 0), (0, 0), (0, 180), (0, -180), (66.56, 25), (-66.56, -60), (23.44, 77), (89.99, 45), (51.48, -0.0015)]
for text in edge_times:
    for lat, lon in edge_places:
        times.append(pd.Timestamp(text))
        latitude, longitude = np.append(latitude, lat), np.append(longitude, lon)
        elevation, pressure, temp_air = np.append(elevation, 0), np.append(pressure, 101325), np.append(temp_air, 12)

rows = []
for time, lat, lon, elev, pres, temp in zip(times, latitude, longitude, elevation, pressure, temp_air):
    delta_t = float(spa.calculate_deltat(time.year, time.month))
    sun = solarposition.spa_python(
        pd.DatetimeIndex([time]), lat, lon, elev, pres, temp, delta_t, REFRACTION_DEG, how="numpy"
    ).iloc[0]
    rows.append((
        time.strftime("%Y-%m-%dT%H:%M:%SZ"), lat, lon, elev, pres, temp, delta_t,
        sun["zenith"], sun["apparent_zenith"], sun["azimuth"],
    ))
names = (
    "time_utc latitude_deg longitude_deg elevation_m pressure_pa temp_air_c delta_t_s "
    "zenith_deg apparent_zenith_deg azimuth_deg"
).split()


def comparable(row):
    """Leave out what only measures rounding: see README."""
    zenith, azimuth = row[7], row[9]
    overhead = min(zenith, 180 - zenith) < 5
    refraction_edge = abs(zenith - 90 - 0.26667 - REFRACTION_DEG) < 0.001
    return not overhead and not refraction_edge and 0.01 < azimuth < 359.99


columns = dict(zip(names, zip(*filter(comparable, rows))))
outputs = {name: columns.pop(name) for name in names[7:]}
write_expected(__file__, columns, outputs)
