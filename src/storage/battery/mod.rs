//! The battery: the only memory of the plant. It turns a wish into what is possible.

mod read;

use crate::lanes::{LANES, Real};
use crate::units::{HOURS_PER_MONTH, HOURS_PER_YEAR};

/// What a battery is: capacity, efficiency, fade and limits, at its DC terminals.
#[derive(Debug, Clone, PartialEq)]
pub struct Battery<N = f64> {
    /// Number of identical units it is made of.
    pub units: N,
    /// Nameplate energy, Wh; the unit of an equivalent full cycle.
    pub nameplate_wh: N,
    /// Energy that can be used when new, Wh.
    pub usable_wh: N,
    /// DC round-trip efficiency when new, 0 to 1.
    pub roundtrip_efficiency: N,
    /// Whether the round-trip loss is split √η to charging and √η to discharging; else it is all taken in charging.
    pub split_loss: bool,
    /// Share of usable energy lost per equivalent full cycle.
    pub capacity_fade_per_cycle: N,
    /// Share of usable energy lost per year.
    pub capacity_fade_per_year: N,
    /// Share of the efficiency lost per equivalent full cycle.
    pub efficiency_fade_per_cycle: N,
    /// Share of the efficiency lost per year.
    pub efficiency_fade_per_year: N,
    /// State of charge at the start, share of usable energy.
    pub initial_soc: N,
    /// State of charge below which it does not discharge, share of the capacity at that time.
    pub min_soc: N,
    /// Share of the stored energy lost per month of 730 h.
    pub self_discharge_per_month: N,
    /// Largest charge power at the DC terminals, W.
    pub max_charge_w: N,
    /// Largest discharge power at the DC terminals, W.
    pub max_discharge_w: N,
    /// Largest number of equivalent full cycles per calendar day.
    pub max_cycles_per_day: N,
}

/// What a battery remembers; of one made of parts of different age, as their means ([`super::Fleet`]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatteryState<N = f64> {
    /// Stored energy, Wh.
    pub stored_wh: N,
    /// Energy discharged so far, at the DC terminals, Wh.
    pub discharged_wh: N,
    /// The same in the current calendar day, Wh.
    pub discharged_today_wh: N,
    /// Time since the start, h.
    pub elapsed_h: N,
}

/// How long a step is, and what follows from that for a battery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepLength<N = f64> {
    /// Its length, h.
    pub h: f64,
    /// Whether a calendar day begins with it.
    pub new_day: bool,
    /// Share of the stored energy that is lost in it.
    pub self_discharged: N,
    capacity_fade: Fade<N>,
    efficiency_fade: Fade<N>,
}

/// How fast a battery fades: share lost per Wh discharged and per hour.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Fade<N> {
    per_wh: N,
    per_h: N,
}

impl<N: Copy> StepLength<N> {
    /// The same for a step with which a calendar day begins, or does not.
    #[inline]
    #[must_use]
    pub fn with_new_day(&self, new_day: bool) -> Self {
        Self { new_day, ..*self }
    }
}

impl<N: Real> Fade<N> {
    /// What is left in a state: `max(0, 1 − d_cycle·N − d_year·Y)`.
    #[inline]
    fn left(&self, state: &BatteryState<N>) -> N {
        (N::of(1.0) - self.per_wh * state.discharged_wh - self.per_h * state.elapsed_h).or_zero()
    }
}

/// What happened in one step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BatteryStep<N = f64> {
    /// Mean power into the DC terminals, W, 0 or more.
    pub charge_w: N,
    /// Mean power out of the DC terminals, W, 0 or more.
    pub discharge_w: N,
    /// Capacity in force, Wh.
    pub capacity_wh: N,
    /// Round-trip efficiency in force.
    pub roundtrip_efficiency: N,
    /// Stored energy that no longer fits, lost to capacity fade, Wh.
    pub fade_loss_wh: N,
    /// Lost to self-discharge, Wh.
    pub self_discharge_wh: N,
    /// Turned to heat by charging and discharging, Wh.
    pub conversion_loss_wh: N,
}

