//! The limit in force: how high, for how long, why, and as configured.

use std::iter::repeat_n;

use serde::Serialize;

use crate::plant::{LimitYear, Margin};
use crate::units::KILO;

use super::duration::Ranked;

/// More levels than this are told as bands.
const MOST_LEVELS: usize = 20;

/// A limit over the run; powers in kW with the margin deducted, durations in h.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LimitInForce {
    /// `dynamic` caps the POI, `static` the plant's output whatever the load is.
    pub mode: &'static str,
    /// `sum` of the phases, or `per_phase`: a third of the limit on each.
    pub scope: &'static str,
    /// The margin as configured, if as a power.
    pub margin_kw: Option<f64>,
    /// The margin as configured, if as a share of the limit.
    pub margin_pct: Option<f64>,
    /// The limit in force.
    pub in_force: Spread,
    /// Its firm part.
    pub firm: Spread,
    /// What is not firm of it; none where all of it is.
    pub flexible: Option<Spread>,
    /// Time without any limit.
    pub without_limit_h: f64,
    /// Time at each level, the lowest first; bands of equal width where there are more than 20.
    pub levels: Vec<Level>,
    /// Time for which each part was the most restrictive one.
    pub parts: Vec<PartHours>,
    /// Steps in which a missing signal was stood in for, in all years.
    pub fallback_steps: usize,
}

/// Least, middle and largest value over the steps with a limit, kW.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Least.
    pub min_kw: f64,
    /// The least value that is exceeded in no more than half of the steps.
    pub median_kw: f64,
    /// Largest.
    pub max_kw: f64,
}

/// Time at a level of the limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Level {
    /// Lower end of the band, kW.
    pub from_kw: f64,
    /// Upper end, kW; the same for a single level.
    pub to_kw: f64,
    /// Time in it, h.
    pub hours: f64,
}

/// Time for which a part of a limit bound.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartHours {
    /// Its name.
    pub name: String,
    /// Why it holds when it holds.
    pub kind: &'static str,
    /// Time for which it was the most restrictive part, h.
    pub hours: f64,
}

/// The limit while the run goes on: each that held, and for how many years.
#[derive(Debug, Clone, Default)]
pub(super) struct LimitSheet {
    held: Vec<(LimitYear, usize)>,
    is_static: bool,
    per_phase: bool,
}

impl LimitSheet {
    /// Notes what held in a year.
    pub(super) fn add(&mut self, limit: LimitYear, (is_static, per_phase): (bool, bool)) {
        (self.is_static, self.per_phase) = (is_static, per_phase);
        match self.held.last_mut() {
            Some((last, years)) if *last == limit => *years += 1,
            _ => self.held.push((limit, 1)),
        }
    }

    /// The limits year by year, and the hours that a step of them stands for.
    fn years(&self, step_h: f64) -> (Vec<&LimitYear>, f64) {
        match self.held.as_slice() {
            // A limit that held in all years is looked at once.
            [(limit, years)] => (vec![limit], step_h * *years as f64),
            several => (several.iter().flat_map(|(limit, years)| repeat_n(limit, *years)).collect(), step_h),
        }
    }

    /// The limits of all years together, on steps of `step_h`; none where no step has a limit.
    pub(super) fn close(&self, step_h: f64) -> Option<LimitInForce> {
        let (years, each_h) = self.years(step_h);
        let steps = years.iter().flat_map(|limit| (0..limit.limit_w.len()).map(move |i| (*limit, i)));
        let (held, free): (Vec<_>, Vec<_>) = steps.partition(|(limit, i)| limit.limit_w[*i].is_finite());
        let (first, _) = held.first()?;
        let ranked =
            |w: fn(&LimitYear, usize) -> f64| Ranked::new(held.iter().map(|(limit, i)| w(limit, *i)).collect());
        let in_force = ranked(|limit, i| limit.limit_w[i]);
        let flexible = ranked(|limit, i| limit.limit_w[i] - limit.firm_w[i]);
        // Margin and further limits are the same in all years.
        let (margin_kw, margin_pct) = match first.margin {
            Margin::W(w) => (Some(w / KILO), None),
            Margin::Share(share) => (None, Some(100.0 * share)),
        };
        Some(LimitInForce {
            mode: if self.is_static { "static" } else { "dynamic" },
            scope: if self.per_phase { "per_phase" } else { "sum" },
            margin_kw,
            margin_pct,
            in_force: Spread::of(&in_force),
            firm: Spread::of(&ranked(|limit, i| limit.firm_w[i])),
            flexible: (flexible.largest() > 0.0).then(|| Spread::of(&flexible)),
            without_limit_h: free.len() as f64 * each_h,
            levels: levels(&in_force, each_h),
            parts: parts(&held, each_h),
            fallback_steps: self.held.iter().map(|(limit, years)| limit.fallback_steps * years).sum(),
        })
    }
}

impl Spread {
    fn of(ranked: &Ranked) -> Self {
        Self {
            min_kw: ranked.smallest() / KILO,
            median_kw: ranked.exceeded_in(500) / KILO,
            max_kw: ranked.largest() / KILO,
        }
    }
}

/// Time at each level; a step counts `each_h`. Levels that differ by less than a watt are one.
fn levels(ranked: &Ranked, each_h: f64) -> Vec<Level> {
    let mut levels: Vec<Level> = vec![];
    for kw in ranked.iter().rev().map(|w| w.round() / KILO) {
        match levels.last_mut() {
            Some(level) if level.from_kw == kw => level.hours += each_h,
            _ => levels.push(Level { from_kw: kw, to_kw: kw, hours: each_h }),
        }
    }
    if levels.len() <= MOST_LEVELS { levels } else { bands(&levels) }
}

