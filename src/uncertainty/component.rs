//! What makes the energy uncertain whatever the weather: named standard deviations.

use crate::keys::Keys;

/// A systematic uncertainty, independent of the others, such as of the irradiance or of the modules' rating.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Standard deviation of the energy for its sake, %.
    pub pct: f64,
}

impl Component {
    fn read(k: &mut Keys<'_>) -> Self {
        let name = k.required_text("name", "name of the component, such as irradiance or module_rating");
        if k.has("name") && name.trim().is_empty() {
            k.reject("name", "is empty; give the component a name");
        }
        let doc = "standard deviation of a year's energy for its sake, %";
        Self { name: name.trim().to_owned(), pct: k.number("pct", doc).within(0.0, 100.0).required() }
    }

    /// Reads `[[uncertainty.component]]`.
    pub(super) fn read_all(k: &mut Keys<'_>) -> Vec<Self> {
        let doc = "a systematic uncertainty; all are independent and add up as the root of their squares";
        let mut names: Vec<String> = vec![];
        k.sections("component", doc, |k| {
            let component = Self::read(k);
            if !component.name.is_empty() && names.contains(&component.name) {
                k.reject("name", format!("`{}` is there already; give each its own name", component.name));
            }
            names.push(component.name.clone());
            component
        })
    }
}

/// Independent standard deviations together: the root of the sum of their squares.
pub(super) fn together(parts: impl IntoIterator<Item = f64>) -> f64 {
    parts.into_iter().map(|part| part * part).sum::<f64>().sqrt()
}
