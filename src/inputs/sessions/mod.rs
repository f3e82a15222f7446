//! EV charging sessions from a CSV file: who comes when, for how long and for how much energy.

mod place;
#[cfg(test)]
mod tests;

use super::clock::Stamps;
use super::faults::{Faults, counted};
use super::source::Files;
use super::stamp::{FORMS, Stamp, shown};
use super::table::{Row, Table, short};
use crate::error::Findings;
use crate::keys::{Keys, Origin};
use crate::time::TimeAxis;

/// More than the largest battery on wheels, kWh; beyond it the unit is wrong.
const MOST_KWH: f64 = 5000.0;
/// More than the largest charger (3.75 MW), kW.
const MOST_KW: f64 = 4000.0;

/// A sessions file and the names of its columns.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionsPlan {
    /// The file, relative to the plant file, or `pvess:` and the name of shipped data.
    pub file: String,
    names: [String; 6],
    at: Origin,
}

/// A session of a file, laid on the run's axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SessionRow {
    /// Arrival, s from the axis' start; negative before it.
    pub arrival_s: i64,
    /// Departure, s from the axis' start; after the arrival.
    pub departure_s: i64,
    /// Energy asked for, kWh, above 0.
    pub energy_kwh: f64,
    /// The most that car and charger take, kW.
    pub max_kw: f64,
    /// Number of phases, 1 to 3.
    pub phases: u8,
    /// The first of its phases, 1 to 3, if given; none for three-phase cars.
    pub phase: Option<u8>,
}

/// The key that names a column, its meaning and the column's name where the key is not given.
const COLUMNS: [(&str, &str, &str); 6] = [
    ("arrival_column", "column of the arrivals", "arrival"),
    ("departure_column", "column of the departures", "departure"),
    ("energy_column", "column of the energy asked for, kWh", "energy_kwh"),
    ("max_column", "column of the most that car and charger take, kW", "max_kw"),
    ("phases_column", "column of the number of phases; without it, or empty, 3", "phases"),
    ("phase_column", "column of the first phase of a car on one or two; without it, or empty, in turn", "phase"),
];

/// Columns that a file may lack: the last two.
const REQUIRED: usize = 4;

impl SessionsPlan {
    /// Reads `file` and the columns' keys.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let file =
            k.required_text("file", "CSV file of sessions, relative to this one; or pvess:NAME for shipped data");
        let names = COLUMNS.map(|(key, doc, default)| k.text(key, doc).unwrap_or_else(|| default.to_owned()));
        Self { file, names, at: Origin::of(k, "file") }
    }

    /// Notes a file that cannot be read, where there is no axis to lay it on yet.
    pub fn probe(&self, files: &Files<'_>, findings: &Findings) {
        self.with_text(files, findings, |_, _| Some(()));
    }

    fn with_text<T>(
        &self,
        files: &Files<'_>,
        findings: &Findings,
        load: impl FnOnce(&str, &Faults<'_>) -> Option<T>,
    ) -> Option<T> {
        if self.file.is_empty() {
            // Already noted as missing.
            return None;
        }
        let text = files.read(&self.file).map_err(|message| self.at.refuse(findings, message)).ok()?;
        let faults = Faults::new(&self.file, findings);
        let loaded = load(&text, &faults);
        faults.finish();
        loaded
    }
}

/// Reads the sessions that lie on the run's axis, at least in part, in the file's order.
///
/// `least_phase_kw` is the power per phase below which no car charges; a session that cannot take it is refused.
/// Sessions outside the run are left out and counted in a warning. Where the file is of other years, sessions are laid
/// on the run by month, day and time of arrival and keep their length. Every problem is noted with its line.
pub fn load_sessions(
    plan: &SessionsPlan,
    least_phase_kw: f64,
    axis: &TimeAxis,
    files: &Files<'_>,
    findings: &Findings,
) -> Option<Vec<SessionRow>> {
    plan.with_text(files, findings, |text, faults| {
        let (mut rows, stamps) = read_rows(text, plan, least_phase_kw, faults)?;
        let clock = stamps.on_clock(axis.utc_offset_s, faults)?;
        for ((row, stay), lines) in rows.iter_mut().zip(clock.chunks_exact(2)).zip(stamps.lines.chunks_exact(2)) {
            (row.arrival_s, row.departure_s) = (stay[0], stay[1]);
            if stay[1] <= stay[0] {
                let message = format!("{} is not after the arrival, {}", shown(stay[1]), shown(stay[0]));
                faults.note_kind("stay", lines[0], &plan.names[1], message);
            }
        }
        if rows.is_empty() {
            faults.note(0, "", "there is no session in the file");
            return None;
        }
        Some(place::on_axis(&rows, axis, faults))
    })
}

