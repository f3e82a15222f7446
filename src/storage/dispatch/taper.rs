//! Discharge near the minimum state of charge: it tapers off, and then waits to be charged before it starts again.

use crate::keys::Keys;
use crate::units::fraction;

/// Below this distance from the minimum the discharge is over, share of the capacity.
const LOCK: f64 = 0.001;

/// The taper above the minimum state of charge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Taper {
    /// Width of the band in which the power falls to zero in proportion, share of the capacity.
    pub band: f64,
    /// Distance from the minimum that must be reached again before it discharges, share of the capacity.
    pub hysteresis: f64,
}

/// What a battery is when its discharge is laid out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Above {
    /// Stored energy above the minimum, Wh.
    pub stored_wh: f64,
    /// Capacity in force, Wh.
    pub capacity_wh: f64,
    /// Efficiency from store to DC terminals.
    pub eta_discharge: f64,
    /// Largest discharge power at the DC terminals, W.
    pub max_w: f64,
}

/// A discharge laid out over a step: constant at first, then falling off with the stored energy, then over.
///
/// The power is `min(request, max·E/band)` with `E` the energy above the minimum, which falls by the power over the
/// efficiency; solved in closed form, so that one long step ends where many short ones do.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DischargePath {
    step_h: f64,
    /// Power of the constant part, W, and its length, h.
    constant_w: f64,
    constant_h: f64,
    /// Power at the start of the falling part, W, its time constant, h, and its length, h.
    falling_w: f64,
    tau_h: f64,
    falling_h: f64,
}

impl Taper {
    /// Reads `taper_band_pct` and `hysteresis_pct`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let doc =
            "width of the band above the minimum state of charge in which the discharge tapers off, % of capacity";
        let band = fraction(k.number("taper_band_pct", doc).above_up_to(0.0, 100.0).or(5.0));
        let doc =
            "distance above the minimum state of charge at which an empty battery may discharge again, % of capacity";
        let hysteresis = fraction(k.number("hysteresis_pct", doc).within(0.1, 100.0).or(2.0));
        Self { band, hysteresis }
    }

    /// Whether discharging is locked: set near the minimum, cleared a hysteresis above it.
    #[inline]
    pub fn locks(&self, was_locked: bool, above: &Above) -> bool {
        // A battery without capacity has no share and stays locked.
        let share = if above.capacity_wh > 0.0 { above.stored_wh / above.capacity_wh } else { 0.0 };
        // A discharge stops at the lock itself, give or take the rounding.
        share < self.hysteresis && (was_locked || share <= LOCK * (1.0 + 1e-9))
    }

    /// Lays out a discharge of `request_w` over a step.
    pub fn path(&self, above: &Above, request_w: f64, step_h: f64) -> DischargePath {
        let Above { stored_wh, capacity_wh, eta_discharge, max_w } = *above;
        let constant_w = request_w.min(max_w);
        let (band_wh, end_wh) = (self.band * capacity_wh, LOCK * capacity_wh);
        if constant_w <= 0.0 || stored_wh <= end_wh || eta_discharge <= 0.0 {
            return DischargePath { step_h, ..DischargePath::default() };
        }
        // The stored energy at which the taper comes down to the request.
        let knee_wh = (band_wh * constant_w / max_w).max(end_wh);
        let constant_h = ((stored_wh - knee_wh).max(0.0) * eta_discharge / constant_w).min(step_h);
        let from_wh = stored_wh.min(knee_wh);
        let tau_h = band_wh * eta_discharge / max_w;
        let falling_h = (tau_h * (from_wh / end_wh).ln()).min(step_h - constant_h);
        DischargePath { step_h, constant_w, constant_h, falling_w: max_w * from_wh / band_wh, tau_h, falling_h }
    }
}

impl DischargePath {
    /// A discharge that holds its power throughout.
    pub fn constant(power_w: f64, step_h: f64) -> Self {
        Self { step_h, constant_w: power_w, constant_h: step_h, ..Self::default() }
    }

    /// Mean power over the step, W at the DC terminals.
    pub fn mean_w(&self) -> f64 {
        self.mean_up_to_w(f64::INFINITY)
    }

