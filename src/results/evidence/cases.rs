//! The run beside the same plant under other conditions: what a limit costs, and what battery and control are worth.

use serde::Serialize;

use crate::units::{KILO, MEGA};

use super::super::Results;
use super::Causes;

/// Conditions under which a plant is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// As the plant file says.
    AsRun,
    /// Without the export limit.
    NoExportLimit,
    /// Without the import limit.
    NoImportLimit,
    /// Without storage.
    NoBattery,
    /// With the export limit on the plant's output whatever the load is.
    StaticLimit,
    /// With the export limit at the POI.
    DynamicLimit,
}

/// What came of a case; energies in kWh, money in the currency of the prices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct CaseFigures {
    /// Export.
    pub export_kwh: f64,
    /// Import.
    pub import_kwh: f64,
    /// PV given up, for limits and by the operation.
    pub curtailed_kwh: f64,
    /// What limits of the connection took of it.
    pub curtailed_by_limits_kwh: f64,
    /// Import beyond its limit.
    pub overload_kwh: f64,
    /// What vehicles asked for and did not get; none without vehicles.
    pub vehicles_unserved_kwh: Option<f64>,
    /// Cost of the import and of the demand less what the export earned; none without prices.
    pub bill: Option<f64>,
}

/// A case in the table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CaseRow {
    /// Which.
    pub case: Case,
    /// What came of it.
    #[serde(flatten)]
    pub figures: CaseFigures,
    /// The run's figures less these; none for the run itself.
    pub run_less_this: Option<CaseFigures>,
}

impl CaseFigures {
    /// From the results of a run and what it gave up.
    pub fn of(results: &Results, causes: &Causes) -> Self {
        let kwh = |name| results.summary.total.get(name).unwrap_or(0.0) * MEGA / KILO;
        Self {
            export_kwh: kwh("export_mwh"),
            import_kwh: kwh("import_mwh"),
            curtailed_kwh: kwh("curtailed_mwh"),
            curtailed_by_limits_kwh: causes.by_limits_kwh(),
            overload_kwh: kwh("import_above_limit_mwh"),
            vehicles_unserved_kwh: results.summary.vehicles.map(|vehicles| vehicles.unmet_mwh * MEGA / KILO),
            bill: results.summary.total.get("bill"),
        }
    }

    fn less(&self, other: &Self) -> Self {
        let less = |a: Option<f64>, b: Option<f64>| a.zip(b).map(|(a, b)| a - b);
        Self {
            export_kwh: self.export_kwh - other.export_kwh,
            import_kwh: self.import_kwh - other.import_kwh,
            curtailed_kwh: self.curtailed_kwh - other.curtailed_kwh,
            curtailed_by_limits_kwh: self.curtailed_by_limits_kwh - other.curtailed_by_limits_kwh,
            overload_kwh: self.overload_kwh - other.overload_kwh,
            vehicles_unserved_kwh: less(self.vehicles_unserved_kwh, other.vehicles_unserved_kwh),
            bill: less(self.bill, other.bill),
        }
    }
}

/// The run, then the other cases with how the run differs from them.
pub(super) fn table(run: CaseFigures, others: &[(Case, CaseFigures)]) -> Vec<CaseRow> {
    let mut rows = vec![CaseRow { case: Case::AsRun, figures: run, run_less_this: None }];
    let row = |(case, figures): &(Case, CaseFigures)| CaseRow {
        case: *case,
        figures: *figures,
        run_less_this: Some(run.less(figures)),
    };
    rows.extend(others.iter().map(row));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_stands_first_and_differences_are_the_run_less_the_case() {
        let run = CaseFigures { export_kwh: 70.0, curtailed_kwh: 30.0, bill: Some(-7.0), ..CaseFigures::default() };
        let free = CaseFigures { export_kwh: 100.0, bill: Some(-10.0), ..CaseFigures::default() };
        let rows = table(run, &[(Case::NoExportLimit, free)]);
        assert_eq!((rows[0].case, rows[0].run_less_this), (Case::AsRun, None));
        let less = rows[1].run_less_this.unwrap();
        // The limit costs 30 kWh of export and 3 of money.
        assert_eq!((less.export_kwh, less.curtailed_kwh, less.bill), (-30.0, 30.0, Some(3.0)));
        assert_eq!(less.vehicles_unserved_kwh, None);
    }
}