/// The rows, their times still to be set, and two stamps for each.
fn read_rows(
    text: &str,
    plan: &SessionsPlan,
    least_phase_kw: f64,
    faults: &Faults<'_>,
) -> Option<(Vec<SessionRow>, Stamps)> {
    let table = Table::open(text, 0, true, faults)?;
    let need = |i: usize| table.need(&plan.names[i], COLUMNS[i].0, faults);
    // All columns are looked for before giving up, so that all that are missing are named.
    let required: Vec<_> = (0..REQUIRED).map(need).collect();
    let [arrival, departure, energy, max] = required.into_iter().collect::<Option<Vec<_>>>()?.try_into().ok()?;
    let optional = |i: usize| match table.find(&plan.names[i]) {
        // A name other than the usual one was chosen, so the column must be there.
        None if plan.names[i] != COLUMNS[i].2 => need(i).map(Some),
        found => Some(found),
    };
    let (phases, phase) = (optional(4), optional(5));
    let (phases, phase) = (phases?, phase?);
    let (mut rows, mut stamps) = (vec![], Stamps::default());
    let last = [arrival, departure, energy, max].into_iter().max()?;
    table.rows(last, faults, |row| {
        let cells = Cells { row, plan, faults };
        let stay = [(arrival, 0), (departure, 1)].map(|(cell, i)| cells.stamp(cell, i));
        let session = SessionRow {
            arrival_s: 0,
            departure_s: 0,
            energy_kwh: cells.above_zero(energy, 2, MOST_KWH),
            max_kw: cells.above_zero(max, 3, MOST_KW),
            phases: cells.phase(phases, 4).unwrap_or(3),
            phase: cells.phase(phase, 5),
        };
        cells.check(&session, least_phase_kw);
        if let [Some(arrival), Some(departure)] = stay {
            stamps.push(row.line, arrival);
            stamps.push(row.line, departure);
            rows.push(session);
        }
    });
    Some((rows, stamps))
}

/// The cells of one row, which note what is wrong with them; a column is meant by its number in [`COLUMNS`].
struct Cells<'r> {
    row: &'r Row<'r>,
    plan: &'r SessionsPlan,
    faults: &'r Faults<'r>,
}

impl Cells<'_> {
    fn refuse(&self, column: usize, message: String) {
        let name = &self.plan.names[column];
        self.faults.note_kind(name, self.row.line, name, message);
    }

    fn stamp(&self, cell: usize, column: usize) -> Option<Stamp> {
        let stamp = Stamp::parse(self.row.cell(cell));
        if stamp.is_none() {
            self.refuse(column, format!("`{}` is not a time stamp; {FORMS}", short(self.row.cell(cell))));
        }
        stamp
    }

    /// A number above zero; NaN where it was refused.
    fn above_zero(&self, cell: usize, column: usize, high: f64) -> f64 {
        let name = &self.plan.names[column];
        match self.row.number(cell) {
            None => self.row.number_or_note(cell, name, self.faults),
            Some(value) if value > 0.0 && value <= high => value,
            Some(value) if value.is_nan() => {
                self.refuse(column, "the value is missing".to_owned());
                value
            }
            Some(value) => {
                self.refuse(column, format!("{value} is out of range; it must be above 0 and up to {high}"));
                f64::NAN
            }
        }
    }

    /// 1, 2 or 3, if there is a column and the cell is not empty.
    fn phase(&self, cell: Option<usize>, column: usize) -> Option<u8> {
        let cell = cell?;
        match self.row.cell(cell) {
            "" => None,
            "1" => Some(1),
            "2" => Some(2),
            "3" => Some(3),
            other => {
                self.refuse(column, format!("`{}` is not 1, 2 or 3", short(other)));
                None
            }
        }
    }

    fn check(&self, session: &SessionRow, least_phase_kw: f64) {
        let SessionRow { max_kw, phases, .. } = *session;
        let least_kw = least_phase_kw * f64::from(phases);
        if max_kw < least_kw * (1.0 - 1e-9) {
            let (least_kw, on) = ((least_kw * 1e6).round() / 1e6, counted(phases.into(), "phase"));
            let advice = "see the column of phases, and `min_a` and `voltage_v`";
            let begins = if phases == 1 { "begins" } else { "begin" };
            let message = format!("{max_kw} is below the {least_kw} kW at which {on} {begins}; {advice}");
            self.refuse(3, message);
        }
        if phases == 3 && session.phase.is_some() {
            self.refuse(5, "given for a session on three phases; leave it empty, or say `phases` 1 or 2".to_owned());
        }
    }
}
