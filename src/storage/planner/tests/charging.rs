//! The plan without sales: storing surplus, serving deficits, buying ahead, negative prices.

use super::*;

/// No sale is planned.
fn settings() -> Settings {
    Settings { tail_h: 24.0, ..super::settings() }
}

fn plan(slots: &[Slot], stored_kwh: f64) -> Vec<PlannedSlot> {
    plan_with(&settings(), &STORE, slots, stored_kwh)
}

fn with_grid() -> Settings {
    Settings { grid_charging: true, min_price_difference_per_kwh: 0.25, ..settings() }
}

#[test]
fn deficits_are_served_by_falling_price_and_the_earliest_among_equals() {
    let slots = hours(6, &[(0, deficit(2.0, 0.2)), (1, deficit(2.0, 0.4)), (2, deficit(2.0, 0.2))]);
    assert_eq!(kw(&plan(&slots, 3.0), |p| p.self_supply_w)[..3], [1.0, 2.0, 0.0]);
}

#[test]
fn consumption_that_costs_nothing_is_not_served() {
    assert_eq!(plan(&hours(6, &[(1, deficit(2.0, 0.0))]), 9.0)[1].import_w, 2e3);
}

#[test]
fn stock_is_used_at_night_where_pv_refills_it_for_a_dearer_evening() {
    // 5 kWh for slot 9 at 0.5 come from the sun of slot 5; the stock is free for slot 1 at 0.3.
    let slots = hours(12, &[(1, deficit(5.0, 0.3)), (5, surplus(5.0, 0.0)), (9, deficit(5.0, 0.5))]);
    let plan = plan(&slots, 5.0);
    assert_eq!((plan[1].self_supply_w, plan[5].charge_pv_w, plan[9].self_supply_w), (5e3, 5e3, 5e3));
}

#[test]
fn clip_aware_stores_what_would_be_curtailed_and_earliest_what_comes_first() {
    let limited = Slot { export_limit_w: 0.0, ..surplus(3.0, 0.1) };
    let slots = hours(8, &[(1, surplus(3.0, 0.1)), (2, surplus(3.0, 0.05)), (3, limited)]);
    let stored = |timing| {
        let plan = plan_with(&Settings { timing, ..settings() }, &STORE, &slots, 6.0);
        (kw(&plan, |p| p.charge_pv_w)[1..4].to_vec(), plan[3].pv_curtailed_w)
    };
    // 4 kWh of room
    assert_eq!(stored(Timing::ClipAware), (vec![0.0, 1.0, 3.0], 0.0));
    assert_eq!(stored(Timing::Earliest), (vec![3.0, 1.0, 0.0], 3e3));
}

#[test]
fn the_price_aware_policy_stores_only_what_a_later_price_pays_for() {
    let settings =
        Settings { surplus_policy: SurplusPolicy::PriceAware, min_price_difference_per_kwh: 0.25, ..settings() };
    let lossy = Store { eta_charge: 0.5, ..STORE };
    let stored = |sell, buy| {
        plan_with(&settings, &lossy, &hours(8, &[(1, surplus(2.0, sell)), (3, deficit(1.0, buy))]), 0.0)[1].charge_pv_w
    };
    // 1.0·0.5 - 0.25 = 0.25 is enough; 0.98·0.5 - 0.25 = 0.24 is not.
    assert_eq!((stored(0.25, 1.0), stored(0.25, 0.98)), (2e3, 0.0));
}

