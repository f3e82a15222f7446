//! The current-voltage curve of one module: the one-diode equation and its points.

/// Iterations after which the curve's points are taken as they are; 1 to 6 are the rule.
const MOST_ITERATIONS: usize = 60;

/// The one-diode equation of a module at one irradiance and temperature [1]:
///
/// ```text
/// I = I_L − I_0·(exp(V_d/a) − 1) − V_d/R_sh,   V_d = V + I·R_s
/// ```
///
/// Every point is found on the diode voltage `V_d`, in which current and voltage are explicit, so that no iteration
/// depends on another [2]. All functions are total: in the dark (`I_L = 0`) every point is zero.
///
/// [1] De Soto, W., Klein, S. A. and Beckman, W. A. (2006). Improvement and validation of a model for photovoltaic array
/// performance. Solar Energy 80 (1), 78-88.
/// [2] Bishop, J. W. (1988). Computer simulation of the effects of electrical mismatches in photovoltaic cell
/// interconnection circuits. Solar Cells 25 (1), 73-89.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SingleDiode {
    /// Photocurrent `I_L`, A, not negative.
    pub photocurrent_a: f64,
    /// Saturation current `I_0`, A, above zero.
    pub saturation_current_a: f64,
    /// Series resistance `R_s`, Ω, not negative.
    pub resistance_series_ohm: f64,
    /// Shunt conductance `1/R_sh`, S, not negative; zero in the dark.
    pub conductance_shunt_s: f64,
    /// Ideality times cells in series times thermal voltage, V, above zero.
    pub modified_ideality_v: f64,
}

/// A point of a module's curve.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CurvePoint {
    /// Current, A.
    pub current_a: f64,
    /// Voltage, V.
    pub voltage_v: f64,
}

impl CurvePoint {
    /// Power, W.
    #[inline]
    pub fn power_w(&self) -> f64 {
        self.current_a * self.voltage_v
    }
}

impl SingleDiode {
    /// The same module behind a further series resistance, Ω: the curve at the far end of its cable.
    #[inline]
    #[must_use]
    pub fn behind(&self, resistance_ohm: f64) -> Self {
        Self { resistance_series_ohm: self.resistance_series_ohm + resistance_ohm, ..*self }
    }

    /// Current at a diode voltage and the slope's exponential part `I_0/a·exp(V_d/a)`, given `1/a`.
    #[inline]
    fn current_on_diode(&self, diode_v: f64, per_v: f64) -> (f64, f64) {
        let rising = self.saturation_current_a * (diode_v * per_v).exp();
        let current = self.photocurrent_a + self.saturation_current_a - rising - diode_v * self.conductance_shunt_s;
        (current, rising * per_v)
    }

    /// A diode voltage that is never below the open-circuit one, V.
    #[inline]
    fn highest_diode_v(&self) -> f64 {
        let ratio = self.photocurrent_a / self.saturation_current_a;
        // The plain logarithm is twice as fast, and as good but for next to no light.
        self.modified_ideality_v * if ratio > 1e3 { (1.0 + ratio).ln() } else { ratio.ln_1p() }
    }

