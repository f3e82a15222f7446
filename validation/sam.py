"""Run the plant of a case in SAM (PySAM, Pvsamv1) and write what the case expects.

SAM's inputs are read from the case's own plant.toml and from the equipment files it names, so both programs simulate the
same plant. Only what SAM needs beside that is written here.
"""

import csv
import tempfile
import tomllib
from pathlib import Path

import numpy as np
import PySAM.Pvsamv1 as pvsamv1

from table import write_expected

ROOT = Path(__file__).resolve().parent.parent
# Boltzmann constant over elementary charge as SAM's single-diode code rounds them, V/K.
THERMAL_V_PER_K = 1.38e-23 / 1.6e-19
REFERENCE_K = 298.15
MONTHS = 12


class Plant:
    """A plant.toml of one block, with its equipment."""

    def __init__(self, script):
        self.project = toml(Path(script).resolve().with_name("plant.toml"))
        (self.block,) = self.project["pv"]["block"]
        assert self.block.get("count", 1) == 1
        self.module = equipment("modules", self.block["module"])
        self.inverter = equipment("inverters", self.block["inverter"])
        self.weather = ROOT / "data" / self.project["weather"]["file"].removeprefix("pvess:")

    def inputs(self):
        """What both module models of SAM share."""
        block, mount = self.block, self.block["mount"]
        tracks = mount["kind"] == "single_axis_tracker"
        sky = {"isotropic": 0, "perez": 2}[self.project.get("solar", {}).get("transposition", "perez")]
        rows_shade = block.get("shading", {"model": "linear"})["model"] == "linear"
        transformer = block.get("transformer", {"no_load_pct": 0.0, "full_load_pct": 0.0})
        rated_mw = block["inverters"] * self.inverter["ac_power_max_w"] / 1e6
        assert transformer.get("rating_mva", rated_mw) == rated_mw, "SAM's transformer is rated as the inverters"
        strings, series = block["strings"], block["modules_per_string"]
        return {
            # Beam and diffuse irradiance from the file; one albedo all year.
            "irrad_mode": 0,
            "sky_model": sky,
            "use_wf_albedo": 0,
            "use_spatial_albedos": 0,
            "albedo": [block["albedo"]] * MONTHS,
            "system_capacity": strings * series * self.module["power_stc_w"] / 1e3,
            "inverter_count": block["inverters"],
            "subarray1_nstrings": strings,
            "subarray1_modules_per_string": series,
            "subarray1_track_mode": 1 if tracks else 0,
            "subarray1_tilt": mount.get("axis_tilt_deg", 0) if tracks else mount["tilt_deg"],
            "subarray1_azimuth": mount["axis_azimuth_deg"] if tracks else mount["azimuth_deg"],
            "subarray1_rotlim": mount.get("max_angle_deg", 0),
            "subarray1_backtrack": 1 if mount.get("backtrack", False) else 0,
            "subarray1_gcr": mount["gcr"],
            # A row is one string long and one module wide: as many rows as strings, all but endless.
            "subarray1_shade_mode": 2 if rows_shade else 0,
            "subarray1_nmodx": series,
            "subarray1_nmody": 1,
            "subarray1_mod_orient": 0,
            "module_aspect_ratio": 1.7,
            "subarray1_soiling": [block.get("soiling_pct", 0.0)] * MONTHS,
            "subarray1_mismatch_loss": block.get("mismatch_pct", 0.0),
            "subarray1_nameplate_loss": block.get("lid_pct", 0.0),
            "subarray1_dcwiring_loss": block.get("dc_wiring_pct", 0.0),
            "transformer_no_load_loss": transformer["no_load_pct"],
            "transformer_load_loss": transformer["full_load_pct"],
            **self.sandia(),
            **NONE,
        }

    def sandia(self):
        """The inverter."""
        i = self.inverter
        return {
            "inverter_model": 0,
            "inv_num_mppt": 1,
            "inv_snl_paco": i["ac_power_max_w"],
            "inv_snl_pdco": i["dc_power_max_w"],
            "inv_snl_vdco": i["dc_voltage_nominal_v"],
            "inv_snl_pso": i["dc_power_startup_w"],
            "inv_snl_c0": i["c0_per_w"],
            "inv_snl_c1": i["c1_per_v"],
            "inv_snl_c2": i["c2_per_v"],
            "inv_snl_c3": i["c3_per_v"],
            "inv_snl_pnt": i["night_tare_w"],
            "inv_snl_vdcmax": i["dc_voltage_max_v"],
            "inv_snl_eff_cec": 98.0,
            "inv_tdc_cec_db": [[1, 200, 0]],
            "mppt_low_inverter": i["mppt_low_v"],
            "mppt_hi_inverter": i["mppt_high_v"],
        }

    def single_diode(self):
        """SAM's IEC 61853 module with coefficients that turn it into De Soto's: `R_sh·1000/E`, a constant series
        resistance, and the CEC's adjusted temperature coefficient; plain glass, no spectral correction."""
        m = self.module
        return {
            "module_model": 4,
            "sd11par_nser": m["cells_in_series"],
            "sd11par_area": m["area_m2"],
            "sd11par_n": m["a_ref_v"] / (m["cells_in_series"] * THERMAL_V_PER_K * REFERENCE_K),
            "sd11par_Il": m["i_l_ref_a"],
            "sd11par_Io": m["i_o_ref_a"],
            "sd11par_Egref": 1.121,
            "sd11par_alphaIsc": m["alpha_sc_a_per_c"] * (1 - m["adjust_pct"] / 100),
            "sd11par_c1": m["r_sh_ref_ohm"],
            "sd11par_c2": m["r_sh_ref_ohm"],
            "sd11par_c3": 1,
            "sd11par_d1": m["r_s_ohm"],
            "sd11par_d2": 0,
            "sd11par_d3": 0,
            "sd11par_Isc0": m["i_sc_ref_a"],
            "sd11par_Voc0": m["v_oc_ref_v"],
            "sd11par_Imp0": m["i_mp_ref_a"],
            "sd11par_Vmp0": m["v_mp_ref_v"],
            "sd11par_AMa0": 1,
            "sd11par_AMa1": 0,
            "sd11par_AMa2": 0,
            "sd11par_AMa3": 0,
            "sd11par_AMa4": 0,
            "sd11par_glass": 0,
            "sd11par_tnoct": m["noct_c"],
            # An open rack, one story high.
            "sd11par_standoff": 6,
            "sd11par_mounting": 0,
        }

    def cec(self):
        """SAM's CEC performance model: coated glass and its own air mass correction, which cannot be switched off."""
        m = self.module
        return {
            "module_model": 1,
            "cec_n_s": m["cells_in_series"],
            "cec_area": m["area_m2"],
            "cec_a_ref": m["a_ref_v"],
            "cec_i_l_ref": m["i_l_ref_a"],
            "cec_i_o_ref": m["i_o_ref_a"],
            "cec_r_s": m["r_s_ohm"],
            "cec_r_sh_ref": m["r_sh_ref_ohm"],
            "cec_adjust": m["adjust_pct"],
            "cec_alpha_sc": m["alpha_sc_a_per_c"],
            "cec_beta_oc": m["beta_oc_v_per_c"],
            "cec_i_sc_ref": m["i_sc_ref_a"],
            "cec_v_oc_ref": m["v_oc_ref_v"],
            "cec_i_mp_ref": m["i_mp_ref_a"],
            "cec_v_mp_ref": m["v_mp_ref_v"],
            "cec_t_noct": m["noct_c"],
            "cec_temp_corr_mode": 0,
            "cec_standoff": 6,
            "cec_height": 0,
            "cec_is_bifacial": 0,
            "cec_bifaciality": 0,
            "cec_bifacial_transmission_factor": 0,
            "cec_bifacial_ground_clearance_height": 1,
            "cec_ground_clearance_height": 1,
            "cec_lacunarity_enable": 0,
            "cec_transient_thermal_model_unit_mass": 11.0919,
        }

    def ready(self, module, folder):
        """SAM's model with all inputs set; its weather file is put into the folder."""
        model = pvsamv1.new()
        weather = Path(folder) / "weather.csv"
        hours_without_minutes(self.weather, weather)
        for name, value in {**self.inputs(), **module, "solar_resource_file": str(weather)}.items():
            model.value(name, value)
        return model

    def run(self, module):
        """Hourly results of SAM with a module model."""
        with tempfile.TemporaryDirectory() as folder:
            model = self.ready(module, folder)
            model.execute(0)
        outputs = model.Outputs.export()
        return {name: np.array(values) for name, values in outputs.items() if name in HOURLY}


