//! What holds for every plan, on random windows.

use super::*;
use crate::time::TimeAxis;
use jiff::civil::date;
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Random {
    slots: Vec<Slot>,
    slot_h: f64,
    start_h: f64,
    store: Store,
    stored_wh: f64,
    settings: Settings,
}

impl Random {
    fn window(&self) -> Window<'_> {
        Window { slots: &self.slots, slot_h: self.slot_h, start_h: self.start_h, before: Before::NOTHING, pledges: &[] }
    }

    fn plan(&self, settings: Settings) -> Vec<PlannedSlot> {
        Planner::new(settings).plan(&self.window(), &self.store, self.stored_wh).to_vec()
    }
}

/// A price: any, or one of a few so that ties occur.
fn price(low: f64, high: f64) -> impl Strategy<Value = f64> {
    prop_oneof![low..high, (0..6u8).prop_map(move |n| low + (high - low) * f64::from(n) / 5.0)]
}

fn limit() -> impl Strategy<Value = f64> {
    prop_oneof![2 => Just(f64::INFINITY), 1 => 0.0..6e3f64]
}

fn slot() -> impl Strategy<Value = Slot> {
    let powers = (prop_oneof![Just(0.0), -50.0..8e3f64], prop_oneof![Just(0.0), 0.0..4e3f64]);
    (price(-0.1, 0.5), price(-0.1, 0.6), powers, limit(), limit(), any::<bool>()).prop_map(
        |(buy_per_kwh, sell_per_kwh, (pv_w, demand_w), import_limit_w, export_limit_w, grid_charge_allowed)| Slot {
            buy_per_kwh,
            sell_per_kwh,
            pv_w,
            demand_w,
            import_limit_w,
            export_limit_w,
            grid_charge_allowed,
        },
    )
}

/// Darkness from six in the evening to six in the morning, if `nights`.
fn darken(slots: &mut [Slot], slot_h: f64, start_h: f64) {
    for (t, slot) in slots.iter_mut().enumerate() {
        let hour = (start_h + t as f64 * slot_h) % 24.0;
        if !(6.0..18.0).contains(&hour) {
            slot.pv_w = slot.pv_w.min(0.0);
        }
    }
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let choices = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (0.0..0.1f64, choices, prop_oneof![Just(0.0), Just(4.0)]).prop_map(
        |(min_price_difference_per_kwh, (arbitrage, grid_charging, earliest, price_aware, off), tail_h)| Settings {
            min_price_difference_per_kwh,
            arbitrage,
            grid_charging,
            timing: if earliest { Timing::Earliest } else { Timing::ClipAware },
            surplus_policy: if price_aware { SurplusPolicy::PriceAware } else { SurplusPolicy::Always },
            pv_off_both_negative: off,
            tail_h,
            ..Settings::default()
        },
    )
}

fn any_store() -> impl Strategy<Value = Store> {
    (0.0..4e3f64, 5e3..20e3f64, 1e3..8e3f64, 1e3..8e3f64, 0.7..1.0f64, 0.7..1.0f64).prop_map(
        |(floor_wh, full_wh, charge_w, discharge_w, eta_charge, eta_discharge)| Store {
            floor_wh,
            boost_wh: 0.0,
            full_wh,
            charge_w,
            discharge_w,
            eta_charge,
            eta_discharge,
        },
    )
}

fn any_case() -> impl Strategy<Value = Random> {
    let slots = prop::collection::vec(slot(), 1..49);
    let shape = (prop_oneof![Just(0.25), Just(0.5), Just(1.0)], 0..24u8, any::<bool>());
    (slots, shape, any_store(), 0.0..1.0f64, any_settings()).prop_map(
        |(mut slots, (slot_h, hour, nights), store, share, settings)| {
            let start_h = f64::from(hour);
            if nights {
                darken(&mut slots, slot_h, start_h);
            }
            let stored_wh = store.floor_wh + share * (store.full_wh - store.floor_wh);
            Random { slots, slot_h, start_h, store, stored_wh, settings }
        },
    )
}

/// Bill of a plan, in the currency of the prices, and the part of it that is PV fed in.
fn bill(case: &Random, plan: &[PlannedSlot]) -> (f64, f64) {
    let sum = |cost: fn(&Slot, &PlannedSlot) -> f64| {
        case.slots.iter().zip(plan).map(|(slot, p)| cost(slot, p) * case.slot_h / 1e3).sum::<f64>()
    };
    let whole = sum(|slot, p| slot.buy_per_kwh * p.import_w - slot.sell_per_kwh * p.export_w);
    (whole, sum(|slot, p| -slot.sell_per_kwh * (p.export_w - p.sale_w())))
}

