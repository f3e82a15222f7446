"""Write expected.csv of this case."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from pvlib import pvsystem
from pvlib.inverter import sandia

from table import write_expected

NAMES = [
    "ABB__MICRO_0_25_I_OUTD_US_208__208V_",
    "SMA_America__SB7700TL_US_22__240V_",
    "SMA_America__SC900CP_US__with_ABB_EcoDry_Ultra_transformer_",
    "Power_Electronics__FS3000CU15__690V_",
    "TMEIC__PVL_L1833GRM",
]
COLUMNS = {
    "paco_w": "Paco", "pdco_w": "Pdco", "vdco_v": "Vdco", "pso_w": "Pso", "c0_per_w": "C0", "c1_per_v": "C1",
    "c2_per_v": "C2", "c3_per_v": "C3", "pnt_w": "Pnt",
}

rng = np.random.default_rng(22)
table = pvsystem.retrieve_sam("CECInverter")
rows, output = [], []
for name in NAMES:
    inverter = table[name]
    values = [float(inverter[theirs]) for theirs in COLUMNS.values()]
    pdco, pso = float(inverter["Pdco"]), float(inverter["Pso"])
    low, high, vdco = float(inverter["Mppt_low"]), float(inverter["Mppt_high"]), float(inverter["Vdco"])
    powers = [0.0, 0.5 * pso, 0.999 * pso, pso, 1.001 * pso, 2 * pso, *(pdco * np.array([0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 0.95, 1.0, 1.1, 1.5]))]
    points = [(v, p) for v in (0.9 * low, low, vdco, high) for p in powers]
    points += [(0.0, 0.0)] + [(rng.uniform(low, high), rng.uniform(0, 1.3) * pdco) for _ in range(20)]
    for v, p in points:
        rows.append((v, p, *values))
        output.append(float(sandia(v, p, inverter)))
inputs = dict(zip(["v_dc_v", "p_dc_w", *COLUMNS], zip(*rows)))
write_expected(__file__, inputs, {"p_ac_w": output})
