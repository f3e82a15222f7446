//! Each rule that a slot must meet to be sold from, flipped alone.

use super::*;

/// Twelve hours; slot 2 feeds in at 0.30, and a full battery can sell 5 kW there. `change` flips something in slot 2.
fn slot_2(change: impl Fn(&mut Slot)) -> Vec<Slot> {
    let mut slots = hours(12, &[(2, selling(0.3))]);
    change(&mut slots[2]);
    slots
}

/// Sale in slot 2, kW, and the reason given.
fn outcome(plan: &[PlannedSlot]) -> (f64, Reason) {
    (plan[2].sale_w() / 1e3, plan[2].reason)
}

#[test]
fn a_slot_that_meets_every_rule_is_sold_from() {
    assert_eq!(outcome(&plan(&slot_2(|_| {}), 10.0)), (5.0, Reason::SaleSurplus));
}

#[test]
fn the_feed_in_price_must_be_positive() {
    let settings = Settings { min_price_difference_per_kwh: 0.0, ..settings() };
    let sold = |price| outcome(&plan_with(&settings, &STORE, &slot_2(|s| s.sell_per_kwh = price), 10.0));
    assert_eq!(sold(0.0), (0.0, Reason::BelowMargin));
    assert_eq!(sold(0.001), (5.0, Reason::SaleSurplus));
}

#[test]
fn the_feed_in_price_must_reach_the_minimum_price_difference() {
    let sold = |price| outcome(&plan(&slot_2(|s| s.sell_per_kwh = price), 10.0));
    assert_eq!(sold(0.0499), (0.0, Reason::BelowMargin));
    assert_eq!(sold(0.05), (5.0, Reason::SaleSurplus));
}

#[test]
fn the_consumption_price_must_not_be_negative() {
    let sold = |price| outcome(&plan(&slot_2(|s| s.buy_per_kwh = price), 10.0));
    assert_eq!(sold(-0.001), (0.0, Reason::NegativePrice));
    assert_eq!(sold(0.0), (5.0, Reason::SaleSurplus));
}

#[test]
fn a_slot_that_stores_pv_is_not_sold_from() {
    let slots = slot_2(|s| s.pv_w = 1e3);
    // A full battery does not charge in slot 2 and sells; one with room charges.
    assert_eq!(outcome(&plan(&slots, 10.0)), (5.0, Reason::SaleSurplus));
    let with_room = plan(&slots, 9.5);
    assert_eq!(outcome(&with_room), (0.0, Reason::PvCharge));
    assert_eq!(with_room[2].charge_pv_w, 500.0);
}

#[test]
fn a_slot_that_charges_from_the_grid_is_not_sold_from() {
    // 4 of the 5 kWh for slot 6 are bought in slot 2, the cheapest before it.
    let slots = hours(12, &[(2, Slot { buy_per_kwh: 0.1, ..selling(0.3) }), (6, deficit(5.0, 0.5))]);
    let charging = plan_with(&Settings { grid_charging: true, ..settings() }, &STORE, &slots, 1.0);
    assert_eq!((charging[2].charge_grid_w, outcome(&charging)), (4e3, (0.0, Reason::GridCharge)));
    // Bought in slot 1 instead, slot 2 may sell; but the plan needs all there is.
    let mut slots = slots;
    (slots[1].buy_per_kwh, slots[2].buy_per_kwh) = (0.1, 0.2);
    let elsewhere = plan_with(&Settings { grid_charging: true, ..settings() }, &STORE, &slots, 1.0);
    assert_eq!((elsewhere[1].charge_grid_w, outcome(&elsewhere)), (4e3, (0.0, Reason::NoBudget)));
    // With 3 kWh more, it sells those.
    let richer = plan_with(&Settings { grid_charging: true, ..settings() }, &STORE, &slots, 8.0);
    assert_eq!(outcome(&richer), (3.0, Reason::SaleSurplus));
}

#[test]
fn the_tail_excludes_exactly_sixteen_quarter_hours() {
    let slots = vec![selling(0.3); 96];
    let store = Store { full_wh: 1e6, ..STORE };
    let window = Window { slots: &slots, slot_h: 0.25, start_h: 0.0, before: Before::NOTHING, pledges: &[] };
    let mut planner = Planner::new(settings());
    let plan = planner.plan(&window, &store, 1e6);
    let tail: Vec<_> = (0..96).filter(|t| plan[*t].reason == Reason::Tail).collect();
    assert_eq!(tail, (80..96).collect::<Vec<_>>());
    assert!(plan[..80].iter().all(|p| p.sale_surplus_w == 5e3) && plan[80..].iter().all(|p| p.sale_w() == 0.0));
}

#[test]
fn only_energy_above_the_floor_is_sold() {
    let sold = |floor_wh| outcome(&plan_with(&settings(), &Store { floor_wh, ..STORE }, &slot_2(|_| {}), 4.0));
    assert_eq!(sold(4e3), (0.0, Reason::NoBudget));
    assert_eq!(sold(3e3), (1.0, Reason::SaleSurplus));
}

#[test]
fn the_path_stays_above_the_floor_until_later_pv_comes() {
    // 6 kWh; slot 4 takes 5. PV from slot 5 on adds 5 more, but comes too late for slot 2.
    let slots = |pv_at| hours(14, &[(2, selling(0.3)), (4, deficit(5.0, 0.5)), (pv_at, surplus(5.0, 0.0))]);
    assert_eq!(outcome(&plan(&slots(5), 6.0)), (1.0, Reason::SaleSurplus));
    assert_eq!(outcome(&plan(&slots(1), 5.0)), (5.0, Reason::SaleSurplus));
}

#[test]
fn export_room_is_shared_and_pv_comes_first() {
    let sold = |pv_w, export_limit_w| {
        let slots = slot_2(|s| (s.pv_w, s.export_limit_w) = (pv_w, export_limit_w));
        let plan = plan(&slots, 10.0);
        (plan[2].sale_w(), plan[2].export_w, plan[2].reason)
    };
    assert_eq!(sold(0.0, 3e3), (3e3, 3e3, Reason::SaleSurplus));
    assert_eq!(sold(2e3, 3e3), (1e3, 3e3, Reason::SaleSurplus));
    assert_eq!(sold(3e3, 3e3), (0.0, 3e3, Reason::NoRoom));
    assert_eq!(sold(0.0, 0.0), (0.0, 0.0, Reason::NoRoom));
}

#[test]
fn discharge_power_is_shared_and_the_site_comes_first() {
    let plan = plan(&slot_2(|s| s.demand_w = 3e3), 10.0);
    assert_eq!((plan[2].self_supply_w, plan[2].sale_w(), plan[2].export_w), (3e3, 2e3, 2e3));
}

#[test]
fn a_slot_whose_own_deficit_is_left_to_the_grid_is_not_sold_from() {
    // 4 kWh are kept for slot 6 at 0.50; slot 2 buys its 1 kW at 0.20 although it could sell at 0.30.
    let plan = plan(&hours(12, &[(2, Slot { demand_w: 1e3, ..selling(0.3) }), (6, deficit(4.0, 0.5))]), 4.0);
    assert_eq!((plan[2].import_w, plan[2].sale_w(), plan[2].reason), (1e3, 0.0, Reason::OwnDeficit));
}

#[test]
fn a_slot_sells_what_there_is_even_if_less_than_its_power() {
    assert_eq!(outcome(&plan(&slot_2(|_| {}), 1.25)), (1.25, Reason::SaleSurplus));
}
