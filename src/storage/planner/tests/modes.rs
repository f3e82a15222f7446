//! Budgets of segments, and both modes of selling.

use super::*;

fn arbitrage() -> Settings {
    Settings { arbitrage: true, ..settings() }
}

#[test]
fn the_highest_price_is_served_first_and_the_earliest_among_equals() {
    let slots = hours(12, &[(1, selling(0.2)), (3, selling(0.4)), (5, selling(0.4)), (6, selling(0.3))]);
    let sold = |stored| kw(&plan(&slots, stored), PlannedSlot::sale_w);
    assert_eq!(sold(7.0), [0.0, 0.0, 0.0, 5.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(sold(10.0)[5], 5.0);
}

/// 20 h: selling at 0.5 in slot 1, 2 kWh of deficit in slot 3; a PV day of 3 x 1 kWh from slot 8; 6 kWh of deficit after.
fn two_segments() -> Vec<Slot> {
    let pv = surplus(1.0, 0.0);
    let evening = deficit(3.0, 0.3);
    hours(20, &[(1, selling(0.5)), (3, deficit(2.0, 0.3)), (8, pv), (9, pv), (10, pv), (13, evening), (14, evening)])
}

#[test]
fn a_segment_never_sells_what_the_next_one_needs() {
    // need of the second: 6 - 3 = 3 kWh. Budget of the first: 8 + 0 - 2 - 3 = 3 kWh.
    let plan = plan(&two_segments(), 8.0);
    assert_eq!(plan[1].sale_surplus_w, 3e3);
    assert_eq!(kw(&plan, |p| p.self_supply_w)[13..15], [3.0, 3.0]);
    assert_eq!(plan[14].stored_end_wh, 0.0);
}

#[test]
fn budgets_count_losses() {
    // Recharge 3 x 0.9 = 2.7 kWh, deficit 6/0.8 = 7.5: need 4.8. Budget 10 - 2/0.8 - 4.8 = 2.7 kWh stored, 2.16 sold.
    let store = Store { eta_charge: 0.9, eta_discharge: 0.8, ..STORE };
    let plan = plan_with(&settings(), &store, &two_segments(), 10.0);
    assert!((plan[1].sale_surplus_w - 2160.0).abs() < 1e-6);
}

#[test]
fn what_a_segment_leaves_unsold_the_next_may_sell() {
    // The first can sell 1 kW at most; 2 of its 3 kWh are left for the second's slot 15.
    let mut slots = two_segments();
    slots[1].export_limit_w = 1e3;
    slots[15] = selling(0.2);
    let plan = plan(&slots, 8.0);
    assert_eq!((plan[1].sale_w(), plan[15].sale_w()), (1e3, 2e3));
}

#[test]
fn mode_2_asks_for_strictly_more_than_the_margin() {
    let slots = |sell| hours(12, &[(1, selling(sell)), (5, deficit(3.0, 0.25))]);
    let settings = Settings { min_price_difference_per_kwh: 0.25, ..arbitrage() };
    let moved = |sell| {
        let plan = plan_with(&settings, &STORE, &slots(sell), 3.0);
        (plan[1].sale_arbitrage_w, plan[5].self_supply_w, plan[5].import_w, plan[1].reason)
    };
    // 0.25 + 0.25 = 0.50 exactly
    assert_eq!(moved(0.5), (0.0, 3e3, 0.0, Reason::NoBudget));
    assert_eq!(moved(0.501), (3e3, 0.0, 3e3, Reason::SaleArbitrage));
}

#[test]
fn mode_2_has_its_own_switch_and_keeps_the_total_discharge() {
    let slots = hours(12, &[(1, selling(0.9)), (5, deficit(3.0, 0.25)), (6, deficit(1.0, 0.4))]);
    let discharge = |settings| kw(&plan_with(&settings, &STORE, &slots, 6.0), |p| p.self_supply_w + p.sale_w());
    let (one, two) = (discharge(settings()), discharge(arbitrage()));
    // Mode 1 sells 6 - 4 = 2 kWh; mode 2 moves 3 more, which is all its power.
    assert_eq!((one[1], one[5], one[6]), (2.0, 3.0, 1.0));
    assert_eq!((two[1], two[5], two[6]), (5.0, 0.0, 1.0));
}

#[test]
fn mode_2_gives_up_the_cheapest_deficit_first_and_the_latest_among_equals() {
    let slots =
        hours(12, &[(1, selling(0.9)), (4, deficit(2.0, 0.25)), (5, deficit(2.0, 0.25)), (6, deficit(2.0, 0.3))]);
    let small = Store { discharge_w: 3e3, ..STORE };
    let plan = plan_with(&arbitrage(), &small, &slots, 6.0);
    assert_eq!(kw(&plan, |p| p.self_supply_w)[4..7], [1.0, 0.0, 2.0]);
}

#[test]
fn mode_2_moves_no_more_than_the_import_limit_lets_in_later() {
    let later = Slot { import_limit_w: 2e3, ..deficit(3.0, 0.25) };
    let plan = plan_with(&arbitrage(), &STORE, &hours(12, &[(1, selling(0.9)), (5, later)]), 3.0);
    assert_eq!((plan[1].sale_arbitrage_w, plan[5].self_supply_w, plan[5].import_w), (2e3, 1e3, 2e3));
}

#[test]
fn mode_2_does_not_move_energy_backward_or_out_of_another_segment() {
    let earlier = hours(12, &[(2, deficit(3.0, 0.25)), (5, selling(0.9))]);
    assert_eq!(plan_with(&arbitrage(), &STORE, &earlier, 3.0)[5].sale_w(), 0.0);
    // The deficit of slot 12 lies behind the PV day of slot 8.
    let next = hours(20, &[(1, selling(0.9)), (8, surplus(1.0, 0.0)), (12, deficit(4.0, 0.25))]);
    let plan = plan_with(&arbitrage(), &STORE, &next, 3.0);
    assert_eq!((plan[1].sale_w(), plan[12].self_supply_w), (0.0, 4e3));
}

#[test]
fn a_sale_of_the_running_segment_does_not_turn_its_next_surplus_slot_into_a_charging_slot() {
    // A full battery sells in slots 1 and 2 beside 1 kW of PV. One hour later slot 2 must still sell.
    let sunny = Slot { pv_w: 1e3, ..selling(0.3) };
    let slots = hours(12, &[(0, surplus(1.0, 0.0)), (1, Slot { sell_per_kwh: 0.4, ..sunny }), (2, sunny)]);
    let mut planner = Planner::new(settings());
    let window = Window { slots: &slots, slot_h: 1.0, start_h: 12.0, before: Before::NOTHING, pledges: &[] };
    assert_eq!(kw(planner.plan(&window, &STORE, 10e3), PlannedSlot::sale_w)[..3], [0.0, 5.0, 5.0]);
    let before = planner.after_first(&window);
    let window = Window { slots: &slots[1..], start_h: 13.0, before, ..window };
    planner.plan(&window, &STORE, 10e3);
    let before = planner.after_first(&window);
    let window = Window { slots: &slots[2..], start_h: 14.0, before, ..window };
    assert_eq!(planner.plan(&window, &STORE, 5e3)[0].sale_w(), 5e3);
    let forgetful = Window { before: Before::NOTHING, ..window };
    assert_eq!(planner.plan(&forgetful, &STORE, 5e3)[0].charge_pv_w, 1e3);
}

#[test]
fn a_deficit_that_a_sale_has_given_up_does_not_fill_the_battery_of_the_plan_without_sales() {
    // 3 kWh were sold before. Without that sale slot 0 would have used them, and slot 2 would charge as it does now.
    let slots = hours(12, &[(0, deficit(3.0, 0.25)), (2, surplus(3.0, 0.3))]);
    let left = |left_to_grid_w| Pledge { left_to_grid_w, ..Pledge::default() };
    let plan_in = |pledges: &[Pledge]| {
        let before = Before { quiet_h: 0.0, unsold_wh: 3e3, ..Before::NOTHING };
        let window = Window { slots: &slots, slot_h: 1.0, start_h: 0.0, before, pledges };
        Planner::new(arbitrage()).plan(&window, &STORE, 7e3).to_vec()
    };
    let plan = plan_in(&[left(3e3)]);
    assert_eq!((plan[0].self_supply_w, plan[2].charge_pv_w, plan[2].sale_w()), (0.0, 3e3, 0.0));
}

#[test]
fn what_was_bought_and_then_sold_is_no_longer_kept() {
    let mut pledge = Pledge::default();
    pledge.add(&Pledge { left_to_grid_w: 0.0, bought_w: 4e3 }, 0.0, 0.5);
    assert_eq!(pledge, Pledge { left_to_grid_w: 0.0, bought_w: 2e3 });
    // Half of a sale of 3 kW
    pledge.add(&Pledge { left_to_grid_w: 3e3, bought_w: 0.0 }, 0.5, 0.0);
    assert_eq!(pledge, Pledge { left_to_grid_w: 1.5e3, bought_w: 500.0 });
    pledge.add(&Pledge { left_to_grid_w: 1e3, bought_w: 0.0 }, 1.0, 0.0);
    assert_eq!(pledge, Pledge { left_to_grid_w: 2.5e3, bought_w: 0.0 });
}
