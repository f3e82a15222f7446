//! The plant in further years of weather, and the plant as draws of a Monte Carlo change it.

use std::sync::Arc;

use crate::error::{Findings, Problem};
use crate::inputs::{FileRecord, Files};
use crate::keys::{Node, Value};

use crate::uncertainty::{self, WEATHER_FILE};
use crate::units::HOURS_PER_YEAR;

use super::plan::Plan;
use super::{Project, PvSource};

/// The years of a set may differ from the run by a 29 February, h.
const LEAP_DAY_H: f64 = 24.0;
/// What is this far apart at most is one place, degrees.
const ONE_PLACE_DEG: f64 = 0.5;
const LIST: &str = "uncertainty.weather_files";

impl Project {
    /// This plant, or that of the weather year which shares most with a plan.
    pub(super) fn nearest(&self, plan: &Plan) -> &Self {
        let years = self.weather_years.iter().map(|year| &**year);
        std::iter::once(self).chain(years).find(|project| plan.has_weather_of(&project.plan)).unwrap_or(self)
    }

    /// Reads the plant once more for every file of its weather set. What does not depend on weather is shared.
    pub(super) fn read_weather_years(&mut self, before: Option<&Self>, findings: &Findings) {
        let Some(uncertainty) = (*self.plan.uncertainty).clone() else { return };
        if matches!(*self.pv, PvSource::Series { .. }) {
            return;
        }
        let mut seen: Vec<(String, String)> = vec![];
        for file in &uncertainty.weather_files {
            let Some((name, year)) = self.in_weather(file, before, findings) else { continue };
            let refuse = |message: String| findings.problem(file.place.to_string(), LIST, message);
            let (hours, run_hours) = (year.axis.hours(), self.axis.hours());
            if (hours - run_hours).abs() > LEAP_DAY_H {
                refuse(format!(
                    "\"{name}\" covers {hours} h and the run {run_hours} h; years of a set are as long as the run, but for \
                     a 29 February"
                ));
            }
            if let Some(FileRecord { sha256, .. }) = year.files.iter().find(|record| record.name == name) {
                if let Some((_, other)) = seen.iter().find(|(other, _)| other == sha256) {
                    refuse(format!("\"{name}\" holds the same as \"{other}\"; give each year once"));
                }
                seen.push((sha256.clone(), name.clone()));
            }
            self.warn_of_place(&name, &year, findings);
            let new: Vec<_> = year.files.iter().filter(|file| !self.files.contains(file)).cloned().collect();
            self.files.extend(new);
            self.weather_years.push(Arc::new(year));
        }
    }

    /// Warns where exceedance values are of a run that is no year.
    pub(super) fn warn_of_span(&self, findings: &Findings) {
        let hours = self.axis.hours();
        let has_values = self.uncertainty().is_some_and(uncertainty::Plan::has_closed_form);
        if has_values && (hours - HOURS_PER_YEAR).abs() > LEAP_DAY_H {
            findings.warn(format!(
                "uncertainty: the run covers {hours} h; exceedance values are of such a period, not of a year, and so must be \
                 the variability"
            ));
        }
    }

    /// The plant in the weather of a file, and the file's name.
    fn in_weather(&self, file: &Node, before: Option<&Self>, findings: &Findings) -> Option<(String, Self)> {
        let Value::Text(name) = &file.value else { return None };
        let mut document = self.document.clone();
        document.remove("uncertainty");
        document.set(WEATHER_FILE, file.clone()).ok()?;
        let is_it = |year: &&Arc<Self>| year.plan.weather_file() == Some(name);
        let known = before.and_then(|before| before.weather_years.iter().find(is_it));
        let own = Findings::default();
        let year = Self::assemble(document, &self.source, &self.folder, Some(known.map_or(self, |year| year)), &own);
        match own.conclude(year) {
            Ok((year, warnings)) => {
                for warning in warnings.into_iter().filter(|warning| !findings.has_warning(warning)) {
                    findings.warn(if warning.contains(name) { warning } else { format!("{name}: {warning}") });
                }
                Some((name.clone(), year?))
            }
            Err(problems) => {
                for Problem { place, key, message } in problems.0 {
                    findings.problem(place, if key == WEATHER_FILE { LIST.to_owned() } else { key }, message);
                }
                None
            }
        }
    }

    /// Warns of a year that was measured somewhere else.
    fn warn_of_place(&self, name: &str, year: &Self, findings: &Findings) {
        let (PvSource::Model { site: here, .. }, PvSource::Model { site: there, .. }) = (&*self.pv, &*year.pv) else {
            return;
        };
        // The date line parts nothing.
        let apart = |a: f64, b: f64| ((a - b + 180.0).rem_euclid(360.0) - 180.0).abs() > ONE_PLACE_DEG;
        if apart(here.latitude_deg, there.latitude_deg) || apart(here.longitude_deg, there.longitude_deg) {
            findings.warn(format!(
                "{LIST}: {name} is for {}° north, {}° east and the run for {}°, {}°; what differs between places is no \
                 spread from year to year",
                there.latitude_deg, there.longitude_deg, here.latitude_deg, here.longitude_deg
            ));
        }
    }

    /// The plant for draws: every draw is one run, without exceedance values of its own. Weather that was read is kept.
    #[must_use]
    pub fn for_draws(&self) -> Self {
        let mut project = self.clone();
        project.document.remove("uncertainty");
        project.plan.uncertainty = Arc::new(None);
        project
    }
}