# Parts of the plant that are not there, and models that are switched off.
NONE = {
    "en_batt": 0,
    "en_snow_model": 0,
    "subarray1_mppt_input": 1,
    "subarray2_enable": 0,
    "subarray3_enable": 0,
    "subarray4_enable": 0,
    "enable_mismatch_vmax_calc": 0,
    "enable_subhourly_clipping": 0,
    "enable_subinterval_distribution": 0,
    "calculate_rack_shading": 0,
    "calculate_bifacial_electrical_mismatch": 0,
    "subarray1_tilt_eq_lat": 0,
    "subarray1_monthly_tilt": [0] * MONTHS,
    "subarray1_slope_tilt": 0,
    "subarray1_slope_azm": 0,
    "subarray1_shading_string_option": 0,
    "subarray1_shading_en_string_option": 0,
    "subarray1_shading_en_timestep": 0,
    "subarray1_shading_en_mxh": 0,
    "subarray1_shading_en_azal": 0,
    "subarray1_shading_en_diff": 0,
    "subarray1_rear_soiling_loss": 0,
    "subarray1_rack_shading": 0,
    "subarray1_electrical_mismatch": 0,
    "subarray1_diodeconn_loss": 0,
    "subarray1_tracking_loss": 0,
    "dcoptimizer_loss": 0,
    "acwiring_loss": 0,
    "transmission_loss": 0,
    "adjust_constant": 0,
    "dc_adjust_constant": 0,
    "en_ac_lifetime_losses": 0,
    "en_dc_lifetime_losses": 0,
    "system_use_lifetime_output": 0,
    "save_full_lifetime_variables": 0,
    "analysis_period": 1,
    "inflation_rate": 0,
    "dc_degradation": [0],
}

