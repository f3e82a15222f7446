//! A battery of parts that came in different years, and what is done to it at the start of a year.
//!
//! The parts share the work in proportion to their nameplates, so a cycle counts for all of them. Part `i` came after `N_i`
//! cycles and `Y_i` years and holds `u_i·(1 − d_cycle·(N − N_i) − d_year·(Y − Y_i))`. That is linear in both, so the sum is
//! `U·(1 − d_cycle·n − d_year·y)` with `U = Σ u_i` and the means `n = Σ u_i·(N − N_i)/U`, `y = Σ u_i·(Y − Y_i)/U`: exactly
//! one battery of the summed energy whose cycles and age are these means. Efficiency follows the same rule, as the mean of
//! the parts' efficiencies. What has faded to nothing is taken out at the start of a year; a part that gets there within a
//! year counts below nothing until the next, which is the only approximation.

use super::super::battery::{Battery, BatteryState};
use super::{Added, Life};

/// What was done at the start of a year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Renewal {
    /// Whether all of the battery was replaced.
    pub replaced: bool,
    /// Nameplate energy added beside what was there, Wh.
    pub augmented_wh: f64,
}

/// Parts of a battery that came together.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cohort {
    nameplate_wh: f64,
    usable_wh: f64,
    cycles: f64,
    age_h: f64,
}

/// A battery over the years, as the parts it is made of.
#[derive(Debug, Clone)]
pub struct Fleet {
    life: Life,
    /// As in the plant file, when new.
    first: Battery,
    cohorts: Vec<Cohort>,
    /// Usable energy when new, before anything was added, Wh: what thresholds are shares of.
    new_usable_wh: f64,
    replaced: u32,
    /// How often each augmentation was done.
    augmented: Vec<u32>,
}

impl Fleet {
    /// A battery at the start of the first year; none where nothing is ever done to it.
    pub fn new(battery: &Battery, life: &Life) -> Option<Self> {
        if life.is_empty() {
            return None;
        }
        let Battery { nameplate_wh, usable_wh, .. } = *battery;
        Some(Self {
            augmented: vec![0; life.augmentations.len()],
            life: life.clone(),
            first: battery.clone(),
            cohorts: vec![Cohort { nameplate_wh, usable_wh, cycles: 0.0, age_h: 0.0 }],
            new_usable_wh: usable_wh,
            replaced: 0,
        })
    }

    /// The battery in force: that of the plan with the energies of all its parts.
    pub fn battery(&self) -> Battery {
        let (nameplate_wh, usable_wh) = (self.sum(|c| c.nameplate_wh), self.sum(|c| c.usable_wh));
        Battery { nameplate_wh, usable_wh, ..self.first.clone() }
    }

    /// What is left of the usable energy of all parts, Wh.
    pub fn capacity_wh(&self) -> f64 {
        self.sum(|c| self.left_wh(c))
    }

    /// Does what is due at the start of a year (from 1): first a replacement, then what is added, each by the capacity that
    /// is there by then. The state comes back as that of the battery in force, with the stored energy it had: what does
    /// not fit into a smaller battery is lost in the next step, as what fade leaves no room for.
    pub fn begin_year(&mut self, year: u32, state: BatteryState) -> (Renewal, BatteryState) {
        let replaced = self.replace(year);
        let augmented_wh = self.augment(year);
        let retired = self.retire();
        let changed = replaced || augmented_wh > 0.0 || retired;
        (Renewal { replaced, augmented_wh }, if changed { self.state(state) } else { state })
    }

    /// Ages all parts by a year that began and ended in these states.
    pub fn end_year(&mut self, start: &BatteryState, end: &BatteryState) {
        let cycles = (end.discharged_wh - start.discharged_wh) / self.sum(|c| c.nameplate_wh);
        let hours = end.elapsed_h - start.elapsed_h;
        for cohort in &mut self.cohorts {
            cohort.cycles += cycles;
            cohort.age_h += hours;
        }
    }

    fn replace(&mut self, year: u32) -> bool {
        let Some(replacement) = &self.life.replacement else { return false };
        if !replacement.when.is_due(year, (self.capacity_wh(), self.new_usable_wh), self.replaced) {
            return false;
        }
        let cohort = self.new_cohort(replacement.nameplate_wh.unwrap_or(self.first.nameplate_wh));
        self.new_usable_wh = cohort.usable_wh;
        self.cohorts = vec![cohort];
        self.replaced += 1;
        true
    }

    /// Adds what is due; its nameplate, Wh.
    fn augment(&mut self, year: u32) -> f64 {
        let mut added_wh = 0.0;
        for number in 0..self.augmented.len() {
            let augmentation = &self.life.augmentations[number];
            let capacity_wh = self.capacity_wh();
            if !augmentation.when.is_due(year, (capacity_wh, self.new_usable_wh), self.augmented[number]) {
                continue;
            }
            let nameplate_wh = match augmentation.added {
                Added::NameplateWh(wh) => wh,
                Added::ToShare(share) => {
                    let missing_wh = (share * self.new_usable_wh - capacity_wh).max(0.0);
                    missing_wh * self.first.nameplate_wh / self.first.usable_wh
                }
            };
            if nameplate_wh > 0.0 {
                self.cohorts.push(self.new_cohort(nameplate_wh));
                self.augmented[number] += 1;
                added_wh += nameplate_wh;
            }
        }
        added_wh
    }

    /// Takes out parts that have faded to nothing, as long as others are left; whether there were any.
    fn retire(&mut self) -> bool {
        let alive: Vec<_> = self.cohorts.iter().copied().filter(|c| self.left_wh(c) > 0.0).collect();
        let retires = !alive.is_empty() && alive.len() < self.cohorts.len();
        if retires {
            self.cohorts = alive;
        }
        retires
    }

    fn new_cohort(&self, nameplate_wh: f64) -> Cohort {
        // The first battery's own energy comes back to the bit.
        let share = nameplate_wh / self.first.nameplate_wh;
        Cohort { nameplate_wh, usable_wh: share * self.first.usable_wh, cycles: 0.0, age_h: 0.0 }
    }

    /// What is left of the usable energy of a part, Wh: that of a battery of its size, cycles and age.
    fn left_wh(&self, cohort: &Cohort) -> f64 {
        let Cohort { nameplate_wh, usable_wh, cycles, age_h } = *cohort;
        let state =
            BatteryState { discharged_wh: cycles * nameplate_wh, elapsed_h: age_h, ..self.first.initial_state() };
        Battery { nameplate_wh, usable_wh, ..self.first.clone() }.capacity_wh(&state)
    }

    /// The state of the battery in force: mean cycles and age, weighted by usable energy.
    fn state(&self, before: BatteryState) -> BatteryState {
        let usable_wh = self.sum(|c| c.usable_wh);
        let mean = |value: fn(&Cohort) -> f64| self.sum(|c| c.usable_wh * value(c)) / usable_wh;
        let discharged_wh = mean(|c| c.cycles) * self.sum(|c| c.nameplate_wh);
        BatteryState { discharged_wh, elapsed_h: mean(|c| c.age_h), ..before }
    }

    fn sum(&self, value: impl Fn(&Cohort) -> f64) -> f64 {
        self.cohorts.iter().map(value).sum()
    }
}