/// Looks for the files of a set whose plant could not be read, so that the user sees all that are missing.
pub(super) fn probe(plan: &Plan, files: &Files<'_>, findings: &Findings) {
    let nodes = (*plan.uncertainty).iter().flat_map(|uncertainty| &uncertainty.weather_files);
    for node in nodes {
        if let Value::Text(name) = &node.value
            && let Err(message) = files.read(name)
        {
            findings.problem(node.place.to_string(), LIST, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAGGETT: &str = "pvess:weather/daggett-ca-nsrdb-psm3-tmy.csv";
    const MOFFAT: &str = "pvess:weather/moffat-co-nsrdb-psm3-2017-30min.csv";

    fn patches(changes: &[(&str, &str)]) -> Vec<(String, String)> {
        changes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn set(files: &str) -> Vec<(String, String)> {
        patches(&[("uncertainty.weather_files", files)])
    }

    fn both() -> Vec<(String, String)> {
        set(&format!("[\"{MOFFAT}\", \"{DAGGETT}\"]"))
    }

    #[test]
    fn a_year_of_the_set_is_the_plant_with_that_file() {
        let base = Project::demonstration(&both()).unwrap();
        assert_eq!(base.weather_years.len(), 2);
        for (year, file) in base.weather_years.iter().zip([MOFFAT, DAGGETT]) {
            let alone = Project::demonstration(&patches(&[("weather.file", file)])).unwrap();
            assert!(year.pv == alone.pv && year.grid == alone.grid && year.axis == alone.axis, "{file}");
            assert!(year.uncertainty().is_none() && year.weather_years.is_empty());
        }
        // What is the run's own weather is not read twice, and every file is recorded once.
        assert!(Arc::ptr_eq(base.weather_years[1].pv.weather().unwrap(), base.pv.weather().unwrap()));
        assert_eq!(base.files.len(), 2);
        let elsewhere =
            format!("uncertainty.weather_files: {MOFFAT} is for 40.53° north, -108.54° east and the run for 34.");
        for part in ["weather_files: 2 years tell little", &elsewhere] {
            assert!(base.warnings.iter().any(|warning| warning.contains(part)), "{:?}", base.warnings);
        }
    }

    #[test]
    fn a_varied_plant_shares_the_weather_of_its_set_and_may_draw_a_year_of_it() {
        let base = Project::demonstration(&both()).unwrap();
        let varied = base.vary(&patches(&[("storage.nameplate_mwh", "200")])).unwrap();
        let read = Project::demonstration(&[both(), patches(&[("storage.nameplate_mwh", "200")])].concat()).unwrap();
        assert_eq!(varied.files, base.files);
        for (year, (old, new)) in varied.weather_years.iter().zip(base.weather_years.iter().zip(&read.weather_years)) {
            assert!(Arc::ptr_eq(&year.pv, &old.pv) && Arc::ptr_eq(&year.calendar, &old.calendar));
            assert!(year.pv == new.pv && year.grid == new.grid && year.storage == new.storage);
        }
        let draw = base.for_draws().vary(&patches(&[("weather.file", MOFFAT)])).unwrap();
        assert!(Arc::ptr_eq(draw.pv.weather().unwrap(), base.weather_years[0].pv.weather().unwrap()));
        assert!(draw.pv == base.weather_years[0].pv && draw.uncertainty().is_none());
        // A factor leaves the file alone, and what is read anew is the same.
        let changes = patches(&[("weather.irradiance_factor", "1.05")]);
        let brighter = base.vary(&changes).unwrap();
        let again = Project::demonstration(&[both(), changes].concat()).unwrap();
        assert!(brighter.pv == again.pv && brighter.pv != base.pv && brighter.files == base.files);
        assert!(Arc::ptr_eq(&brighter.grid, &base.grid));
        assert!(brighter.weather_years[0].pv == again.weather_years[0].pv);
    }

    #[test]
    fn files_that_are_missing_too_short_or_of_no_use_are_refused_where_they_stand() {
        let refused = |plant: &str, changes: &[(String, String)]| -> Vec<String> {
            let problems = Project::shipped(plant, changes).unwrap_err().0;
            problems.iter().map(ToString::to_string).collect()
        };
        let one_missing = set(&format!("[\"{DAGGETT}\", \"pvess:weather/none.csv\"]"));
        let problems = refused("daggett-lgia-excess", &one_missing);
        assert!(problems.len() == 1 && problems[0].contains("no data named `weather/none.csv`"), "{problems:?}");
        // Also where the plant itself cannot be read.
        let problems =
            refused("daggett-lgia-excess", &[one_missing, patches(&[("weather.file", "gone.csv")])].concat());
        assert!(problems.len() == 2 && problems[1].contains("none.csv"), "{problems:?}");
        let problems = refused("moffat-series", &both());
        assert!(problems[0].contains("uncertainty.weather_files: of no use where"), "{problems:?}");
    }

    #[test]
    fn keys_to_draw_are_looked_up_and_revenue_needs_prices() {
        let keys = ["weather.irradiance_facto", "uncertainty.horizon_years", "storage", "storage.nameplate_mwh"];
        let drawn: Vec<_> = keys.iter().map(|key| format!("{{ key = \"{key}\", values = [1] }}")).collect();
        let changes = patches(&[
            ("uncertainty.distribution", &format!("[{}]", drawn.join(", "))),
            ("uncertainty.inter_annual_variability_pct", "5"),
            ("uncertainty.figures", "[\"revenue\"]"),
        ]);
        let problems = Project::demonstration(&changes).unwrap_err().to_string();
        for part in [
            "uncertainty.distribution.0.key: weather.irradiance_facto: unknown key; did you mean irradiance_factor?",
            "uncertainty.distribution.1.key: uncertainty.horizon_years says how draws fall out",
            "uncertainty.distribution.3.key: storage.nameplate_mwh: is varied together with storage",
            "uncertainty.figures: lists revenue, and there is no [prices]",
        ] {
            assert!(problems.contains(part), "{problems}\n  does not contain\n{part}");
        }
    }
}