    /// Maximum power point: the root of `f = dP/dV_d = I + I'·(V_d − 2·R_s·I)` by Newton with the curvature's correction
    /// (Halley), kept between bounds that close in. Zero in the dark.
    #[inline]
    pub fn max_power_point(&self) -> CurvePoint {
        if self.photocurrent_a <= 0.0 {
            return CurvePoint::default();
        }
        let (per_v, r) = (1.0 / self.modified_ideality_v, self.resistance_series_ohm);
        let (mut low, mut high) = (0.0, self.highest_diode_v());
        let mut x = self.start_of_search(high * per_v);
        for _ in 0..MOST_ITERATIONS {
            let (i, steep) = self.current_on_diode(x, per_v);
            let di = -steep - self.conductance_shunt_s;
            let (ddi, dddi) = (-steep * per_v, -steep * per_v * per_v);
            let lever = x - 2.0 * r * i;
            let f = i + di * lever;
            let df = 2.0 * di + ddi * lever - 2.0 * r * di * di;
            let ddf = 3.0 * ddi + dddi * lever - 6.0 * r * di * ddi;
            let step = f * df / (df * df - 0.5 * f * ddf).max(0.5 * df * df);
            if step.abs() <= 1e-5 * x {
                // What the step leaves is of its third order, in the last digits; so is the series of the current.
                let current_a = i - step * (di - step * (0.5 * ddi - step * dddi / 6.0));
                return CurvePoint { current_a, voltage_v: x - step - current_a * r };
            }
            if f > 0.0 {
                low = x;
            } else {
                high = x;
            }
            let next = x - step;
            x = if next > low && next < high { next } else { 0.5 * (low + high) };
        }
        let current_a = self.current_on_diode(x, per_v).0;
        CurvePoint { current_a, voltage_v: x - current_a * r }
    }

    /// Where the search for the maximum begins, V, as a rule within 1e-4 ideality voltages of it.
    ///
    /// With `y = V_d/a` the maximum is at `y + ln z = y_oc + ln(1 − s)`, where `z = 1 + y − 2R_s·I/a` and `s`, small, is twice
    /// the shunt's part `(y·a − R_s·I)/(R_sh·I_L)`. Two Newton steps from a usual place below `y_oc` follow `I` as they go;
    /// the second takes the logarithm on by its series.
    #[inline]
    fn start_of_search(&self, open: f64) -> f64 {
        let a = self.modified_ideality_v;
        let series = self.resistance_series_ohm * self.photocurrent_a / a;
        let shunt = self.conductance_shunt_s * a / self.photocurrent_a;
        let (mut y, mut current) = ((open - 2.7).max(0.3 * open), 0.93);
        let mut z = (1.0 + y - 2.0 * series * current).max(1.0);
        let (first, log) = (z, z.ln());
        for _ in 0..2 {
            let s = (2.0 * shunt * (y - series * current)).clamp(0.0, 0.5);
            let off = (z - first) / first;
            let excess = y + log + off * (1.0 - off * (0.5 - off / 3.0)) - open + s * (1.0 + s * (0.5 + s / 3.0));
            let step = excess * z / (z + 1.0);
            y -= step;
            current = (1.0 - (1.0 - s) / (z - step) - shunt * y).clamp(0.0, 1.0);
            z = (1.0 + y - 2.0 * series * current).max(1.0);
        }
        a * y.clamp(0.0, open)
    }

    /// Open-circuit voltage, V: Newton from above, where the curve lets it only fall.
    pub fn open_circuit_v(&self) -> f64 {
        if self.photocurrent_a <= 0.0 {
            return 0.0;
        }
        let shunted = self.photocurrent_a / self.conductance_shunt_s;
        let mut x = self.highest_diode_v().min(shunted);
        let per_v = 1.0 / self.modified_ideality_v;
        for _ in 0..MOST_ITERATIONS {
            let (i, steep) = self.current_on_diode(x, per_v);
            let step = i / (steep + self.conductance_shunt_s);
            x += step;
            if step.abs() <= 1e-15 * x {
                break;
            }
        }
        x
    }

    /// Short-circuit current, A.
    pub fn short_circuit_a(&self) -> f64 {
        self.current_at(0.0)
    }

