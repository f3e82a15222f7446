//! Site strategies step by step, with hand arithmetic on a site without losses.

use jiff::civil::date;

use super::battery::tests::plain;
use super::*;
use crate::error::Findings;
use crate::ev::{Ev, Profile};
use crate::keys::{Door, Node};
use crate::losses::Transformer;
use crate::plant::{EvNodes, Grid, GridNodes, LimitYear};
use crate::time::TimeAxis;

/// A lossless site: one value per step of what is given in kW, a battery of 100 kWh behind an inverter of 60 kW.
pub(super) struct SiteCase {
    pub grid: Grid,
    pub pv_w: Vec<f64>,
    pub ev: Ev,
    pub plan: Plan,
    pub step_s: u32,
}

pub(super) fn kilo(kw: &[f64]) -> Vec<f64> {
    kw.iter().map(|kw| kw * 1e3).collect()
}

pub(super) fn dispatch(text: &str) -> Dispatch {
    let node = Node::parse(text, "plant.toml").unwrap();
    let findings = Findings::default();
    let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
    let dispatch = Keys::read(&node, &door, Dispatch::read);
    findings.conclude(dispatch).unwrap().0
}

impl SiteCase {
    pub fn new(strategy: &str, load_kw: &[f64], pv_kw: &[f64]) -> Self {
        let len = load_kw.len();
        let grid = Grid {
            equipment: vec![],
            availability_loss: vec![0.0; len],
            export: LimitYear::standing(vec![f64::INFINITY; len]),
            import: LimitYear::standing(vec![200e3; len]),
            export_is_static: false,
            export_per_phase: false,
            import_per_phase: false,
            load_w: kilo(load_kw),
            load_phases_w: vec![],
        };
        let battery =
            Battery { nameplate_wh: 100e3, usable_wh: 100e3, roundtrip_efficiency: 1.0, initial_soc: 0.5, ..plain() };
        let converter = Converter {
            rated_w: 60e3,
            efficiency: 1.0,
            transformer: Transformer::lossless(),
            auxiliary: StorageAuxiliary { idle_w: 0.0, active_w: 0.0 },
        };
        let plan =
            Plan { battery, converter, dispatch: dispatch(strategy), limits: LimitMode::Exact, grid_charging: None };
        Self { grid, pv_w: kilo(pv_kw), ev: Ev::none(), plan, step_s: 3600 }
    }

    pub fn soc(mut self, soc: f64) -> Self {
        self.plan.battery.initial_soc = soc;
        self
    }

    /// The storage's year and the second walk.
    pub fn run(&self) -> (StorageYear, GridNodes) {
        let start = date(2021, 6, 1).at(0, 0, 0, 0);
        let len = self.pv_w.len();
        let axis = TimeAxis { start, step_s: self.step_s, len, utc_offset_s: 0, leap_days: true };
        let calendar = axis.moments();
        let running: Vec<bool> = self.pv_w.iter().map(|w| *w > 0.0).collect();
        let first = self.grid.walk(&self.pv_w, &running, &EvNodes::default(), &[]);
        let around = Around {
            axis: &axis,
            calendar: &calendar,
            grid: &self.grid,
            first: &first,
            pv_running: &running,
            ev: &self.ev,
            prices: None,
        };
        let year = run(&self.plan, LimitMode::Exact, &around, self.plan.initial_state());
        let mv: Vec<f64> = (0..len).map(|i| self.pv_w[i] - year.nodes.pv_off_w[i] + year.nodes.mv_w[i]).collect();
        let second = self.grid.walk(&mv, &running, &year.ev, &year.nodes.output_cap_w);
        (year, second)
    }

    /// Battery power at the POI by step, kW, positive discharging, to a watt.
    pub fn battery_kw(&self) -> Vec<f64> {
        let (year, _) = self.run();
        year.nodes.mv_w.iter().map(|w| w.round() / 1e3).collect()
    }
}

fn reasons(case: &SiteCase) -> Vec<&'static str> {
    case.run().0.nodes.reason.iter().map(|reason| reason.as_str()).collect()
}

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

/// Vehicles that ask in every step for so much on each phase, kW.
fn vehicles(phase_kw: [f64; 3], len: usize, step_h: f64) -> Ev {
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

/// Stored energy after three hours of a constant site in steps of an hour and of a minute, Wh.
fn after_three_hours(text: &str, (load_kw, pv_kw): (f64, f64), set: impl Fn(&mut SiteCase)) -> [f64; 2] {
    [(3, 3600), (180, 60)].map(|(len, step_s)| {
        let case = SiteCase::new(text, &vec![load_kw; len], &vec![pv_kw; len]);
        let mut case = SiteCase { step_s, ..case };
        set(&mut case);
        case.run().0.end.battery.stored_wh
    })
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
fn one_hour_ends_where_sixty_minutes_do_for_plain_peak_shaving() {
    for (load_kw, pv_kw) in [(130.0, 0.0), (99.0, 0.0), (60.0, 0.0), (20.0, 50.0)] {
        let text = "strategy = \"peak_shaving\"\nthreshold_kw = 100";
        let [hours, minutes] = after_three_hours(text, (load_kw, pv_kw), |_| {});
        assert!((hours - minutes).abs() <= 1e-6 * 100e3, "{load_kw}, {pv_kw}: {hours} and {minutes} Wh");
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
