//! A limit at the POI: what the plant file says, and its value in every step.

use crate::error::Findings;
use crate::inputs::{Files, SeriesColumn, SeriesPlan, load_one};
use crate::keys::Keys;
use crate::time::{Moment, TimeAxis};
use crate::units::{KILO, fraction};

/// A limit on the power at the POI with its margin.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    value: Value,
    margin_w: f64,
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    None,
    Constant(f64),
    Monthly([f64; 12]),
    Table(Vec<[f64; 24]>),
    Series(SeriesPlan),
    ShareOfDc(f64),
}

const COLUMN: SeriesColumn = SeriesColumn {
    key: "column",
    doc: "column of the limit, kW",
    default: Some("limit_kw"),
    low: 0.0,
    high: f64::INFINITY,
};

/// The keys of which at most one gives the value.
const KINDS: [&str; 5] = ["kw", "monthly_kw", "table_kw", "file", "share_of_dc_pct"];

impl Limit {
    /// Reads one limit of `[plant]`; none when the key is left out.
    pub fn read(k: &mut Keys<'_>, key: &'static str, doc: &'static str) -> Self {
        let none = Self { value: Value::None, margin_w: 0.0 };
        k.section(key, doc, Self::read_keys).unwrap_or(none)
    }

    fn read_keys(k: &mut Keys<'_>) -> Self {
        let constant = k.number("kw", "the same limit always, kW").at_least(0.0).optional();
        let monthly = k.number("monthly_kw", "by month, kW").at_least(0.0).monthly();
        let table = k.number("table_kw", "by month and hour, kW: 12 rows of 24").at_least(0.0).month_by_hour();
        let share = k.number("share_of_dc_pct", "share of the PV power at STC, %").within(0.0, 1000.0).optional();
        let series = SeriesPlan::read_if_given(k, &[COLUMN]);
        let margin_w = k.number("margin_kw", "kept below the limit, kW").at_least(0.0).or(0.0) * KILO;
        let given: Vec<_> = KINDS.into_iter().filter(|key| k.has(key)).collect();
        match given.as_slice() {
            [] => k.reject("kw", format!("missing; give one of {}", KINDS.join(", "))),
            [_] => {}
            [_, second, ..] => k.reject(second, format!("given beside {}; give one of {}", given[0], KINDS.join(", "))),
        }
        let value = constant
            .map(|kw| Value::Constant(kw * KILO))
            .or(monthly.map(|kw| Value::Monthly(kw.map(|kw| kw * KILO))))
            .or(table.map(|rows| Value::Table(rows.into_iter().map(|row| row.map(|kw| kw * KILO)).collect())))
            .or(share.map(|pct| Value::ShareOfDc(fraction(pct))))
            .or(series.map(Value::Series))
            .unwrap_or(Value::None);
        Self { value, margin_w }
    }

    /// Whether the value is a share of the PV power at STC, which a PV series does not have.
    pub fn is_share_of_dc(&self) -> bool {
        matches!(self.value, Value::ShareOfDc(_))
    }

    /// The series file that gives the limit, if one does.
    pub fn series(&self) -> Option<&SeriesPlan> {
        if let Value::Series(plan) = &self.value { Some(plan) } else { None }
    }

    /// The limit in every step less its margin, W, never negative; infinite where there is none.
    ///
    /// Month and hour are those of the step's start in standard time. Problems of a series file are noted; nothing
    /// comes back then.
    pub fn load(
        &self,
        (axis, calendar): (&TimeAxis, &[Moment]),
        nominal_dc_w: f64,
        files: &Files<'_>,
        findings: &Findings,
    ) -> Option<Vec<f64>> {
        let each = |value: &dyn Fn(&Moment) -> f64| calendar.iter().map(value).collect();
        let mut limit_w: Vec<f64> = match &self.value {
            Value::None => vec![f64::INFINITY; axis.len],
            Value::Constant(w) => vec![*w; axis.len],
            Value::ShareOfDc(share) => vec![share * nominal_dc_w; axis.len],
            Value::Monthly(w) => each(&|m| w[usize::from(m.month0)]),
            Value::Table(rows) => each(&|m| rows[usize::from(m.month0)][usize::from(m.hour)]),
            Value::Series(plan) => load_one(plan, axis, files, findings)?.into_iter().map(|kw| kw * KILO).collect(),
        };
        for w in &mut limit_w {
            *w = (*w - self.margin_w).max(0.0);
        }
        Some(limit_w)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Door, Node};
    use jiff::civil::date;

    fn read(text: &str) -> Result<Limit, String> {
        let node = Node::parse(text, "plant.toml").unwrap();
        let findings = Findings::default();
        let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
        let limit = Keys::read(&node, &door, |k| Limit::read(k, "export_limit", "limit"));
        findings.conclude(limit).map(|(l, _)| l).map_err(|p| p.to_string())
    }

    /// Two days around the end of January.
    fn year(limit: &Limit) -> Vec<f64> {
        let start = date(2021, 1, 31).at(0, 0, 0, 0);
        let axis = TimeAxis { start, step_s: 3600, len: 48, utc_offset_s: 0, leap_days: true };
        let files = Files::new(None, &|_| None);
        limit.load((&axis, &axis.moments()), 200e3, &files, &Findings::default()).unwrap()
    }

    #[test]
    fn no_key_means_no_limit_and_zero_is_a_legal_limit() {
        assert_eq!(year(&read("").unwrap())[0], f64::INFINITY);
        assert_eq!(year(&read("export_limit = { kw = 0 }").unwrap())[0], 0.0);
    }

    #[test]
    fn a_margin_is_kept_below_the_limit_and_never_below_zero() {
        assert_eq!(year(&read("export_limit = { kw = 100, margin_kw = 5 }").unwrap())[0], 95e3);
        assert_eq!(year(&read("export_limit = { kw = 3, margin_kw = 5 }").unwrap())[0], 0.0);
    }

    #[test]
    fn months_and_hours_follow_the_start_of_the_step() {
        let monthly = year(&read("export_limit = { monthly_kw = [1,2,3,4,5,6,7,8,9,10,11,12] }").unwrap());
        assert_eq!((monthly[23], monthly[24]), (1e3, 2e3));
        let row: Vec<String> = (0..24).map(|h| h.to_string()).collect();
        let rows = vec![format!("[{}]", row.join(",")); 12].join(",");
        let table = year(&read(&format!("export_limit = {{ table_kw = [{rows}] }}")).unwrap());
        assert_eq!((table[0], table[23], table[24]), (0.0, 23e3, 0.0));
    }

    #[test]
    fn a_share_refers_to_the_power_at_stc() {
        assert_eq!(year(&read("export_limit = { share_of_dc_pct = 70 }").unwrap())[0], 140e3);
    }

    #[test]
    fn two_values_or_none_are_refused() {
        assert!(read("export_limit = { kw = 1, share_of_dc_pct = 70 }").unwrap_err().contains("given beside kw"));
        assert!(read("export_limit = { margin_kw = 1 }").unwrap_err().contains("missing; give one of kw"));
        assert!(read("export_limit = { kw = -1 }").unwrap_err().contains("must be 0 or more"));
    }
}
