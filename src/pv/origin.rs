//! Where a key was written, for problems that show only when the weather is known.

use crate::keys::Keys;

/// Place and dotted path of a key. Two plans are alike wherever they were written: all origins are equal.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// File and line.
    pub place: String,
    /// Dotted path in the plant file.
    pub key: String,
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Origin {
    /// The origin of a key of the table that is being read; the table's own where the key is not given.
    pub fn of(k: &Keys<'_>, key: &str) -> Self {
        let (place, key) = k.locate(key);
        Self { place, key }
    }
}