/// The first slot whose battery power differs from the plan when every slot is planned anew, the window's end fixed.
fn first_difference(case: &Random, settings: Settings) -> Option<usize> {
    let first = case.plan(settings);
    let mut planner = Planner::new(settings);
    let (mut stored_wh, mut before) = (case.stored_wh, Before::NOTHING);
    let mut pledges = vec![Pledge::default(); case.slots.len()];
    for (t, planned) in first.iter().enumerate() {
        let start_h = (case.start_h + t as f64 * case.slot_h) % 24.0;
        let window = Window { slots: &case.slots[t..], start_h, before, pledges: &pledges[t..], ..case.window() };
        let renewed = planner.plan(&window, &case.store, stored_wh)[0];
        if (renewed.pb_w() - planned.pb_w()).abs() > 1e-3 {
            return Some(t);
        }
        stored_wh = renewed.stored_end_wh;
        before = planner.after_first(&window);
        for (pledge, first) in pledges[t..].iter_mut().zip(planner.first_pledges()) {
            pledge.add(first, 1.0, 1.0);
        }
    }
    None
}

/// Runs a case step by step with a perfect forecast; the largest distance of the stored energy from the plan of its slot
/// at a slot's end, Wh.
fn farthest_from_plan_wh(case: &Random) -> f64 {
    let (len, start) = (case.slots.len(), date(2021, 6, 1).at(case.start_h as i8, 0, 0, 0));
    let step_s = (case.slot_h * 3600.0) as u32;
    let calendar = TimeAxis { start, step_s, len, utc_offset_s: 0, leap_days: true }.moments();
    let forecast = &Forecast::Perfect;
    let year = YearAhead { steps: &case.slots, calendar: &calendar, step_h: case.slot_h, forecast };
    let mut rolling = Rolling::new(case.settings, &year);
    let (mut stored_wh, mut farthest_wh) = (case.stored_wh, 0.0f64);
    for (step, slot) in case.slots.iter().enumerate() {
        let Decision { action, planned } = rolling.decide(step, &case.store, stored_wh, slot);
        rolling.note(action.pb_w, slot.pv_w - slot.demand_w + action.pb_w);
        let efficiency = if action.pb_w > 0.0 { 1.0 / case.store.eta_discharge } else { case.store.eta_charge };
        stored_wh -= action.pb_w * efficiency * case.slot_h;
        farthest_wh = farthest_wh.max((stored_wh - planned.stored_end_wh).abs());
    }
    farthest_wh
}

fn total_discharge_w(plan: &[PlannedSlot]) -> f64 {
    plan.iter().map(|p| p.self_supply_w + p.sale_w()).sum()
}

