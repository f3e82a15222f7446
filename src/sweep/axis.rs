//! One varied key and the values it takes: `key=1,2,5`, `key=10:100:10` or, to be sampled, `key=10..100`.

use std::borrow::Cow;

use crate::error::Problem;
use crate::uncertainty::Distribution;

/// A key and its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The dotted path of the key.
    pub key: String,
    /// The values.
    pub values: Values,
}

/// The values of a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Each of them.
    List(Vec<String>),
    /// So many numbers from one to another, both met.
    Range {
        /// The first.
        from: f64,
        /// The last.
        to: f64,
        /// How many, at least one.
        count: usize,
    },
    /// Any number between two, of which samples are taken; whole ones where the key takes no other.
    Between {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// Numbers that fall out in a given way.
    Drawn(Distribution),
}

/// More values than this of one key are a slip of the keyboard.
const MOST: usize = 1_000_000_000;

impl Axis {
    /// Reads `key=…` as it is typed behind `--vary`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (key, values) = text.split_once('=').map_or((text, ""), |(key, values)| (key.trim(), values.trim()));
        let refuse = |message: String| Problem { place: "--vary".to_owned(), key: key.to_owned(), message };
        if key.is_empty() || !text.contains('=') {
            let form = "write key=1,2,5 or key=from:to:count, such as storage.nameplate_mwh=50:300:6";
            return Err(Problem {
                place: "--vary".to_owned(),
                key: String::new(),
                message: format!("`{text}`: {form}"),
            });
        }
        if values.is_empty() {
            return Err(refuse("has no values; write key=1,2,5 or key=from:to:count".to_owned()));
        }
        let values = match (between(values), range(values)) {
            (Some((low, high)), _) if low < high => Values::Between { low, high },
            (Some((low, high)), _) => {
                return Err(refuse(format!("{low}..{high} is empty; the lower end comes first")));
            }
            (_, Some(range)) => range.map_err(refuse)?,
            _ => Values::List(list(values).map_err(refuse)?),
        };
        Ok(Self { key: key.to_owned(), values })
    }

    /// How many values it has; none where they are sampled.
    pub fn count(&self) -> Option<usize> {
        match &self.values {
            Values::List(values) => Some(values.len()),
            Values::Range { count, .. } => Some(*count),
            Values::Between { .. } | Values::Drawn(_) => None,
        }
    }

    /// Value `i` of those that are counted; of others one in their middle.
    pub fn value(&self, i: usize) -> Cow<'_, str> {
        match &self.values {
            Values::List(values) => Cow::Borrowed(&values[i]),
            Values::Range { from, to, count } => Cow::Owned(at(*from, *to, i, *count).to_string()),
            Values::Between { low, .. } => Cow::Owned(low.to_string()),
            Values::Drawn(distribution) => distribution.draw(0.5, false),
        }
    }

    /// Whether every value is a number.
    pub fn is_numeric(&self) -> bool {
        match &self.values {
            Values::List(values) | Values::Drawn(Distribution::Values(values)) => values.iter().all(|v| is_number(v)),
            Values::Range { .. } | Values::Between { .. } | Values::Drawn(_) => true,
        }
    }
}

/// Whether a value is a number, or left as the plant file has it.
pub(super) fn is_number(value: &str) -> bool {
    value.is_empty() || value.parse::<f64>().is_ok()
}

/// `low..high`.
fn between(text: &str) -> Option<(f64, f64)> {
    let (low, high) = text.split_once("..")?;
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|x| x.is_finite());
    Some((number(low)?, number(high)?))
}

