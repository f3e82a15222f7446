//! What `[ev]` of the plant file says, and the step from there to vehicles on the axis.

use super::{Ev, Phases, Profile, Session, Sessions};
use crate::error::Findings;
use crate::inputs::{Files, SeriesColumn, SeriesPlan, SessionRow, SessionsPlan, load_series, load_sessions};
use crate::keys::{Keys, Variant};
use crate::time::TimeAxis;
use crate::units::KILO;

/// The demand of vehicles as planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    source: Source,
}

#[derive(Debug, Clone, PartialEq)]
enum Source {
    Profile { series: SeriesPlan, by_phase: bool, deferral_h: f64, max_w: Option<f64> },
    Sessions { file: SessionsPlan, least_phase_w: f64 },
}

const SOURCES: &[Variant<Source>] = &[
    Variant { name: "profile", doc: "a series of power", read: read_profile },
    Variant { name: "sessions", doc: "cars that come, charge and go", read: read_sessions },
];

const COLUMN: SeriesColumn = SeriesColumn {
    key: "column",
    doc: "column of the vehicles' power on all phases together, kW",
    default: Some("ev_kw"),
    low: 0.0,
    high: f64::INFINITY,
};

fn read_profile(k: &mut Keys<'_>) -> Source {
    let doc = "instead of `column`: the columns of the power on L1, L2 and L3, kW";
    let (series, by_phase) = SeriesPlan::read_by_phase(k, &COLUMN, "phase_columns", doc);
    let doc = "how long energy waits that is not served at once, h; 0: it is lost";
    let deferral_h = k.number("deferral_h", doc).within(0.0, 8760.0).or(0.0);
    let doc = "the most that vehicles take at once while energy waits, kW; default the profile's highest";
    let max_w = k.number("max_kw", doc).above(0.0).optional().map(|kw| kw * KILO);
    if max_w.is_some() && deferral_h == 0.0 {
        k.reject("max_kw", "has no effect without `deferral_h`; give that too, or take it out");
    }
    Source::Profile { series, by_phase, deferral_h, max_w }
}

fn read_sessions(k: &mut Keys<'_>) -> Source {
    let file = SessionsPlan::read(k);
    let min_a = k.number("min_a", "least current of a car on each of its phases, A").within(0.0, 100.0).or(6.0);
    let doc = "voltage from a phase to neutral, V";
    let voltage_v = k.number("voltage_v", doc).above_up_to(0.0, 1000.0).or(230.0);
    Source::Sessions { file, least_phase_w: min_a * voltage_v }
}

impl Plan {
    /// Reads `[ev]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        Self { source: k.tagged("source", "what the vehicles' demand is given as", SOURCES, None) }
    }

    /// Notes a file that cannot be read, where there is no axis to lay it on yet.
    pub fn probe(&self, files: &Files<'_>, findings: &Findings) {
        match &self.source {
            Source::Profile { series, .. } => series.probe(files, findings),
            Source::Sessions { file, .. } => file.probe(files, findings),
        }
    }

    /// The vehicles on the axis. Problems of the file are noted; nothing comes back then.
    pub fn load(&self, axis: &TimeAxis, files: &Files<'_>, findings: &Findings) -> Option<Ev> {
        match &self.source {
            Source::Profile { series, by_phase, deferral_h, max_w } => {
                let columns = load_series(series, axis, files, findings)?;
                let phase_w = by_step(&columns, *by_phase)?;
                Some(Ev::Profile(Profile::new(phase_w, !by_phase, *deferral_h, *max_w, axis.step_h())))
            }
            Source::Sessions { file, least_phase_w } => {
                let rows = load_sessions(file, least_phase_w / KILO, axis, files, findings)?;
                let sessions = sessions(&rows);
                let warn = |message: String| findings.warn(format!("{}: {message}", file.file));
                warn_of(&sessions, axis, warn);
                Some(Ev::Sessions(Sessions::new(&sessions, *least_phase_w, axis.step_s, axis.len)))
            }
        }
    }
}

/// Power by phase in every step, W, from the columns in kW.
fn by_step(columns: &[Vec<f64>], by_phase: bool) -> Option<Vec<[f64; 3]>> {
    if by_phase {
        let [l1, l2, l3] = columns else { return None };
        return Some(l1.iter().zip(l2).zip(l3).map(|((l1, l2), l3)| [l1 * KILO, l2 * KILO, l3 * KILO]).collect());
    }
    Some(columns.first()?.iter().map(|kw| [kw * KILO / 3.0; 3]).collect())
}

