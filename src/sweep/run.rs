//! Scenarios side by side: each a varied plant in shared rooms, handed over in order whatever the number of threads.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::error::{Problem, Problems};
use crate::lanes::LANES;
use crate::project::{Project, overlap};
use crate::results::{Figures, Results, Summary};
use crate::simulation::{Rooms, Settings, Simulation, run_side_by_side, walks_side_by_side};
use crate::uncertainty::Assessment;

use super::Design;

/// What the rooms of a sweep may remember, bytes.
const MEMORY_BYTES: usize = 64 << 20;
/// Vectors of a PV year, its sky, its first walk and what a storage finds, one value a step each.
const VECTORS: usize = 40;
/// Rows that are on their way at most, so that memory stays bounded; whole groups of lanes.
const MOST_ROWS: usize = 8192;

/// What sees a scenario's number and results before its row is taken.
pub type Keep<'k, E> = dyn Fn(usize, &Results) -> Result<(), E> + Sync + 'k;

/// A sweep of a plant.
#[derive(Debug)]
pub struct Sweep<'a> {
    base: &'a Project,
    design: &'a Design,
    settings: Settings,
    rooms: Rooms,
}

/// What came of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number, from 0.
    pub number: usize,
    /// The whole run's figures, or why there are none.
    pub outcome: Result<Figures, Problems>,
    /// How surely they are reached, where the plant says what is uncertain.
    pub uncertainty: Option<Assessment>,
    /// What is doubtful about this plant and not about the one that is varied.
    pub warnings: Vec<String>,
}

/// Figures, and how surely they are reached.
type Assessed = (Figures, Option<Assessment>);

impl<'a> Sweep<'a> {
    /// Scenarios of `design` on a plant, each over so many years.
    pub fn new(base: &'a Project, design: &'a Design, years: u32) -> Self {
        let most = (MEMORY_BYTES / (base.axis.len.max(1) * VECTORS * size_of::<f64>())).clamp(2, 64);
        let settings = Settings { years, limit_approximation: true };
        Self { base, design, settings, rooms: Rooms::new(most) }
    }

    /// Only these figures are asked for; what costs time and serves none of them is left out.
    #[must_use]
    pub fn only(self, figures: &[&str]) -> Self {
        let limit_approximation = figures.contains(&"limit_approximation_mwh");
        Self { settings: Settings { limit_approximation, ..self.settings }, ..self }
    }

    /// Computes the scenarios from number `from` on and gives them to `take` in order, as they come. `keep` sees the results
    /// of each with every step, on the thread that computed it, before its row is taken; without it no steps are made.
    /// Stops early when `stop` is set: what is in hand by then is finished and taken, and nothing more.
    ///
    /// # Errors
    /// The first one of `take` or of `keep`; every row before it was taken.
    pub fn run<E: Send>(
        &self,
        from: usize,
        stop: &AtomicBool,
        keep: Option<&Keep<'_, E>>,
        take: impl FnMut(Vec<Row>) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let len = self.design.count().unwrap_or(0);
        let together = if keep.is_none() && walks_side_by_side(self.base) { LANES } else { 1 };
        let order = Mutex::new(InOrder { next: from, waiting: BTreeMap::new(), take, failure: None });
        // A thread that panicked while it held the lock left rows that are whole.
        let locked = || order.lock().unwrap_or_else(PoisonError::into_inner);
        for first in (from..len).step_by(MOST_ROWS) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let batch = (first..len.min(first + MOST_ROWS)).step_by(together);
            // The bridge hands them out in order, so that none is missing before one that is done.
            batch.par_bridge().for_each(|first| {
                if !stop.load(Ordering::Relaxed) && locked().failure.is_none() {
                    let rows = self.rows(first..len.min(first + together), keep);
                    locked().add(first, rows);
                }
            });
        }
        let InOrder { failure, .. } = order.into_inner().unwrap_or_else(PoisonError::into_inner);
        failure.map_or(Ok(()), Err)
    }

    /// Some scenarios in order: side by side those whose plants can be walked so, the others one by one.
    fn rows<E>(&self, numbers: Range<usize>, keep: Option<&Keep<'_, E>>) -> Vec<Result<Row, E>> {
        let varied: Vec<_> = numbers.map(|number| (number, self.varied(number))).collect();
        let mut side_by_side = if keep.is_none() { self.side_by_side(&varied) } else { HashMap::new() };
        varied
            .into_iter()
            .map(|(number, project)| {
                let project = match project {
                    Ok(project) => project,
                    Err(problems) => {
                        return Ok(Row { number, outcome: Err(problems), uncertainty: None, warnings: vec![] });
                    }
                };
                let (figures, uncertainty) = match side_by_side.remove(&number) {
                    Some(assessed) => assessed,
                    None => self.alone(number, &project, keep)?,
                };
                let own = |warning: &String| !self.base.warnings.contains(warning);
                let warnings = project.warnings.into_iter().filter(own).collect();
                Ok(Row { number, outcome: Ok(figures), uncertainty, warnings })
            })
            .collect()
    }

    /// The plant of a scenario.
    fn varied(&self, number: usize) -> Result<Project, Problems> {
        let patches = self.design.patches(number);
        self.rooms.vary(self.base, &patches).map_err(|problems| {
            let is_varied = |problem: &Problem| patches.iter().any(|(key, _)| overlap(key, &problem.key));
            let placed = |problem: Problem| {
                let place = if is_varied(&problem) { self.design.place(number).into_owned() } else { problem.place };
                Problem { place, ..problem }
            };
            Problems(problems.0.into_iter().map(placed).collect())
        })
    }

    /// The figures of all scenarios that can be walked with three others, by number.
    fn side_by_side(&self, varied: &[(usize, Result<Project, Problems>)]) -> HashMap<usize, Assessed> {
        let good: Vec<_> = varied.iter().filter_map(|(number, p)| Some((*number, p.as_ref().ok()?))).collect();
        let groups = good.chunks_exact(LANES).filter_map(|four| {
            let results = run_side_by_side(std::array::from_fn(|lane| four[lane].1), self.settings, &self.rooms)?;
            Some(four.iter().map(|(number, _)| *number).zip(results.into_iter().map(assessed)))
        });
        groups.flatten().collect()
    }

    fn alone<E>(&self, number: usize, project: &Project, keep: Option<&Keep<'_, E>>) -> Result<Assessed, E> {
        let simulation = Simulation::new(project)
            .years(self.settings.years)
            .limit_approximation(self.settings.limit_approximation)
            .keep_steps(keep.is_some());
        let results = simulation.run_beside(&self.rooms);
        if let Some(keep) = keep {
            keep(number, &results)?;
        }
        Ok(assessed(results))
    }
}