/// `from:to:count`, both ends included; none where it is no range of numbers.
fn range(text: &str) -> Option<Result<Values, String>> {
    let parts: Vec<_> = text.split(':').map(str::trim).collect();
    let [from, to, count] = parts[..] else { return None };
    let (from, to) = (from.parse::<f64>().ok()?, to.parse::<f64>().ok()?);
    let Ok(count @ 1..=MOST) = count.parse::<usize>() else {
        return Some(Err(format!("`{count}` is no count of values; write a whole number from 1, as in 10:100:10")));
    };
    if !(from.is_finite() && to.is_finite()) {
        return Some(Err(format!("{text} is no range; both ends are finite numbers")));
    }
    if count == 1 && from != to {
        return Some(Err(format!("{text} asks for one value between two; count at least 2, or name the value alone")));
    }
    Some(Ok(Values::Range { from, to, count }))
}

/// Value `i` of `count` from one end to the other, both met exactly.
///
/// Steps of a tenth are written as tenths: what rounding adds at the sixteenth digit is taken off.
fn at(from: f64, to: f64, i: usize, count: usize) -> f64 {
    if i + 1 == count {
        return to;
    }
    let exact = from + (to - from) * i as f64 / (count - 1) as f64;
    let short: f64 = format!("{exact:.12e}").parse().unwrap_or(exact);
    if (short - exact).abs() <= 1e-12 * from.abs().max(to.abs()) { short } else { exact }
}

/// Values between commas; commas in brackets and quotes are part of a value.
fn list(text: &str) -> Result<Vec<String>, String> {
    let mut values = vec![String::new()];
    let (mut depth, mut quote) = (0_i32, None);
    for c in text.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('[' | '{', None) => depth += 1,
            (']' | '}', None) => depth -= 1,
            (',', None) if depth == 0 => {
                values.push(String::new());
                continue;
            }
            _ => {}
        }
        let last = values.len() - 1;
        values[last].push(c);
    }
    if depth != 0 || quote.is_some() {
        return Err(format!("{text} has a bracket or quote that is not closed"));
    }
    let values: Vec<_> = values.into_iter().map(|value| value.trim().to_owned()).collect();
    if let Some(empty) = values.iter().position(String::is_empty) {
        return Err(format!("value {} of {} is empty; take a comma out", empty + 1, values.len()));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        let axis = Axis::parse(&format!("a.b={text}")).unwrap();
        match axis.values {
            Values::Between { low, high } => vec![format!("{low} to {high}")],
            _ => (0..axis.count().unwrap()).map(|i| axis.value(i).into_owned()).collect(),
        }
    }

    fn refused(text: &str) -> String {
        Axis::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn lists_ranges_and_samples_are_told_apart() {
        assert_eq!(values("1, 2.5,x"), ["1", "2.5", "x"]);
        assert_eq!(values("10:40:4"), ["10", "20", "30", "40"]);
        assert_eq!(values("0:1:11")[3], "0.3");
        assert_eq!(values("1:0:3"), ["1", "0.5", "0"]);
        assert_eq!(values("7:7:1"), ["7"]);
        assert_eq!(values("-5..5"), ["-5 to 5"]);
        assert_eq!(values("pvess:weather/a.csv,b.csv"), ["pvess:weather/a.csv", "b.csv"]);
        assert_eq!(values("../a.csv"), ["../a.csv"]);
        assert_eq!(values("[17,18],\"a,b\",{ kw = 1, mode = \"static\" }").len(), 3);
    }

    #[test]
    fn slips_are_refused_with_what_would_be_right() {
        assert!(refused("a.b").starts_with("--vary: `a.b`: write key=1,2,5"));
        assert!(refused("=3").starts_with("--vary: `=3`: write key="));
        assert!(refused("a=").starts_with("--vary: a: has no values"));
        assert!(refused("a=1,,2").starts_with("--vary: a: value 2 of 3 is empty"));
        assert!(refused("a=1:2:0").starts_with("--vary: a: `0` is no count"));
        assert!(refused("a=1:2:x").starts_with("--vary: a: `x` is no count"));
        assert!(refused("a=1:2:1").contains("count at least 2"));
        assert!(refused("a=5..2").contains("the lower end comes first"));
        assert!(refused("a=[1,2").contains("not closed"));
        assert!(refused("a=inf:2:3").contains("finite"));
    }
}
