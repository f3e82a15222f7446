//! Target hours of discharge: twelve months by twenty-four hours, weekends apart if wanted.

use serde_json::json;

use crate::keys::{Keys, Node, Value};
use crate::time::Moment;

type Table = [[bool; 24]; 12];

/// The hours in which a strategy discharges, in standard time, by the start of the step.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    weekday: Table,
    weekend: Table,
}

impl Schedule {
    /// The same hours (0 to 23) on every day of the year.
    pub fn hours(hours: &[usize]) -> Self {
        let row = std::array::from_fn(|hour| hours.contains(&hour));
        Self { weekday: [row; 12], weekend: [row; 12] }
    }

    /// Whether a step that starts at this moment is a target hour.
    #[inline]
    pub fn is_on(&self, moment: &Moment) -> bool {
        let table = if moment.weekend { &self.weekend } else { &self.weekday };
        table[usize::from(moment.month0)][usize::from(moment.hour)]
    }

    /// Reads `discharge_hours` or `discharge_table`, and their `weekend_` twins.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let weekday = read_table(k, "discharge_hours", "discharge_table", TARGET);
        if weekday.is_none() && !k.has("discharge_hours") && !k.has("discharge_table") {
            k.reject("discharge_hours", "missing; give the target hours, such as [17, 18, 19], or discharge_table");
        }
        let weekday = weekday.unwrap_or_default();
        let weekend = read_table(k, "weekend_discharge_hours", "weekend_discharge_table", TARGET).unwrap_or(weekday);
        Self { weekday, weekend }
    }

    /// Reads `hours` or `table`, and their `weekend_` twins: the hours in which something is open, always without them.
    pub fn read_open(k: &mut Keys<'_>) -> Self {
        let always = [[true; 24]; 12];
        let weekday = read_table(k, "hours", "table", OPEN).unwrap_or(always);
        let weekend = read_table(k, "weekend_hours", "weekend_table", OPEN).unwrap_or(weekday);
        Self { weekday, weekend }
    }
}

const TARGET: &str = "target hours of every month: hours 0 to 23, or ranges such as \"17-21\" with both ends";
const OPEN: &str = "hours of every month in which it is open: hours 0 to 23, or ranges with both ends; always without";

fn read_table(k: &mut Keys<'_>, hours_key: &'static str, table_key: &'static str, doc: &'static str) -> Option<Table> {
    let entry = || {
        let hour = json!({ "anyOf": [
            { "type": "integer", "minimum": 0, "maximum": 23 },
            { "type": "string", "pattern": "^[0-9]{1,2}-[0-9]{1,2}$" },
        ]});
        json!({ "type": "array", "items": hour, "description": doc })
    };
    let hours = k.raw(hours_key, entry);
    let doc = "the same by month: 12 lists of hours, or 12 rows of 24 true/false";
    let table = k.raw(table_key, || json!({ "type": "array", "minItems": 12, "maxItems": 12, "description": doc }));
    if hours.is_some() && table.is_some() {
        k.reject(table_key, format!("given beside {hours_key}; give one of the two"));
    }
    let read = match (hours, table) {
        (Some(node), _) => items(node).and_then(month).map(|row| [row; 12]).map_err(|e| (hours_key, e)),
        (None, Some(node)) => months(node).map_err(|e| (table_key, e)),
        (None, None) => return None,
    };
    read.map_err(|(key, message)| k.reject(key, message)).ok()
}

fn items(node: &Node) -> Result<&[Node], String> {
    match &node.value {
        Value::List(items) => Ok(items),
        other => Err(format!("{other} is {}; it must be a list of hours", other.kind())),
    }
}

fn months(node: &Node) -> Result<Table, String> {
    let rows = items(node)?;
    if rows.len() != 12 {
        return Err(format!("has {} rows; it must have 12, one per month", rows.len()));
    }
    let mut table = Table::default();
    for (number, (row, node)) in table.iter_mut().zip(rows).enumerate() {
        *row = items(node).and_then(month).map_err(|e| format!("month {}: {e}", number + 1))?;
    }
    Ok(table)
}

