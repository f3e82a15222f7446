//! The battery over the years, with hand arithmetic, and what is refused of its tables.

use proptest::prelude::*;

use super::super::battery::tests::plain;
use super::super::battery::{Battery, BatteryState};
use super::*;
use crate::error::Findings;
use crate::keys::{Door, Node};

fn read(text: &str) -> Result<Life, Vec<String>> {
    read_with_warnings(text).map(|(life, _)| life)
}

fn read_with_warnings(text: &str) -> Result<(Life, Vec<String>), Vec<String>> {
    let node = Node::parse(text, "plant.toml").unwrap();
    let findings = Findings::default();
    let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
    let life = Keys::read(&node, &door, Life::read);
    findings.conclude(life).map_err(|p| p.0.iter().map(ToString::to_string).collect())
}

/// A battery of 100 MWh nameplate and 90 MWh usable on its way through the years.
struct Years {
    fleet: Fleet,
    state: BatteryState,
    year: u32,
}

impl Years {
    fn new(life: &str, battery: &Battery) -> Self {
        let fleet = Fleet::new(battery, &read(life).unwrap()).unwrap();
        Self { fleet, state: battery.initial_state(), year: 0 }
    }

    /// Begins the next year; what was done.
    fn begin(&mut self) -> Renewal {
        self.year += 1;
        let (renewal, state) = self.fleet.begin_year(self.year, self.state);
        self.state = state;
        renewal
    }

    /// Lets the year pass with so many cycles.
    fn pass(&mut self, cycles: f64) {
        let start = self.state;
        self.state.discharged_wh += cycles * self.fleet.battery().nameplate_wh;
        self.state.elapsed_h += 8760.0;
        self.fleet.end_year(&start, &self.state);
    }

    /// A year without cycles: nameplate energy added, MWh.
    fn added_mwh(&mut self) -> f64 {
        let added_mwh = self.begin().augmented_wh / MEGA;
        self.pass(0.0);
        added_mwh
    }

    /// Capacity as the battery in force sees it, MWh.
    fn capacity_mwh(&self) -> f64 {
        self.fleet.battery().capacity_wh(&self.state) / MEGA
    }
}

