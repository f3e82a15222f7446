//! Energy prices per step and the demand charge: what the plant file says, and its values on the axis.

mod read;
#[cfg(test)]
mod tests;

use super::series::{SeriesPlan, load_series};
use super::source::Files;
use crate::error::Findings;
use crate::keys::Origin;
use crate::time::{Moment, TimeAxis};

/// Prices per step, in [`Prices::currency`].
#[derive(Debug, Clone, PartialEq)]
pub struct Prices {
    /// What a kWh from the grid costs, fees and levies included; may be negative.
    pub buy_per_kwh: Vec<f64>,
    /// What a kWh to the grid earns, fees and levies included; may be negative.
    pub sell_per_kwh: Vec<f64>,
    /// What a kW of the month's highest mean import over a billing interval costs, January first; none where nothing is
    /// charged for it.
    pub demand_charge_per_kw: Option<[f64; 12]>,
    /// Length of a billing interval, s: never shorter than a step. A whole number of steps where a demand is charged.
    pub billing_interval_s: u32,
    /// Name of the currency, for reports.
    pub currency: String,
}

/// What `[prices]` says.
#[derive(Debug, Clone, PartialEq)]
pub struct PricesPlan {
    buy: Source,
    sell: Source,
    /// The file of the prices that come from one.
    series: Option<SeriesPlan>,
    /// The file's unit in prices per kWh.
    per_kwh: f64,
    demand_charge_per_kw: Option<[f64; 12]>,
    billing_interval_s: u32,
    interval_at: Origin,
    currency: String,
}

/// Where one of the two prices comes from.
#[derive(Debug, Clone, PartialEq)]
enum Source {
    Constant(f64),
    Table(Vec<[f64; 24]>),
    /// The next column of the file, with this much added to each value.
    Series {
        adder_per_kwh: f64,
    },
}

impl PricesPlan {
    /// Notes a file that cannot be read, where there is no axis to lay it on yet.
    pub fn probe(&self, files: &Files<'_>, findings: &Findings) {
        self.series.iter().for_each(|plan| plan.probe(files, findings));
    }

    /// The prices in every step: a table by month and hour of the step's start in standard time, a series as its mean.
    ///
    /// Problems are noted; nothing comes back where a file cannot be laid on the axis.
    pub fn load(
        &self,
        (axis, calendar): (&TimeAxis, &[Moment]),
        files: &Files<'_>,
        findings: &Findings,
    ) -> Option<Prices> {
        let billing_interval_s = self.interval_s(axis, findings);
        let mut columns = match &self.series {
            Some(plan) => load_series(plan, axis, files, findings)?,
            None => vec![],
        }
        .into_iter();
        let mut price = |source: &Source| match source {
            Source::Constant(price) => Some(vec![*price; axis.len]),
            Source::Table(rows) => {
                Some(calendar.iter().map(|m| rows[usize::from(m.month0)][usize::from(m.hour)]).collect())
            }
            Source::Series { adder_per_kwh } => {
                let values = columns.next()?;
                Some(values.into_iter().map(|value| value * self.per_kwh + adder_per_kwh).collect())
            }
        };
        Some(Prices {
            buy_per_kwh: price(&self.buy)?,
            sell_per_kwh: price(&self.sell)?,
            demand_charge_per_kw: self.demand_charge_per_kw,
            billing_interval_s,
            currency: self.currency.clone(),
        })
    }

    /// The billing interval, raised to the run's step; refused where it is no whole number of steps and is needed.
    fn interval_s(&self, axis: &TimeAxis, findings: &Findings) -> u32 {
        let (wanted_s, step_s) = (self.billing_interval_s, axis.step_s);
        if self.demand_charge_per_kw.is_some() {
            let (wanted_min, step_min) = (wanted_s / 60, f64::from(step_s) / 60.0);
            if wanted_s < step_s {
                findings.warn(format!(
                    "{}: {wanted_min} min is shorter than the run's step; the demand is charged on means over {step_min} \
                     min, which miss the peaks within a step",
                    self.interval_at.key
                ));
            } else if !wanted_s.is_multiple_of(step_s) {
                let message = format!("{wanted_min} min is no multiple of the run's step of {step_min} min");
                self.interval_at.refuse(findings, format!("{message}; give one that is"));
            }
        }
        wanted_s.max(step_s)
    }
}
