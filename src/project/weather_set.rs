//! The plant in further years of weather, and the plant as draws of a Monte Carlo change it.

use std::sync::Arc;

use crate::error::Findings;
use crate::inputs::Files;
use crate::keys::{Node, Value};

use super::Project;
use super::plan::Plan;

/// The years of a set may differ from the run by a 29 February, h.
const LEAP_DAY_H: f64 = 24.0;

impl Project {
    /// This plant, or that of the weather year which shares most with a plan.
    pub(super) fn nearest(&self, plan: &Plan) -> &Self {
        let years = self.weather_years.iter().map(|year| &**year);
        std::iter::once(self).chain(years).find(|project| plan.has_weather_of(&project.plan)).unwrap_or(self)
    }

    /// Reads the plant once more for every file of its weather set. What does not depend on weather is shared.
    pub(super) fn read_weather_years(&mut self, before: Option<&Self>, findings: &Findings) {
        let Some(uncertainty) = (*self.plan.uncertainty).clone() else { return };
        for file in &uncertainty.weather_files {
            let Some(year) = self.in_weather(file, before, findings) else { continue };
            let (hours, run_hours) = (year.axis.hours(), self.axis.hours());
            if (hours - run_hours).abs() > LEAP_DAY_H {
                let message = format!(
                    "{} covers {hours} h and the run {run_hours} h; years of a set are as long as the run, but for a 29 February",
                    file.value
                );
                findings.problem(file.place.to_string(), "uncertainty.weather_files", message);
            }
            let new: Vec<_> = year.files.iter().filter(|file| !self.files.contains(file)).cloned().collect();
            self.files.extend(new);
            self.weather_years.push(Arc::new(year));
        }
    }

    fn in_weather(&self, file: &Node, before: Option<&Self>, findings: &Findings) -> Option<Self> {
        let Value::Text(name) = &file.value else { return None };
        let mut document = self.document.clone();
        document.remove("uncertainty");
        document.set("weather.file", file.clone()).ok()?;
        let is_it = |year: &&Arc<Self>| year.plan.weather_file() == Some(name);
        let known = before.and_then(|before| before.weather_years.iter().find(is_it));
        Self::assemble(document, &self.source, &self.folder, Some(known.map_or(self, |year| year)), findings)
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
            findings.problem(node.place.to_string(), "uncertainty.weather_files", message);
        }
    }
}
