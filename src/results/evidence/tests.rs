//! Evidence of small years, with hand arithmetic.

use jiff::civil::date;

use super::*;
use crate::ev::{Draw, Ev};
use crate::inputs::Prices;
use crate::plant::grid_tests::lossless;
use crate::plant::{EvNodes, GridNodes, LimitKind, LimitYear};
use crate::pv::PvYear;
use crate::results::{Before, Months, months_alone};
use crate::storage::StorageNodes;
use crate::time::Moment;

const NONE: f64 = f64::INFINITY;

/// A lossless year of hours, one value each of what is given in kW. It begins at 22:00 on a 31 January.
struct SmallYear {
    axis: TimeAxis,
    calendar: Vec<Moment>,
    grid: Grid,
    pv: PvYear,
    vehicles: Ev,
    first_ev: EvNodes,
    alone: Months,
    ev: EvNodes,
    first: GridNodes,
    storage: StorageNodes,
    second: GridNodes,
    prices: Option<Prices>,
}

fn kilo(kw: &[f64]) -> Vec<f64> {
    kw.iter().map(|kw| kw * 1e3).collect()
}

impl SmallYear {
    /// PV and load behind an export limit.
    fn new(pv_kw: &[f64], load_kw: &[f64], export_kw: f64) -> Self {
        let len = pv_kw.len();
        let start = date(2021, 1, 31).at(22, 0, 0, 0);
        let axis = TimeAxis { start, step_s: 3600, len, utc_offset_s: 3600, leap_days: true };
        let export = LimitYear::standing(vec![export_kw * 1e3; len]);
        let grid = Grid { export, load_w: kilo(load_kw), ..lossless(len) };
        let year = Self {
            calendar: axis.moments(),
            axis,
            grid,
            pv: PvYear::given(&kilo(pv_kw)),
            vehicles: Ev::none(),
            first_ev: EvNodes::default(),
            alone: [None; 12],
            ev: EvNodes::default(),
            first: GridNodes::default(),
            storage: StorageNodes::none(len),
            second: GridNodes::default(),
            prices: None,
        };
        year.walked()
    }

    /// With both walks done over what has been changed, as a run does them.
    fn walked(mut self) -> Self {
        let (pv, grid, storage) = (&self.pv, &self.grid, &self.storage);
        let off_w = |i: usize| storage.pv_off_w.get(i).copied().unwrap_or(0.0);
        let combined: Vec<f64> = (0..pv.mv_w.len()).map(|i| pv.mv_w[i] - off_w(i) + storage.mv_w[i]).collect();
        self.first = grid.walk(&pv.mv_w, &pv.running, &self.first_ev, &[]);
        let before = Before { pv, first: &self.first, ev: &self.first_ev };
        self.alone = months_alone(&self.axis, &self.calendar, &before);
        self.second = grid.walk(&combined, &pv.running, &self.ev, &storage.output_cap_w);
        (0..combined.len()).for_each(|i| self.second.curtailed_w[i] += off_w(i));
        self
    }

    /// The battery at the MV bus, kW, positive discharging, without any loss.
    fn with_battery(mut self, kw: &[f64]) -> Self {
        self.storage.mv_w = kilo(kw);
        self.storage.ac_w = kilo(kw);
        self.storage.charge_dc_w = kw.iter().map(|kw| (-kw).max(0.0) * 1e3).collect();
        self.storage.discharge_dc_w = kw.iter().map(|kw| kw.max(0.0) * 1e3).collect();
        self.walked()
    }

    /// Vehicles that draw this much on the first phase, kW.
    fn with_vehicles(mut self, kw: &[f64]) -> Self {
        for kw in kw {
            let draw = Draw { phase_w: [kw * 1e3, 0.0, 0.0] };
            self.ev.push(draw, draw);
        }
        self.walked()
    }

    fn year(&self, number: u32) -> Year<'_> {
        Year {
            number,
            axis: &self.axis,
            calendar: &self.calendar,
            sky: None,
            pv: &self.pv,
            grid: &self.grid,
            nameplate: crate::results::Nameplate::default(),
            renewal: None,
            first: &self.first,
            vehicles: &self.vehicles,
            alone: &self.alone,
            storage: &self.storage,
            battery: None,
            dispatch: None,
            ev: &self.ev,
            second: &self.second,
            exact_poi_w: None,
            perfect_poi_w: None,
            prices: self.prices.as_ref(),
        }
    }

    fn evidence(&self, years: u32) -> Evidence {
        let mut sheet = Sheet::default();
        let mut results = Results::new("small", &self.axis, crate::results::Nameplate::default(), false);
        for number in 0..years {
            sheet.add(&self.year(number));
            results.add(&self.year(number));
        }
        sheet.close(&results.finish(), &[])
    }
}