/// What every planned slot keeps.
fn check_slot(case: &Random, slot: &Slot, p: &PlannedSlot) -> Result<(), TestCaseError> {
    const TOLERANCE_W: f64 = 1e-6;
    let (charge_w, discharge_w) = (p.charge_pv_w + p.charge_grid_w, p.self_supply_w + p.sale_w());
    prop_assert!(charge_w * discharge_w == 0.0, "charges and discharges");
    let powers = [p.charge_pv_w, p.charge_grid_w, p.self_supply_w, p.sale_surplus_w, p.sale_arbitrage_w];
    let flows = [p.import_w, p.export_w, p.pv_curtailed_w];
    prop_assert!(powers.iter().chain(&flows).all(|w| *w >= -TOLERANCE_W), "negative power");
    prop_assert!(charge_w <= case.store.charge_w + TOLERANCE_W && discharge_w <= case.store.discharge_w + TOLERANCE_W);
    let balance_w = slot.demand_w - (slot.pv_w - p.pv_curtailed_w) - p.pb_w();
    prop_assert!((p.import_w - p.export_w - balance_w).abs() <= TOLERANCE_W, "out of balance");
    let export_cap_w = if slot.sell_per_kwh < 0.0 { 0.0 } else { slot.export_limit_w };
    prop_assert!(p.export_w <= export_cap_w + TOLERANCE_W, "exports too much");
    let is_overloaded = p.import_w > slot.import_limit_w + TOLERANCE_W;
    prop_assert!(!is_overloaded || charge_w == 0.0, "charges above the import limit");
    prop_assert!(p.import_w * p.sale_w() <= TOLERANCE_W, "sells while it imports");
    let may_buy = case.settings.grid_charging && slot.grid_charge_allowed;
    prop_assert!(may_buy || p.charge_grid_w <= TOLERANCE_W, "buys where it may not");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_plan_keeps_its_bounds_and_its_energy(case in any_case()) {
        let plan = case.plan(case.settings);
        prop_assert_eq!(plan.len(), case.slots.len());
        let (store, mut stored_wh) = (&case.store, case.stored_wh);
        for (slot, p) in case.slots.iter().zip(&plan) {
            check_slot(&case, slot, p)?;
            let in_wh = (p.charge_pv_w + p.charge_grid_w) * case.slot_h * store.eta_charge;
            let out_wh = (p.self_supply_w + p.sale_w()) * case.slot_h / store.eta_discharge;
            prop_assert!((stored_wh + in_wh - out_wh - p.stored_end_wh).abs() <= 1e-5, "loses energy");
            stored_wh = p.stored_end_wh;
            prop_assert!(stored_wh >= store.floor_wh - 1e-5 && stored_wh <= store.full_wh + 1e-5, "{stored_wh} Wh");
        }
        prop_assert_eq!(&plan, &case.plan(case.settings), "the same input gives the same plan");
    }

    /// A sale makes room that later PV fills, and export that PV would have earned is then given up for energy whose
    /// worth may lie behind the window. So bills are compared without the feed-in of PV; mode 2 never discharges more.
    #[test]
    fn each_mode_lowers_the_bill_but_for_the_pv_that_it_makes_room_for(case in any_case()) {
        let settings = Settings { surplus_policy: SurplusPolicy::Always, ..case.settings };
        let base = case.plan(Settings { tail_h: 1e3, ..settings });
        let one = case.plan(Settings { arbitrage: false, ..settings });
        let two = case.plan(Settings { arbitrage: true, ..settings });
        let [base_bill, one_bill, two_bill] = [&base, &one, &two].map(|plan| {
            let (whole, pv) = bill(&case, plan);
            whole - pv
        });
        prop_assert!(one_bill <= base_bill + 1e-9 && two_bill <= one_bill + 1e-9, "{base_bill} {one_bill} {two_bill}");
        prop_assert!(total_discharge_w(&two) <= total_discharge_w(&one) + 1e-3);
    }

    /// Where the same PV is stored, the whole bills compare.
    #[test]
    fn without_surplus_each_mode_lowers_the_bill(mut case in any_case()) {
        for slot in &mut case.slots {
            slot.pv_w = slot.pv_w.min(slot.demand_w);
        }
        let base = bill(&case, &case.plan(Settings { arbitrage: false, tail_h: 1e3, ..case.settings })).0;
        let one = bill(&case, &case.plan(Settings { arbitrage: false, ..case.settings })).0;
        let two = bill(&case, &case.plan(Settings { arbitrage: true, ..case.settings })).0;
        prop_assert!(one <= base + 1e-9 && two <= one + 1e-9, "{base} {one} {two}");
    }

    #[test]
    fn with_a_perfect_forecast_every_slot_ends_where_its_plan_says(case in any_case()) {
        let farthest_wh = farthest_from_plan_wh(&case);
        prop_assert!(farthest_wh <= 1e-3, "{farthest_wh} Wh off");
    }

    /// Free energy between a purchase and its deficit, or a deficit above the import limit, may give the purchase another
    /// purpose later.
    #[test]
    fn planning_anew_in_every_slot_reproduces_purchases_without_free_energy_and_overload(mut case in any_case()) {
        for slot in &mut case.slots {
            slot.buy_per_kwh = slot.buy_per_kwh.max(0.0);
            slot.pv_w = slot.pv_w.min(slot.demand_w);
            slot.import_limit_w = slot.import_limit_w.max(slot.demand_w - slot.pv_w);
        }
        let settings = Settings { arbitrage: false, grid_charging: true, ..case.settings };
        prop_assert_eq!(first_difference(&case, settings), None);
    }

    #[test]
    fn planning_anew_in_every_slot_reproduces_the_plan_of_mode_1_without_grid_charging(case in any_case()) {
        let settings = Settings { arbitrage: false, grid_charging: false, ..case.settings };
        prop_assert_eq!(first_difference(&case, settings), None);
        prop_assert_eq!(first_difference(&case, Settings { tail_h: 1e3, ..settings }), None, "without sales");
    }

    #[test]
    fn planning_anew_in_every_slot_reproduces_the_plan_of_mode_2_without_grid_charging_and_surplus(mut case in any_case()) {
        for slot in &mut case.slots {
            slot.pv_w = slot.pv_w.min(slot.demand_w);
        }
        let settings = Settings { arbitrage: true, grid_charging: false, ..case.settings };
        prop_assert_eq!(first_difference(&case, settings), None);
    }
}
