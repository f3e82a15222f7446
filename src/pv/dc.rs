//! The DC side of a block: modules in strings, their losses, and the voltage at which the inverter takes them.

use super::inverter::Inverter;
use super::module::{CurvePoint, Module, SingleDiode};
use super::{Stage, Stages};
use crate::keys::Keys;
use crate::units::fraction;

/// Losses between the modules' nameplates and the inverter's input, as fractions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DcLosses {
    /// Shortfall against the nameplate; negative where the modules are better.
    pub module_quality: f64,
    /// Light-induced degradation of the first days.
    pub lid: f64,
    /// Mismatch between modules and strings.
    pub mismatch: f64,
    /// Aging for each year since the start.
    pub degradation_per_year: f64,
    /// Loss in the cables at 1000 W/m² and 25 °C.
    pub wiring: f64,
}

impl DcLosses {
    /// Reads the loss keys of a block.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let quality =
            k.number("module_quality_pct", "shortfall of the modules, % of the nameplate; negative is a gain");
        let module_quality = fraction(quality.within(-20.0, 50.0).or(0.0));
        let lid = fraction(k.number("lid_pct", "light-induced degradation, %").within(0.0, 50.0).or(0.0));
        let mismatch = k.number("mismatch_pct", "mismatch of modules and strings, %").within(0.0, 50.0).or(0.0);
        let degradation_per_year = read_degradation(k);
        let wiring = k.number("dc_wiring_pct", "loss in the DC cables at 1000 W/m² and 25 °C, %").within(0.0, 25.0);
        let (mismatch, wiring) = (fraction(mismatch), fraction(wiring.or(0.0)));
        Self { module_quality, lid, mismatch, degradation_per_year, wiring }
    }

    /// What is left after quality, light-induced degradation, mismatch and aging, one after the other.
    fn left(&self, years_since_start: f64) -> [f64; 4] {
        let quality = 1.0 - self.module_quality;
        let lid = quality * (1.0 - self.lid);
        let mismatch = lid * (1.0 - self.mismatch);
        let aged = mismatch * left_after(years_since_start, self.degradation_per_year);
        [quality, lid, mismatch, aged]
    }
}

/// Reads the degradation, as a share of the start for each year since it.
pub fn read_degradation(k: &mut Keys<'_>) -> f64 {
    let aging = k.number("degradation_pct_per_year", "aging, % of the start for each year since it");
    fraction(aging.within(0.0, 20.0).or(0.0))
}

/// What degradation leaves of one after so many years, never less than nothing.
pub fn left_after(years: f64, degradation_per_year: f64) -> f64 {
    (1.0 - degradation_per_year * years).max(0.0)
}

/// The modules of a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DcArray {
    /// The module, of which all are alike.
    pub module: Module,
    /// Strings in parallel.
    pub strings: f64,
    /// Modules in series.
    pub modules_per_string: f64,
    /// Losses up to the inverter.
    pub losses: DcLosses,
}

/// The array in one year of its life, with what is the same in every step worked out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DcYear<'b> {
    array: &'b DcArray,
    left: [f64; 4],
    /// Cable resistance as one module of the array sees it, carrying its aged current, Ω.
    resistance_ohm: f64,
    /// MPPT window of one module, V.
    window_v: (f64, f64),
    nominal_v: f64,
}

impl DcArray {
    /// Number of modules.
    pub fn modules(&self) -> f64 {
        self.strings * self.modules_per_string
    }

    /// Nameplate power, W.
    pub fn nominal_w(&self) -> f64 {
        self.modules() * self.module.power_stc_w
    }

    /// Maximum power point of a string at an irradiance and a cell temperature; none for a module without a voltage.
    pub fn string_mpp(&self, irradiance_w_m2: f64, temp_cell_c: f64) -> Option<CurvePoint> {
        let mpp = self.module.curve(irradiance_w_m2, temp_cell_c)?.max_power_point();
        Some(CurvePoint { voltage_v: mpp.voltage_v * self.modules_per_string, ..mpp })
    }

    /// Open-circuit voltage of a string, V; none for a module without a voltage.
    pub fn string_open_v(&self, irradiance_w_m2: f64, temp_cell_c: f64) -> Option<f64> {
        Some(self.module.curve(irradiance_w_m2, temp_cell_c)?.open_circuit_v() * self.modules_per_string)
    }