fn took(evidence: &Evidence, cause: Cause) -> (f64, f64, Option<f64>) {
    let row = evidence.curtailment.by_cause.iter().find(|row| row.cause == cause).unwrap();
    (row.kwh, row.hours, row.worth)
}

/// PV of 0, 100, 160 and 200 kW over a load of 20 kW.
fn plain() -> SmallYear {
    SmallYear::new(&[0.0, 100.0, 160.0, 200.0], &[20.0; 4], 120.0)
}

#[test]
fn export_is_held_against_its_limit_and_the_first_of_equal_maxima_is_told() {
    let evidence = plain().evidence(1);
    let export = &evidence.export;
    // At the POI: −20, 80, 140 cut to 120, 180 cut to 120.
    let maximum = export.maximum.as_ref().unwrap();
    assert_eq!((maximum.kw, maximum.limit_kw, maximum.margin_kw), (120.0, Some(120.0), Some(0.0)));
    assert_eq!(maximum.at, When { year: 1, time: "2021-02-01T00:00:00+01:00".to_owned() });
    assert_eq!((export.energy_kwh, export.at_limit_h, export.above_limit_h), (320.0, 2.0, 0.0));
    assert_eq!((export.excursions.number, export.above_limit_kwh), (0, 0.0));
    assert_eq!((export.p95_kw, export.duration[0].kw, export.duration[19].kw), (120.0, 120.0, 0.0));
    let import = &evidence.import;
    assert_eq!((import.limit.as_ref(), import.least_margin.as_ref(), import.at_limit_h), (None, None, 0.0));
    let maximum = import.maximum.as_ref().unwrap();
    assert_eq!((maximum.kw, maximum.limit_kw, maximum.margin_kw), (20.0, None, None));
    assert_eq!((evidence.step_min, evidence.years, evidence.phases), (60, 1, None));
    assert!(evidence.measured_on.contains("60 min"));
}

#[test]
fn a_power_is_at_the_limit_from_99_percent_of_it_on_and_at_a_limit_of_zero_without_import() {
    let evidence = SmallYear::new(&[98.9, 99.0, 100.0, 0.0], &[0.0; 4], 100.0).evidence(1);
    assert_eq!(evidence.export.at_limit_h, 2.0);
    // Half a kilowatt comes in: that is not at the limit; nothing at all is.
    let evidence = SmallYear::new(&[0.0, 0.0, 10.0, 20.0], &[0.5, 0.0, 10.0, 10.0], 0.0).evidence(1);
    assert_eq!(evidence.export.at_limit_h, 3.0);
    assert_eq!(evidence.export.maximum, None);
}

#[test]
fn the_maxima_of_several_years_name_their_year_and_energies_are_of_all() {
    let mut small = plain();
    let mut sheet = Sheet::default();
    sheet.add(&small.year(0));
    small.second.poi_w[1] = 130e3;
    sheet.add(&small.year(1));
    let side = sheet.export.close(&small.axis);
    let maximum = side.maximum.unwrap();
    assert_eq!((maximum.kw, maximum.at.year, maximum.margin_kw), (130.0, 2, Some(-10.0)));
    assert_eq!(side.least_margin.unwrap().at, maximum.at);
    // 320 in the first year, 50 more in the second; 10 kW beyond the limit for one hour.
    assert_eq!((side.energy_kwh, side.above_limit_kwh, side.above_limit_h), (690.0, 10.0, 1.0));
    let excursions = side.excursions;
    assert_eq!((excursions.number, excursions.longest_h, excursions.worst_overshoot_kw), (1, 1.0, 10.0));
    let limit = side.limit.unwrap();
    assert_eq!(limit.levels, [Level { from_kw: 120.0, to_kw: 120.0, hours: 8.0 }]);
}

