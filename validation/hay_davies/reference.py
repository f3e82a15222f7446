"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib.irradiance import get_extra_radiation, haydavies

from table import stack, write_expected

rng = np.random.default_rng(9)


def sky(count, zenith, dni, dhi):
    """Rows with random planes, dates and sun azimuths under the given sky."""
    return {
        "surface_tilt_deg": rng.uniform(0, 180, count),
        "surface_azimuth_deg": rng.uniform(0, 360, count),
        "dhi_w_m2": np.broadcast_to(dhi, count).astype(float),
        "dni_w_m2": np.broadcast_to(dni, count).astype(float),
        "dni_extra_w_m2": get_extra_radiation(rng.integers(1, 367, count)),
        "zenith_deg": np.broadcast_to(zenith, count).astype(float),
        "azimuth_deg": rng.uniform(0, 360, count),
    }


def uniform(low, high, count):
    """Short name for the seeded draw."""
    return rng.uniform(low, high, count)


inputs = stack(
    sky(200, uniform(0, 90, 200), uniform(0, 1000, 200), uniform(5, 500, 200)),  # any sky
    sky(60, uniform(0, 85, 60), uniform(700, 1050, 60), uniform(30, 120, 60)),  # clear
    sky(60, uniform(0, 85, 60), 0.0, uniform(1, 450, 60)),  # overcast
    sky(40, uniform(0, 85, 40), uniform(0, 60, 40), uniform(50, 300, 40)),  # nearly overcast
    sky(60, uniform(84, 90, 60), uniform(0, 300, 60), uniform(0.1, 60, 60)),  # low sun
    sky(20, uniform(0, 89, 20), uniform(1, 1000, 20), 0.0),  # beam without diffuse
    sky(10, uniform(0, 89, 10), 0.0, 0.0),  # dark day
    sky(20, uniform(0, 60, 20), uniform(1350, 1450, 20), uniform(1, 20, 20)),  # beam near or above the limit
    sky(5, 90.0, uniform(0, 50, 5), uniform(0, 20, 5)),  # sun on the horizon
    sky(5, 0.0, 900.0, 100.0),  # sun overhead
    sky(20, uniform(90.5, 180, 20), 0.0, 0.0),  # night
)
inputs["surface_tilt_deg"][:10] = 0  # horizontal
inputs["surface_tilt_deg"][10:20] = 90  # vertical
out = haydavies(
    inputs["surface_tilt_deg"], inputs["surface_azimuth_deg"], inputs["dhi_w_m2"], inputs["dni_w_m2"],
    inputs["dni_extra_w_m2"], inputs["zenith_deg"], inputs["azimuth_deg"],
)
write_expected(__file__, inputs, {"poa_sky_diffuse_w_m2": out})
