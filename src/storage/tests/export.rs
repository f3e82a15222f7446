//! What strategies make of export limits: what would be curtailed is charged, and the operation's own rules act at the POI.

use super::vehicles::vehicles;
use super::*;
use crate::plant::NoExport;

fn curtailed_kw(case: &SiteCase) -> Vec<f64> {
    case.run().1.curtailed_w.iter().map(|w| w.round() / 1e3).collect()
}

#[test]
fn zero_feed_in_keeps_to_the_poi_under_a_static_limit_too() {
    // 100 of 150 kW of PV may leave the plant; the site takes 70 (60 and a standing 2 less), the battery the rest.
    let mut case = SiteCase::new("strategy = \"self_sufficiency_zero_feed_in\"", &[70.0, 70.0], &[50.0, 150.0]);
    case.grid.no_export = Some(NoExport::always(2));
    case.grid.export = LimitYear::standing(kilo(&[100.0; 2]));
    case.grid.export_is_static = true;
    // 18 kW down to the standing import of 1 % = 2 kW; then 82 kW over 68, of which the inverter takes 60 and the
    // rest passes neither the limit nor the POI.
    assert_eq!(case.battery_kw(), [18.0, -60.0]);
    assert_eq!(curtailed_kw(&case), [0.0, 20.0]);
    let (_, second) = case.run();
    assert!((second.poi_w[0] + 2e3).abs() < 1e-6 && second.poi_w[1] == 0.0, "{:?}", second.poi_w);
}

#[test]
fn a_negative_price_stops_export_and_not_own_use_under_a_static_limit() {
    let mut case = SiteCase::new("strategy = \"none\"", &[60.0; 3], &[100.0; 3]);
    case.grid.no_export = Some(NoExport::at_negative_prices(&[0.1, -0.1, 0.0]));
    case.grid.export = LimitYear::standing(kilo(&[80.0; 3]));
    case.grid.export_is_static = true;
    let (_, second) = case.run();
    assert_eq!(second.poi_w, [20e3, 0.0, 20e3]);
    assert_eq!(curtailed_kw(&case), [20.0, 40.0, 20.0]);
}

#[test]
fn what_a_phase_s_export_limit_would_curtail_is_charged() {
    // No export on any phase, the third takes 2 kW: 6 kW may leave the plant. 60 kW of PV: 54 kW into the battery.
    for strategy in ["self_sufficiency", "grid_capacity_expansion"] {
        let mut case = SiteCase::new(&format!("strategy = \"{strategy}\""), &[62.0], &[60.0]).soc(0.2);
        case.grid.load_phases_w = vec![[30e3, 30e3, 2e3]];
        case.grid.import = LimitYear::standing(vec![120e3]);
        case.grid.export = LimitYear::standing(vec![0.0]);
        (case.grid.export_per_phase, case.grid.import_per_phase) = (true, true);
        case.plan.grid_charging = (strategy == "grid_capacity_expansion").then(|| GridCharging::plain(false));
        assert_eq!((case.battery_kw(), curtailed_kw(&case)), (vec![-54.0], vec![0.0]), "{strategy}");
        assert_eq!(reasons(&case), ["pv_charge"], "{strategy}");
    }
}

#[test]
fn charging_what_a_static_limit_keeps_back_is_called_so() {
    // 180 kW of PV, 100 may leave, the load takes 200: the battery takes 60 of the 80 kept back.
    let mut case = SiteCase::new("strategy = \"self_sufficiency\"", &[200.0], &[180.0]).soc(0.1);
    case.grid.export = LimitYear::standing(vec![100e3]);
    case.grid.export_is_static = true;
    assert_eq!((case.battery_kw(), reasons(&case)), (vec![-60.0], vec!["pv_charge"]));
    // Where the import limit would need more than may leave, the export limit is the reason, not the phases.
    case.grid.import = LimitYear::standing(vec![50e3]);
    assert_eq!(reasons(&case), ["export_limit"]);
}

#[test]
fn the_idle_load_of_the_storage_is_drawn_while_it_works_too() {
    // 100 kW from the grid, 40 for vehicles beside 98 of load and 2 of cooling: the battery gives what is missing.
    let mut case = SiteCase::new("strategy = \"self_sufficiency\"", &[98.0], &[0.0]).soc(1.0);
    case.grid.import = LimitYear::standing(vec![100e3]);
    case.plan.converter.auxiliary = StorageAuxiliary { idle_w: 2e3, active_w: 2e3 };
    case.ev = vehicles([40.0 / 3.0; 3], 1, 1.0);
    let (year, second) = case.run();
    assert!((year.ev.served(0).total_w() - 40e3).abs() < 1e-6);
    assert!(second.poi_w[0] < 0.0, "{}", second.poi_w[0]);
}

#[test]
fn a_battery_that_has_done_its_cycles_says_so() {
    let mut case = SiteCase::new("strategy = \"self_sufficiency\"", &[20.0; 3], &[0.0; 3]).soc(1.0);
    case.plan.battery.max_cycles_per_day = 0.3;
    assert_eq!(case.battery_kw(), [20.0, 10.0, 0.0]);
    assert_eq!(reasons(&case), ["self_supply", "self_supply", "cycle_limit"]);
}