    /// The array so many years after its start, behind an inverter.
    pub fn in_year(&self, years_since_start: f64, inverter: &Inverter) -> DcYear<'_> {
        let left = self.losses.left(years_since_start);
        // wiring·P = I²·R at reference conditions; losses act on the current, so the aged array drops less.
        let per_module = self.module.curve(1000.0, 25.0).map_or(0.0, |curve| {
            let mpp = curve.max_power_point();
            mpp.voltage_v / mpp.current_a
        });
        let (low, high) = inverter.mppt_window_v;
        DcYear {
            array: self,
            left,
            resistance_ohm: self.losses.wiring * per_module * left[3],
            window_v: (low / self.modules_per_string, high / self.modules_per_string),
            nominal_v: inverter.dc_voltage_nominal_v(),
        }
    }
}

/// What the array offers in one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DcPoint {
    /// Power at the inverter's input, W.
    pub power_w: f64,
    /// Voltage there, V.
    pub voltage_v: f64,
}

impl DcYear<'_> {
    /// Power and voltage at the inverter's input by the light on the cells (W/m²) and their temperature (°C), with every
    /// stage on the way noted in the ladder, W. Nothing in the dark.
    #[inline]
    pub fn step(&self, effective_w_m2: f64, temp_cell_c: f64, ladder: &mut Stages) -> DcPoint {
        if effective_w_m2 <= 0.0 {
            return DcPoint { power_w: 0.0, voltage_v: self.nominal_v };
        }
        let (array, modules) = (self.array, self.array.modules());
        let curve = array.module.curve(effective_w_m2, temp_cell_c);
        let mpp = curve.map(|c| c.max_power_point());
        let best_w = mpp.map_or_else(|| array.module.nameplate_power_w(effective_w_m2, temp_cell_c), |p| p.power_w());
        let cool_w = array.module.at_reference_temperature_w(best_w, temp_cell_c);
        ladder.set(Stage::IrradianceLevel, modules * cool_w);
        ladder.set(Stage::Temperature, modules * best_w);
        for (stage, left) in LOSSES.into_iter().zip(self.left) {
            ladder.set(stage, modules * best_w * left);
        }
        let (held_w, input_w, voltage_v) = match (curve, mpp) {
            (Some(curve), Some(mpp)) => self.at_inverter(&curve, mpp),
            _ => self.without_voltage(best_w),
        };
        ladder.set(Stage::MpptWindow, modules * held_w);
        ladder.set(Stage::DcWiring, modules * input_w);
        DcPoint { power_w: modules * input_w, voltage_v }
    }

    /// Power of a module and what of it passes the cable, W, and the array's voltage at the inverter, V. Outside the
    /// MPPT window the inverter holds the window's edge, and the module works at another point of its curve.
    #[inline]
    fn at_inverter(&self, curve: &SingleDiode, mpp: CurvePoint) -> (f64, f64, f64) {
        let (r, left) = (self.resistance_ohm, self.left[3]);
        let free_v = mpp.voltage_v - r * mpp.current_a;
        let held_v = free_v.max(self.window_v.0).min(self.window_v.1);
        let current_a = if held_v == free_v { mpp.current_a } else { curve.behind(r).current_at(held_v).max(0.0) };
        let module_w = current_a * (held_v + r * current_a);
        (left * module_w, left * current_a * held_v, held_v * self.array.modules_per_string)
    }

    /// The same for a module that knows only power: the cable's loss follows the square of the power, the voltage is the
    /// inverter's nominal one.
    #[inline]
    fn without_voltage(&self, best_w: f64) -> (f64, f64, f64) {
        let module_w = best_w * self.left[3];
        let lost_w = self.array.losses.wiring * module_w * module_w / self.array.module.power_stc_w;
        (module_w, (module_w - lost_w).max(0.0), self.nominal_v)
    }
}

const LOSSES: [Stage; 4] = [Stage::ModuleQuality, Stage::LightInduced, Stage::Mismatch, Stage::Degradation];

