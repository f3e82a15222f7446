"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd
from pvlib import solarposition

from table import write_expected

inputs = {
    "time_utc": ["2003-10-17T19:30:30Z"],  # 12:30:30 at UTC-7
    "latitude_deg": [39.742476],
    "longitude_deg": [-105.1786],
    "elevation_m": [1830.14],
    "pressure_pa": [82000.0],
    "temp_air_c": [11.0],
    "delta_t_s": [67.0],
}
# The values printed in the paper's appendix.
outputs = {"apparent_zenith_deg": [50.11162], "azimuth_deg": [194.34024]}

sun = solarposition.spa_python(
    pd.DatetimeIndex(inputs["time_utc"]), 39.742476, -105.1786, 1830.14, 82000.0, 11.0, 67.0, 0.5667
)
assert round(sun["apparent_zenith"].iloc[0], 5) == outputs["apparent_zenith_deg"][0]
assert round(sun["azimuth"].iloc[0], 5) == outputs["azimuth_deg"][0]
write_expected(__file__, inputs, outputs)
