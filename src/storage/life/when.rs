//! When something is done to the battery: in named years, or whenever its capacity has fallen below a share.

use serde_json::json;

use crate::keys::{Keys, Node, Origin, Value};
use crate::time::{FIRST_LATER_YEAR, MOST_YEARS, not_reached};
use crate::units::fraction;

/// Capacity that misses a threshold by less than this share is not below it: what rounding leaves.
const RESOLUTION: f64 = 1e-9;

pub(super) const BELOW: &str = "when_capacity_below_pct";
const KEYS: [&str; 3] = ["year", "years", BELOW];

/// When something is done, always at the start of a year of the run.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum When {
    /// In these years, counted from 1, rising.
    Years { years: Vec<u32>, at: Origin },
    /// In every year after the first at whose start the capacity is below a share of the usable energy when new.
    Below { share: f64, most: Option<u32> },
}

impl When {
    /// Reads `year`, `years` or `when_capacity_below_pct` with `most`; exactly one is needed.
    pub(super) fn read(k: &mut Keys<'_>) -> Self {
        let (first, last) = (f64::from(FIRST_LATER_YEAR), f64::from(MOST_YEARS));
        let doc = "the year of the run at whose start it is done, counted from 1";
        let year = k.number("year", doc).within(first, last).whole().optional();
        let years = read_years(k);
        let doc = "done at the start of each later year in which the capacity is below this share of the usable energy \
                   when new, %";
        let below = k.number(BELOW, doc).above_up_to(0.0, 100.0).optional();
        let doc = "largest number of times that a threshold acts; no end when left out";
        let most = k.number("most", doc).within(1.0, last).whole().optional();
        if k.has("most") && !k.has(BELOW) {
            k.reject("most", format!("counts how often a threshold acts, and there is no {BELOW}"));
        }
        let mut given = KEYS.into_iter().filter(|key| k.has(key));
        match given.next() {
            None => k.reject("year", format!("missing; give one of {}: when it is done", KEYS.join(", "))),
            Some(one) => given.for_each(|other| {
                k.reject(other, format!("given beside {one}; give one of {}", KEYS.join(", ")));
            }),
        }
        if let Some(pct) = below {
            return Self::Below { share: fraction(pct), most: most.map(|n| n as u32) };
        }
        let at = Origin::of(k, if k.has("years") { "years" } else { "year" });
        Self::Years { years: year.map(|year| vec![year as u32]).or(years).unwrap_or_default(), at }
    }

    /// Whether it is done at the start of a year, with `capacity_wh` left of `new_wh` and after it was done `times` times.
    pub(super) fn is_due(&self, year: u32, (capacity_wh, new_wh): (f64, f64), times: u32) -> bool {
        match self {
            Self::Years { years, .. } => years.contains(&year),
            Self::Below { share, most } => {
                let is_below = capacity_wh < share * new_wh * (1.0 - RESOLUTION);
                year >= FIRST_LATER_YEAR && is_below && most.is_none_or(|most| times < most)
            }
        }
    }

    pub(super) fn never_reached(&self, run: u32) -> Option<String> {
        let Self::Years { years, at } = self else { return None };
        not_reached(&at.key, years, run)
    }

    pub(super) fn describe(&self) -> String {
        match self {
            Self::Years { years, .. } => {
                let years: Vec<_> = years.iter().map(u32::to_string).collect();
                format!("in year {}", years.join(", "))
            }
            Self::Below { share, .. } => format!("when below {} %", 100.0 * share),
        }
    }
}

fn read_years(k: &mut Keys<'_>) -> Option<Vec<u32>> {
    const KEY: &str = "years";
    let entry = || {
        let year = json!({ "type": "integer", "minimum": FIRST_LATER_YEAR, "maximum": MOST_YEARS });
        json!({ "type": "array", "items": year, "description": "several such years, rising" })
    };
    let node = k.raw(KEY, entry)?;
    let years = parse(node);
    years.map_err(|message| k.reject(KEY, message)).ok()
}

fn parse(node: &Node) -> Result<Vec<u32>, String> {
    let Value::List(items) = &node.value else {
        return Err(format!("{} is {}; it must be a list of years, such as [11, 21]", node.value, node.value.kind()));
    };
    let years: Vec<u32> = items.iter().map(|item| year(&item.value)).collect::<Result<_, _>>()?;
    if years.is_empty() {
        return Err("is empty; give years, such as [11, 21]".to_owned());
    }
    match years.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some([before, behind]) => Err(format!("{behind} stands behind {before}; the years must rise")),
        _ => Ok(years),
    }
}

fn year(value: &Value) -> Result<u32, String> {
    let number = match value {
        Value::Integer(n) => u32::try_from(*n).ok(),
        Value::Number(x) if x.fract() == 0.0 => Some(*x as u32),
        _ => None,
    };
    let wrong =
        || format!("{value} is out of range; each must be a whole number from {FIRST_LATER_YEAR} to {MOST_YEARS}");
    number.filter(|year| (FIRST_LATER_YEAR..=MOST_YEARS).contains(year)).ok_or_else(wrong)
}