fn close(ours: f64, expected: f64) {
    assert!((ours - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{ours} is not {expected}");
}

#[test]
fn two_cohorts_are_one_battery_of_their_mean_cycles_and_age() {
    let battery = Battery {
        capacity_fade_per_cycle: 1e-4,
        capacity_fade_per_year: 0.02,
        efficiency_fade_per_cycle: 1e-4,
        efficiency_fade_per_year: 0.01,
        ..plain()
    };
    let mut years = Years::new("augmentation = [{ year = 2, nameplate_mwh = 20 }]", &battery);
    assert_eq!(years.begin(), Renewal::default());
    years.pass(200.0);
    // 90·(1 − 0.02 − 0.02)
    close(years.capacity_mwh(), 86.4);
    assert_eq!(years.begin(), Renewal { replaced: false, augmented_wh: 20e6 });
    // 18 MWh more; 200·90/108 cycles of 120 MWh and 8760·90/108 hours.
    close(years.capacity_mwh(), 104.4);
    close(years.state.discharged_wh, 20_000e6);
    close(years.state.elapsed_h, 7300.0);
    assert_eq!((years.fleet.battery().nameplate_wh, years.fleet.battery().usable_wh), (120e6, 108e6));
    years.pass(100.0);
    // 90·(1 − 0.03 − 0.04) + 18·(1 − 0.01 − 0.02)
    close(years.capacity_mwh(), 83.7 + 17.46);
    close(years.fleet.capacity_wh(), 101.16e6);
    // (90·(1 − 0.03 − 0.02) + 18·(1 − 0.01 − 0.01))/108·0.9
    close(years.fleet.battery().roundtrip_efficiency(&years.state), 0.9 * (85.5 + 17.64) / 108.0);
    assert_eq!(years.state.stored_wh, 90e6);
}

#[test]
fn a_threshold_adds_up_to_a_share_at_the_start_of_a_year_and_so_often_at_most() {
    let battery = Battery { capacity_fade_per_year: 0.05, ..plain() };
    let life = "augmentation = [{ when_capacity_below_pct = 88, to_capacity_pct = 95, most = 2 }]";
    let mut years = Years::new(life, &battery);
    // 100, 95, 90 and then 85 %: 10 % of 100 MWh brings it to 95 %. It loses 5 % of 110 MWh a year: 89.5 and 84 %, to which 11 %
    // of 100 MWh are added; then 88.95 and 82.9 %, and it was done twice.
    let added: Vec<f64> = (0..8).map(|_| years.added_mwh()).collect();
    for (ours, expected) in added.into_iter().zip([0.0, 0.0, 0.0, 10.0, 0.0, 11.0, 0.0, 0.0]) {
        close(ours, expected);
    }
    // 95 % of 90 MWh at the start of year 6, less 5 % of 121·0.9 MWh for each of three years.
    close(years.capacity_mwh(), 85.5 - 3.0 * 5.445);
}

#[test]
fn capacity_that_is_where_it_should_be_is_not_below_it() {
    let life =
        "augmentation = [{ year = 3, to_capacity_pct = 70 }, { when_capacity_below_pct = 30, nameplate_mwh = 1 }]";
    let battery = Battery { capacity_fade_per_year: 0.35, ..plain() };
    let mut years = Years::new(life, &battery);
    // 100, 65, 30 %: exactly on the second threshold, but the first augmentation comes before it anyway.
    let added: Vec<f64> = (0..3).map(|_| years.added_mwh()).collect();
    close(added[2], 40.0);
    let life = "augmentation = [{ when_capacity_below_pct = 30, nameplate_mwh = 1 }]";
    let mut years = Years::new(life, &battery);
    assert_eq!([years.added_mwh(), years.added_mwh(), years.added_mwh()], [0.0; 3]);
    // 100 − 105 %: it has nothing left, and what is added is all there is.
    assert_eq!(years.added_mwh(), 1.0);
    assert_eq!(years.fleet.battery().nameplate_wh, 1e6);
}

#[test]
fn a_share_that_is_there_already_adds_nothing() {
    let mut years = Years::new("augmentation = [{ years = [2, 3], to_capacity_pct = 90 }]", &plain());
    assert_eq!([years.added_mwh(), years.added_mwh(), years.added_mwh()], [0.0; 3]);
    assert_eq!(years.state.discharged_wh, 0.0);
}

#[test]
fn a_replacement_comes_first_and_thresholds_are_shares_of_the_new_battery() {
    let battery = Battery { capacity_fade_per_year: 0.1, ..plain() };
    let life = "replacement = { years = [4, 6], nameplate_mwh = 50 }\n\
                augmentation = [{ year = 4, nameplate_mwh = 10 }, { when_capacity_below_pct = 85, nameplate_mwh = 4 }]";
    let mut years = Years::new(life, &battery);
    years.added_mwh();
    years.added_mwh();
    // 80 % of 90 MWh in year 3.
    assert_eq!(years.added_mwh(), 4.0);
    assert_eq!(years.begin(), Renewal { replaced: true, augmented_wh: 10e6 });
    // 45 + 9 MWh, all of them new: nothing is below 85 % of 45.
    close(years.capacity_mwh(), 54.0);
    assert_eq!((years.state.discharged_wh, years.state.elapsed_h), (0.0, 0.0));
    years.pass(0.0);
    // 48.6 MWh in year 5; replaced again in year 6.
    assert_eq!(years.added_mwh(), 0.0);
    assert_eq!(years.begin(), Renewal { replaced: true, augmented_wh: 0.0 });
    close(years.capacity_mwh(), 45.0);
}

#[test]
fn a_replacement_by_threshold_gives_the_first_battery_back_to_the_bit() {
    let battery = Battery { capacity_fade_per_year: 0.07, ..plain() };
    let mut years = Years::new("replacement = { when_capacity_below_pct = 80, most = 1 }", &battery);
    let replaced: Vec<bool> = (0..8)
        .map(|_| {
            let replaced = years.begin().replaced;
            years.pass(10.0);
            replaced
        })
        .collect();
    // 100, 93, 86, 79 %: replaced in year 4; 79 % again in year 7, when it may not be any more.
    assert_eq!(replaced, [false, false, false, true, false, false, false, false]);
    assert_eq!(years.fleet.battery(), battery);
}

#[test]
fn what_a_smaller_battery_cannot_hold_is_lost_in_its_first_step() {
    let mut years = Years::new("replacement = { year = 2, nameplate_mwh = 50 }", &plain());
    years.begin();
    years.pass(0.0);
    years.begin();
    assert_eq!(years.state.stored_wh, 90e6);
    let battery = years.fleet.battery();
    let (next, step) = battery.step(&years.state, 0.0, &battery.length(1.0));
    assert_eq!((next.stored_wh, step.fade_loss_wh, step.capacity_wh), (45e6, 45e6, 45e6));
}

#[test]
fn parts_that_have_faded_to_nothing_are_taken_out_and_the_last_one_stays() {
    let battery = Battery { capacity_fade_per_year: 0.5, ..plain() };
    let mut years = Years::new("augmentation = [{ year = 2, nameplate_mwh = 20 }]", &battery);
    years.added_mwh();
    // 45 and 18 MWh, and a year later 0 and 9.
    assert_eq!(years.added_mwh(), 20.0);
    years.begin();
    close(years.capacity_mwh(), 9.0);
    assert_eq!(years.fleet.battery().nameplate_wh, 20e6);
    years.pass(0.0);
    years.begin();
    assert_eq!((years.capacity_mwh(), years.fleet.battery().nameplate_wh), (0.0, 20e6));
}

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let problems = read(text).unwrap_err();
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.contains(expected), "{problem}\n  does not say\n{expected}");
    }
}

