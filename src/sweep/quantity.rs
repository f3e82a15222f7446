//! What the columns of a sweep may hold beside the varied keys: figures of the run, and exceedance values of them.

use super::Row;
use crate::project::Project;
use crate::results::Figures;
use crate::uncertainty::Column;

/// A column of numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity {
    /// A figure of the run, by its name.
    Figure(&'static str),
    /// An exceedance value.
    Exceedance(Column),
}

impl Quantity {
    /// All that a sweep of a plant may have, in the order of its columns.
    pub fn all(base: &Project) -> Vec<Self> {
        let figures = Figures::names().into_iter().map(Self::Figure);
        let columns = base.uncertainty().map_or(vec![], crate::uncertainty::Plan::columns);
        figures.chain(columns.into_iter().map(Self::Exceedance)).collect()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Figure(name) => name,
            Self::Exceedance(column) => &column.name,
        }
    }

    /// Its value in a row; NaN where the row has none.
    pub(super) fn of(&self, row: &Row) -> f64 {
        let value = match self {
            Self::Figure(name) => row.outcome.as_ref().ok().and_then(|figures| figures.get(name)),
            Self::Exceedance(column) => row.uncertainty.as_ref().and_then(|assessment| assessment.get(column)),
        };
        value.unwrap_or(f64::NAN)
    }
}
