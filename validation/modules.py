"""CEC modules of the module cases, and pvlib's one-diode solutions at tight tolerance."""

import numpy as np
from pvlib import pvsystem, singlediode

NAMES = [
    "Canadian_Solar_Inc__CS6X_310P",  # multi-crystalline
    "Trina_Solar_TSM_365DD14A_II_",  # mono-crystalline
    "SunPower_SPR_X20_250_BLK",  # back contact
    "First_Solar__Inc__FS_490",  # CdTe thin film
    "Miasole_MR_107",  # CIGS thin film
    "Kyocera_Solar_KC130GT",  # small multi-crystalline
]
PARAMETERS = {
    "alpha_sc_a_per_k": "alpha_sc",
    "a_ref_v": "a_ref",
    "i_l_ref_a": "I_L_ref",
    "i_o_ref_a": "I_o_ref",
    "r_sh_ref_ohm": "R_sh_ref",
    "r_s_ohm": "R_s",
    "adjust_pct": "Adjust",
}
TIGHT = {"xtol": 1e-15, "rtol": 9e-16, "maxiter": 500}


def table(with_adjust):
    """One dict of parameters per module, named as the columns."""
    cec = pvsystem.retrieve_sam("CECMod")
    names = [n for n in PARAMETERS if with_adjust or n != "adjust_pct"]
    return [{name: float(cec[module][PARAMETERS[name]]) for name in names} for module in NAMES]


def desoto(effective_irradiance, temp_cell, alpha, a, i_l, i_o, r_sh, r_s):
    """Arguments in the order of the columns. A numpy irradiance gives an infinite shunt in the dark."""
    return pvsystem.calcparams_desoto(np.float64(effective_irradiance), temp_cell, alpha, a, i_l, i_o, r_sh, r_s)


def cec(effective_irradiance, temp_cell, alpha, a, i_l, i_o, r_sh, r_s, adjust):
    """Arguments in the order of the columns. A numpy irradiance gives an infinite shunt in the dark."""
    return pvsystem.calcparams_cec(np.float64(effective_irradiance), temp_cell, alpha, a, i_l, i_o, r_sh, r_s, adjust)


def points(i_l, i_o, r_s, r_sh, n_ns_vth):
    """i_sc, v_oc, i_mp, v_mp, p_mp of one set of parameters; all zero in the dark."""
    if i_l == 0:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    args = (i_l, i_o, r_s, r_sh, n_ns_vth)
    i_sc = singlediode.bishop88_i_from_v(0.0, *args, method="brentq", method_kwargs=TIGHT)
    v_oc = singlediode.bishop88_v_from_i(0.0, *args, method="brentq", method_kwargs=TIGHT)
    i_mp, v_mp, p_mp = singlediode.bishop88_mpp(*args, method="brentq", method_kwargs=TIGHT)
    return tuple(float(value) for value in (i_sc, v_oc, i_mp, v_mp, p_mp))


POINTS = ["i_sc_a", "v_oc_v", "i_mp_a", "v_mp_v", "p_mp_w"]
TRANSLATED = ["photocurrent_a", "saturation_current_a", "resistance_series_ohm", "resistance_shunt_ohm", "n_ns_vth_v"]


def conditions(modules, irradiances, temps, rng, random_count):
    """Every module at every irradiance and temperature, then random ones: one dict per row."""
    rows = [(e, t, m) for m in modules for e in irradiances for t in temps]
    for _ in range(random_count):
        rows.append((rng.uniform(1, 1300), rng.uniform(-30, 80), modules[rng.integers(len(modules))]))
    return [{"effective_irradiance_w_m2": float(e), "temp_cell_c": float(t), **m} for e, t, m in rows]


def columns(rows, names=None):
    """Rows to columns."""
    names = names or list(rows[0])
    return {name: [row[name] for row in rows] for name in names}


def named(names, rows):
    """Tuples to named columns."""
    return dict(zip(names, np.array(rows, dtype=float).T))
