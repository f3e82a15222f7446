//! The two engines of the optimum agree on whole years, and neither breaks a limit.

use pvess::storage::optimum::{LEVELS, LpStatus};

mod sites;

use sites::{Kind, site};

const KINDS: [Kind; 3] = [Kind::TightImport, Kind::ZeroExport, Kind::NegativePrices];

/// Holds dynamic programming against the linear program over so many hours from a day on.
fn agree(kind: Kind, first_day: usize, hours: usize) {
    let site = site(kind, first_day, (hours, 1));
    let program = site.optimum();
    let values = site.values(LEVELS);
    let path = values.follow(site.start_wh(), &site);
    assert_eq!(program.status, LpStatus::Optimal);
    // The program is exact here: nothing pays to do two things at once.
    assert!((program.cost - program.objective).abs() <= 1e-6 * program.objective.abs(), "{kind:?}");
    let share = (path.cost - program.objective) / program.objective.abs();
    assert!((-1e-6..=2e-3).contains(&share), "{kind:?}: {} and {}", path.cost, program.objective);
    // What the first value promised is what the walk costs.
    let promised = values.cost_to_go(0, site.start_wh());
    assert!((promised - path.cost).abs() <= 2e-3 * path.cost.abs(), "{kind:?}: {promised} and {}", path.cost);
    // And the battery is worth something.
    let mut idle = site;
    (idle.battery.charge_w, idle.battery.discharge_w) = (0.0, 0.0);
    let idle = idle.values(LEVELS).follow(idle.start_wh(), &idle).cost;
    assert!(program.objective < idle - 0.05 * idle.abs(), "{kind:?}: {} and {idle} idle", program.objective);
}

#[test]
fn dynamic_programming_and_linear_program_agree_to_a_500th_over_eight_weeks_of_spring() {
    for kind in KINDS {
        agree(kind, 100, 8 * 7 * 24);
    }
}

#[test]
#[ignore = "the same over whole years; takes half a minute"]
fn dynamic_programming_and_linear_program_agree_to_a_500th_over_a_year() {
    for kind in KINDS {
        agree(kind, 0, 8760);
    }
}

#[test]
fn the_walk_forward_keeps_the_range_and_ends_with_what_shall_be_left() {
    for kind in KINDS {
        let site = site(kind, 100, (24 * 14, 1));
        let path = site.values(LEVELS).follow(site.start_wh(), &site);
        let battery = &site.battery;
        let range_wh = battery.floor_wh - 1e-6..=battery.full_wh + 1e-6;
        assert!(path.stored_wh.iter().all(|wh| range_wh.contains(wh)));
        let left_wh = path.stored_wh.last().unwrap();
        assert!((left_wh - 120e3).abs() < 1e-6 * 120e3, "{kind:?}: {left_wh}");
    }
}

#[test]
fn quarter_hours_and_hours_of_the_same_days_cost_alike() {
    for kind in KINDS {
        let cost = |steps, per_hour| {
            let site = site(kind, 100, (steps, per_hour));
            site.values(LEVELS).follow(site.start_wh(), &site).cost
        };
        let (hours, quarters) = (cost(24 * 28, 1), cost(4 * 24 * 28, 4));
        // The formulas are smooth within an hour, not flat: a hundredth.
        assert!((hours - quarters).abs() < 0.02 * hours.abs(), "{kind:?}: {hours} and {quarters}");
    }
}

#[test]
fn the_same_run_gives_the_same_bits() {
    let site = site(Kind::NegativePrices, 100, (24 * 7, 1));
    assert_eq!(site.values(LEVELS), site.values(LEVELS));
    assert_eq!(site.optimum(), site.optimum());
}
