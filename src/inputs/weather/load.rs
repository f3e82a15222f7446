//! From a weather file to weather on the run's axis.

use super::super::clock::{Clocks, is_run_step, step_of};
use super::super::faults::{Faults, counted};
use super::super::sequence::{MISSING, Order, Sequence};
use super::super::site::{Site, SitePlan};
use super::super::source::Files;
use super::super::stamp::Label;
use super::detect::{Looks, looks};
use super::raw::{Column, PerQuantity, QUANTITIES, Quantity, RawWeather};
use super::{Fill, Format, Weather, WeatherPlan, checks, fill, plain, sam, tmy3};
use crate::error::Findings;
use crate::time::TimeAxis;

/// Wind where a file has none, m/s: a breeze as cell temperature models assume at rest.
const DEFAULT_WIND_M_S: f64 = 1.0;

/// Reads, orders and checks the weather of a run. Every problem is noted; none is given where no axis can be made.
///
/// With problems noted the values may be stand-ins (0, or NaN in the site): the run is refused then.
pub fn load_weather(
    plan: &WeatherPlan,
    site_plan: &SitePlan,
    files: &Files<'_>,
    findings: &Findings,
) -> Option<(Weather, Site)> {
    if plan.file.is_empty() {
        // Already noted as missing.
        return None;
    }
    let text = match files.read(&plan.file) {
        Ok(text) => text,
        Err(message) => {
            plan.at.refuse(findings, message);
            return None;
        }
    };
    let faults = Faults::new(&plan.file, findings);
    let loaded = load(&text, plan, site_plan, &faults, findings);
    faults.finish();
    loaded
}

fn load(
    text: &str,
    plan: &WeatherPlan,
    site_plan: &SitePlan,
    faults: &Faults<'_>,
    findings: &Findings,
) -> Option<(Weather, Site)> {
    let mut raw = read(text, plan, faults)?;
    raw.label = plan.label.unwrap_or(raw.label);
    let site = site_plan.site(&plan.file, &raw.header, findings);
    checks::check(&mut raw.columns, &raw.stamps.lines, faults);
    if plan.fill == Fill::None {
        checks::refuse_missing(&raw.columns, &raw.stamps.lines, faults);
    }
    let header = &raw.header;
    let clocks = raw.stamps.clocks(site_plan.utc_offset_s(), header.local_offset_s, header.utc_offset_s);
    if clocks.is_none() {
        site_plan.missing("utc_offset_h", &plan.file, findings);
    }
    // Without a clock the order of the rows is still checked.
    let clock = clocks.unwrap_or(Clocks { file_s: 0, site_s: 0 });
    let run = Run::of(&raw, plan, clock, faults)?;
    clocks?;
    site.check_clock(clock.site_s, findings);
    Some((run.weather(raw, plan, faults), site))
}

/// Reads the file in its format.
fn read(text: &str, plan: &WeatherPlan, faults: &Faults<'_>) -> Option<RawWeather> {
    let found = match looks(text) {
        Looks::Known(format) => format,
        Looks::Foreign(name) => {
            let read = "it reads TMY3, NSRDB and SAM CSV files, and plain CSV with [weather.columns]";
            faults.note(0, "", format!("this is {name}, which pvess does not read yet; {read}"));
            return None;
        }
    };
    let format = plan.format.unwrap_or(found);
    let alike = |f| if f == Format::Nsrdb { Format::Sam } else { f };
    if alike(found) != alike(format) && found != Format::Csv {
        let (found, planned) = (found.name(), format.name());
        faults.note(0, "", format!("the file is \"{found}\", not \"{planned}\"; leave `format` away or correct it"));
        return None;
    }
    if format != Format::Csv && plan.columns.is_given() {
        faults.warn(&format!("a {} file names its columns itself; [weather.columns] is not used", format.name()));
    }
    match format {
        Format::Tmy3 => tmy3::read(text, faults),
        Format::Nsrdb | Format::Sam => sam::read(text, faults),
        Format::Csv => plain::read(text, &plan.columns, faults),
    }
}

/// The axis of a run and the row of each of its steps.
struct Run {
    axis: TimeAxis,
    mid_utc_s: Vec<i64>,
    rows: Vec<u32>,
}

