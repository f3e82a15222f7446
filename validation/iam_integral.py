"""Diffuse incidence-angle modifier by accurate quadrature, for the iam_diffuse cases.

Seen from the plane, a direction is an incidence angle and a turn around the plane's normal. For each incidence angle the
share of that turn above the horizon is known in closed form, so one integral over the incidence angle is left.
"""

import numpy as np

NODES, WEIGHTS = np.polynomial.legendre.leggauss(1200)


def sky_and_ground(iam, surface_tilt_deg):
    """Cosine-weighted mean of `iam(aoi_deg)` over the sky and over the ground that the plane sees."""
    tilt = np.radians(surface_tilt_deg)
    edge = min(tilt, np.pi - tilt)  # the horizon touches the plane's view at aoi = 90 - edge ...
    breaks = sorted({0.0, np.pi / 2 - edge, np.pi / 2})
    sums = np.zeros(4)
    for low, high in zip(breaks, breaks[1:]):
        # x = low + (high-low)*sin^2(u): smooth at both ends, where the share has a square-root corner
        u = (NODES + 1) * np.pi / 4
        aoi = low + (high - low) * np.sin(u) ** 2
        step = WEIGHTS * np.pi / 4 * (high - low) * np.sin(2 * u)
        share = sky_share(aoi, tilt)
        weight = np.cos(aoi) * np.sin(aoi) * step
        value = iam(np.degrees(aoi))
        sums += [np.sum(value * weight * share), np.sum(weight * share), np.sum(value * weight * (1 - share)), np.sum(weight * (1 - share))]
    sky = sums[0] / sums[1] if sums[1] > 1e-15 else 0.0
    ground = sums[2] / sums[3] if sums[3] > 1e-15 else 0.0
    return sky, ground


def sky_share(aoi, tilt):
    """Share of the turn at this incidence angle that lies above the horizon, 0 to 1."""
    a, b = np.cos(tilt) * np.cos(aoi), np.sin(tilt) * np.sin(aoi)
    ratio = np.divide(-a, b, out=np.where(a >= 0, -1.0, 1.0) * np.ones_like(a), where=b > 1e-300)
    return np.arccos(np.clip(ratio, -1, 1)) / np.pi