#[test]
fn a_battery_that_is_new_every_year_is_warned_of() {
    let warnings =
        |pct: u32| read_with_warnings(&format!("replacement = {{ when_capacity_below_pct = {pct} }}")).unwrap().1;
    assert_eq!(warnings(99), [] as [String; 0]);
    assert!(warnings(100)[0].contains("when_capacity_below_pct: 100 % replaces the battery after every year"));
}

#[test]
fn what_is_wrong_is_told_all_at_once_with_what_would_be_right() {
    refused(
        "augmentation = [{ nameplate_mwh = 1 }, { year = 1, nameplate_mwh = 0 }, { year = 51 }]\n\
         replacement = { year = 5, years = [6], when_capacity_below_pct = 70 }",
        &[
            "augmentation.0.year: missing; give one of year, years, when_capacity_below_pct: when it is done",
            "augmentation.1.year: 1 is out of range; it must be a whole number from 2 to 50",
            "augmentation.1.nameplate_mwh: 0 is out of range; it must be above 0",
            "augmentation.2.year: 51 is out of range",
            "augmentation.2.nameplate_mwh: missing; give nameplate_mwh or to_capacity_pct: how much is added",
            "plant.toml:2: replacement.years: given beside year; give one of year, years, when_capacity_below_pct",
            "plant.toml:2: replacement.when_capacity_below_pct: given beside year",
        ],
    );
    refused(
        "augmentation = [{ when_capacity_below_pct = 80, to_capacity_pct = 80 }, { year = 3, most = 2, nameplate_mwh = 1, to_capacity_pct = 90 }]",
        &[
            "augmentation.0.to_capacity_pct: 80 % is not above when_capacity_below_pct = 80; nothing would ever be added",
            "augmentation.1.most: counts how often a threshold acts, and there is no when_capacity_below_pct",
            "augmentation.1.to_capacity_pct: given beside nameplate_mwh; give one of the two",
        ],
    );
    refused("replacement = { years = [4, 4] }", &["replacement.years: 4 stands behind 4; the years must rise"]);
    refused("replacement = { years = [1.5] }", &["1.5 is out of range; each must be a whole number from 2 to 50"]);
    refused("replacement = { years = [] }", &["is empty; give years, such as [11, 21]"]);
    refused("replacement = { years = 11 }", &["11 is a whole number; it must be a list of years, such as [11, 21]"]);
    refused("replacement = { yaer = 11 }", &["replacement.year: missing", "unknown key; did you mean year"]);
    refused("augmentation = { year = 3 }", &["must be a list of tables, [[augmentation]]"]);
}

