//! Vehicles beside the storage.

use super::*;
use crate::ev::Profile;
use crate::storage::dispatch::Command;

/// Vehicles that ask in every step for so much on each phase, kW.
pub(super) fn vehicles(phase_kw: [f64; 3], len: usize, step_h: f64) -> Ev {
    Ev::Profile(Profile::new(vec![phase_kw.map(|kw| kw * 1e3); len], false, 0.0, None, step_h))
}

/// What the vehicles got in a step, kW, and the POI beside it.
fn served_kw(case: &SiteCase, step: usize) -> (f64, f64) {
    let (year, second) = case.run();
    (year.ev.served(step).total_w() / 1e3, second.poi_w[step] / 1e3)
}

#[test]
fn one_more_kilowatt_on_a_full_phase_costs_three_of_discharge() {
    // 120 kW are 40 a phase; the battery holds the first one there. No export limit minds what spills over.
    let discharge_kw = |ev_kw: f64| {
        let text = "strategy = \"grid_capacity_expansion\"\nev_reserve_kw = 0";
        let mut case = SiteCase::new(text, &[60.0], &[0.0]);
        case.grid.import = LimitYear::standing(vec![120e3]);
        case.grid.import_per_phase = true;
        case.ev = vehicles([ev_kw, 0.0, 0.0], 1, 1.0);
        assert!((served_kw(&case, 0).0 - ev_kw).abs() < 1e-9);
        case.battery_kw()[0]
    };
    // 20 kW of load on each phase and 22 of vehicles on one: 42 − 40 on the fullest, three times.
    assert_eq!([22.0, 23.0, 24.0].map(discharge_kw), [6.0, 9.0, 12.0]);
}

#[test]
fn where_other_phases_may_not_export_the_vehicles_are_cut_instead_of_the_battery_asked() {
    let mut case = SiteCase::new("strategy = \"grid_capacity_expansion\"\nev_reserve_kw = 0", &[9.0], &[0.0]);
    (case.grid.import_per_phase, case.grid.export_per_phase) = (true, true);
    case.grid.import = LimitYear::standing(vec![60e3]);
    case.grid.export = LimitYear::standing(vec![6e3]);
    case.ev = vehicles([40.0, 0.0, 0.0], 1, 1.0);
    // 3 kW of load a phase and 2 kW of export: 5 kW a phase from the battery, so 20 + 5 − 3 = 22 kW on the first.
    let (year, second) = case.run();
    assert!((year.ev.served(0).total_w() - 22e3).abs() < 1e-2, "{:?}", year.ev.served(0));
    assert!((year.nodes.mv_w[0] - 15e3).abs() < 1e-2, "{}", year.nodes.mv_w[0]);
    assert!((second.poi_w[0] + 16e3).abs() < 1e-2 && second.curtailed_w[0] == 0.0);
    assert_eq!(reasons(&case), ["asymmetry"]);
}

#[test]
fn vehicles_get_no_pv_that_the_export_limit_keeps_back() {
    // Static: 30 of 100 kW of PV may leave the plant; 30 + 20 from the grid are for vehicles.
    let mut case = SiteCase::new("strategy = \"none\"", &[0.0], &[100.0]);
    case.grid.import = LimitYear::standing(vec![20e3]);
    case.grid.export = LimitYear::standing(vec![30e3]);
    case.grid.export_is_static = true;
    case.ev = vehicles([40.0, 40.0, 40.0], 1, 1.0);
    let (ev_kw, poi_kw) = served_kw(&case, 0);
    assert!((ev_kw - 50.0).abs() < 1e-6 && (poi_kw + 20.0).abs() < 1e-6, "{ev_kw} {poi_kw}");
    // By phase: no export, all on the first phase: no PV may come, and the grid's 20 kW are all there is.
    (case.grid.export_is_static, case.grid.export_per_phase) = (false, true);
    case.grid.export = LimitYear::standing(vec![0.0]);
    case.ev = vehicles([40.0, 0.0, 0.0], 1, 1.0);
    let (ev_kw, poi_kw) = served_kw(&case, 0);
    assert!((ev_kw - 20.0).abs() < 1e-6 && (poi_kw + 20.0).abs() < 1e-6, "{ev_kw} {poi_kw}");
    // Without storage the same.
    let alone = case.grid.serve_alone(&case.pv_w, &[true], &case.ev);
    assert!((alone.served(0).total_w() - 20e3).abs() < 1e-3);
}