    /// Mean over the step of the power or `need_w`, whichever is less at the time, W: what of a need is met.
    pub fn mean_up_to_w(&self, need_w: f64) -> f64 {
        let constant_wh = self.constant_w.min(need_w) * self.constant_h;
        if self.falling_h <= 0.0 {
            return if self.constant_h == self.step_h {
                self.constant_w.min(need_w)
            } else {
                constant_wh / self.step_h
            };
        }
        // Until the falling power has come down to the need, the need is met.
        let met_h = (self.tau_h * (self.falling_w / need_w).ln()).clamp(0.0, self.falling_h);
        let after_w = |h: f64| self.falling_w * (-h / self.tau_h).exp();
        let met_wh = if met_h > 0.0 { need_w * met_h } else { 0.0 };
        let falling_wh = (after_w(met_h) - after_w(self.falling_h)) * self.tau_h;
        (constant_wh + met_wh + falling_wh) / self.step_h
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TAPER: Taper = Taper { band: 0.05, hysteresis: 0.02 };

    fn above(stored_wh: f64) -> Above {
        Above { stored_wh, capacity_wh: 100e3, eta_discharge: 0.95, max_w: 50e3 }
    }

    #[test]
    fn far_above_the_minimum_the_request_is_served_as_asked() {
        assert_eq!(TAPER.path(&above(60e3), 50e3, 1.0).mean_w(), 50e3);
        assert_eq!(TAPER.path(&above(60e3), 80e3, 1.0).mean_w(), 50e3);
        assert_eq!(TAPER.path(&above(60e3), 10e3, 0.25).mean_w(), 10e3);
    }

    #[test]
    fn in_the_band_the_power_falls_off_exponentially() {
        // tau = 5 kWh·0.95/50 kW = 0.095 h; from 3 kWh: 30 kW·exp(−t/tau), over a minute.
        let path = TAPER.path(&above(3e3), 50e3, 1.0 / 60.0);
        let expected = 30e3 * 0.095 * (1.0 - (-1.0 / 60.0 / 0.095_f64).exp()) * 60.0;
        assert!((path.mean_w() - expected).abs() < 1e-6);
    }

    #[test]
    fn it_ends_just_above_the_minimum() {
        // 3 kWh less 0.1 % of 100 kWh, at 95 %.
        assert!((TAPER.path(&above(3e3), 50e3, 5.0).mean_w() * 5.0 - 2.9e3 * 0.95).abs() < 1e-6);
        assert_eq!(TAPER.path(&above(100.0), 50e3, 1.0).mean_w(), 0.0);
        assert_eq!(TAPER.path(&above(-5.0), 50e3, 1.0).mean_w(), 0.0);
    }

    #[test]
    fn the_lock_sets_near_the_minimum_and_clears_a_hysteresis_above() {
        let locked: Vec<bool> = [(false, 150.0), (false, 100.0), (true, 100.0), (true, 1_999.0), (true, 2_000.0)]
            .map(|(was, wh)| TAPER.locks(was, &above(wh)))
            .to_vec();
        assert_eq!(locked, [false, true, true, true, false]);
    }

    #[test]
    fn a_battery_without_capacity_stays_locked() {
        let worn = Above { capacity_wh: 0.0, stored_wh: 0.0, ..above(0.0) };
        assert!(TAPER.locks(false, &worn));
        assert_eq!(TAPER.path(&worn, 1e3, 1.0).mean_w(), 0.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn one_hour_ends_where_sixty_minutes_do(stored_wh in 0.0..70e3f64, request_w in 0.0..60e3f64) {
            let one = stored_wh - TAPER.path(&above(stored_wh), request_w, 1.0).mean_w() / 0.95;
            let mut minutes = stored_wh;
            for _ in 0..60 {
                minutes -= TAPER.path(&above(minutes), request_w, 1.0 / 60.0).mean_w() / 0.95 / 60.0;
            }
            // A millionth of the state of charge.
            prop_assert!((one - minutes).abs() <= 1e-6 * 100e3, "{one} is not {minutes}");
        }

        #[test]
        fn a_need_is_met_as_far_as_the_power_reaches_at_each_time(stored_wh in 0.0..20e3f64, request_w in 1.0..60e3f64, share in 0.0..1.2f64) {
            let path = TAPER.path(&above(stored_wh), request_w, 1.0);
            let need_w = share * request_w;
            let mut expected_wh = 0.0;
            let steps = 20_000;
            let mut left_wh = stored_wh;
            for _ in 0..steps {
                let power_w = if left_wh > 100.0 { request_w.min(50e3).min(50e3 * left_wh / 5e3) } else { 0.0 };
                expected_wh += power_w.min(need_w) / f64::from(steps);
                left_wh -= power_w / 0.95 / f64::from(steps);
            }
            prop_assert!((path.mean_up_to_w(need_w) - expected_wh).abs() <= 1e-3 * request_w.max(1e3));
        }
    }
}