#[test]
fn years_that_a_run_does_not_reach_are_told_and_thresholds_never_are() {
    let life = read(
        "replacement = { years = [4, 11, 21] }\n\
         augmentation = [{ year = 6, nameplate_mwh = 1 }, { when_capacity_below_pct = 80, nameplate_mwh = 1 }]",
    );
    let life = life.unwrap();
    assert_eq!(
        life.never_reached(10),
        ["replacement.years: a run of 10 years does not reach year 11, 21; --years makes it longer"]
    );
    assert_eq!(
        life.never_reached(1)[1],
        "augmentation.0.year: a run of 1 year does not reach year 6; --years makes it longer"
    );
    assert_eq!(life.never_reached(21), [] as [String; 0]);
    assert_eq!(
        life.describe(),
        ["replaced in year 4, 11, 21", "1.000 MWh added in year 6", "1.000 MWh added when below 80 %"]
    );
    assert!(Fleet::new(&plain(), &read("").unwrap()).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_battery_in_force_holds_what_its_parts_hold_in_every_year(
        added in prop::collection::btree_map(2..20u32, 0.1..80.0f64, 1..6),
        cycles in prop::collection::vec(0.0..300.0f64, 20),
        (per_cycle, per_year) in (0.0..1e-4f64, 0.0..0.015f64),
        replaced in prop::option::of((2..20u32, 10.0..200.0f64)),
    ) {
        let augmentations: Vec<_> =
            added.iter().map(|(year, mwh)| format!("{{ year = {year}, nameplate_mwh = {mwh:.3} }}")).collect();
        let mut text = format!("augmentation = [{}]\n", augmentations.join(", "));
        if let Some((year, mwh)) = replaced {
            text += &["replacement = { year = ", &year.to_string(), ", nameplate_mwh = ", &mwh.to_string(), " }"].concat();
        }
        let fade = Battery {
            capacity_fade_per_cycle: per_cycle, capacity_fade_per_year: per_year,
            efficiency_fade_per_cycle: per_cycle, efficiency_fade_per_year: per_year, ..plain()
        };
        let mut years = Years::new(&text, &fade);
        for cycles in cycles {
            let renewal = years.begin();
            // The least that is left is 1 − 20·300·1e-4 − 20·0.015 = 0.1: no part ever fades to nothing.
            {
                let (parts, whole) = (years.fleet.capacity_wh(), years.fleet.battery().capacity_wh(&years.state));
                prop_assert!((parts - whole).abs() <= 1e-9 * parts, "{parts} is not {whole}");
                // With the same fade the efficiency has what the capacity has.
                let battery = years.fleet.battery();
                let efficiency = battery.roundtrip_efficiency(&years.state);
                prop_assert!((efficiency - 0.9 * whole / battery.usable_wh).abs() <= 1e-9);
            }
            prop_assert!(!renewal.replaced || replaced.is_some_and(|(year, _)| year == years.year));
            years.pass(cycles);
        }
    }
}
