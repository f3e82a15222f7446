//! A TOML document as a tree in which every value knows the file and line it came from.

use std::fmt;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::error::Problem;

/// Deeper than any key of a plant file stands.
const DEEPEST: usize = 20;

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    source: Arc<str>,
    line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 { write!(f, "{}", self.source) } else { write!(f, "{}:{}", self.source, self.line) }
    }
}

/// One value of a document with its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value itself.
    pub value: Value,
    /// File and line.
    pub place: Place,
}

/// Two nodes are equal when they say the same, wherever they were written.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// The kinds of TOML value a plant file uses; dates are kept as text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A string (or a date, as written).
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a decimal point or exponent.
    Number(f64),
    /// true or false.
    Flag(bool),
    /// An array.
    List(Vec<Node>),
    /// A table, in the order of the file.
    Table(Vec<(String, Node)>),
}

impl Value {
    /// What the value is, in the words of an error message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "a whole number",
            Self::Number(_) => "a number",
            Self::Flag(_) => "true or false",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Integer(n) => write!(f, "{n}"),
            Self::Number(x) => write!(f, "{x}"),
            Self::Flag(b) => write!(f, "{b}"),
            Self::List(items) => write!(f, "[{} items]", items.len()),
            Self::Table(_) => write!(f, "{{…}}"),
        }
    }
}

impl Node {
    /// Parses a TOML text; `source` names it in messages.
    ///
    /// # Errors
    /// Every syntax error of the text, with its line.
    pub fn parse(text: &str, source: &str) -> Result<Self, Vec<Problem>> {
        let source: Arc<str> = source.into();
        let lines = Lines::of(text);
        let (table, errors) = DeTable::parse_recoverable(text.strip_prefix('\u{feff}').unwrap_or(text));
        if errors.is_empty() {
            let place = Place { source: source.clone(), line: 0 };
            return Ok(Self { value: convert_table(table.get_ref(), &source, &lines), place });
        }
        let mut errors: Vec<_> = errors.iter().map(|e| (e.span().map_or(0, |s| lines.line_of(s.start)), e)).collect();
        errors.sort_by_key(|(line, _)| *line);
        let problem = |(line, e): (usize, &toml::de::Error)| {
            let place = Place { source: source.clone(), line }.to_string();
            Problem { place, key: String::new(), message: format!("not valid TOML: {}", e.message()) }
        };
        Err(errors.into_iter().map(problem).collect())
    }

    /// A value typed on the command line: TOML where it parses as such, otherwise the text itself.
    ///
    /// # Errors
    /// Says what is wrong with a text that begins as a list or a table does and ends so, or is not closed.
    pub fn typed(text: &str, source: &str) -> Result<Self, String> {
        let source: Arc<str> = source.into();
        let parsed = DeValue::parse(text);
        if let Err(e) = &parsed
            && is_meant_as_toml(text.trim())
        {
            let near = e.span().and_then(|span| text.get(span.start..)).filter(|rest| !rest.is_empty());
            let near = near
                .map_or("at its end".to_owned(), |rest| format!("at `{}`", rest.chars().take(20).collect::<String>()));
            let quote = "a text that looks so stands in quotes";
            return Err(format!("`{text}` is not valid TOML: {}, {near}; {quote}", e.message()));
        }
        let converted = parsed.ok().and_then(|v| convert(v.get_ref(), &source, &Lines(vec![])).ok());
        let value = converted.unwrap_or_else(|| Value::Text(text.to_owned()));
        Ok(Self { value, place: Place { source, line: 0 } })
    }

    /// The value of a key, if this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// This table with the keys of `base` that it does not have itself. Of each pair in `instead`, a first key of its
    /// own keeps the second from being inherited.
    #[must_use]
    pub fn over(&self, base: &Self, instead: &[(&str, &str)]) -> Self {
        let mut merged = self.clone();
        if let (Value::Table(own), Value::Table(inherited)) = (&mut merged.value, &base.value) {
            let replaced = |key: &str| instead.iter().any(|(own, other)| *other == key && self.get(own).is_some());
            let missing = inherited.iter().filter(|(key, _)| self.get(key).is_none() && !replaced(key));
            own.extend(missing.cloned());
        }
        merged
    }

    /// Puts `value` at a dotted path (`pv.block.0.count`, or `pv.block.A.count` by name), adding what is missing.
    ///
    /// # Errors
    /// Says where the path leaves the document: a list item that does not exist, or a value that has no keys.
    pub fn set(&mut self, path: &str, value: Self) -> Result<(), String> {
        if path.split('.').any(str::is_empty) {
            return Err("is no path of keys; write it like storage.inverter.rated_mw".to_owned());
        }
        if path.split('.').count() > DEEPEST {
            return Err(format!("leads deeper than {DEEPEST} tables; no key is there"));
        }
        self.set_at(path, "", value)
    }

