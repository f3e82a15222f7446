//! A condition on the rows of a sweep: `storage.nameplate_mwh<=200`.

/// How a value of a column is held against the one given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Equal,
    Other,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// Signs, the longer ones before those that they begin with.
const SIGNS: [(&str, Relation); 6] = [
    ("<=", Relation::AtMost),
    (">=", Relation::AtLeast),
    ("!=", Relation::Other),
    ("=", Relation::Equal),
    ("<", Relation::Less),
    (">", Relation::More),
];

/// What a row must meet. A missing value meets none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// As it was typed.
    pub text: String,
    /// The column.
    pub column: String,
    relation: Relation,
    value: String,
}

impl Condition {
    /// Reads a column, one of `= != < <= > >=`, and a value.
    ///
    /// # Errors
    /// How it is written, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form = || format!("`{text}` is no condition; write COLUMN=VALUE, or with != < <= > >=");
        let at = text.find(['<', '>', '=', '!']).ok_or_else(form)?;
        let (column, rest) = (text[..at].trim(), &text[at..]);
        let (sign, relation) = *SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)).ok_or_else(form)?;
        let value = rest[sign.len()..].trim();
        if column.is_empty() || value.is_empty() {
            return Err(form());
        }
        Ok(Self { text: text.to_owned(), column: column.to_owned(), relation, value: value.to_owned() })
    }

    /// Whether it asks for more or less, which only numbers are.
    pub(super) fn is_of_order(&self) -> bool {
        !matches!(self.relation, Relation::Equal | Relation::Other)
    }

    /// The value given, if it is a number.
    pub(super) fn number(&self) -> Option<f64> {
        self.value.parse::<f64>().ok().filter(|x| !x.is_nan())
    }

    /// The value given.
    pub(super) fn value(&self) -> &str {
        &self.value
    }

    /// Whether a number meets it.
    pub(super) fn is_met_by_number(&self, x: f64) -> bool {
        self.number().is_some_and(|y| match self.relation {
            Relation::Equal => x == y,
            // A missing value is not another value.
            Relation::Other => !x.is_nan() && x != y,
            Relation::Less => x < y,
            Relation::AtMost => x <= y,
            Relation::More => x > y,
            Relation::AtLeast => x >= y,
        })
    }

    /// Whether a text meets it; an empty one is a missing value.
    pub(super) fn is_met_by_text(&self, text: &str) -> bool {
        match self.relation {
            Relation::Equal => text == self.value,
            Relation::Other => !text.is_empty() && text != self.value,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sign_means_what_it_says_and_a_missing_value_meets_none() {
        let met = |text: &str| {
            let condition = Condition::parse(text).unwrap();
            [1.0, 2.0, 3.0, f64::NAN].map(|x| condition.is_met_by_number(x))
        };
        assert_eq!(met("a.b=2"), [false, true, false, false]);
        assert_eq!(met("a.b != 2.0"), [true, false, true, false]);
        assert_eq!(met("a.b<2"), [true, false, false, false]);
        assert_eq!(met("a.b<=2"), [true, true, false, false]);
        assert_eq!(met("a.b>2"), [false, false, true, false]);
        assert_eq!(met("a.b >= 2e0"), [false, true, true, false]);
    }

    #[test]
    fn text_is_equal_or_not_and_may_hold_signs_itself() {
        let condition = Condition::parse("storage.dispatch={strategy=\"none\"}").unwrap();
        assert_eq!((condition.column.as_str(), condition.value()), ("storage.dispatch", "{strategy=\"none\"}"));
        assert!(condition.is_met_by_text("{strategy=\"none\"}") && !condition.is_met_by_text("none"));
        let other = Condition::parse("a!=b").unwrap();
        assert!(other.is_met_by_text("c") && !other.is_met_by_text("b") && !other.is_met_by_text(""));
        assert!(!Condition::parse("a<b").unwrap().is_met_by_text("a"));
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for text in ["", "a", "=1", "a=", "a!1", "<", "a <= "] {
            assert!(Condition::parse(text).unwrap_err().contains("is no condition; write COLUMN=VALUE"), "{text}");
        }
    }
}