/// Rows as sessions; cars on one or two phases that do not say which are put on L1, L2, L3 in turn.
fn sessions(rows: &[SessionRow]) -> Vec<Session> {
    let mut turn = 0..;
    let mut one = |row: &SessionRow| {
        let first = match row.phase {
            Some(phase) => phase - 1,
            None if row.phases < 3 => (turn.next().unwrap_or(0_usize) % 3) as u8,
            None => 0,
        };
        Session {
            arrival_s: row.arrival_s,
            departure_s: row.departure_s,
            energy_wh: row.energy_kwh * KILO,
            max_w: row.max_kw * KILO,
            phases: Phases::of(row.phases, first),
        }
    };
    rows.iter().map(&mut one).collect()
}

/// Tells of sessions that cannot be served whole, and of those that the run's ends cut.
fn warn_of(sessions: &[Session], axis: &TimeAxis, warn: impl Fn(String)) {
    let total = sessions.len();
    // A thousandth more than possible is the file's rounding.
    let greedy = sessions.iter().filter(|s| s.energy_wh > s.possible_wh() * 1.001).count();
    if greedy > 0 {
        let how = "they get what their stay allows, the rest counts as unmet";
        warn(format!("{greedy} of {total} sessions ask for more energy than max_kw gives in their stay; {how}"));
    }
    let length_s = axis.len as i64 * i64::from(axis.step_s);
    let cut = sessions.iter().filter(|s| s.arrival_s < 0 || s.departure_s > length_s).count();
    if cut > 0 {
        let how = "only what charging without limits would leave to the run is asked of it";
        warn(format!("{cut} of {total} sessions cross the run's first or last moment; {how}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ev::Room;
    use crate::keys::{Door, Node};
    use jiff::civil::date;

    /// Four hours of 2021 with a plan from `keys` and the file `e.csv`; the vehicles and the warnings, or the problems.
    fn load(keys: &str, csv: &str) -> Result<(Ev, Vec<String>), Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("e.csv"), csv).unwrap();
        let node = Node::parse(keys, "plant.toml").unwrap();
        let findings = Findings::default();
        let plan = Keys::read(&node, &Door { findings: &findings, shelf: &|_, _| Err(vec![]) }, Plan::read);
        let start = date(2021, 6, 1).at(0, 0, 0, 0);
        let axis = TimeAxis { start, step_s: 3600, len: 4, utc_offset_s: 3600, leap_days: true };
        let ev = plan.load(&axis, &Files::new(Some(dir.path()), &|_| None), &findings);
        let concluded = findings.conclude(ev).map_err(|p| p.0.iter().map(ToString::to_string).collect::<Vec<_>>());
        concluded.map(|(ev, warnings)| (ev.expect("nothing was noted"), warnings))
    }

    fn refused(keys: &str, csv: &str) -> Vec<String> {
        load(keys, csv).expect_err("it must be refused")
    }

    const PROFILE: &str = "source = \"profile\"\nfile = \"e.csv\"\n";
    const SESSIONS: &str = "source = \"sessions\"\nfile = \"e.csv\"\n";
    const HEADER: &str = "arrival,departure,energy_kwh,max_kw,phases,phase\n";

    #[test]
    fn a_profile_is_balanced_over_the_phases() {
        let (ev, warnings) = load(PROFILE, "ev_kw\n3\n6\n0\n9\n").unwrap();
        assert_eq!((ev.unlimited_w(), warnings), (vec![3e3, 6e3, 0.0, 9e3], vec![]));
        assert_eq!(ev.request(1, &ev.start()).phase_w, [2e3; 3]);
    }

    #[test]
    fn a_profile_may_be_given_by_phase() {
        let keys = format!("{PROFILE}phase_columns = [\"a\", \"b\", \"c\"]");
        let (ev, _) = load(&keys, "a,b,c\n1,2,3\n0,0,0\n0,0,0\n0,0,0\n").unwrap();
        assert_eq!(ev.request(0, &ev.start()).phase_w, [1e3, 2e3, 3e3]);
        let both = format!("{keys}\ncolumn = \"a\"");
        assert_eq!(
            refused(&both, "a,b,c\n1,2,3\n0,0,0\n0,0,0\n0,0,0\n"),
            ["plant.toml:4: column: given beside phase_columns; give one of the two"]
        );
        let two = format!("{PROFILE}phase_columns = [\"a\", \"b\"]");
        let wanted = "plant.toml:3: phase_columns: must be a list of three column names: L1, L2, L3";
        assert_eq!(refused(&two, "a,b\n1,2\n"), [wanted]);
    }

    #[test]
    fn negative_power_is_refused_with_its_line() {
        assert_eq!(
            refused(PROFILE, "ev_kw\n3\n-6\n0\n9\n"),
            ["e.csv:3: ev_kw: -6 is out of range; it must be 0 or more"]
        );
    }

    #[test]
    fn a_deferral_moves_energy_and_a_power_without_one_is_refused() {
        let (ev, _) = load(&format!("{PROFILE}deferral_h = 2\nmax_kw = 4"), "ev_kw\n3\n6\n0\n0\n").unwrap();
        let rounded: Vec<f64> = ev.unlimited_w().into_iter().map(f64::round).collect();
        assert_eq!(rounded, [3e3, 4e3, 2e3, 0.0]);
        let said = refused(&format!("{PROFILE}max_kw = 4"), "ev_kw\n3\n6\n0\n0\n");
        assert_eq!(said, ["plant.toml:3: max_kw: has no effect without `deferral_h`; give that too, or take it out"]);
    }

    #[test]
    fn sessions_draw_on_their_phases_and_take_turns_where_none_is_given() {
        let rows = "2021-06-01T00:00,2021-06-01T04:00,20,6.9,1,2\n\
                    2021-06-01T00:00,2021-06-01T04:00,20,3,1,\n\
                    2021-06-01T00:00,2021-06-01T04:00,20,9,,\n\
                    2021-06-01T00:00,2021-06-01T04:00,20,4,2,\n";
        let (ev, warnings) = load(SESSIONS, &format!("{HEADER}{rows}")).unwrap();
        // L1: 3 + 9/3; L2: 6.9 + 9/3 + 4/2; L3: 9/3 + 4/2.
        let [l1, l2, l3] = ev.request(0, &ev.start()).phase_w;
        assert_eq!(([l1, l2, l3].map(f64::round)), [6e3, 11_900.0, 5e3]);
        let greedy = "e.csv: 2 of 4 sessions ask for more energy than max_kw gives in their stay; they get what their \
                      stay allows, the rest counts as unmet";
        assert_eq!(warnings, [greedy]);
    }

    #[test]
    fn the_least_power_follows_current_and_voltage() {
        let csv = format!("{HEADER}2021-06-01T00:00,2021-06-01T04:00,20,11,3,\n");
        let served = |keys: &str, room_w: f64| {
            let (ev, _) = load(&format!("{SESSIONS}{keys}"), &csv).unwrap();
            ev.serve(0, &mut ev.start(), &Room::total(room_w)).total_w().round()
        };
        // 6 A · 230 V · 3 = 4140 W; 10 A · 240 V · 3 = 7200 W.
        assert_eq!((served("", 4139.0), served("", 4140.0)), (0.0, 4140.0));
        let keys = "min_a = 10\nvoltage_v = 240";
        assert_eq!((served(keys, 7199.0), served(keys, 7200.0)), (0.0, 7200.0));
    }

    #[test]
    fn sessions_across_the_run_s_ends_are_told_of() {
        let rows = "2021-05-31T22:00,2021-06-01T02:00,40,10,,\n2021-06-01T03:00,2021-06-01T08:00,40,10,,\n";
        let (ev, warnings) = load(SESSIONS, &format!("{HEADER}{rows}")).unwrap();
        // Two hours before took 20 of 40 kWh; the last hour takes 10 of 40.
        assert_eq!(ev.unlimited_w(), [10e3, 10e3, 0.0, 10e3]);
        assert!(warnings[0].starts_with("e.csv: 2 of 2 sessions cross the run's first or last moment;"));
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn a_wrong_source_and_foreign_keys_are_refused() {
        let said = refused("source = \"session\"", "");
        assert_eq!(said[0], "plant.toml:1: source: \"session\" is not known here; did you mean sessions?");
        let said = refused(&format!("{PROFILE}min_a = 6"), "ev_kw\n1\n1\n1\n1\n");
        assert!(said[0].starts_with("plant.toml:3: min_a: unknown key;"), "{said:?}");
        assert!(refused("", "")[0].starts_with("plant.toml: source: missing; it is required"));
    }

    #[test]
    fn files_that_cannot_be_read_are_found_without_an_axis() {
        for keys in [PROFILE, SESSIONS] {
            let findings = Findings::default();
            let node = Node::parse(keys, "plant.toml").unwrap();
            let plan = Keys::read(&node, &Door { findings: &findings, shelf: &|_, _| Err(vec![]) }, Plan::read);
            let dir = tempfile::tempdir().unwrap();
            plan.probe(&Files::new(Some(dir.path()), &|_| None), &findings);
            let said = findings.conclude(()).unwrap_err().to_string();
            assert!(said.starts_with("plant.toml:2: file:"), "{said}");
        }
    }
}
