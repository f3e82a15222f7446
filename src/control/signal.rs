//! A power that changes with time: constant, a list of steps or ramps, or a trace from a file.

use serde_json::json;

use crate::error::Findings;
use crate::inputs::{Files, SeriesColumn, TracePlan};
use crate::keys::{Keys, Node, Value};
use crate::units::KILO;

/// A power over the run as the control file gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    source: Source,
    shape: Shape,
}

#[derive(Debug, Clone, PartialEq)]
enum Source {
    Constant(f64),
    /// Seconds and W, times rising, never empty.
    Points(Vec<(f64, f64)>),
    Trace(TracePlan),
}

/// What happens between two points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A value holds until the next one.
    Step,
    /// A straight line leads to the next value.
    Ramp,
}

/// What a part of the control file asks of its signal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// One line on the constant, with the unit.
    pub doc: &'static str,
    /// The column of a trace.
    pub column: SeriesColumn,
}

const KINDS: [&str; 3] = ["kw", "points", "file"];

impl Signal {
    /// The same power always, W.
    pub fn constant(power_w: f64) -> Self {
        Self { source: Source::Constant(power_w), shape: Shape::Step }
    }

    /// Steps: seconds and W, times rising. Nothing at all is a power of zero.
    pub fn steps(points: Vec<(f64, f64)>) -> Self {
        let source = if points.is_empty() { Source::Constant(0.0) } else { Source::Points(points) };
        Self { source, shape: Shape::Step }
    }

    /// Reads exactly one of `kw`, `points` and `file`, and `shape` beside the last two.
    pub(super) fn read(k: &mut Keys<'_>, asked: &Asked) -> Self {
        let low = asked.column.low;
        let kw = k.number("kw", asked.doc).at_least(low).optional();
        let points = read_points(k, low);
        let trace = TracePlan::read_if_given(k, &asked.column);
        let shapes = [("step", Shape::Step), ("ramp", Shape::Ramp)];
        let doc = "between two points or rows: the first value holds, or a straight line leads to the second";
        let shape = k.choice("shape", doc, &shapes, Shape::Step);
        let given: Vec<_> = KINDS.into_iter().filter(|key| k.has(key)).collect();
        match given.as_slice() {
            [] => k.reject("kw", format!("missing; give one of {}", KINDS.join(", "))),
            ["kw"] if k.has("shape") => k.reject("shape", "given beside kw; a constant has no shape"),
            [_] => {}
            [_, second, ..] => k.reject(second, format!("given beside {}; give one of {}", given[0], KINDS.join(", "))),
        }
        let source = kw
            .map(|kw| Source::Constant(kw * KILO))
            .or(points.map(Source::Points))
            .or(trace.map(Source::Trace))
            .unwrap_or(Source::Constant(0.0));
        Self { source, shape }
    }

    /// The power at the start of every step, W. Before the first point its value holds, after the last one that value.
    ///
    /// Problems of a file are noted; nothing comes back then.
    pub(super) fn load(&self, step_s: f64, len: usize, files: &Files<'_>, findings: &Findings) -> Option<Vec<f64>> {
        match &self.source {
            Source::Constant(power_w) => Some(vec![*power_w; len]),
            Source::Points(points) => Some(self.along(points, step_s, len)),
            Source::Trace(plan) => {
                let rows = plan.load(step_s * len as f64, files, findings)?;
                let points: Vec<_> = rows.into_iter().map(|(at_s, kw)| (at_s, kw * KILO)).collect();
                Some(self.along(&points, step_s, len))
            }
        }
    }

    fn along(&self, points: &[(f64, f64)], step_s: f64, len: usize) -> Vec<f64> {
        let mut next = 0;
        let at = |step: usize| {
            let now_s = step as f64 * step_s;
            // A point belongs to the step that starts at it, whatever the last bit of the product says.
            while next < points.len() && points[next].0 <= now_s + 1e-6 * step_s {
                next += 1;
            }
            let before = points[next.saturating_sub(1)];
            match (self.shape, points.get(next)) {
                (Shape::Ramp, Some(after)) if next > 0 => {
                    let share = ((now_s - before.0) / (after.0 - before.0)).clamp(0.0, 1.0);
                    before.1 + share * (after.1 - before.1)
                }
                _ => before.1,
            }
        };
        (0..len).map(at).collect()
    }
}

fn read_points(k: &mut Keys<'_>, low: f64) -> Option<Vec<(f64, f64)>> {
    let pair = json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 });
    let doc = "the power at moments: [[second, kW], …], seconds rising; before the first and after the last it holds";
    let entry = json!({ "type": "array", "items": pair, "minItems": 1, "description": doc });
    let node = k.raw("points", || entry)?;
    points(node, low).map_err(|message| k.reject("points", message)).ok()
}