/// One month: a list of hours and ranges, or 24 flags.
fn month(items: &[Node]) -> Result<[bool; 24], String> {
    let mut row = [false; 24];
    if items.iter().any(|item| matches!(item.value, Value::Flag(_))) {
        let flags: Option<Vec<_>> =
            items.iter().map(|item| if let Value::Flag(flag) = item.value { Some(flag) } else { None }).collect();
        let flags = flags.filter(|f| f.len() == 24).ok_or("true/false rows must have 24 values, all true or false")?;
        row.copy_from_slice(&flags);
        return Ok(row);
    }
    for item in items {
        let (from, to) = range(&item.value)?;
        row[from..=to].fill(true);
    }
    Ok(row)
}

fn range(value: &Value) -> Result<(usize, usize), String> {
    let hour = |n: i64| {
        usize::try_from(n).ok().filter(|n| *n < 24).ok_or_else(|| {
            format!("hour {n} does not exist; hours run from 0 (midnight to 1:00) to 23 (23:00 to midnight)")
        })
    };
    let wrong = || format!("{value} is not an hour; write 17, or a range such as \"17-21\"");
    match value {
        Value::Integer(n) => hour(*n).map(|h| (h, h)),
        Value::Number(x) if x.fract() == 0.0 => hour(*x as i64).map(|h| (h, h)),
        Value::Text(text) => {
            let (from, to) = text.split_once('-').ok_or_else(wrong)?;
            let parse = |t: &str| t.trim().parse::<i64>().map_err(|_| wrong()).and_then(hour);
            let (from, to) = (parse(from)?, parse(to)?);
            if from > to {
                return Err(format!("range {value} runs backwards; split it at midnight: \"{from}-23\", \"0-{to}\""));
            }
            Ok((from, to))
        }
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Findings;
    use crate::keys::Door;

    fn read(text: &str) -> Result<Schedule, String> {
        let node = Node::parse(text, "plant.toml").unwrap();
        let findings = Findings::default();
        let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
        let schedule = Keys::read(&node, &door, Schedule::read);
        findings.conclude(schedule).map(|(s, _)| s).map_err(|p| p.to_string())
    }

    fn at(month0: u8, hour: u8, weekend: bool) -> Moment {
        Moment { year: 2021, month0, day: 1, hour, minute: 0, weekend }
    }

    #[test]
    fn hours_and_ranges_hold_for_every_month_with_both_ends() {
        let schedule = read("discharge_hours = [7, \"17-19\"]").unwrap();
        let on: Vec<u8> = (0..24).filter(|h| schedule.is_on(&at(11, *h, false))).collect();
        assert_eq!(on, [7, 17, 18, 19]);
        assert_eq!(schedule, Schedule::hours(&[7, 17, 18, 19]));
    }

    #[test]
    fn a_table_has_a_row_for_each_month_as_hours_or_flags() {
        let mut rows = vec!["[]".to_owned(); 12];
        rows[2] = "[20]".into();
        rows[3] = format!("[{}true]", "false, ".repeat(23));
        let schedule = read(&format!("discharge_table = [{}]", rows.join(", "))).unwrap();
        assert!(schedule.is_on(&at(2, 20, false)) && !schedule.is_on(&at(2, 21, false)));
        assert!(schedule.is_on(&at(3, 23, false)) && !schedule.is_on(&at(0, 20, false)));
    }

    #[test]
    fn weekends_may_differ() {
        let schedule = read("discharge_hours = [18]\nweekend_discharge_hours = [20]").unwrap();
        assert!(
            schedule.is_on(&at(0, 18, false)) && !schedule.is_on(&at(0, 18, true)) && schedule.is_on(&at(0, 20, true))
        );
    }

    #[test]
    fn hour_24_is_refused_in_words() {
        let refused = read("discharge_hours = [17, 24]").unwrap_err();
        assert_eq!(
            refused,
            "plant.toml:1: discharge_hours: hour 24 does not exist; hours run from 0 (midnight to 1:00) to 23 (23:00 to midnight)"
        );
    }

    #[test]
    fn short_tables_backward_ranges_and_missing_hours_are_refused() {
        assert!(read("discharge_table = [[1], [2]]").unwrap_err().contains("has 2 rows; it must have 12"));
        assert!(read("discharge_hours = [\"22-2\"]").unwrap_err().contains("\"22-23\", \"0-2\""));
        assert!(read("").unwrap_err().contains("missing; give the target hours"));
        assert!(read("discharge_hours = 17").unwrap_err().contains("must be a list of hours"));
    }
}
