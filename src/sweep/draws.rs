//! What the draws of a Monte Carlo sweep give together: mean, spread and exceedance of its figures.

use std::io;
use std::path::Path;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use super::{Design, Layout, Samples};
use crate::uncertainty::{Sample, level_name};

/// Figures that are summed up where none are chosen, if the rows have them.
const MAIN: [&str; 7] =
    ["pv_mv_mwh", "export_mwh", "import_mwh", "curtailed_mwh", "discharge_dc_mwh", "revenue", "bill"];

/// The figures of all draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Draws {
    /// Draws of each variant of the plant.
    pub count: usize,
    /// Levels of exceedance, %.
    pub levels_pct: Vec<f64>,
    /// The variants, in the order of their rows; one where nothing but draws changes the plant.
    pub variants: Vec<Variant>,
    made_by: Value,
}

/// The draws of one variant of the plant.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its label in the file of scenarios; empty where there is none.
    pub label: String,
    /// Its keys and values; none where nothing but draws changes the plant.
    pub values: Vec<(String, String)>,
    /// Draws that could not be simulated; they are left out.
    pub failed: usize,
    /// Figures by name.
    pub figures: Vec<(String, Sample)>,
}

impl Draws {
    /// Reads them from the rows in a finished CSV file. None of a design that is not crossed with draws. Figures are those
    /// that were chosen, or else the main ones.
    ///
    /// # Errors
    /// Those of reading.
    pub fn read(
        rows: &Path,
        design: &Design,
        layout: &Layout,
        chosen: bool,
        levels_pct: &[f64],
    ) -> io::Result<Option<Self>> {
        let Design::Crossed(outer, samples) = design else { return Ok(None) };
        let columns = layout.columns();
        let names: Vec<String> = layout.figures.iter().map(|figure| figure.name().to_owned()).collect();
        let wanted = |name: &String| chosen || MAIN.contains(&name.as_str());
        let at: Vec<(usize, String)> = (0..)
            .zip(columns.iter())
            .filter(|(_, name)| names.contains(name) && wanted(name))
            .map(|(i, n)| (i, n.clone()))
            .collect();
        let mut reader = csv::Reader::from_path(rows).map_err(io::Error::other)?;
        let mut records = reader.records();
        let mut variants = vec![];
        for number in 0..outer.count().unwrap_or(0) {
            let values = outer.patches(number);
            let mut figures: Vec<Vec<f64>> = vec![Vec::with_capacity(samples.count()); at.len()];
            let mut failed = 0;
            for record in records.by_ref().take(samples.count()) {
                let record = record.map_err(io::Error::other)?;
                failed += usize::from(record.get(columns.len() - 1).is_some_and(|error| !error.is_empty()));
                for (values, (column, _)) in figures.iter_mut().zip(&at) {
                    values.extend(record.get(*column).and_then(|cell| cell.parse::<f64>().ok()));
                }
            }
            let names = at.iter().map(|(_, name)| name.clone());
            let samples = names.zip(figures.into_iter().map(Sample::new));
            // Without prices there is no bill; what was chosen stays.
            let figures = samples.filter(|(_, sample)| chosen || sample.count() > 0).collect();
            let label = if outer.has_labels() { outer.label(number).into_owned() } else { String::new() };
            variants.push(Variant { label, values, failed, figures });
        }
        Ok(Some(Self { count: samples.count(), levels_pct: levels_pct.to_vec(), variants, made_by: made_by(samples) }))
    }
}

fn made_by(samples: &Samples) -> Value {
    let keys: Vec<_> =
        samples.describe().into_iter().map(|(key, values)| json!({ "key": key, "distribution": values })).collect();
    json!({ "seed": samples.seed(), "method": samples.method(), "keys": keys })
}

impl Variant {
    fn json(&self, levels_pct: &[f64]) -> Value {
        let values: Map<String, Value> = self.values.iter().map(|(k, v)| (k.clone(), v.clone().into())).collect();
        let figure = |sample: &Sample| {
            let mut map = Map::new();
            map.insert("draws".to_owned(), sample.count().into());
            map.insert("mean".to_owned(), sample.mean().into());
            map.insert("sd".to_owned(), sample.sd().into());
            map.extend(levels_pct.iter().map(|level| (level_name(*level), sample.exceeded(*level).into())));
            Value::Object(map)
        };
        let figures: Map<String, Value> =
            self.figures.iter().map(|(name, sample)| (name.clone(), figure(sample))).collect();
        json!({ "label": self.label, "values": values, "failed": self.failed, "figures": figures })
    }
}

/// How they were drawn, then every variant; what is no number is null.
impl Serialize for Draws {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("draws", &self.count)?;
        map.serialize_entry("drawn", &self.made_by)?;
        map.serialize_entry("levels_pct", &self.levels_pct)?;
        let variants: Vec<_> = self.variants.iter().map(|variant| variant.json(&self.levels_pct)).collect();
        map.serialize_entry("variants", &variants)?;
        map.end()
    }
}