impl<N: Real> BatteryStep<N> {
    /// Whether it charges or discharges.
    #[inline]
    pub fn runs(&self) -> N::Mask {
        N::either(self.charge_w.positive(), self.discharge_w.positive())
    }
}

impl<N: Real> Battery<N> {
    /// The state at the start of the first year.
    pub fn initial_state(&self) -> BatteryState<N> {
        let none = N::of(0.0);
        let stored_wh = self.initial_soc * self.usable_wh;
        BatteryState { stored_wh, discharged_wh: none, discharged_today_wh: none, elapsed_h: none }
    }

    /// Capacity in a state: `E_usable·max(0, 1 − d_cycle·N − d_year·Y)`, Wh.
    #[inline]
    pub fn capacity_wh(&self, state: &BatteryState<N>) -> N {
        self.usable_wh * self.fade(self.capacity_fade_per_cycle, self.capacity_fade_per_year).left(state)
    }

    /// Round-trip efficiency in a state, by the same rule.
    #[inline]
    pub fn roundtrip_efficiency(&self, state: &BatteryState<N>) -> N {
        let fade = self.fade(self.efficiency_fade_per_cycle, self.efficiency_fade_per_year);
        self.roundtrip_efficiency * fade.left(state)
    }

    fn fade(&self, per_cycle: N, per_year: N) -> Fade<N> {
        Fade { per_wh: per_cycle / self.nameplate_wh, per_h: per_year / N::of(HOURS_PER_YEAR) }
    }

    /// A step of `h` hours in which a share of the stored energy is lost.
    pub fn length_with(&self, h: f64, self_discharged: N) -> StepLength<N> {
        StepLength {
            h,
            new_day: false,
            self_discharged,
            capacity_fade: self.fade(self.capacity_fade_per_cycle, self.capacity_fade_per_year),
            efficiency_fade: self.fade(self.efficiency_fade_per_cycle, self.efficiency_fade_per_year),
        }
    }

    /// Charge and discharge efficiencies whose product is the round-trip efficiency.
    #[inline]
    pub(super) fn one_way(&self, roundtrip: N) -> (N, N) {
        if self.split_loss { (roundtrip.root(), roundtrip.root()) } else { (roundtrip, N::of(1.0)) }
    }