#[cfg(test)]
pub(super) mod tests {
    use super::super::inverter::tests::inverter;
    use super::super::module::DcModel;
    use super::super::module::tests::{assert_close, module};
    use super::*;

    pub(in crate::pv) const NO_LOSSES: DcLosses =
        DcLosses { module_quality: 0.0, lid: 0.0, mismatch: 0.0, degradation_per_year: 0.0, wiring: 0.0 };

    fn array(losses: DcLosses) -> DcArray {
        DcArray { module: module(), strings: 100.0, modules_per_string: 25.0, losses }
    }

    fn step(array: &DcArray, effective_w_m2: f64, temp_c: f64, year: u32) -> (DcPoint, Stages) {
        let mut ladder = Stages::default();
        let point = array.in_year(f64::from(year), &inverter()).step(effective_w_m2, temp_c, &mut ladder);
        (point, ladder)
    }

    #[test]
    fn losses_follow_each_other_and_aging_goes_by_the_year() {
        let losses =
            DcLosses { module_quality: -0.01, lid: 0.02, mismatch: 0.03, degradation_per_year: 0.005, wiring: 0.0 };
        let (point, ladder) = step(&array(losses), 1000.0, 25.0, 10);
        let mpp_w = ladder.after(Stage::Temperature);
        assert_close(ladder.after(Stage::ModuleQuality), 1.01 * mpp_w, 1e-14);
        assert_close(ladder.after(Stage::Degradation), 1.01 * 0.98 * 0.97 * 0.95 * mpp_w, 1e-14);
        assert_close(point.power_w, ladder.after(Stage::Degradation), 1e-14);
    }

    #[test]
    fn the_cable_loses_its_share_at_reference_conditions_and_half_of_it_at_half_the_light() {
        let cabled = array(DcLosses { wiring: 0.02, ..NO_LOSSES });
        let (_, full) = step(&cabled, 1000.0, 25.0, 0);
        assert_close(full.loss(Stage::DcWiring) / full.after(Stage::MpptWindow), 0.02, 1e-12);
        let (_, half) = step(&cabled, 500.0, 25.0, 0);
        let share = half.loss(Stage::DcWiring) / half.after(Stage::MpptWindow);
        assert!((share - 0.01).abs() < 5e-4, "{share}");
    }

    #[test]
    fn a_module_without_voltage_loses_in_the_cable_by_the_square_of_its_power() {
        // 310.128 W·1000 modules at half light: 155.064 W; 0.02·155.064²/310.128 = 1.550 64 W
        let plain = DcArray {
            module: Module { model: DcModel::PvWatts, ..module() },
            ..array(DcLosses { wiring: 0.02, ..NO_LOSSES })
        };
        let (point, _) = step(&plain, 500.0, 25.0, 0);
        assert_close(point.power_w, 2500.0 * (155.064 - 1.550_64), 1e-12);
        assert_eq!(point.voltage_v, 900.0);
    }

    #[test]
    fn below_the_window_the_inverter_holds_its_lower_edge() {
        // 20 modules have about 728 V at their maximum, the window begins at 800 V: 40 V a module.
        let short = DcArray { modules_per_string: 20.0, ..array(NO_LOSSES) };
        let (point, ladder) = step(&short, 1000.0, 25.0, 0);
        assert_eq!(point.voltage_v, 800.0);
        let at_edge_w = 40.0 * module().curve(1000.0, 25.0).unwrap().current_at(40.0);
        assert_close(point.power_w, 2000.0 * at_edge_w, 1e-12);
        assert!(ladder.loss(Stage::MpptWindow) > 0.0 && ladder.loss(Stage::DcWiring).abs() < 1e-6);
    }

    #[test]
    fn a_string_that_never_reaches_the_window_gives_nothing() {
        let tiny = DcArray { modules_per_string: 2.0, ..array(NO_LOSSES) };
        assert_eq!(step(&tiny, 1000.0, 25.0, 0).0.power_w, 0.0);
    }

    #[test]
    fn in_the_dark_every_stage_is_zero() {
        let (point, ladder) = step(&array(NO_LOSSES), 0.0, 10.0, 0);
        assert_eq!((point.power_w, ladder), (0.0, Stages::default()));
    }
}