#[test]
fn what_stock_cannot_serve_is_bought_ahead_where_it_pays() {
    let at = |buy_per_kwh| Slot { buy_per_kwh, ..QUIET };
    let slots = |cheap| {
        hours(8, &[(0, at(cheap)), (1, at(cheap)), (2, at(9.0)), (3, at(9.0)), (4, deficit(2.0, 0.5)), (5, at(0.0))])
    };
    let bought = |cheap| kw(&plan_with(&with_grid(), &STORE, &slots(cheap), 0.0), |p| p.charge_grid_w)[..6].to_vec();
    // 0.5 - 0.25 = 0.25 is just enough; the latest of two equal slots, and none after the deficit.
    assert_eq!(bought(0.25), [0.0, 2.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(bought(0.26), [0.0; 6]);
}

#[test]
fn buying_ahead_pays_for_its_losses() {
    let store = Store { eta_charge: 0.8, eta_discharge: 0.625, ..STORE };
    let slots = |buy| hours(4, &[(0, Slot { buy_per_kwh: 0.125, ..QUIET }), (2, deficit(1.0, buy))]);
    let bought = |buy| plan_with(&with_grid(), &store, &slots(buy), 0.0)[0].charge_grid_w;
    // 0.125/(0.8·0.625) = 0.25, and 0.25 more: 0.5. 1 kWh takes 1/0.5 = 2 kWh.
    assert!((bought(0.5) - 2e3).abs() < 1e-6);
    assert_eq!(bought(0.49), 0.0);
}

#[test]
fn buying_ahead_keeps_import_limit_charge_power_and_room() {
    let cheap = Slot { buy_per_kwh: 0.1, demand_w: 1e3, import_limit_w: 3e3, ..QUIET };
    let dear = deficit(5.0, 1.0);
    let slots =
        hours(8, &[(0, cheap), (1, cheap), (2, Slot { grid_charge_allowed: false, ..cheap }), (4, dear), (5, dear)]);
    let plan = plan_with(&with_grid(), &STORE, &slots, 0.0);
    assert_eq!(kw(&plan, |p| p.import_w)[..3], [3.0, 3.0, 1.0]);
    let small = Store { full_wh: 3e3, ..STORE };
    assert_eq!(kw(&plan_with(&with_grid(), &small, &slots, 0.0), |p| p.charge_grid_w)[..3], [1.0, 2.0, 0.0]);
}

#[test]
fn a_slot_buys_beside_its_own_surplus_only_after_storing_all_of_it() {
    let slots = hours(8, &[(1, Slot { buy_per_kwh: 0.1, ..surplus(1.0, 0.1) }), (4, deficit(3.0, 0.5))]);
    let plan = plan_with(&with_grid(), &STORE, &slots, 0.0);
    assert_eq!((plan[1].charge_pv_w, plan[1].charge_grid_w, plan[1].export_w), (1e3, 2e3, 0.0));
}

#[test]
fn at_a_negative_price_it_charges_as_much_as_limits_allow() {
    let paid = Slot { buy_per_kwh: -0.1, demand_w: 1e3, import_limit_w: 4e3, ..QUIET };
    let plan = plan_with(&with_grid(), &STORE, &hours(8, &[(2, paid)]), 0.0);
    assert_eq!((plan[2].charge_grid_w, plan[2].import_w, plan[2].reason), (3e3, 4e3, Reason::NegativePrice));
    let without = plan_with(&settings(), &STORE, &hours(8, &[(2, paid)]), 0.0);
    assert_eq!(without[2].charge_grid_w, 0.0);
}

#[test]
fn scarce_room_is_kept_for_the_most_negative_price_and_before_that_for_clipped_pv() {
    let paid = |buy_per_kwh| Slot { buy_per_kwh, import_limit_w: 3e3, ..QUIET };
    let clipped = Slot { export_limit_w: 0.0, ..surplus(3.0, 0.0) };
    let charge = |first| {
        let slots = hours(8, &[(1, first), (2, paid(-0.3))]);
        kw(&plan_with(&with_grid(), &STORE, &slots, 6.0), |p| p.charge_grid_w + p.charge_pv_w)[1..3].to_vec()
    };
    assert_eq!(charge(paid(-0.1)), [1.0, 3.0]);
    assert_eq!(charge(clipped), [1.0, 3.0]);
}

#[test]
fn while_both_prices_are_negative_pv_may_be_switched_off() {
    let both = Slot { buy_per_kwh: -0.1, sell_per_kwh: -0.1, pv_w: 4e3, demand_w: 1e3, ..QUIET };
    let outcome = |pv_off_both_negative, stored| {
        let settings = Settings { pv_off_both_negative, ..with_grid() };
        let plan = plan_with(&settings, &STORE, &hours(8, &[(2, both)]), stored);
        [plan[2].charge_pv_w, plan[2].charge_grid_w, plan[2].import_w, plan[2].export_w, plan[2].pv_curtailed_w]
    };
    // Off: 5 kW of charge and 1 kW of demand are imported. Else PV gives 3 of the 5 kW.
    assert_eq!(outcome(true, 0.0), [0.0, 5e3, 6e3, 0.0, 4e3]);
    assert_eq!(outcome(false, 0.0), [3e3, 2e3, 2e3, 0.0, 0.0]);
    // A full battery: PV serves the site and no more.
    assert_eq!(outcome(false, 10.0), [0.0, 0.0, 0.0, 0.0, 3e3]);
}

#[test]
fn a_negative_feed_in_price_curtails_export_and_stores_what_it_can() {
    let slots = hours(8, &[(2, surplus(6.0, -0.01))]);
    let plan = plan(&slots, 8.0);
    assert_eq!((plan[2].charge_pv_w, plan[2].export_w, plan[2].pv_curtailed_w), (2e3, 0.0, 4e3));
}

#[test]
fn a_deficit_above_the_import_limit_is_served_before_dearer_ones() {
    let over = Slot { import_limit_w: 2e3, ..deficit(3.0, 0.1) };
    let slots = hours(8, &[(1, over), (3, deficit(2.0, 0.5))]);
    let plan = plan(&slots, 2.0);
    assert_eq!((plan[1].self_supply_w, plan[3].self_supply_w, plan[1].reason), (1e3, 1e3, Reason::ImportLimit));
}

#[test]
fn what_passes_the_import_limit_is_served_as_it_comes() {
    let over = |buy| Slot { import_limit_w: 0.0, ..deficit(2.0, buy) };
    let plan = plan(&hours(8, &[(1, over(0.1)), (3, over(0.5))]), 3.0);
    assert_eq!(kw(&plan, |p| p.self_supply_w)[1..4], [2.0, 0.0, 1.0]);
}

#[test]
fn what_was_bought_for_a_deficit_is_kept_for_it_unless_the_import_limit_needs_it() {
    let over = Slot { import_limit_w: 0.0, ..deficit(2.0, 0.0) };
    let supplied = |grid_charge_allowed| {
        let open = Slot { buy_per_kwh: 0.05, grid_charge_allowed, ..QUIET };
        let closed = |slot| Slot { grid_charge_allowed: false, ..slot };
        let slots = hours(8, &[(0, closed(QUIET)), (1, closed(deficit(2.0, 0.4))), (2, open), (3, over)]);
        let mut pledges = vec![Pledge::default(); 8];
        pledges[1].bought_w = 2e3;
        let window = Window { slots: &slots, slot_h: 1.0, start_h: 0.0, before: Before::NOTHING, pledges: &pledges };
        kw(Planner::new(with_grid()).plan(&window, &STORE, 2e3), |p| p.self_supply_w)[1..4].to_vec()
    };
    // Slot 3 buys its own energy in slot 2, or needs the stock.
    assert_eq!(supplied(true), [2.0, 0.0, 2.0]);
    assert_eq!(supplied(false), [0.0, 0.0, 2.0]);
}

#[test]
fn room_is_kept_from_curtailed_pv_for_hours_that_pay_for_charging() {
    let paid = Slot { buy_per_kwh: -0.3, sell_per_kwh: -0.3, ..QUIET };
    let plan = plan_with(&with_grid(), &STORE, &hours(8, &[(1, surplus(4.0, -0.01)), (2, paid), (3, paid)]), 0.0);
    assert_eq!(kw(&plan, |p| p.charge_pv_w + p.charge_grid_w)[1..4], [0.0, 5.0, 5.0]);
    assert_eq!((plan[1].pv_curtailed_w, plan[1].keeps_room), (4e3, true));
    let act = |planned, slot: &Slot, stored_wh| execute(planned, slot, &STORE, (stored_wh, 1.0), &with_grid()).pb_w;
    assert_eq!(act(&plan[1], &surplus(4.0, -0.01), 0.0), 0.0);
    // 1 kW more than was planned to be curtailed is absorbed.
    assert_eq!(act(&plan[1], &surplus(5.0, -0.01), 0.0), -1e3);
    // A full battery curtails for want of room.
    let full = plan_with(&with_grid(), &STORE, &hours(8, &[(1, surplus(4.0, -0.01))]), 9.0);
    assert_eq!((full[1].charge_pv_w, full[1].pv_curtailed_w, full[1].keeps_room), (1e3, 3e3, false));
}

#[test]
fn nothing_and_impossible_stores_make_a_plan_too() {
    assert!(plan(&[], 5.0).is_empty());
    let slots = hours(
        8,
        &[(0, surplus(3.0, 0.3)), (1, selling(0.9)), (2, deficit(2.0, 0.5)), (3, Slot { buy_per_kwh: -1.0, ..QUIET })],
    );
    for store in [
        Store { eta_charge: 0.0, eta_discharge: 0.0, ..STORE },
        Store { charge_w: 0.0, discharge_w: 0.0, ..STORE },
        Store { full_wh: 0.0, ..STORE },
        Store { floor_wh: 20e3, ..STORE },
    ] {
        let plan = plan_with(&Settings { arbitrage: true, ..with_grid() }, &store, &slots, 5.0);
        let is_sound = |p: &PlannedSlot| p.pb_w().is_finite() && p.self_supply_w + p.sale_w() <= 5e3;
        assert!(plan.iter().all(is_sound), "{store:?}");
    }
    let endless = Store { charge_w: f64::INFINITY, discharge_w: f64::INFINITY, ..STORE };
    let plan = plan_with(&Settings { arbitrage: true, ..with_grid() }, &endless, &slots, 5.0);
    assert!(plan.iter().all(|p| p.pb_w().is_finite()), "{plan:?}");
}
