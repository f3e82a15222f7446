//! What holds for every plan, on random windows.

use super::*;
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

/// Bill of a plan without the export that storing gave up, and that export; in the currency of the prices.
fn bill(case: &Random, plan: &[PlannedSlot]) -> (f64, f64) {
    let cost = |(slot, p): (&Slot, &PlannedSlot)| {
        (slot.buy_per_kwh * p.import_w - slot.sell_per_kwh * p.export_w) * case.slot_h / 1e3
    };
    let sold = |(slot, p): (&Slot, &PlannedSlot)| slot.sell_per_kwh * (p.export_w - p.sale_w()) * case.slot_h / 1e3;
    let all = || case.slots.iter().zip(plan);
    (all().map(cost).sum(), all().map(sold).sum())
}

fn explore(n: u32) {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut c = std::collections::BTreeMap::<&str, u32>::new();
    for _ in 0..n {
        let case = any_case().new_tree(&mut runner).unwrap().current();
        let base_settings = Settings { min_price_difference_per_kwh: 10.0, ..case.settings };
        let _ = base_settings;
        let one = case.plan(Settings { arbitrage: false, ..case.settings });
        let two = case.plan(Settings { arbitrage: true, ..case.settings });
        let base = case.plan(Settings { arbitrage: false, tail_h: 100.0, ..case.settings });
        let d = |p: &[PlannedSlot]| p.iter().map(|p| p.self_supply_w + p.sale_w()).sum::<f64>();
        let (b0, b1, b2) = (bill(&case, &base), bill(&case, &one), bill(&case, &two));
        let mut hit = |name, yes| *c.entry(name).or_default() += u32::from(yes);
        hit("sales", one.iter().any(|p| p.sale_w() > 0.0));
        hit("moves", two.iter().any(|p| p.sale_arbitrage_w > 0.0));
        hit("discharge raised", d(&two) > d(&one) + 1e-3);
        hit("bill one > base", b1.0 > b0.0 + 1e-9);
        hit("bill two > one", b2.0 > b1.0 + 1e-9);
        hit("net bill one > base", b1.0 + b1.1 > b0.0 + b0.1 + 1e-9);
        hit("net bill two > one", b2.0 + b2.1 > b1.0 + b1.1 + 1e-9);
        if n > 5000 { continue; }
        for (name, settings) in [
            ("replan base no grid", Settings { tail_h: 100.0, grid_charging: false, ..case.settings }),
            ("replan base", Settings { tail_h: 100.0, ..case.settings }),
            ("replan one no grid", Settings { arbitrage: false, grid_charging: false, ..case.settings }),
            ("replan one", Settings { arbitrage: false, ..case.settings }),
            ("replan two no grid", Settings { arbitrage: true, grid_charging: false, ..case.settings }),
            ("replan two no surplus, no grid", Settings { arbitrage: true, grid_charging: false, ..case.settings }),
            ("replan two", Settings { arbitrage: true, ..case.settings }),
        ] {
            let mut case = case.clone();
            if name.contains("no surplus") { for s in &mut case.slots { s.pv_w = s.pv_w.min(s.demand_w); } }
            let got = replan_differs(&case, settings);
            hit(name, got.is_some());
        }
    }
    println!("{c:#?}");
}

fn replan_differs(case: &Random, settings: Settings) -> Option<(usize, usize)> {
    let first = case.plan(settings);
    let mut planner = Planner::new(settings);
    let mut stored_wh = case.stored_wh;
    let mut before = Before::NOTHING;
    let mut left = vec![Pledge::default(); case.slots.len()];
    for t in 0..case.slots.len() {
        let start_h = (case.start_h + t as f64 * case.slot_h) % 24.0;
        let window = Window { slots: &case.slots[t..], start_h, before, pledges: &left[t..], ..case.window() };
        let plan = planner.plan(&window, &case.store, stored_wh);
        for (i, (a, b)) in plan.iter().zip(&first[t..]).enumerate() {
            if (a.pb_w() - b.pb_w()).abs() > 1e-3 {
                return Some((t, i));
            }
        }
        stored_wh = plan[0].stored_end_wh;
        before = planner.after_first(&window);
        for (l, g) in left[t..].iter_mut().zip(planner.first_pledges()) { l.left_to_grid_w += g.left_to_grid_w; l.bought_w += g.bought_w; }
    }
    None
}

#[test]
fn exploring() {
    explore(std::env::var("N").map_or(300, |n| n.parse().unwrap()));
}

fn shrink(name: &str, make: impl Fn(Settings) -> Settings) {
    use proptest::test_runner::{TestRunner, Config};
    let mut runner = TestRunner::new(Config { cases: 20000, failure_persistence: None, max_shrink_iters: 200_000, ..Config::default() });
    let result = runner.run(&any_case(), |case| {
        let settings = make(case.settings);
        match replan_differs(&case, settings) { None => Ok(()), Some((t, i)) => Err(TestCaseError::fail(format!("at {t} slot {i}"))) }
    });
    if let Err(proptest::test_runner::TestError::Fail(why, case)) = result {
        let settings = make(case.settings);
        println!("=== {name} {why} h={} start={} stored={} {:?}\n{settings:?}", case.slot_h, case.start_h, case.stored_wh, case.store);
        for s in &case.slots { println!("{s:?}"); }
        let mut planner = Planner::new(settings);
        let (mut stored_wh, mut before) = (case.stored_wh, Before::NOTHING);
        let mut left = vec![Pledge::default(); case.slots.len()];
        for t in 0..case.slots.len() {
            let start_h = (case.start_h + t as f64 * case.slot_h) % 24.0;
            let window = Window { slots: &case.slots[t..], start_h, before, pledges: &left[t..], ..case.window() };
            let plan = planner.plan(&window, &case.store, stored_wh).to_vec();
            println!("-- t={t} stored={stored_wh:.1} {before:?} segs={}", planner.segments.len());
            for p in &plan { println!("   pb={:.1} chg={:.1}/{:.1} self={:.1} sale={:.1}/{:.1} end={:.1} {}", p.pb_w(), p.charge_pv_w, p.charge_grid_w, p.self_supply_w, p.sale_surplus_w, p.sale_arbitrage_w, p.stored_end_wh, p.reason.as_str()); }
            stored_wh = plan[0].stored_end_wh;
            before = planner.after_first(&window);
            for (l, g) in left[t..].iter_mut().zip(planner.first_pledges()) { l.left_to_grid_w += g.left_to_grid_w; l.bought_w += g.bought_w; }
        }
    }
}

#[test]
fn shrinking() {
    let pick = std::env::var("PICK").unwrap_or_default();
    match pick.as_str() {
        "one" => shrink("one no grid", |s| Settings { arbitrage: false, grid_charging: false, ..s }),
        "base" => shrink("base", |s| Settings { arbitrage: false, tail_h: 100.0, ..s }),
        "two" => shrink("two no grid", |s| Settings { arbitrage: true, grid_charging: false, ..s }),
        _ => {}
    }
}
