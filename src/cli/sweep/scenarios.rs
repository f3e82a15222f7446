//! The scenarios of `pvess sweep` as they are asked for: of which plant, and whether its keys and their number make sense.

use crate::error::{Problem, Problems};
use crate::project::{Project, check_keys, overlap};
use crate::sweep::{Axis, Design, Samples, Sampling, Table, Values};

use super::super::draws::crossed;
use super::super::{Failure, open};
use super::{Method, Sweep};

/// More scenarios than this are asked about.
const MANY: usize = 10_000_000;

impl Sweep {
    /// The plant and its scenarios, or all that is wrong with either.
    pub fn read(&self) -> Result<(Project, Design), Failure> {
        let nothing_varied = self.monte_carlo.is_some() && self.vary.is_empty() && self.scenarios.is_none();
        let outer = if nothing_varied { Ok(Design::Product(vec![])) } else { self.varied() };
        let (plant, outer) = match (open(self.plant.as_deref(), &self.patches), outer) {
            (Ok(plant), Ok(outer)) => (plant, outer),
            (Err(problems), Ok(_)) => return Err(problems.into()),
            (Ok(_), Err(failure)) => return Err(failure),
            (Err(problems), Err(Failure(other))) => {
                return Err(Failure(format!("{other}\n{}", Failure::from(problems).0)));
            }
        };
        let design = match self.monte_carlo {
            None => outer,
            Some(draws) => {
                self.check_count(outer.count().and_then(|count| count.checked_mul(draws as usize)))?;
                crossed(outer, &plant, draws, self.seed, self.sampling())?
            }
        };
        self.check_keys_of(&plant, &design)?;
        Ok((plant, design))
    }

    fn varied(&self) -> Result<Design, Failure> {
        if let Some(file) = &self.scenarios {
            return Ok(Design::Rows(Table::read(file)?));
        }
        if self.vary.is_empty() {
            return Err(Failure(
                "nothing is varied; give --vary key=values, --scenarios FILE or --monte-carlo COUNT".to_owned(),
            ));
        }
        let parsed: Vec<_> = self.vary.iter().map(|text| Axis::parse(text)).collect();
        let mut problems: Vec<Problem> = parsed.iter().filter_map(|axis| axis.as_ref().err().cloned()).collect();
        let axes: Vec<Axis> = parsed.into_iter().flatten().collect();
        let keys: Vec<_> = axes.iter().map(|axis| axis.key.as_str()).collect();
        let whole = check_keys("--vary", &keys).map_err(|refused| problems.extend(refused.0));
        if self.sample.is_none() {
            for axis in axes.iter().filter(|axis| matches!(axis.values, Values::Between { .. })) {
                let message = "low..high is sampled: say how many with --sample, or write key=from:to:count".to_owned();
                problems.push(Problem { place: "--vary".to_owned(), key: axis.key.clone(), message });
            }
        }
        for (axis, _) in axes.iter().zip(whole.iter().flatten()).filter(|(_, whole)| **whole) {
            if let Values::Between { low, high } = axis.values
                && low.ceil() > high.floor()
            {
                let message = format!("there is no whole number from {low} to {high}, and it takes no other");
                problems.push(Problem { place: "--vary".to_owned(), key: axis.key.clone(), message });
            }
        }
        let Ok(whole) = whole.and_then(|whole| if problems.is_empty() { Ok(whole) } else { Err(()) }) else {
            return Err(Problems(problems).into());
        };
        let Some(count) = self.sample else { return Ok(Design::Product(axes)) };
        self.check_count(Some(count as usize))?;
        Ok(Design::Samples(Samples::new(axes, whole, count as usize, self.seed, self.sampling())))
    }

    fn sampling(&self) -> Sampling {
        match self.method {
            Method::Lhs => Sampling::LatinHypercube,
            Method::Random => Sampling::Random,
        }
    }

    /// Refuses more scenarios than anybody means, unless they are asked for.
    pub fn check_count(&self, count: Option<usize>) -> Result<usize, Failure> {
        let fewer = match (self.monte_carlo, self.sample) {
            (Some(_), _) => "give fewer values or draws",
            (_, Some(_)) => "give fewer samples",
            _ => "give fewer values, --sample some of them",
        };
        match count {
            None => Err(Failure(format!("these are more scenarios than can be counted; {fewer}"))),
            Some(count) if count > MANY && !self.yes => {
                Err(Failure(format!("these are {count} scenarios; {fewer}, or say --yes")))
            }
            Some(count) => Ok(count),
        }
    }

    /// Refuses keys that are one under two names, and what is told of all scenarios alike.
    fn check_keys_of(&self, plant: &Project, design: &Design) -> Result<(), Problems> {
        let keys: Vec<_> = design.keys().into_iter().map(|key| (key, plant.canonical_key(key))).collect();
        let mut problems = vec![];
        for (at, (key, canonical)) in keys.iter().enumerate() {
            let mut refuse = |message: String| {
                problems.push(Problem { place: design.place(0).into_owned(), key: (*key).to_owned(), message });
            };
            if let Some((other, _)) = keys[..at].iter().find(|(_, other)| overlap(canonical, other)) {
                refuse(format!("is varied together with {other}, which is the same item by another name"));
            }
            if matches!(canonical.as_str(), "uncertainty" | "uncertainty.levels_pct" | "uncertainty.figures") {
                refuse("is the same for all scenarios, as it makes the columns; give it with --set".to_owned());
            } else if self.monte_carlo.is_some() && canonical.starts_with("uncertainty.") {
                refuse("says how draws fall out, which is the same for all scenarios; give it with --set".to_owned());
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }
}
