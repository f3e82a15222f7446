//! Numbers of a plant file: one value, twelve monthly values or a table by month and hour, each within its bounds.

use serde_json::json;

use super::{Keys, Node, Value};

/// A number key on its way in: bounds first, then `or`, `required` or `optional`.
pub struct Number<'k, 'd> {
    keys: &'k mut Keys<'d>,
    key: &'static str,
    doc: &'static str,
    low: f64,
    high: f64,
    low_is_open: bool,
    whole: bool,
}

impl<'k, 'd> Number<'k, 'd> {
    pub(super) fn new(keys: &'k mut Keys<'d>, key: &'static str, doc: &'static str) -> Self {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        Self { keys, key, doc, low, high, low_is_open: false, whole: false }
    }

    /// From `low` to `high`, both included.
    #[must_use]
    pub fn within(self, low: f64, high: f64) -> Self {
        Self { low, high, ..self }
    }

    /// `low` or more.
    #[must_use]
    pub fn at_least(self, low: f64) -> Self {
        Self { low, ..self }
    }

    /// More than `low`.
    #[must_use]
    pub fn above(self, low: f64) -> Self {
        Self { low, low_is_open: true, ..self }
    }

    /// More than `low` and up to `high`.
    #[must_use]
    pub fn above_up_to(self, low: f64, high: f64) -> Self {
        Self { low, high, low_is_open: true, ..self }
    }

    /// Whole numbers only.
    #[must_use]
    pub fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// The value, or `default` where the key is not given.
    pub fn or(mut self, default: f64) -> f64 {
        self.describe(false, Some(default));
        self.take().unwrap_or(default)
    }

    /// The value; noted as missing where the key is not given.
    pub fn required(mut self) -> f64 {
        self.describe(true, None);
        if !self.keys.has(self.key) {
            self.keys.missing(self.key, self.doc);
        }
        self.take().unwrap_or(f64::NAN)
    }

    /// The value, if given.
    pub fn optional(mut self) -> Option<f64> {
        self.describe(false, None);
        self.take()
    }

    /// Twelve values, January first; one value stands for all months.
    pub fn monthly_or(self, default: f64) -> [f64; 12] {
        self.monthly_or_default(Some(default)).unwrap_or([default; 12])
    }

    /// Twelve values, January first, or one for all months; if given.
    pub fn monthly(self) -> Option<[f64; 12]> {
        self.monthly_or_default(None)
    }

    fn monthly_or_default(self, default: Option<f64>) -> Option<[f64; 12]> {
        if self.keys.describes() {
            let (one, doc) = (self.entry(), self.doc);
            let twelve = json!({ "type": "array", "items": one, "minItems": 12, "maxItems": 12 });
            let mut entry = json!({ "description": doc, "anyOf": [one, twelve] });
            if let Some(default) = default {
                entry["default"] = json!(default);
            }
            self.keys.describe_key(self.key, false, || entry);
        }
        let node = self.keys.take(self.key)?;
        match &node.value {
            Value::List(items) => self.exactly::<12>(node, items),
            _ => self.check(node).map(|value| [value; 12]),
        }
    }

    /// Twelve rows (months) of twenty-four values (hours), if given.
    pub fn month_by_hour(self) -> Option<Vec<[f64; 24]>> {
        if self.keys.describes() {
            let (one, doc) = (self.entry(), self.doc);
            let row = json!({ "type": "array", "items": one, "minItems": 24, "maxItems": 24 });
            let entry = json!({ "type": "array", "items": row, "minItems": 12, "maxItems": 12, "description": doc });
            self.keys.describe_key(self.key, false, || entry);
        }
        let node = self.keys.take(self.key)?;
        let rows = match &node.value {
            Value::List(rows) if rows.len() == 12 => rows,
            _ => {
                self.keys.wrong_type(self.key, node, "12 rows (months) of 24 values (hours)");
                return None;
            }
        };
        let row = |r: &Node| {
            if let Value::List(items) = &r.value {
                return self.exactly::<24>(r, items);
            }
            self.keys.wrong_type(self.key, r, "a row of 24 values");
            None
        };
        rows.iter().map(row).collect()
    }

    fn exactly<const N: usize>(&self, node: &Node, items: &[Node]) -> Option<[f64; N]> {
        if items.len() != N {
            let message = format!("has {} values; it must have {N}", items.len());
            self.keys.note(node.place.to_string(), self.keys.path_of(self.key), message);
            return None;
        }
        let mut values = [0.0; N];
        for (value, item) in values.iter_mut().zip(items) {
            *value = self.check(item)?;
        }
        Some(values)
    }

    fn take(self) -> Option<f64> {
        let node = self.keys.take(self.key)?;
        self.check(node)
    }

    fn check(&self, node: &Node) -> Option<f64> {
        let value = match node.value {
            Value::Integer(n) => n as f64,
            Value::Number(x) => x,
            _ => {
                self.keys.wrong_type(self.key, node, "a number");
                return None;
            }
        };
        let low_holds = if self.low_is_open { value > self.low } else { value >= self.low };
        if low_holds && value <= self.high && value.is_finite() && (!self.whole || value.fract() == 0.0) {
            return Some(value);
        }
        let message = format!("{value} is out of range; it must be {} ({})", self.range(), self.doc);
        self.keys.note(node.place.to_string(), self.keys.path_of(self.key), message);
        None
    }

    fn range(&self) -> String {
        let Self { low, high, .. } = self;
        let bounds = match (low.is_finite(), high.is_finite(), self.low_is_open) {
            (true, true, false) => format!(" from {low} to {high}"),
            (true, true, true) => format!(" above {low} and up to {high}"),
            (true, false, false) => format!(" {low} or more"),
            (true, false, true) => format!(" above {low}"),
            (false, true, _) => format!(" {high} or less"),
            (false, false, _) => String::new(),
        };
        let kind = match (self.whole, bounds.is_empty()) {
            (true, _) => "a whole number",
            (false, true) => "a finite number",
            (false, false) => "",
        };
        format!("{kind}{bounds}").trim_start().to_owned()
    }

    fn entry(&self) -> serde_json::Value {
        let mut entry = json!({ "type": if self.whole { "integer" } else { "number" } });
        if self.low.is_finite() {
            entry[if self.low_is_open { "exclusiveMinimum" } else { "minimum" }] = json!(self.low);
        }
        if self.high.is_finite() {
            entry["maximum"] = json!(self.high);
        }
        entry
    }

    fn describe(&mut self, required: bool, default: Option<f64>) {
        if !self.keys.describes() {
            return;
        }
        let mut entry = self.entry();
        entry["description"] = json!(self.doc);
        if let Some(default) = default {
            entry["default"] = json!(default);
        }
        self.keys.describe_key(self.key, required, || entry);
    }
}
