//! A PV series that defines the run's axis: power given at the MV bus.

use jiff::civil::date;

use super::super::calendar::{DAY_S, YEAR_S};
use super::super::clock::{Clocks, is_run_step, step_of};
use super::super::faults::{Faults, counted};
use super::super::sequence::{Order, Sequence};
use super::super::site::SitePlan;
use super::super::source::Files;
use super::super::stamp::{FORMS, Stamp, civil};
use super::super::weather::read_label_year;
use super::read::{Kind, Rows};
use super::{SeriesColumn, SeriesPlan};
use crate::error::Findings;
use crate::keys::Keys;
use crate::time::TimeAxis;

/// The year by which a series without stamps is called, and the one for a series that has a 29 February.
const YEAR: i16 = 2019;
const LEAP_YEAR: i16 = 2020;

/// The keys of a PV series: those of a [`SeriesPlan`], and its time where it has no stamps.
#[derive(Debug, Clone, PartialEq)]
pub struct AxisSeriesPlan {
    /// The file and its column.
    pub series: SeriesPlan,
    /// What every value is multiplied with.
    pub factor: f64,
    label_year: Option<i16>,
    step_s: Option<i64>,
    start: Option<i64>,
}

impl AxisSeriesPlan {
    /// Reads the keys; `column` is the one that holds the power.
    pub fn read(k: &mut Keys<'_>, column: SeriesColumn) -> Self {
        let series = SeriesPlan::read(k, &[column]);
        let factor = k.number("factor", "what every value is multiplied with").within(0.0, 100.0).or(1.0);
        let label_year = read_label_year(k);
        let doc = "step of a series without stamps that is no whole year, minutes";
        let step_s = k.number("step_min", doc).within(1.0, 60.0).whole().optional().map(|min| min as i64 * 60);
        let start = k.text("start", "first interval's start of a series without stamps that is no whole year");
        let parsed = start.as_deref().and_then(|text| Stamp::parse(text).filter(|s| s.offset_s.is_none()));
        if start.is_some() && parsed.is_none() {
            k.reject("start", format!("it is not a time stamp in standard time; {FORMS}"));
        }
        if step_s.is_some() != start.is_some() {
            k.reject(if step_s.is_some() { "step_min" } else { "start" }, "`start` and `step_min` go together");
        }
        Self { series, factor, label_year, step_s, start: parsed.map(|s| s.civil_s) }
    }
}

/// Reads a series and the axis it defines, the values as the file has them, without the plan's factor.
///
/// Stamps with an offset are brought to `[site] utc_offset_h`, or to the smallest offset in the file; without either the
/// axis is in UTC, with a warning.
pub fn load_axis_series(
    plan: &AxisSeriesPlan,
    site: &SitePlan,
    files: &Files<'_>,
    findings: &Findings,
) -> Option<(TimeAxis, Vec<f64>)> {
    plan.series.load(files, findings, |text, faults| {
        let mut rows = Rows::read(text, &plan.series, &[Kind::Number], faults)?;
        let values = rows.columns.pop()?;
        let planned_s = site.utc_offset_s();
        let found = rows.stamps.as_ref().map_or(planned_s, |s| s.clocks(planned_s, None, None).map(|c| c.site_s));
        let site_s = found.unwrap_or_else(|| {
            faults.warn("neither the stamps nor [site] utc_offset_h tell the offset from UTC; 0 is taken");
            0
        });
        let clocks = Clocks { file_s: site_s, site_s };
        if rows.stamps.is_none() {
            return plan.axis_by_count(values.len(), site_s, faults).map(|axis| (axis, values));
        }
        let (axis, order) = plan.axis_by_stamp(&rows, clocks, faults)?;
        Some((axis, order.iter().map(|row| values[*row as usize]).collect()))
    })
}

impl AxisSeriesPlan {
    /// Whether another plan reads the same values; what they are multiplied with may differ.
    pub fn reads_as(&self, other: &Self) -> bool {
        *self == Self { factor: self.factor, ..other.clone() }
    }

    fn axis_by_stamp(&self, rows: &Rows, clocks: Clocks, faults: &Faults<'_>) -> Option<(TimeAxis, Vec<u32>)> {
        if self.start.is_some() {
            faults.note(0, "time", "the rows have stamps; leave the keys `start` and `step_min` away");
        }
        let stamps = rows.stamps.as_ref()?;
        let written = stamps.on_clock(clocks.file_s, faults)?;
        let step_s = step_of(&written, faults).filter(|step_s| is_run_step(*step_s, faults))?;
        let order = Order { label: self.series.label, label_year: self.label_year, fill_s: None };
        let mut sequence = Sequence::arrange(&stamps.lines, &written, step_s, order, faults)?;
        let (axis, turned) = sequence.axis(clocks);
        sequence.rows.rotate_left(turned);
        Some((axis, sequence.rows))
    }

    fn axis_by_count(&self, rows: usize, utc_offset_s: i32, faults: &Faults<'_>) -> Option<TimeAxis> {
        let axis = |start, step_s: i64, leap_days| TimeAxis {
            start,
            step_s: step_s as u32,
            len: rows,
            utc_offset_s,
            leap_days,
        };
        if let (Some(step_s), Some(start)) = (self.step_s, self.start) {
            return (rows > 0).then(|| axis(civil(start), step_s, true));
        }
        let step_s = |year_s: i64| {
            let step_s = year_s / (rows as i64).max(1);
            (year_s % (rows as i64).max(1) == 0 && (60..=3600).contains(&step_s) && step_s % 60 == 0).then_some(step_s)
        };
        let new_year = |year| date(year, 1, 1).at(0, 0, 0, 0);
        if let Some(step_s) = step_s(YEAR_S) {
            return Some(axis(new_year(self.label_year.unwrap_or(YEAR)), step_s, false));
        }
        let leap = step_s(YEAR_S + DAY_S);
        match (leap, self.label_year.unwrap_or(LEAP_YEAR)) {
            (Some(step_s), year) if date(year, 1, 1).in_leap_year() => Some(axis(new_year(year), step_s, true)),
            (Some(_), year) => {
                faults.note(0, "", format!("{rows} rows are a leap year, and label_year {year} is none"));
                None
            }
            (None, _) => {
                let found = counted(rows, "row");
                let advice = "give a `time` column, or the keys `start` and `step_min`";
                faults.note(0, "", format!("{found} without stamps are no whole year at 1 to 60 min; {advice}"));
                None
            }
        }
    }
}