    fn set_at(&mut self, rest: &str, walked: &str, value: Self) -> Result<(), String> {
        let (head, tail) = rest.split_once('.').map_or((rest, None), |(h, t)| (h, Some(t)));
        let here = if walked.is_empty() { "the plant file".to_owned() } else { format!("`{walked}`") };
        let empty = Self { value: Value::Table(vec![]), place: value.place.clone() };
        let slot = match &mut self.value {
            Value::Table(entries) => {
                let known = entries.iter().position(|(k, _)| k == head);
                let item = tail.and_then(|tail| tail.split('.').next()).filter(|item| item.parse::<usize>().is_ok());
                if let (None, Some(item)) = (known, item) {
                    let list = if walked.is_empty() { head.to_owned() } else { format!("{walked}.{head}") };
                    return Err(format!(
                        "{here} has no list `{head}`, and so no item {item} of it; give it whole: {list}=[…]"
                    ));
                }
                let at = known.unwrap_or_else(|| {
                    entries.push((head.to_owned(), empty));
                    entries.len() - 1
                });
                &mut entries[at].1
            }
            Value::List(items) => {
                let count = items.len();
                place_of(items, head)
                    .and_then(|at| items.get_mut(at))
                    .ok_or_else(|| format!("{here} has no item `{head}`; it has {count}, counted from 0"))?
            }
            other => return Err(format!("{here} is {}, it has no key `{head}`", other.kind())),
        };
        match tail {
            None => *slot = value,
            Some(tail) => {
                let walked = if walked.is_empty() { head.to_owned() } else { format!("{walked}.{head}") };
                slot.set_at(tail, &walked, value)?;
            }
        }
        Ok(())
    }

    /// A path with the items of lists by their numbers, however it names them; as it is where it leads nowhere.
    pub fn canonical(&self, path: &str) -> String {
        let (head, tail) = path.split_once('.').map_or((path, None), |(h, t)| (h, Some(t)));
        let (head, next) = match &self.value {
            Value::Table(entries) => (head.to_owned(), entries.iter().find(|(k, _)| k == head).map(|(_, node)| node)),
            Value::List(items) => {
                let at = place_of(items, head);
                (at.map_or_else(|| head.to_owned(), |at| at.to_string()), at.and_then(|at| items.get(at)))
            }
            _ => (head.to_owned(), None),
        };
        match (tail, next) {
            (None, _) => head,
            (Some(tail), Some(next)) => format!("{head}.{}", next.canonical(tail)),
            (Some(tail), None) => format!("{head}.{tail}"),
        }
    }

    /// Takes a key out of this table, if it is there.
    pub fn remove(&mut self, key: &str) {
        if let Value::Table(entries) = &mut self.value {
            entries.retain(|(k, _)| k != key);
        }
    }

    fn is_called(&self, name: &str) -> bool {
        self.get("name").is_some_and(|n| n.value == Value::Text(name.to_owned()))
    }

    /// The document with every text changed by `change`, which sees the key it stands under.
    #[must_use]
    pub fn map_texts(&self, change: &impl Fn(&str, &str) -> String) -> Self {
        self.map_texts_under("", change)
    }

    fn map_texts_under(&self, key: &str, change: &impl Fn(&str, &str) -> String) -> Self {
        let value = match &self.value {
            Value::Text(text) => Value::Text(change(key, text)),
            Value::List(items) => Value::List(items.iter().map(|item| item.map_texts_under(key, change)).collect()),
            Value::Table(entries) => {
                Value::Table(entries.iter().map(|(k, node)| (k.clone(), node.map_texts_under(k, change))).collect())
            }
            other => other.clone(),
        };
        Self { value, place: self.place.clone() }
    }

    /// The document as a TOML value, for writing it out again.
    pub fn to_toml(&self) -> toml::Value {
        match &self.value {
            Value::Text(text) => toml::Value::String(text.clone()),
            Value::Integer(n) => toml::Value::Integer(*n),
            Value::Number(x) => toml::Value::Float(*x),
            Value::Flag(b) => toml::Value::Boolean(*b),
            Value::List(items) => toml::Value::Array(items.iter().map(Self::to_toml).collect()),
            Value::Table(entries) => {
                toml::Value::Table(entries.iter().map(|(k, node)| (k.clone(), node.to_toml())).collect())
            }
        }
    }
}

/// Byte offsets at which lines begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
        Self(std::iter::once(0).chain(breaks).collect())
    }

    /// Line number from 1; 0 where there are no lines to count.
    fn line_of(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset)
    }
}

fn convert_table(table: &DeTable<'_>, source: &Arc<str>, lines: &Lines) -> Value {
    let entry = |key: &str, value: &toml::Spanned<DeValue<'_>>| {
        let place = Place { source: source.clone(), line: lines.line_of(value.span().start) };
        // An integer that does not fit is kept as text, and refused where a number is wanted.
        let value = convert(value.get_ref(), source, lines).unwrap_or_else(Value::Text);
        (key.to_owned(), Node { value, place })
    };
    Value::Table(table.iter().map(|(k, v)| entry(k.get_ref(), v)).collect())
}

