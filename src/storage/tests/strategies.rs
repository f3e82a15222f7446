//! Strategies step by step.

use super::*;

#[test]
fn grid_capacity_expansion_holds_a_reserve_below_the_limit_and_rests_in_the_dead_band() {
    // 200 kW less the reserve of 5 % is 190 kW, less the dead band of 2 % 186 kW.
    let case = SiteCase::new("strategy = \"grid_capacity_expansion\"", &[210.0, 190.0, 188.0, 186.0, 150.0], &[0.0; 5]);
    assert_eq!(case.battery_kw(), [20.0, 0.0, 0.0, 0.0, -36.0]);
    assert_eq!(reasons(&case), ["hold_import", "idle", "idle", "idle", "grid_charge"]);
}

#[test]
fn the_reserve_and_the_dead_band_have_floors_and_can_be_given() {
    let mut case = SiteCase::new("strategy = \"grid_capacity_expansion\"", &[50.0, 20.0], &[0.0; 2]);
    case.grid.import.limit_w = kilo(&[40.0, 40.0]);
    // 40 − 4.1 = 35.9 kW, less 1 kW 34.9 kW.
    assert_eq!(case.battery_kw(), [14.1, -14.9]);
    let given = "strategy = \"grid_capacity_expansion\"\nev_reserve_kw = 0\ndead_band_kw = 30";
    let case = SiteCase { grid: case.grid, ..SiteCase::new(given, &[50.0, 20.0], &[0.0; 2]) };
    assert_eq!(case.battery_kw(), [10.0, 0.0]);
}

#[test]
fn grid_capacity_expansion_without_the_grid_charges_from_pv_alone() {
    let mut case = SiteCase::new("strategy = \"grid_capacity_expansion\"", &[50.0, 50.0], &[0.0, 80.0]);
    case.plan.grid_charging = Some(GridCharging::plain(false));
    assert_eq!(case.battery_kw(), [0.0, -30.0]);
}

#[test]
fn self_sufficiency_follows_the_demand_and_never_draws_from_the_grid() {
    let case = SiteCase::new("strategy = \"self_sufficiency\"", &[30.0, 10.0, 80.0, 20.0], &[0.0, 40.0, 0.0, 20.0]);
    // 80 kW are more than the inverter carries; 20 + 30 − 30 + 60 kWh leave 50 − 30 + 30 − 50.
    assert_eq!(case.battery_kw()[..2], [30.0, -30.0]);
    let (year, second) = case.run();
    assert!(year.nodes.mv_w[2] < 50.01e3 && second.poi_w[1] == 0.0 && year.nodes.mv_w[3] == 0.0);
    assert_eq!(reasons(&case)[..2], ["self_supply", "pv_charge"]);
}

#[test]
fn zero_feed_in_keeps_a_standing_import_and_curtails_what_the_battery_cannot_take() {
    let mut case =
        SiteCase::new("strategy = \"self_sufficiency_zero_feed_in\"", &[30.0, 10.0, 10.0], &[0.0, 40.0, 150.0]);
    case.grid.export = LimitYear::standing(vec![0.0; 3]);
    let (year, second) = case.run();
    // Standing import: the larger of 0.5 kW and 1 % of 200 kW.
    let battery: Vec<f64> = year.nodes.mv_w.iter().map(|w| w.round() / 1e3).collect();
    assert_eq!(battery, [28.0, -32.0, -46.0]);
    assert!((second.poi_w[0] + 2e3).abs() < 1e-6 && (second.poi_w[1] + 2e3).abs() < 1e-6);
    // Full: 150 − 10 − 46 = 94 kW are curtailed and nothing is exported.
    assert!(second.poi_w[2] == 0.0 && (second.curtailed_w[2] - 94e3).abs() < 1e-3);
}

#[test]
fn the_import_limit_has_the_last_word_over_every_objective() {
    for strategy in ["self_sufficiency", "lgia_excess\"\ndischarge_hours = [23]\n#\""] {
        let case = SiteCase::new(&format!("strategy = \"{strategy}\""), &[230.0, 100.0], &[0.0; 2]);
        let (_, second) = case.run();
        assert!(second.poi_w[0] >= -200e3 - 1e-6, "{strategy}: {}", second.poi_w[0]);
    }
    let idle = SiteCase::new("strategy = \"none\"", &[230.0], &[0.0]);
    assert_eq!(idle.battery_kw(), [0.0]);
}

#[test]
fn what_the_battery_cannot_give_is_an_overload() {
    let case = SiteCase::new("strategy = \"grid_capacity_expansion\"", &[300.0], &[0.0]);
    let (_, second) = case.run();
    // 60 kW of inverter, but only 49.9 kWh above the lock, the last 5 of them tapering off.
    assert!(second.poi_w[0] < -250e3);
}

#[test]
fn charge_and_discharge_rates_bind_at_the_inverter_s_ac_side() {
    let text = "strategy = \"grid_capacity_expansion\"\nmax_charge_kw = 5\nmax_discharge_kw = 7";
    assert_eq!(SiteCase::new(text, &[250.0, 20.0], &[0.0; 2]).battery_kw(), [7.0, -5.0]);
}