HOURLY = [
    "subarray1_poa_nom",
    "subarray1_poa_eff",
    "subarray1_celltemp",
    "tdry",
    "dc_net",
    "gen",
]


def toml(path):
    """A TOML file."""
    return tomllib.loads(Path(path).read_text())


def equipment(kind, given):
    """A file of models/, by its name or as the base of a table."""
    table = {"base": given} if isinstance(given, str) else dict(given)
    return {**toml(ROOT / "models" / kind / f"{table.pop('base')}.toml"), **table}


def hours_without_minutes(source, target):
    """Copies a weather file without its column of minutes.

    With it SAM takes the values as samples of the half hour and leaves out hours in which the sun is down then; without
    it, as means over the hour, with the sun in the middle of its sun-up part.
    """
    with open(source, newline="") as file:
        rows = list(csv.reader(file))
    minute = rows[2].index("Minute")
    assert {row[minute] for row in rows[3:]} == {"30"}
    with open(target, "w", newline="") as file:
        csv.writer(file).writerows(rows[:2] + [row[:minute] + row[minute + 1 :] for row in rows[2:]])


def times(weather):
    """Interval starts as pvess labels them: the first row's year throughout, the hour's start, standard time."""
    with open(weather, newline="") as file:
        rows = list(csv.reader(file))
    year, offset_h = int(rows[3][0]), int(rows[1][rows[0].index("Time Zone")])
    assert all(int(minute) == 30 for _, _, _, _, minute, *_ in rows[3:])
    sign = "-" if offset_h < 0 else "+"
    stamp = "{:04}-{:02}-{:02}T{:02}:00:00{}{:02}:00"
    return [stamp.format(year, int(m), int(d), int(h), sign, abs(offset_h)) for _, m, d, h, *_ in rows[3:]]


def expected(plant, sam):
    """The columns of expected.csv."""
    dark = sam["subarray1_poa_nom"] <= 0
    # SAM reports a cell of 0 °C at night; with nothing to compare, the air's temperature stands there.
    cell_c = np.where(dark, sam["tdry"], sam["subarray1_celltemp"])
    columns = {
        "poa_w_m2": sam["subarray1_poa_nom"],
        "poa_effective_w_m2": sam["subarray1_poa_eff"],
        "temp_cell_c": cell_c,
        "dc_kw": sam["dc_net"],
        "pv_mv_kw": sam["gen"],
    }
    return {"time": times(plant.weather)}, {name: np.round(values, 4) for name, values in columns.items()}


def write(script):
    """Writes expected.csv with the module model that both programs have."""
    plant = Plant(script)
    write_expected(script, *expected(plant, plant.run(plant.single_diode())))
    return plant