fn assessed(results: Results) -> Assessed {
    let Summary { total, uncertainty, .. } = results.summary;
    (total, uncertainty)
}

/// Rows on their way to `take`: those that came before one that is still missing wait.
struct InOrder<T, E> {
    next: usize,
    waiting: BTreeMap<usize, Vec<Result<Row, E>>>,
    take: T,
    failure: Option<E>,
}

impl<E, T: FnMut(Vec<Row>) -> Result<(), E>> InOrder<T, E> {
    /// Adds the rows from a number on, and hands over all that have none missing before them.
    fn add(&mut self, first: usize, rows: Vec<Result<Row, E>>) {
        self.waiting.insert(first, rows);
        while self.failure.is_none()
            && let Some(rows) = self.waiting.remove(&self.next)
        {
            self.next += rows.len();
            let (mut done, mut failure) = (vec![], None);
            for row in rows {
                match row {
                    Ok(row) => done.push(row),
                    Err(e) => {
                        failure = Some(e);
                        break;
                    }
                }
            }
            self.failure = (self.take)(done).err().or(failure);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::axis::Axis;
    use super::*;

    fn design(texts: &[&str]) -> Design {
        Design::Product(texts.iter().map(|text| Axis::parse(text).unwrap()).collect())
    }

    fn rows(sweep: &Sweep<'_>, from: usize) -> Vec<Row> {
        let mut all = vec![];
        let done: Result<(), ()> = sweep.run(from, &AtomicBool::new(false), None, |rows| {
            all.extend(rows);
            Ok(())
        });
        assert_eq!(done, Ok(()));
        all
    }

    #[test]
    fn a_row_is_what_a_run_of_the_varied_plant_gives() {
        let base = Project::shipped("moffat-series", &[]).unwrap();
        let design = design(&["storage.nameplate_mwh=20,40", "plant.export_limit.kw=15000,-1,18000"]);
        let sweep = Sweep::new(&base, &design, 1);
        let rows = rows(&sweep, 0);
        assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
        for row in &rows {
            let patches = design.patches(row.number);
            match Project::shipped("moffat-series", &patches) {
                Ok(project) => {
                    let run = Simulation::new(&project).keep_steps(false).run();
                    // NaN, where there is no array, equals itself in words only.
                    let words = |figures: &Figures| format!("{figures:?}");
                    assert_eq!(words(row.outcome.as_ref().unwrap()), words(&run.summary.total));
                }
                Err(problems) => {
                    let [ours, alone] = [row.outcome.as_ref().unwrap_err(), &problems].map(|p| p.0[0].clone());
                    assert_eq!((ours.place.as_str(), alone.place.as_str()), ("--vary", "--set"));
                    assert_eq!((ours.key, ours.message), (alone.key, alone.message));
                }
            }
        }
        assert_eq!(rows.iter().filter(|row| row.outcome.is_err()).count(), 2);
        assert_eq!(format!("{:?}", self::rows(&sweep, 4)), format!("{:?}", &rows[4..]));
    }

    /// A sweep's rows against runs of each plant alone, and how many were walked side by side.
    fn held_against_runs(base: &Project, texts: &[&str], years: u32) -> usize {
        let design = design(texts);
        let sweep = Sweep::new(base, &design, years);
        let rows = rows(&sweep, 0);
        for row in &rows {
            let project = base.vary(&design.patches(row.number)).unwrap();
            // With its steps, and so by another way.
            let alone = Simulation::new(&project).years(years).run().summary.total;
            let figures = row.outcome.as_ref().unwrap();
            for ((name, ours), (_, theirs)) in figures.iter().zip(alone.iter()) {
                assert!(ours == theirs || (ours.is_nan() && theirs.is_nan()), "{name}: {ours} is not {theirs}");
            }
            assert_eq!(figures.iter().count(), alone.iter().count());
        }
        let varied: Vec<_> = (0..rows.len()).map(|n| (n, base.vary(&design.patches(n)))).collect();
        sweep.side_by_side(&varied).len()
    }

    #[test]
    fn plants_side_by_side_give_what_each_gives_alone_to_the_last_bit() {
        let base = Project::demonstration(&[]).unwrap();
        let battery = ["storage.units=10,30", "storage.inverter.rated_mw=15,35", "storage.dispatch.limits=documented"];
        assert_eq!(held_against_runs(&base, &battery, 2), 4);
        let exact = ["storage.dispatch.limits=exact", "plant.export_limit.kw=60000:110000:4"];
        assert_eq!(held_against_runs(&base, &exact, 1), 4);
        // Night draw beyond the import limit makes the battery help.
        let import = ["plant.import_limit.kw=0,100,300,6000", "storage.auxiliary_idle_kw=200"];
        assert_eq!(held_against_runs(&base, &import, 1), 4);
        let hours = ["storage.dispatch.discharge_hours=[17],[20],[6],[]", "storage.self_discharge_pct_per_month=3"];
        assert_eq!(held_against_runs(&base, &hours, 1), 4);
        let wear = ["storage.efficiency_split=both", "storage.max_cycles_per_day=0.3,0.5,1,2"];
        assert_eq!(held_against_runs(&base, &wear, 2), 4);
        let array = [
            "pv.block.0.strings=400,460",
            "storage.transformer.night_disconnect=true",
            "plant.equipment.0.rating_mva=120,150",
        ];
        assert_eq!(held_against_runs(&base, &array, 1), 4);
        let peak = Project::shipped("daggett-evening-peak", &[]).unwrap();
        assert_eq!(held_against_runs(&peak, &["storage.inverter.rated_mw=10:60:5"], 1), 4);
        let series = Project::shipped("moffat-series", &[]).unwrap();
        assert_eq!(held_against_runs(&series, &["storage.nameplate_mwh=10:40:8"], 3), 8);
    }

    #[test]
    fn only_what_nobody_asks_for_is_left_out() {
        let base = Project::demonstration(&[]).unwrap();
        for text in ["storage.units=10:13:4", "storage.dispatch.limits=documented,exact"] {
            let design = design(&[text]);
            let (all, some) = (Sweep::new(&base, &design, 1), Sweep::new(&base, &design, 1).only(&["export_mwh"]));
            for (all, some) in rows(&all, 0).iter().zip(rows(&some, 0)) {
                let (all, some) = (all.outcome.as_ref().unwrap(), some.outcome.unwrap());
                assert_eq!(all.get("export_mwh"), some.get("export_mwh"));
                assert_eq!(some.get("limit_approximation_mwh"), Some(0.0));
            }
        }
    }

    #[test]
    fn plants_that_differ_in_kind_are_walked_one_by_one() {
        let base = Project::demonstration(&[]).unwrap();
        let modes = ["storage.dispatch.limits=documented,exact", "storage.units=10,20"];
        assert_eq!(held_against_runs(&base, &modes, 1), 0);
        let site = Project::shipped("aachen-self-sufficiency", &[]).unwrap();
        assert_eq!(held_against_runs(&site, &["storage.nameplate_mwh=0.1:0.4:4"], 1), 0);
    }

    #[test]
    fn a_stopped_sweep_has_the_rows_before_and_no_gap() {
        let base = Project::shipped("moffat-series", &[]).unwrap();
        let design = design(&["storage.nameplate_mwh=10:100:50"]);
        let (stop, mut taken) = (AtomicBool::new(false), vec![]);
        let done: Result<(), ()> = Sweep::new(&base, &design, 1).run(0, &stop, None, |rows| {
            taken.extend(rows.into_iter().map(|row| row.number));
            stop.store(true, Ordering::Relaxed);
            Ok(())
        });
        assert_eq!(done, Ok(()));
        assert!(!taken.is_empty() && taken.len() < 50 && taken.iter().copied().eq(0..taken.len()), "{taken:?}");
    }

    #[test]
    fn what_cannot_be_kept_ends_the_sweep_behind_the_rows_before_it() {
        let base = Project::shipped("moffat-series", &[]).unwrap();
        let design = design(&["storage.nameplate_mwh=10:100:20"]);
        let mut taken = vec![];
        let keep = |number, results: &Results| {
            assert_eq!(results.timeseries.len(), 17_520);
            if number == 3 { Err("disk full") } else { Ok(()) }
        };
        let done = Sweep::new(&base, &design, 1).run(0, &AtomicBool::new(false), Some(&keep), |rows| {
            taken.extend(rows.into_iter().map(|row| row.number));
            Ok(())
        });
        assert_eq!((done, taken), (Err("disk full"), vec![0, 1, 2]));
    }
}