#[test]
fn an_empty_battery_waits_until_it_has_charged_its_hysteresis() {
    // Minutes: drained by 150 kW at 60 kW, then PV of 30 kW; 2 kWh above the minimum take four of its minutes.
    let load: Vec<f64> = [[60.0; 80], [0.0; 80]].concat();
    let pv: Vec<f64> = [vec![0.0; 80], vec![30.0; 3], vec![0.0; 3], vec![30.0; 2], vec![0.0; 72]].concat();
    let load: Vec<f64> =
        load.iter().enumerate().map(|(i, kw)| if (83..86).contains(&i) || i > 87 { 10.0 } else { *kw }).collect();
    let mut case = SiteCase::new("strategy = \"self_sufficiency\"", &load, &pv);
    case.step_s = 60;
    let (year, _) = case.run();
    let (power, reason) = (&year.nodes.mv_w, reasons(&case));
    assert!(power[40] > 59e3 && power[79].abs() < 1.0 && reason[79] == "locked");
    // 1.6 kWh after three minutes: still locked; 2.6 kWh after five: free.
    assert!(reason[84] == "locked" && power[84] == 0.0);
    assert!(reason[88] == "self_supply" && power[88] > 9e3, "{} {}", reason[88], power[88]);
}

#[test]
fn one_hour_ends_where_sixty_minutes_do() {
    for strategy in ["self_sufficiency", "grid_capacity_expansion"] {
        for (load_kw, pv_kw) in [(250.0, 0.0), (230.0, 15.0), (212.0, 0.0), (20.0, 50.0), (195.0, 0.0)] {
            let text = format!("strategy = \"{strategy}\"");
            let hours = SiteCase::new(&text, &[load_kw; 3], &[pv_kw; 3]);
            let mut minutes = SiteCase::new(&text, &[load_kw; 180], &[pv_kw; 180]);
            minutes.step_s = 60;
            let end = |case: &SiteCase| case.run().0.end.battery.stored_wh;
            assert!((end(&hours) - end(&minutes)).abs() <= 1e-6 * 100e3, "{strategy}, {load_kw}, {pv_kw}");
        }
    }
}

#[test]
fn a_peak_shaver_holds_the_mean_of_every_billing_interval() {
    // Five-minute steps: 160, 160, 40 kW with a threshold of 100 kW: the first step may take 100.
    let text = "strategy = \"peak_shaving\"\nthreshold_kw = 100";
    let mut case = SiteCase::new(text, &[160.0, 160.0, 40.0, 90.0, 160.0, 160.0], &[0.0; 6]);
    case.step_s = 300;
    let (_, second) = case.run();
    for interval in second.poi_w.chunks(3) {
        assert!(-interval.iter().sum::<f64>() / 3.0 <= 100e3 + 1e-6, "{interval:?}");
    }
}

#[test]
fn smoothing_lets_the_output_fall_and_rise_only_so_fast() {
    let text = "strategy = \"pv_smoothing\"\nnameplate_kw = 100\nmax_ramp_pct_per_min = 10";
    let mut case = SiteCase::new(text, &[0.0; 7], &[80.0, 80.0, 30.0, 30.0, 30.0, 90.0, 90.0]);
    case.step_s = 60;
    let (year, second) = case.run();
    let poi: Vec<f64> = second.poi_w.iter().map(|w| w.round() / 1e3).collect();
    assert_eq!(poi[..5], [80.0, 80.0, 70.0, 60.0, 50.0]);
    assert!(second.poi_w.windows(2).all(|w| (w[1] - w[0]).abs() <= 10e3 + 1e-6));
    assert!(year.nodes.charge_dc_w[5] > 0.0);
    // A full battery cannot take the rise; PV is curtailed instead.
    let full = SiteCase { step_s: 60, ..SiteCase::new(text, &[0.0; 2], &[20.0, 90.0]) }.soc(1.0);
    let (_, second) = full.run();
    assert!((second.poi_w[1] - second.poi_w[0] - 10e3).abs() < 1e-6 && second.curtailed_w[1] > 39e3);
}

#[test]
fn hours_open_to_the_grid_charge_the_plant_strategies_within_the_import_limit() {
    let open = "strategy = \"energy_available\"\ndischarge_hours = [23]";
    let mut case = SiteCase::new(open, &[170.0, 170.0, 170.0], &[0.0, 0.0, 100.0]);
    assert_eq!(case.battery_kw(), [0.0, 0.0, -50.0]);
    case.plan.grid_charging = Some(GridCharging::plain(true));
    assert_eq!(case.battery_kw(), [-30.0, -20.0, 0.0]);
}

#[test]
fn a_smoothed_rise_never_takes_power_that_the_import_limit_needs() {
    // PV rises from 0 to 100 kW in a minute; 10 kW a minute may be put out, but 100 kW are needed beside 50 of import.
    let text = "strategy = \"pv_smoothing\"\nnameplate_kw = 100";
    let mut case = SiteCase { step_s: 60, ..SiteCase::new(text, &[0.0, 150.0], &[0.0, 100.0]) }.soc(0.0);
    case.grid.import = LimitYear::standing(vec![50e3; 2]);
    let (_, second) = case.run();
    assert!((second.poi_w[1] + 50e3).abs() < 1e-6, "{}", second.poi_w[1]);
}

#[test]
fn smoothing_does_not_hold_the_night_draw_of_inverters() {
    let text = "strategy = \"pv_smoothing\"\nnameplate_kw = 0.1\nmax_ramp_pct_per_min = 1";
    let case = SiteCase { step_s: 60, ..SiteCase::new(text, &[0.0; 2], &[-1.0, 0.0]) };
    assert_eq!(case.battery_kw(), [0.0, 0.0]);
}

#[test]
fn one_hour_ends_where_sixty_minutes_do_for_plain_peak_shaving() {
    for (load_kw, pv_kw) in [(130.0, 0.0), (99.0, 0.0), (60.0, 0.0), (20.0, 50.0)] {
        let text = "strategy = \"peak_shaving\"\nthreshold_kw = 100";
        let [hours, minutes] = after_three_hours(text, (load_kw, pv_kw), |_| {});
        assert!((hours - minutes).abs() <= 1e-6 * 100e3, "{load_kw}, {pv_kw}: {hours} and {minutes} Wh");
    }
}
