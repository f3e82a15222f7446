//! Catalogue of inverter models: DC power and voltage to AC power.

mod pvwatts;
mod sandia;

pub use pvwatts::PvWatts;
pub use sandia::Sandia;

use crate::keys::{Keys, Variant};

/// One PV inverter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inverter {
    /// Largest AC power, W.
    pub ac_power_max_w: f64,
    /// Power drawn while it does not run, W, not negative.
    pub night_tare_w: f64,
    /// Voltages between which it follows the maximum power, V: from 0 to infinity where not given.
    pub mppt_window_v: (f64, f64),
    /// Largest DC voltage, V, where given.
    pub dc_voltage_max_v: Option<f64>,
    /// How DC becomes AC.
    pub model: AcModel,
}

/// The inverter models.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AcModel {
    /// By power and voltage.
    Sandia(Sandia),
    /// By power alone.
    PvWatts(PvWatts),
}

const VARIANTS: &[Variant<AcModel>] = &[
    Variant { name: "sandia", doc: sandia::DOC, read: |k| AcModel::Sandia(Sandia::read(k)) },
    Variant { name: "pvwatts", doc: pvwatts::DOC, read: |k| AcModel::PvWatts(PvWatts::read(k)) },
];

/// What an inverter makes of its input in one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Converted {
    /// AC power it could give without its limit, W; 0 while it does not run.
    pub unlimited_w: f64,
    /// AC power it gives, W; 0 while it does not run.
    pub limited_w: f64,
    /// Power at its terminals, W; its night consumption is negative.
    pub terminal_w: f64,
    /// Whether it runs.
    pub running: bool,
}

impl Inverter {
    /// Reads a file of models/inverters or an inline table.
    pub fn read(k: &mut Keys<'_>) -> Self {
        k.text("manufacturer", "who makes it");
        k.text("model", "its name there");
        k.text("source", "where the figures come from");
        k.number("ac_voltage_v", "AC voltage, V").above(0.0).optional();
        let ac_power_max_w = k.number("ac_power_max_w", "largest AC power, W").above(0.0).required();
        let night_tare_w = k.number("night_tare_w", "power drawn at night, W").at_least(0.0).or(0.0);
        let dc_voltage_max_v = k.number("dc_voltage_max_v", "largest DC voltage, V").above(0.0).optional();
        let low_v = k.number("mppt_low_v", "lower end of the MPPT window, V").at_least(0.0).or(0.0);
        let high_v = k.number("mppt_high_v", "upper end of the MPPT window, V").above(0.0).optional();
        let high_v = high_v.unwrap_or(f64::INFINITY);
        if low_v >= high_v {
            k.reject("mppt_low_v", format!("{low_v} V is not below the window's upper end, {high_v} V"));
        }
        let model = k.tagged("ac_model", "inverter model", VARIANTS, Some("sandia"));
        let (night_tare_w, mppt_window_v) = (night_tare_w, (low_v, high_v));
        Self { ac_power_max_w, night_tare_w, mppt_window_v, dc_voltage_max_v, model: model.rated(ac_power_max_w) }
    }

    /// Nominal DC voltage, V; without one, the middle of the MPPT window or 0.
    pub fn dc_voltage_nominal_v(&self) -> f64 {
        match self.model {
            AcModel::Sandia(m) => m.dc_voltage_nominal_v,
            AcModel::PvWatts(_) if self.mppt_window_v.1.is_finite() => {
                0.5 * (self.mppt_window_v.0 + self.mppt_window_v.1)
            }
            AcModel::PvWatts(_) => self.mppt_window_v.0,
        }
    }

    /// AC power by DC power (W, not negative) and voltage (V).
    ///
    /// Above its limit the inverter gives the limit; without enough light it does not run and draws its night tare.
    #[inline]
    pub fn convert(&self, dc_power_w: f64, dc_voltage_v: f64) -> Converted {
        let given = match &self.model {
            AcModel::Sandia(m) => m.ac_power_w(dc_power_w, dc_voltage_v),
            AcModel::PvWatts(m) => m.ac_power_w(dc_power_w),
        };
        match given {
            Some(unlimited_w) => {
                let limited_w = unlimited_w.min(self.ac_power_max_w);
                Converted { unlimited_w, limited_w, terminal_w: limited_w, running: true }
            }
            None => Converted { unlimited_w: 0.0, limited_w: 0.0, terminal_w: -self.night_tare_w, running: false },
        }
    }
}

impl AcModel {
    /// The model at its largest AC power, W, which is read beside it.
    fn rated(self, ac_power_max_w: f64) -> Self {
        match self {
            Self::Sandia(m) => Self::Sandia(Sandia { ac_power_max_w, ..m }),
            Self::PvWatts(m) => Self::PvWatts(PvWatts { ac_power_max_w, ..m }),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Sungrow SG2500U as the library has it.
    pub(in crate::pv) fn inverter() -> Inverter {
        Inverter {
            ac_power_max_w: 2.5e6,
            night_tare_w: 750.0,
            mppt_window_v: (800.0, 1200.0),
            dc_voltage_max_v: Some(1200.0),
            model: AcModel::Sandia(sandia::tests::sg2500u()),
        }
    }

    #[test]
    fn twice_the_rated_power_is_clipped_to_the_limit() {
        let out = inverter().convert(5e6, 900.0);
        assert_eq!((out.limited_w, out.terminal_w, out.running), (2.5e6, 2.5e6, true));
        assert!(out.unlimited_w > 4.5e6);
    }

    #[test]
    fn at_night_the_tare_is_drawn() {
        let out = inverter().convert(0.0, 900.0);
        assert_eq!((out.unlimited_w, out.limited_w, out.terminal_w, out.running), (0.0, 0.0, -750.0, false));
    }

    proptest! {
        #[test]
        fn no_inverter_gives_more_than_it_gets_or_more_than_its_limit(dc_w in 0.0..6e6f64, v in 800.0..1200.0f64) {
            let small = AcModel::PvWatts(PvWatts { ac_power_max_w: 2.5e6, efficiency: 0.96 });
            for inverter in [inverter(), Inverter { model: small, ..inverter() }] {
                let out = inverter.convert(dc_w, v);
                prop_assert!(out.terminal_w <= dc_w && out.terminal_w <= 2.5e6 && out.limited_w <= out.unlimited_w);
            }
        }
    }
}