fn points(node: &Node, low: f64) -> Result<Vec<(f64, f64)>, String> {
    let Value::List(items) = &node.value else {
        return Err(format!("{} is {}; it must be a list of [second, kW]", node.value, node.value.kind()));
    };
    let mut points: Vec<(f64, f64)> = Vec::with_capacity(items.len());
    for item in items {
        let (at_s, kw) = pair(item)?;
        if points.last().is_some_and(|(before_s, _)| at_s <= *before_s) {
            return Err(format!("second {at_s} is not after the one before it; write them in rising order"));
        }
        if kw < low {
            return Err(format!("{kw} kW is out of range; it must be {low} or more"));
        }
        points.push((at_s, kw * KILO));
    }
    if points.is_empty() { Err("is empty; give at least one [second, kW]".to_owned()) } else { Ok(points) }
}

fn pair(item: &Node) -> Result<(f64, f64), String> {
    let number = |node: &Node| match node.value {
        Value::Integer(n) => Some(n as f64),
        Value::Number(x) => Some(x).filter(|x| x.is_finite()),
        _ => None,
    };
    if let Value::List(two) = &item.value
        && let [at_s, kw] = two.as_slice()
        && let (Some(at_s), Some(kw)) = (number(at_s), number(kw))
    {
        return Ok((at_s, kw));
    }
    Err(format!("{} is no pair of numbers; write [second, kW], such as [60, 250]", item.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Door;

    const ASKED: Asked = Asked {
        doc: "load, kW",
        column: SeriesColumn { key: "column", doc: "column", default: Some("load_kw"), low: 0.0, high: f64::INFINITY },
    };

    fn read(text: &str) -> Result<Signal, String> {
        let node = Node::parse(text, "c.toml").unwrap();
        let findings = Findings::default();
        let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
        let signal = Keys::read(&node, &door, |k| Signal::read(k, &ASKED));
        findings.conclude(signal).map(|(s, _)| s).map_err(|p| p.to_string())
    }

    fn kw(signal: &Signal, step_s: f64, len: usize) -> Vec<f64> {
        let files = Files::new(None, &|_| Some(b"time_s,load_kw\n0,1\n1,3\n"));
        let power_w = signal.load(step_s, len, &files, &Findings::default()).unwrap();
        power_w.into_iter().map(|w| w / KILO).collect()
    }

    #[test]
    fn steps_hold_and_ramps_lead_to_the_next_point() {
        let steps = read("points = [[1, 10], [2, 20]]").unwrap();
        assert_eq!(kw(&steps, 0.5, 6), [10.0, 10.0, 10.0, 10.0, 20.0, 20.0]);
        let ramp = read("points = [[1, 10], [2, 20]]\nshape = \"ramp\"").unwrap();
        assert_eq!(kw(&ramp, 0.5, 6), [10.0, 10.0, 10.0, 15.0, 20.0, 20.0]);
    }

    #[test]
    fn a_step_falls_on_the_step_that_starts_at_its_second() {
        // 0.1·3 is 0.30000000000000004 and 0.1·7 is 0.7000000000000001, 0.1·6 is 0.6000000000000001.
        let signal = read("points = [[0, 1], [0.3, 2], [0.7, 3]]").unwrap();
        assert_eq!(kw(&signal, 0.1, 8), [1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 3.0]);
    }

    #[test]
    fn a_trace_is_read_by_its_shape() {
        let signal = read("file = \"pvess:t\"\nshape = \"ramp\"").unwrap();
        assert_eq!(kw(&signal, 0.5, 4), [1.0, 2.0, 3.0, 3.0]);
        assert_eq!(kw(&Signal::steps(vec![]), 0.5, 2), [0.0, 0.0]);
    }

    #[test]
    fn what_is_no_signal_is_refused_in_words() {
        let says = |text, wanted: &str| {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(wanted), "{refused}\n  does not say\n{wanted}");
        };
        says("", "kw: missing; give one of kw, points, file");
        says("kw = 1\nfile = \"a.csv\"", "c.toml:2: file: given beside kw");
        says("kw = 1\nshape = \"ramp\"", "a constant has no shape");
        says("kw = 1\ncolumn = \"a\"", "there is no `file` to read it from");
        says("points = []", "is empty; give at least one");
        says("points = [[1, 2], [1, 3]]", "second 1 is not after the one before it");
        says("points = [[1, -2]]", "-2 kW is out of range; it must be 0 or more");
        says("points = [[1, 2, 3]]", "is no pair of numbers");
        says("points = 3", "it must be a list of [second, kW]");
    }
}