fn convert(value: &DeValue<'_>, source: &Arc<str>, lines: &Lines) -> Result<Value, String> {
    let node = |item: &toml::Spanned<DeValue<'_>>| {
        let place = Place { source: source.clone(), line: lines.line_of(item.span().start) };
        Node { value: convert(item.get_ref(), source, lines).unwrap_or_else(Value::Text), place }
    };
    Ok(match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(n) => {
            let parsed = i64::from_str_radix(n.as_str(), n.radix());
            Value::Integer(parsed.map_err(|_| n.as_str().to_owned())?)
        }
        DeValue::Float(x) => Value::Number(x.as_str().parse().map_err(|_| x.as_str().to_owned())?),
        DeValue::Boolean(b) => Value::Flag(*b),
        DeValue::Datetime(date) => Value::Text(date.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(node).collect()),
        DeValue::Table(table) => convert_table(table, source, lines),
    })
}

/// The place that a number or a name means in a list; a number may lie beyond its end.
fn place_of(items: &[Node], head: &str) -> Option<usize> {
    head.parse().ok().or_else(|| items.iter().position(|item| item.is_called(head)))
}

/// Whether a text that is no TOML is meant as a list or a table: it begins with a bracket that ends it or is not closed.
fn is_meant_as_toml(text: &str) -> bool {
    [('[', ']'), ('{', '}')].into_iter().any(|(open, close)| {
        let closed = text.matches(open).count() <= text.matches(close).count();
        text.starts_with(open) && (text.ends_with(close) || !closed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANT: &str =
        "name = \"a\"\n[pv]\n[[pv.block]]\nname = \"A\"\ncount = 2\n[[pv.block]]\nname = \"B\"\ncount = 3\n";

    fn at<'n>(node: &'n Node, path: &[&str]) -> &'n Node {
        path.iter().fold(node, |n, key| match &n.value {
            Value::List(items) => &items[key.parse::<usize>().unwrap()],
            _ => n.get(key).unwrap(),
        })
    }

    #[test]
    fn values_know_their_line() {
        let node = Node::parse(PLANT, "plant.toml").unwrap();
        assert_eq!(at(&node, &["pv", "block", "1", "count"]).place.to_string(), "plant.toml:8");
    }

    #[test]
    fn a_path_sets_by_index_and_by_name_and_adds_missing_keys() {
        let mut node = Node::parse(PLANT, "plant.toml").unwrap();
        node.set("pv.block.0.count", Node::typed("7", "--set").unwrap()).unwrap();
        node.set("pv.block.B.count", Node::typed("9", "--set").unwrap()).unwrap();
        node.set("storage.inverter.rated_mw", Node::typed("2.5", "--set").unwrap()).unwrap();
        node.set("site.name", Node::typed("Solar Valley", "--set").unwrap()).unwrap();
        assert_eq!(at(&node, &["pv", "block", "0", "count"]).value, Value::Integer(7));
        assert_eq!(at(&node, &["pv", "block", "1", "count"]).value, Value::Integer(9));
        assert_eq!(at(&node, &["storage", "inverter", "rated_mw"]).value, Value::Number(2.5));
        assert_eq!(at(&node, &["site", "name"]).value, Value::Text("Solar Valley".into()));
    }

    #[test]
    fn a_path_that_leaves_the_document_is_refused() {
        let mut node = Node::parse(PLANT, "plant.toml").unwrap();
        let value = || Node::typed("7", "--set").unwrap();
        assert_eq!(
            node.set("pv.block.2.count", value()).unwrap_err(),
            "`pv.block` has no item `2`; it has 2, counted from 0"
        );
        assert_eq!(node.set("name.first", value()).unwrap_err(), "`name` is text, it has no key `first`");
    }

    #[test]
    fn a_typed_list_or_table_that_is_not_closed_is_no_text() {
        let typed = |text: &str| Node::typed(text, "--set").map(|node| node.value);
        assert_eq!(typed("Solar {Valley"), Ok(Value::Text("Solar {Valley".into())));
        assert_eq!(typed("2026-01-01"), Ok(Value::Text("2026-01-01".into())));
        for text in ["'s Gravenhage", "\"Sonne\" Nord", "[A] Nord", "[x].csv"] {
            assert_eq!(typed(text), Ok(Value::Text(text.into())));
        }
        for text in ["{ year = 3", "[1, 2", "[[1], 2", "{ name = irr }"] {
            assert!(typed(text).unwrap_err().starts_with(&format!("`{text}` is not valid TOML: ")), "{text}");
        }
        let mut node = Node::parse(PLANT, "plant.toml").unwrap();
        assert_eq!(
            node.set("pv.limits.0.kw", Node::typed("7", "").unwrap()).unwrap_err(),
            "`pv` has no list `limits`, and so no item 0 of it; give it whole: pv.limits=[…]"
        );
    }

    #[test]
    fn every_syntax_error_has_its_line() {
        let problems = Node::parse("a = \nb = 1\nc = [\n", "plant.toml").unwrap_err();
        assert!(problems[0].place.starts_with("plant.toml:1"), "{problems:?}");
    }

    #[test]
    fn a_document_written_out_and_read_again_says_the_same() {
        let node = Node::parse(PLANT, "plant.toml").unwrap();
        let text = toml::to_string_pretty(&node.to_toml()).unwrap();
        assert_eq!(Node::parse(&text, "again").unwrap(), node);
    }
}