    /// One step: `state` and a wanted power at the DC terminals in, positive discharging; the next state and what
    /// happened out.
    ///
    /// Fade and efficiency follow the cycles and time before the step. Energy that fading capacity can no longer hold
    /// is lost, never discharged. The balance is
    /// `E_end − E_start = charge·h·η_c − discharge·h/η_d − fade_loss − self_discharge`.
    /// An efficiency that has faded to zero takes no charge.
    #[inline]
    pub fn step(&self, state: &BatteryState<N>, dc_w: N, length: &StepLength<N>) -> (BatteryState<N>, BatteryStep<N>) {
        let (h, per_h) = (N::of(length.h), N::of(1.0 / length.h));
        let capacity_wh = self.usable_wh * length.capacity_fade.left(state);
        let roundtrip_efficiency = self.roundtrip_efficiency * length.efficiency_fade.left(state);
        let fade_loss_wh = (state.stored_wh - capacity_wh).or_zero();
        let held_wh = state.stored_wh - fade_loss_wh;
        let self_discharge_wh = held_wh * length.self_discharged;
        let base_wh = held_wh - self_discharge_wh;
        let today_wh = if length.new_day { N::of(0.0) } else { state.discharged_today_wh };

        let mut step =
            BatteryStep { capacity_wh, roundtrip_efficiency, fade_loss_wh, self_discharge_wh, ..Default::default() };
        let mut stored_wh = base_wh;
        let (fills, empties) = ((-dc_w).positive(), dc_w.positive());
        if N::any(N::either(fills, empties)) {
            let (eta_charge, eta_discharge) = self.one_way(roundtrip_efficiency);
            let charges = N::both(fills, eta_charge.positive());
            if N::any(charges) {
                let wish_wh = (-dc_w).or_less(self.max_charge_w) * h * eta_charge;
                let added_wh = wish_wh.or_less((capacity_wh - base_wh).or_zero());
                step.charge_w = (added_wh / (h * eta_charge)).only_where(charges);
                step.conversion_loss_wh = step.charge_w * h * (N::of(1.0) - eta_charge);
                stored_wh = base_wh + added_wh.only_where(charges);
            }
            let discharges = N::both(empties, eta_discharge.positive());
            if N::any(discharges) {
                let allowed_wh = (self.max_cycles_per_day * self.nameplate_wh - today_wh).or_zero();
                let out_wh = (dc_w.or_less(self.max_discharge_w) * h).or_less(allowed_wh);
                let wish_wh = if self.split_loss { out_wh / eta_discharge } else { out_wh };
                let taken_wh = wish_wh.or_less((base_wh - self.min_soc * capacity_wh).or_zero()).only_where(discharges);
                step.discharge_w = taken_wh * eta_discharge * per_h;
                step.conversion_loss_wh = step.conversion_loss_wh + taken_wh * (N::of(1.0) - eta_discharge);
                stored_wh = stored_wh - taken_wh;
            }
        }
        let out_wh = step.discharge_w * h;
        let next = BatteryState {
            stored_wh,
            discharged_wh: state.discharged_wh + out_wh,
            discharged_today_wh: today_wh + out_wh,
            elapsed_h: state.elapsed_h + h,
        };
        (next, step)
    }
}

impl Battery {
    /// A step's length for this battery.
    pub fn length(&self, h: f64) -> StepLength {
        let self_discharged = if self.self_discharge_per_month > 0.0 {
            1.0 - (1.0 - self.self_discharge_per_month).powf(h / HOURS_PER_MONTH)
        } else {
            0.0
        };
        self.length_with(h, self_discharged)
    }

    /// Whether the cycles of the day are used up in a state.
    pub fn has_cycled(&self, state: &BatteryState) -> bool {
        state.discharged_today_wh >= self.max_cycles_per_day * self.nameplate_wh * (1.0 - 1e-12)
    }

    /// The most it could discharge in a step if asked for `dc_w`, W at the DC terminals.
    pub fn ability_w(&self, state: &BatteryState, dc_w: f64, length: &StepLength) -> f64 {
        self.step(state, dc_w.max(0.0), length).1.discharge_w
    }