#[test]
fn curtailment_goes_to_the_part_that_binds_by_month_and_hour_and_at_the_selling_price() {
    let mut small = plain();
    small.grid.export.tighten("grid call", LimitKind::Event, |i| if i == 3 { 50e3 } else { NONE });
    small.prices = Some(Prices {
        buy_per_kwh: vec![0.3; 4],
        sell_per_kwh: vec![0.1, 0.1, 0.1, -0.2],
        demand_charge_per_kw: None,
        billing_interval_s: 3600,
        currency: "EUR".to_owned(),
    });
    let evidence = small.walked().evidence(1);
    // 140 cut to 120 by the limit; 180 cut to 50 by the call, which saves 0.2 a kWh.
    assert_eq!(took(&evidence, Cause::ExportLimit), (20.0, 1.0, Some(2.0)));
    assert_eq!(took(&evidence, Cause::Event), (130.0, 1.0, Some(-26.0)));
    let curtailment = &evidence.curtailment;
    assert_eq!((curtailment.available_kwh, curtailment.curtailed_kwh), (460.0, 150.0));
    assert_eq!((curtailment.curtailed_pct, curtailment.curtailed_worth), (100.0 * 150.0 / 460.0, Some(-24.0)));
    let slots =
        |slots: &[Slot]| slots.iter().map(|s| (s.number, s.available_kwh, s.curtailed_kwh())).collect::<Vec<_>>();
    assert_eq!(slots(&curtailment.by_month), [(1, 100.0, 0.0), (2, 360.0, 150.0)]);
    let by_hour = [(0, 160.0, 20.0), (1, 200.0, 130.0), (22, 0.0, 0.0), (23, 100.0, 0.0)];
    assert_eq!(slots(&curtailment.by_hour), by_hour);
    assert_eq!(curtailment.by_month[1].kwh(Cause::Event), 130.0);
    assert_eq!(curtailment.by_month[0].curtailed_pct(), 0.0);
}

#[test]
fn what_the_operation_holds_back_below_the_limit_is_its_own() {
    let mut small = plain();
    // PV off in the second hour; the output held at 130 in the third, where the limit allows 140; at 150 in the last.
    small.storage.pv_off_w = kilo(&[0.0, 100.0, 0.0, 0.0]);
    small.storage.output_cap_w = kilo(&[500.0, 500.0, 130.0, 150.0]);
    small.pv.inverter_clipped_w = kilo(&[0.0, 7.0, 0.0, 0.0]);
    let evidence = small.walked().evidence(1);
    assert_eq!(took(&evidence, Cause::PvOff), (100.0, 1.0, None));
    // 160 held at 130: 20 for the limit of 140, 10 below it. 200 held at 150: no, 60 for the limit, and none below it.
    assert_eq!(took(&evidence, Cause::ExportLimit).0, 20.0 + 60.0);
    assert_eq!(took(&evidence, Cause::Ramp), (10.0, 1.0, None));
    assert_eq!(took(&evidence, Cause::InverterClipping).0, 7.0);
    assert_eq!(evidence.curtailment.curtailed_kwh, 190.0);
    assert_eq!(evidence.cases[0].figures.curtailed_by_limits_kwh, 80.0);
}

#[test]
fn a_battery_that_discharges_above_the_limit_is_told_apart() {
    let evidence = plain().with_battery(&[0.0, 60.0, 0.0, -10.0]).evidence(1);
    // 100 + 60 − 20 = 140: 20 above the limit, all of it the battery's; 20 and 50 are PV's.
    assert_eq!(took(&evidence, Cause::ExportLimit).0, 90.0);
    assert_eq!(evidence.curtailment.battery_discharge_kwh, 20.0);
}

#[test]
fn the_battery_absorbs_what_would_be_curtailed_and_nothing_else_it_charges() {
    let evidence = plain().with_battery(&[0.0, -30.0, -50.0, -25.0]).evidence(1);
    // 80 kWh would be curtailed. In the second hour nothing would be; in the third 20 of the 50; in the last 25 of 60.
    let absorbed = evidence.absorbed;
    assert_eq!(absorbed.curtailed_without_either_kwh, 80.0);
    assert_eq!((absorbed.vehicles_kwh, absorbed.battery_kwh), (0.0, 45.0));
}

