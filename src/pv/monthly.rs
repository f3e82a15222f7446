//! A share that may change with the month.

/// Twelve shares, January first, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Monthly([f64; 12]);

impl Monthly {
    /// Twelve shares, January first.
    pub fn new(shares: [f64; 12]) -> Self {
        Self(shares)
    }

    /// The share of a month counted from 0 (January).
    #[inline]
    pub fn in_month(&self, month0: u8) -> f64 {
        self.0[usize::from(month0) % 12]
    }

    /// Whether all months are alike, so that the calendar need not be asked.
    pub fn is_constant(&self) -> bool {
        self.0.iter().all(|share| *share == self.0[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_constant_when_no_month_differs() {
        let mut shares = [0.02; 12];
        assert!(Monthly::new(shares).is_constant());
        shares[11] = 0.0;
        assert!(!Monthly::new(shares).is_constant());
        assert_eq!((Monthly::new(shares).in_month(0), Monthly::new(shares).in_month(11)), (0.02, 0.0));
    }
}