#[test]
fn a_battery_that_tapers_off_keeps_what_the_fullest_phase_was_promised() {
    // An hour with 6 kWh left, no import: the first phase gets a third of what the battery gives on average.
    let mut case = SiteCase::new("strategy = \"self_sufficiency\"", &[0.0], &[0.0]).soc(0.06);
    case.grid.import = LimitYear::standing(vec![0.0]);
    case.grid.import_per_phase = true;
    case.ev = vehicles([30.0, 0.0, 0.0], 1, 1.0);
    let (year, _) = case.run();
    let (served_w, given_w) = (year.ev.served(0).total_w(), year.nodes.mv_w[0]);
    assert!(served_w > 1e3 && 3.0 * served_w <= given_w + 1e-6, "{served_w} of {given_w}");
}

/// 13 kWh beside 42 kW of load on uneven phases, 34 kW of import and no export by phase; vehicles ask for 30 kW on the first.
fn uneven_site_with_little_left(strategy: &str) -> SiteCase {
    let mut case = SiteCase::new(strategy, &[42.0], &[0.0]).soc(0.13);
    case.grid.load_phases_w = vec![[2e3, 20e3, 20e3]];
    case.grid.import = LimitYear::standing(vec![34e3]);
    case.grid.export = LimitYear::standing(vec![0.0]);
    case.grid.export_per_phase = true;
    case.ev = vehicles([30.0, 0.0, 0.0], 1, 1.0);
    case
}

#[test]
fn what_vehicles_leave_of_a_fading_battery_is_not_discharged_to_be_curtailed() {
    // Were the vehicles' 30 kW met, 20 kW a phase could be supplied; as the battery
    // is soon empty they get a few, and three times what the first phase then draws is all that may leave.
    let (year, second) = uneven_site_with_little_left("strategy = \"self_sufficiency\"").run();
    let served_w = year.ev.served(0).total_w();
    assert!(served_w > 100.0 && second.curtailed_w[0] < 1e-6, "{served_w} {}", second.curtailed_w[0]);
    assert!((year.nodes.mv_w[0] - 3.0 * (2e3 + served_w)).abs() < 1e-6, "{} beside {served_w}", year.nodes.mv_w[0]);
}

#[test]
fn a_commanded_discharge_looks_at_no_limit_beside_cut_vehicles_either() {
    // All 13 kWh on command: the vehicles get nothing, 6 kW may leave beside 2 kW of the first phase.
    let mut case = uneven_site_with_little_left("strategy = \"custom\"\nfile = \"c.csv\"");
    let Dispatch::Custom(custom) = &mut case.plan.dispatch else { panic!("it is custom") };
    custom.always(Command::Discharge, 1);
    let (year, second) = case.run();
    assert_eq!(year.ev.served(0).total_w(), 0.0);
    assert!((year.nodes.mv_w[0] - 13e3).abs() < 1e-6 && (second.curtailed_w[0] - 7e3).abs() < 1e-6);
}

#[test]
fn one_hour_ends_where_sixty_minutes_do_with_vehicles_and_a_peak_shaver() {
    let strategies = ["grid_capacity_expansion", "self_sufficiency", "self_sufficiency_zero_feed_in"];
    for strategy in strategies {
        for shaver in ["", "peak_shaver = { threshold_kw = 120 }", "max_discharge_kw = 25\ntaper_band_pct = 30"] {
            let text = format!("strategy = \"{strategy}\"\n{shaver}");
            for powers in [(230.0, 0.0), (130.0, 20.0), (117.0, 0.0), (20.0, 0.0), (20.0, 70.0)] {
                for ev_kw in [0.0, 4.0, 40.0] {
                    let [hours, minutes] = after_three_hours(&text, powers, |case| {
                        case.ev = vehicles([ev_kw; 3], case.pv_w.len(), f64::from(case.step_s) / 3600.0);
                    });
                    let far_wh = (hours - minutes).abs();
                    assert!(far_wh <= 1e-6 * 100e3, "{text}, {powers:?}, {ev_kw}: {hours} and {minutes} Wh");
                }
            }
        }
    }
}

#[test]
fn vehicles_use_what_a_billing_interval_has_left_and_the_battery_does_not() {
    // Five minutes without vehicles at 60 kW leave 15 more kW for the last ten: (100·15 − 60·5)/10 = 120 kW.
    let text = "strategy = \"self_sufficiency\"\npeak_shaver = { threshold_kw = 100 }";
    let case = SiteCase::new(text, &[60.0; 3], &[0.0; 3]);
    let mut case = SiteCase { step_s: 300, ..case }.soc(0.0);
    let phases = [0.0, 90.0, 90.0].map(|kw| [kw * 1e3 / 3.0; 3]);
    case.ev = Ev::Profile(Profile::new(phases.to_vec(), false, 0.0, None, 1.0 / 12.0));
    let (year, _) = case.run();
    let served = [0, 1, 2].map(|step| year.ev.served(step).total_w().round() / 1e3);
    assert_eq!(served, [0.0, 60.0, 60.0]);
}