#[test]
fn vehicles_absorb_before_the_battery_and_under_a_static_limit_nothing() {
    let mut small = plain();
    let draw = [0.0, 15.0, 30.0, 15.0];
    small = small.with_vehicles(&draw).with_battery(&[0.0, 0.0, 0.0, -100.0]);
    let absorbed = small.evidence(1).absorbed;
    // Vehicles: 20 of their 30, then 15; the battery the last 45 of 60.
    assert_eq!((absorbed.vehicles_kwh, absorbed.battery_kwh), (35.0, 45.0));
    let mut fixed = plain();
    fixed.grid.export_is_static = true;
    let absorbed = fixed.with_vehicles(&draw).evidence(1).absorbed;
    // 160 and 200 are cut to 120 whatever is drawn.
    assert_eq!((absorbed.curtailed_without_either_kwh, absorbed.vehicles_kwh), (120.0, 0.0));
}

#[test]
fn the_import_side_tells_its_overload() {
    let mut small = SmallYear::new(&[0.0; 4], &[50.0, 70.0, 65.0, 10.0], NONE);
    small.grid.import = LimitYear::standing(kilo(&[60.0; 4]));
    let import = small.walked().evidence(1).import;
    assert_eq!((import.above_limit_h, import.above_limit_kwh), (2.0, 15.0));
    assert_eq!((import.excursions.number, import.excursions.longest_h), (1, 2.0));
    let maximum = import.maximum.unwrap();
    assert_eq!((maximum.kw, maximum.margin_kw, import.at_limit_h), (70.0, Some(-10.0), 2.0));
}

#[test]
fn a_limit_per_phase_is_held_against_the_fullest_phase() {
    let mut small = SmallYear::new(&[0.0, 90.0], &[36.0, 30.0], 120.0);
    small.grid.load_phases_w = vec![[30e3, 3e3, 3e3], [0.0, 15e3, 15e3]];
    small.grid.import = LimitYear::standing(kilo(&[60.0; 2]));
    (small.grid.export_per_phase, small.grid.import_per_phase) = (true, true);
    let evidence = small.walked().evidence(1);
    // 20 kW a phase may come: the first draws 30.
    assert_eq!((evidence.import.above_limit_kwh, evidence.import.maximum.unwrap().margin_kw), (10.0, Some(-30.0)));
    // 30 kW of PV a phase, none used on the first: 30 of 40 leave there.
    let maximum = evidence.export.maximum.unwrap();
    assert_eq!((maximum.kw, maximum.margin_kw, evidence.export.above_limit_kwh), (60.0, Some(30.0), 0.0));
    let phases = evidence.phases.unwrap();
    let rows: Vec<_> = phases.phases.iter().map(|p| (p.phase, p.import_kw, p.export_kw)).collect();
    assert_eq!(rows, [("L1", 30.0, 30.0), ("L2", 3.0, 15.0), ("L3", 3.0, 15.0)]);
    assert_eq!(phases.phases[0].import_at.as_ref().unwrap().time, "2021-01-31T22:00:00+01:00");
    assert_eq!(phases.asymmetry_kwh, 0.0);
}

#[test]
fn power_that_flows_in_on_one_phase_and_out_on_another_is_asymmetry() {
    let mut small = SmallYear::new(&[30.0], &[24.0], NONE);
    small.grid.load_phases_w = vec![[24e3, 0.0, 0.0]];
    // 10 kW of PV a phase: 14 in on the first, 20 out on the others.
    assert_eq!(small.walked().evidence(1).phases.unwrap().asymmetry_kwh, 14.0);
}

#[test]
fn only_a_limit_in_some_step_is_a_subject() {
    let mut grid = SmallYear::new(&[0.0; 2], &[0.0; 2], NONE).grid;
    assert!(!Evidence::has_subject(&grid));
    grid.import.limit_w[1] = 5e3;
    assert!(Evidence::has_subject(&grid));
}

#[test]
fn the_json_has_the_documented_keys() {
    let value = serde_json::to_value(plain().evidence(1)).unwrap();
    assert_eq!(value["export"]["limit"]["levels"][0]["from_kw"], 120.0);
    assert_eq!(value["curtailment"]["by_cause"][0]["cause"], "export_limit");
    assert_eq!(value["curtailment"]["by_month"][1]["export_limit_kwh"], 80.0);
    assert_eq!(value["cases"][0]["case"], "as_run");
    assert_eq!(value["cases"][0]["curtailed_kwh"], 80.0);
    assert!(value["import"]["limit"].is_null() && value["currency"].is_null());
}