impl Run {
    fn of(raw: &RawWeather, plan: &WeatherPlan, clocks: Clocks, faults: &Faults<'_>) -> Option<Self> {
        let written = raw.stamps.on_clock(clocks.file_s, faults)?;
        let step_s = step_of(&written, faults)?;
        if !is_run_step(step_s, faults) {
            return None;
        }
        let order = Order { label: raw.label, label_year: plan.label_year, fill_s: Some(plan.fill.longest_s()) };
        let sequence = Sequence::arrange(&raw.stamps.lines, &written, step_s, order, faults)?;
        let mid_utc_s = mid_utc_s(&sequence, &written, raw.label, clocks.file_s);
        let (axis, turned) = sequence.axis(clocks);
        if clocks.ahead_s() != 0 {
            let hours = clocks.ahead_s() as f64 / 3600.0;
            let start = axis.start;
            faults.warn(&format!("the stamps moved {hours} h to the site's standard time; the run begins at {start}"));
        }
        let mut run = Self { axis, mid_utc_s, rows: sequence.rows };
        run.rows.rotate_left(turned);
        run.mid_utc_s.rotate_left(turned);
        Some(run)
    }

    fn weather(self, raw: RawWeather, plan: &WeatherPlan, faults: &Faults<'_>) -> Weather {
        let lines = &raw.stamps.lines;
        let mut filled =
            Filled { most: (plan.fill.longest_s() / i64::from(self.axis.step_s)) as usize, report: vec![] };
        let mut on_axis: PerQuantity<Vec<f64>> = Default::default();
        for ((slot, column), quantity) in on_axis.iter_mut().zip(raw.columns).zip(QUANTITIES) {
            *slot = column.and_then(|column| self.place(&column, quantity, lines, &mut filled, faults));
        }
        filled.warn(self.rows.iter().filter(|row| **row == MISSING).count(), faults);
        let [ghi_w_m2, dni_w_m2, dhi_w_m2, temp_air, wind, pressure_pa, albedo] = on_axis;
        if wind.is_none() {
            faults.warn(&format!("no wind speed; {DEFAULT_WIND_M_S} m/s is taken throughout"));
        }
        let len = self.axis.len;
        let weather = Weather {
            ghi_w_m2,
            dni_w_m2,
            dhi_w_m2,
            // A missing temperature was noted; the run is refused.
            temp_air_c: temp_air.unwrap_or_else(|| vec![0.0; len]),
            wind_speed_m_s: wind.unwrap_or_else(|| vec![DEFAULT_WIND_M_S; len]),
            pressure_pa,
            albedo,
            irradiance_factor: plan.irradiance_factor,
            coldest_daylight_c: f64::NAN,
            mid_utc_s: self.mid_utc_s,
            axis: self.axis,
        };
        weather.with_coldest_daylight()
    }

    /// A column on the axis, its gaps filled where that is asked for; none for an extra one with gaps.
    fn place(
        &self,
        column: &Column,
        quantity: Quantity,
        lines: &[u32],
        filled: &mut Filled,
        faults: &Faults<'_>,
    ) -> Option<Vec<f64>> {
        let at = |row: &u32| if *row == MISSING { f64::NAN } else { column.values[*row as usize] };
        let mut values: Vec<f64> = self.rows.iter().map(at).collect();
        let (count, unfilled) = fill::interpolate(&mut values, filled.most);
        if quantity.is_extra() && !unfilled.is_empty() {
            faults.warn(&format!("`{}` has missing values and is not used", column.name));
            return None;
        }
        filled.note(count, &column.name);
        for (first, count) in unfilled {
            if filled.most > 0 {
                let row = self.rows[first..].iter().find(|row| **row != MISSING).map_or(0, |row| lines[*row as usize]);
                let rows = counted(count, "step");
                let why = "fill = \"interpolate\" fills up to 6 h between two values";
                faults.note_kind(&column.name, row, &column.name, format!("{rows} without a value; {why}"));
            }
            values[first..first + count].fill(0.0);
        }
        Some(values)
    }
}

/// What was filled, for the report.
struct Filled {
    most: usize,
    report: Vec<String>,
}

impl Filled {
    fn note(&mut self, count: usize, name: &str) {
        if count > 0 {
            self.report.push(format!("{count} of `{name}`"));
        }
    }

    fn warn(&self, missing_rows: usize, faults: &Faults<'_>) {
        if !self.report.is_empty() {
            let (rows, values) = (counted(missing_rows, "row"), self.report.join(", "));
            faults.warn(&format!("{rows} missing; values filled by interpolation: {values}"));
        }
    }
}

/// UTC second at which the sun of each step is computed.
fn mid_utc_s(sequence: &Sequence, written: &[i64], label: Label, file_s: i32) -> Vec<i64> {
    let to_middle_s = match label {
        Label::Start => sequence.step_s / 2,
        Label::Middle => 0,
        Label::End => -sequence.step_s / 2,
    };
    let shift_s = to_middle_s - i64::from(file_s);
    let mut last = 0;
    let mut one = |row: &u32| {
        last = if *row == MISSING { last + sequence.step_s } else { written[*row as usize] + shift_s };
        last
    };
    sequence.rows.iter().map(&mut one).collect()
}