    /// Current at a voltage, A; negative above the open-circuit voltage.
    ///
    /// The root of `V_d − V − R_s·I(V_d)`, which rises and bends upwards: Newton cannot miss it.
    pub fn current_at(&self, voltage_v: f64) -> f64 {
        let (a, r) = (self.modified_ideality_v, self.resistance_series_ohm);
        let short = voltage_v + r * self.photocurrent_a;
        if r <= 0.0 {
            return self.current_on_diode(voltage_v, 1.0 / a).0;
        }
        let mut x = short.min(a * (short.max(0.0) / (r * self.saturation_current_a)).ln_1p());
        for _ in 0..MOST_ITERATIONS {
            let (i, steep) = self.current_on_diode(x, 1.0 / a);
            let step = (x - voltage_v - r * i) / (1.0 + r * (steep + self.conductance_shunt_s));
            x -= step;
            if step.abs() <= 1e-15 * x.abs().max(a) {
                break;
            }
        }
        self.current_on_diode(x, 1.0 / a).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Canadian Solar CS6X-310P at 1000 W/m² and 25 °C.
    fn module() -> SingleDiode {
        SingleDiode {
            photocurrent_a: 9.097_388,
            saturation_current_a: 2.766_528e-12,
            resistance_series_ohm: 0.429_443,
            conductance_shunt_s: 1.0 / 224.251_984,
            modified_ideality_v: 1.559_073,
        }
    }

    #[test]
    fn without_resistances_the_points_are_known_in_closed_form() {
        // I_L = 8, I_0 = 1e-9, a = 1.5: V_oc = 1.5·ln(8e9 + 1) = 34.203 973; at the maximum exp(y)·(1 + y) = 8e9 + 1.
        let ideal = SingleDiode {
            photocurrent_a: 8.0,
            saturation_current_a: 1e-9,
            resistance_series_ohm: 0.0,
            conductance_shunt_s: 0.0,
            modified_ideality_v: 1.5,
        };
        assert!((ideal.open_circuit_v() - 1.5 * (8e9_f64 + 1.0).ln()).abs() < 1e-12);
        assert_eq!(ideal.short_circuit_a(), 8.0);
        let y = ideal.max_power_point().voltage_v / 1.5;
        assert!((y.exp() * (1.0 + y) / (8e9 + 1.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_dark_module_gives_nothing() {
        let dark = SingleDiode { photocurrent_a: 0.0, conductance_shunt_s: 0.0, ..module() };
        assert_eq!(dark.max_power_point(), CurvePoint::default());
        assert_eq!((dark.open_circuit_v(), dark.short_circuit_a()), (0.0, 0.0));
    }

    #[test]
    fn a_cable_moves_the_voltage_by_its_drop() {
        let (module, mpp) = (module(), module().max_power_point());
        let far = module.behind(0.1).current_at(mpp.voltage_v - 0.1 * mpp.current_a);
        assert!((far - mpp.current_a).abs() < 1e-12);
    }

    fn any_module() -> impl Strategy<Value = SingleDiode> {
        let wide = (-9.0..1.2f64, -14.0..-5.0f64, 0.0..2.0f64, -1.0..6.0f64, 0.3..12.0f64);
        wide.prop_map(|(log_il, log_i0, r, log_rsh, a)| {
            let photocurrent_a = 10f64.powf(log_il);
            SingleDiode {
                photocurrent_a,
                saturation_current_a: 10f64.powf(log_i0),
                resistance_series_ohm: r,
                // The shunt follows the light, as in the De Soto model.
                conductance_shunt_s: 10f64.powf(-log_rsh) * photocurrent_a,
                modified_ideality_v: a,
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]

        #[test]
        fn no_other_voltage_gives_more_power(module in any_module(), share in 0.0..1.0f64) {
            let best_w = module.max_power_point().power_w();
            let voltage_v = share * module.open_circuit_v();
            prop_assert!(best_w >= voltage_v * module.current_at(voltage_v) * (1.0 - 1e-12), "{best_w}");
        }

        #[test]
        fn the_points_lie_on_the_curve(module in any_module()) {
            let mpp = module.max_power_point();
            let (scale_a, open_v) = (module.short_circuit_a(), module.open_circuit_v());
            prop_assert!((module.current_at(mpp.voltage_v) - mpp.current_a).abs() <= 1e-9 * scale_a);
            prop_assert!(module.current_at(open_v).abs() <= 1e-9 * scale_a);
            prop_assert!(mpp.voltage_v > 0.0 && mpp.voltage_v < open_v && mpp.current_a < scale_a);
        }
    }
}