/// The same in bands of equal width, those without any time left out.
fn bands(levels: &[Level]) -> Vec<Level> {
    let (low, high) = (levels[0].from_kw, levels[levels.len() - 1].to_kw);
    let width = (high - low) / MOST_LEVELS as f64;
    let mut bands: Vec<Level> = (0..MOST_LEVELS)
        .map(|n| Level { from_kw: low + n as f64 * width, to_kw: low + (n + 1) as f64 * width, hours: 0.0 })
        .collect();
    for level in levels {
        let n = ((level.from_kw - low) / width) as usize;
        bands[n.min(MOST_LEVELS - 1)].hours += level.hours;
    }
    bands.retain(|band| band.hours > 0.0);
    bands
}

/// Time for which each part bound, of the steps with a limit; the parts are the same in all years.
fn parts(held: &[(&LimitYear, usize)], each_h: f64) -> Vec<PartHours> {
    let bound = |part: usize| held.iter().filter(|(limit, i)| usize::from(limit.binding[*i]) == part).count();
    let named = held.first().into_iter().flat_map(|(limit, _)| limit.names.iter().zip(&limit.kinds).enumerate());
    let hours = |part| bound(part) as f64 * each_h;
    named
        .map(|(part, (name, kind))| PartHours { name: name.clone(), kind: kind.as_str(), hours: hours(part) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::LimitKind;

    const NONE: f64 = f64::INFINITY;

    /// What is told of a limit that held in so many years.
    fn told(limit: &LimitYear, modes: (bool, bool), step_h: f64, years: usize) -> Option<LimitInForce> {
        let mut sheet = LimitSheet::default();
        (0..years).for_each(|_| sheet.add(limit.clone(), modes));
        sheet.close(step_h)
    }

    #[test]
    fn a_limit_is_told_with_its_levels_parts_and_what_is_firm() {
        let mut limit = LimitYear::standing(vec![9e3, 9e3, 9e3, NONE]);
        limit.firm_w = vec![5e3, 5e3, 5e3, NONE];
        limit.tighten("congestion", LimitKind::Event, |i| if i == 1 { 4e3 } else { NONE });
        limit.fallback_steps = 1;
        limit.margin = Margin::Share(0.1);
        let told = told(&limit, (true, false), 0.5, 2).unwrap();
        // Two years of four half hours: a step counts an hour.
        assert_eq!((told.mode, told.scope, told.margin_kw, told.margin_pct), ("static", "sum", None, Some(10.0)));
        assert_eq!(told.in_force, Spread { min_kw: 4.0, median_kw: 9.0, max_kw: 9.0 });
        assert_eq!(told.firm, Spread { min_kw: 4.0, median_kw: 5.0, max_kw: 5.0 });
        assert_eq!(told.flexible, Some(Spread { min_kw: 0.0, median_kw: 4.0, max_kw: 4.0 }));
        let level = |kw, hours| Level { from_kw: kw, to_kw: kw, hours };
        assert_eq!(told.levels, [level(4.0, 1.0), level(9.0, 2.0)]);
        let parts: Vec<_> = told.parts.iter().map(|p| (p.name.as_str(), p.kind, p.hours)).collect();
        assert_eq!(parts, [("limit", "limit", 2.0), ("congestion", "event", 1.0)]);
        assert_eq!((told.without_limit_h, told.fallback_steps), (1.0, 2));
    }

    #[test]
    fn limits_that_change_from_year_to_year_count_for_the_years_in_which_they_held() {
        let mut sheet = LimitSheet::default();
        for kw in [10.0, 10.0, 10.0, 30.0] {
            let limit = LimitYear { fallback_steps: 1, ..LimitYear::standing(vec![kw * 1e3, NONE]) };
            sheet.add(limit, (false, false));
        }
        let told = sheet.close(0.5).unwrap();
        let level = |kw, hours| Level { from_kw: kw, to_kw: kw, hours };
        // Half an hour with a limit and half an hour without in each of four years.
        assert_eq!(told.levels, [level(10.0, 1.5), level(30.0, 0.5)]);
        assert_eq!(told.in_force, Spread { min_kw: 10.0, median_kw: 10.0, max_kw: 30.0 });
        assert_eq!((told.without_limit_h, told.parts[0].hours, told.fallback_steps), (2.0, 2.0, 4));
    }

    #[test]
    fn no_limit_at_all_tells_nothing() {
        assert_eq!(told(&LimitYear::standing(vec![NONE; 3]), (false, false), 1.0, 1), None);
        assert_eq!(told(&LimitYear::standing(vec![]), (false, false), 1.0, 1), None);
    }

    #[test]
    fn many_levels_are_told_in_twenty_bands_that_hold_all_the_time() {
        let limit = LimitYear::standing((0..=100).map(|n| f64::from(n) * 1e3).collect());
        let told = told(&limit, (false, true), 1.0, 1).unwrap();
        assert_eq!((told.levels.len(), told.scope), (20, "per_phase"));
        // Bands of 5 kW: 0 to 4 in the first, 95 to 100 in the last.
        assert_eq!(told.levels[0], Level { from_kw: 0.0, to_kw: 5.0, hours: 5.0 });
        assert_eq!(told.levels[19], Level { from_kw: 95.0, to_kw: 100.0, hours: 6.0 });
        assert_eq!(told.levels.iter().map(|l| l.hours).sum::<f64>(), 101.0);
    }
}
