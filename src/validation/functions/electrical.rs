//! The array's electricity: cell temperature, module, inverter.

use super::{Outputs, Row, Shelf};
use crate::pv::inverter::{AcModel, Inverter, PvWatts, Sandia};
use crate::pv::module::{Cec, DeSoto, SingleDiode, pvwatts_power_w};
use crate::pv::temperature::{Faiman, NoctSam};
use crate::units::fraction;

pub(super) const FUNCTIONS: Shelf = &[
    ("faiman", faiman),
    ("noct_sam", noct_sam),
    ("calcparams_desoto", |r| parameters(&desoto_curve(r))),
    ("calcparams_cec", |r| parameters(&cec_curve(r))),
    ("module_desoto", |r| points(&desoto_curve(r))),
    ("module_cec", |r| points(&cec_curve(r))),
    ("single_diode", |r| points(&given_curve(r))),
    ("single_diode_current", single_diode_current),
    ("pvwatts_dc", pvwatts_dc),
    ("inverter_sandia", inverter_sandia),
    ("inverter_pvwatts", inverter_pvwatts),
];

fn faiman(r: &Row<'_>) -> Outputs {
    let [u0, u1] = r.numbers(["u0", "u1"]);
    let [poa_w_m2, temp_air_c, wind_m_s] = r.numbers(["poa_global_w_m2", "temp_air_c", "wind_m_s"]);
    vec![("temp_cell_c", Faiman { u0, u1 }.cell_c(poa_w_m2, temp_air_c, wind_m_s))]
}

fn noct_sam(r: &Row<'_>) -> Outputs {
    let model = NoctSam {
        noct_c: Some(r.number("noct_c")),
        efficiency: r.number("module_efficiency"),
        transmittance_absorptance: r.number("transmittance_absorptance"),
        array_height: r.number("array_height"),
        mount_standoff_in: r.number("mount_standoff_in"),
    };
    let [poa_w_m2, effective_w_m2] = r.numbers(["poa_global_w_m2", "effective_irradiance_w_m2"]);
    let [temp_air_c, wind_m_s] = r.numbers(["temp_air_c", "wind_m_s"]);
    vec![("temp_cell_c", model.cell_c(poa_w_m2, effective_w_m2, temp_air_c, wind_m_s))]
}

fn desoto(r: &Row<'_>) -> DeSoto {
    r.may_have(&["eg_ref_ev", "d_eg_dt_per_k", "irradiance_ref_w_m2", "temp_ref_c", "boltzmann_ev_per_k"]);
    DeSoto {
        alpha_sc_a_per_c: r.number("alpha_sc_a_per_k"),
        a_ref_v: r.number("a_ref_v"),
        i_l_ref_a: r.number("i_l_ref_a"),
        i_o_ref_a: r.number("i_o_ref_a"),
        r_s_ohm: r.number("r_s_ohm"),
        r_sh_ref_ohm: r.number("r_sh_ref_ohm"),
    }
}

fn desoto_curve(r: &Row<'_>) -> SingleDiode {
    desoto(r).curve(r.number("effective_irradiance_w_m2"), r.number("temp_cell_c"))
}

fn cec_curve(r: &Row<'_>) -> SingleDiode {
    let module = Cec::new(desoto(r), fraction(r.number("adjust_pct")));
    module.curve(r.number("effective_irradiance_w_m2"), r.number("temp_cell_c"))
}

fn given_curve(r: &Row<'_>) -> SingleDiode {
    SingleDiode {
        photocurrent_a: r.number("photocurrent_a"),
        saturation_current_a: r.number("saturation_current_a"),
        resistance_series_ohm: r.number("resistance_series_ohm"),
        conductance_shunt_s: 1.0 / r.number("resistance_shunt_ohm"),
        modified_ideality_v: r.number("n_ns_vth_v"),
    }
}

fn parameters(curve: &SingleDiode) -> Outputs {
    vec![
        ("photocurrent_a", curve.photocurrent_a),
        ("saturation_current_a", curve.saturation_current_a),
        ("resistance_series_ohm", curve.resistance_series_ohm),
        ("resistance_shunt_ohm", 1.0 / curve.conductance_shunt_s),
        ("n_ns_vth_v", curve.modified_ideality_v),
    ]
}

fn points(curve: &SingleDiode) -> Outputs {
    let mpp = curve.max_power_point();
    vec![
        ("i_sc_a", curve.short_circuit_a()),
        ("v_oc_v", curve.open_circuit_v()),
        ("i_mp_a", mpp.current_a),
        ("v_mp_v", mpp.voltage_v),
        ("p_mp_w", mpp.power_w()),
    ]
}

fn single_diode_current(r: &Row<'_>) -> Outputs {
    vec![("current_a", given_curve(r).current_at(r.number("voltage_v")))]
}

fn pvwatts_dc(r: &Row<'_>) -> Outputs {
    let [power_stc_w, gamma_per_c] = r.numbers(["p_dc0_w", "gamma_per_c"]);
    let [effective_w_m2, temp_cell_c] = r.numbers(["effective_irradiance_w_m2", "temp_cell_c"]);
    r.may_have(&["temp_ref_c"]);
    vec![("p_dc_w", pvwatts_power_w(power_stc_w, gamma_per_c, effective_w_m2, temp_cell_c))]
}

fn inverter_sandia(r: &Row<'_>) -> Outputs {
    let ac_power_max_w = r.number("paco_w");
    let model = Sandia {
        ac_power_max_w,
        dc_power_max_w: r.number("pdco_w"),
        dc_voltage_nominal_v: r.number("vdco_v"),
        dc_power_startup_w: r.number("pso_w"),
        c0_per_w: r.number("c0_per_w"),
        c1_per_v: r.number("c1_per_v"),
        c2_per_v: r.number("c2_per_v"),
        c3_per_v: r.number("c3_per_v"),
    };
    terminal(r, AcModel::Sandia(model), ac_power_max_w, r.number("pnt_w"), r.number("v_dc_v"))
}

fn inverter_pvwatts(r: &Row<'_>) -> Outputs {
    let [dc_power_max_w, efficiency] = r.numbers(["p_dc0_w", "eta_nom"]);
    r.may_have(&["eta_ref"]);
    let ac_power_max_w = dc_power_max_w * efficiency;
    terminal(r, AcModel::PvWatts(PvWatts { ac_power_max_w, efficiency }), ac_power_max_w, 0.0, 0.0)
}

/// Power at the terminals of an inverter without a voltage window.
fn terminal(r: &Row<'_>, model: AcModel, ac_power_max_w: f64, night_tare_w: f64, voltage_v: f64) -> Outputs {
    let mppt_window_v = (0.0, f64::INFINITY);
    let inverter = Inverter { ac_power_max_w, night_tare_w, mppt_window_v, dc_voltage_max_v: None, model };
    vec![("p_ac_w", inverter.convert(r.number("p_dc_w"), voltage_v).terminal_w)]
}