    /// Several side by side, if all take their loss in the same places.
    pub fn abreast<N: Real>(all: [&Self; LANES]) -> Option<Battery<N>> {
        let split_loss = all[0].split_loss;
        let each = |value: fn(&Self) -> f64| N::each(|i| value(all[i]));
        all.iter().all(|b| b.split_loss == split_loss).then(|| Battery {
            units: each(|b| b.units),
            nameplate_wh: each(|b| b.nameplate_wh),
            usable_wh: each(|b| b.usable_wh),
            roundtrip_efficiency: each(|b| b.roundtrip_efficiency),
            split_loss,
            capacity_fade_per_cycle: each(|b| b.capacity_fade_per_cycle),
            capacity_fade_per_year: each(|b| b.capacity_fade_per_year),
            efficiency_fade_per_cycle: each(|b| b.efficiency_fade_per_cycle),
            efficiency_fade_per_year: each(|b| b.efficiency_fade_per_year),
            initial_soc: each(|b| b.initial_soc),
            min_soc: each(|b| b.min_soc),
            self_discharge_per_month: each(|b| b.self_discharge_per_month),
            max_charge_w: each(|b| b.max_charge_w),
            max_discharge_w: each(|b| b.max_discharge_w),
            max_cycles_per_day: each(|b| b.max_cycles_per_day),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 100 MWh nameplate, 90 MWh usable, 90 % round trip, no fade.
    pub(crate) fn plain() -> Battery {
        Battery {
            units: 1.0,
            nameplate_wh: 100e6,
            usable_wh: 90e6,
            roundtrip_efficiency: 0.9,
            split_loss: false,
            capacity_fade_per_cycle: 0.0,
            capacity_fade_per_year: 0.0,
            efficiency_fade_per_cycle: 0.0,
            efficiency_fade_per_year: 0.0,
            initial_soc: 1.0,
            min_soc: 0.0,
            self_discharge_per_month: 0.0,
            max_charge_w: f64::INFINITY,
            max_discharge_w: f64::INFINITY,
            max_cycles_per_day: f64::INFINITY,
        }
    }

    fn do_step(
        battery: &Battery,
        state: &BatteryState,
        dc_w: f64,
        h: f64,
        new_day: bool,
    ) -> (BatteryState, BatteryStep) {
        battery.step(state, dc_w, &battery.length(h).with_new_day(new_day))
    }

    fn stored(mwh: f64) -> BatteryState {
        BatteryState { stored_wh: mwh * 1e6, discharged_wh: 0.0, discharged_today_wh: 0.0, elapsed_h: 0.0 }
    }

    #[test]
    fn charging_stores_the_efficiency_s_share_and_discharging_gives_all_of_it() {
        let (charged, step) = do_step(&plain(), &stored(10.0), -20e6, 1.0, false);
        assert_eq!((charged.stored_wh, step.charge_w), (28e6, 20e6));
        let (empty, step) = do_step(&plain(), &charged, 50e6, 1.0, false);
        assert_eq!((empty.stored_wh, step.discharge_w), (0.0, 28e6));
    }

    #[test]
    fn split_efficiency_loses_the_same_over_a_round_trip() {
        let battery = Battery { split_loss: true, ..plain() };
        let (charged, _) = do_step(&battery, &stored(0.0), -20e6, 1.0, false);
        let (_, step) = do_step(&battery, &charged, 50e6, 1.0, false);
        assert!((step.discharge_w - 18e6).abs() < 1e-6);
    }

    #[test]
    fn a_full_battery_takes_nothing_and_the_last_bit_of_room_is_filled_exactly() {
        let (_, step) = do_step(&plain(), &stored(90.0), -5e6, 1.0, false);
        assert_eq!(step.charge_w, 0.0);
        let (full, step) = do_step(&plain(), &stored(81.0), -50e6, 0.5, false);
        assert_eq!(full.stored_wh, 90e6);
        assert!((step.charge_w - 9e6 / 0.9 / 0.5).abs() < 1e-6);
    }

    #[test]
    fn the_minimum_state_of_charge_is_kept() {
        let battery = Battery { min_soc: 0.1, ..plain() };
        let (after, step) = do_step(&battery, &stored(20.0), 50e6, 1.0, false);
        assert_eq!((after.stored_wh, step.discharge_w), (9e6, 11e6));
        let (_, below) = do_step(&battery, &stored(5.0), 50e6, 1.0, false);
        assert_eq!(below.discharge_w, 0.0);
    }

    #[test]
    fn fading_capacity_is_a_loss_and_no_discharge() {
        let battery = Battery { capacity_fade_per_cycle: 0.01, capacity_fade_per_year: 0.02, ..plain() };
        let state = BatteryState { discharged_wh: 500e6, elapsed_h: 8760.0, ..stored(90.0) };
        // N = 5, Y = 1: 90·(1 − 0.05 − 0.02) = 83.7 MWh
        let (after, step) = do_step(&battery, &state, 0.0, 1.0, false);
        assert!((step.capacity_wh - 83.7e6).abs() < 1e-6);
        assert!((step.fade_loss_wh - 6.3e6).abs() < 1e-6);
        assert_eq!(after.discharged_wh, 500e6);
    }

    #[test]
    fn efficiency_fades_with_cycles_and_years() {
        let battery = Battery { efficiency_fade_per_cycle: 0.001, efficiency_fade_per_year: 0.01, ..plain() };
        let state = BatteryState { discharged_wh: 1000e6, elapsed_h: 4380.0, ..stored(0.0) };
        // 0.9·(1 − 0.001·10 − 0.01·0.5) = 0.8865
        assert!((battery.roundtrip_efficiency(&state) - 0.8865).abs() < 1e-12);
    }

    #[test]
    fn a_worn_out_battery_holds_nothing_and_takes_nothing() {
        let battery = Battery { capacity_fade_per_year: 1.0, efficiency_fade_per_year: 1.0, ..plain() };
        let state = BatteryState { elapsed_h: 2.0 * 8760.0, ..stored(0.0) };
        let (after, step) = do_step(&battery, &state, -1e6, 1.0, false);
        assert_eq!((after.stored_wh, step.charge_w, step.capacity_wh), (0.0, 0.0, 0.0));
    }

    #[test]
    fn self_discharge_takes_its_share_per_month() {
        let battery = Battery { self_discharge_per_month: 0.03, ..plain() };
        let mut state = stored(50.0);
        for _ in 0..730 {
            state = do_step(&battery, &state, 0.0, 1.0, false).0;
        }
        assert!((state.stored_wh - 50e6 * 0.97).abs() < 1.0);
    }

    #[test]
    fn a_daily_cycle_limit_stops_the_discharge_until_the_next_day() {
        let battery = Battery { max_cycles_per_day: 0.25, ..plain() };
        let (state, first) = do_step(&battery, &stored(90.0), 20e6, 1.0, true);
        let (state, second) = do_step(&battery, &state, 20e6, 1.0, false);
        let (_, next_day) = do_step(&battery, &state, 20e6, 1.0, true);
        assert_eq!((first.discharge_w, second.discharge_w, next_day.discharge_w), (20e6, 5e6, 20e6));
    }

    fn any_power() -> impl Strategy<Value = f64> {
        prop_oneof![Just(0.0), -100e6..0.0, 0.0..100e6]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn every_step_keeps_its_bounds_and_its_energy(
            powers in prop::collection::vec(any_power(), 1..200),
            (min_soc, split_loss, h) in (0.0..0.4f64, any::<bool>(), prop_oneof![Just(1.0 / 60.0), Just(0.25), Just(1.0)]),
            (per_cycle, per_year) in (0.0..0.05f64, 0.0..2.0f64),
        ) {
            let battery = Battery {
                min_soc, split_loss,
                capacity_fade_per_cycle: per_cycle, efficiency_fade_per_cycle: per_cycle,
                capacity_fade_per_year: per_year, self_discharge_per_month: 0.02, ..plain()
            };
            let mut state = battery.initial_state();
            for dc_w in powers {
                let (next, step) = do_step(&battery, &state, dc_w, h, false);
                let (eta_c, eta_d) = battery.one_way(step.roundtrip_efficiency);
                let expected = step.charge_w * h * eta_c - step.discharge_w * h / eta_d - step.fade_loss_wh - step.self_discharge_wh;
                prop_assert!((next.stored_wh - state.stored_wh - expected).abs() <= 1e-9 * battery.nameplate_wh);
                prop_assert!(next.stored_wh <= step.capacity_wh * (1.0 + 1e-12) && next.stored_wh >= 0.0);
                prop_assert!(step.charge_w >= 0.0 && step.discharge_w >= 0.0 && step.charge_w * step.discharge_w == 0.0);
                if step.discharge_w > 0.0 {
                    prop_assert!(next.stored_wh >= min_soc * step.capacity_wh - 1e-3);
                }
                state = next;
            }
        }
    }
}
