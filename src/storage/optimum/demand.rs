//! Charges on the highest import of a month.

use std::ops::Range;

use crate::units::KILO;

/// Charges on the highest mean import of a billing interval, month by month.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandCharge {
    /// The billing month of every step, an index into the prices; an interval belongs to the month it starts in.
    pub month: Vec<usize>,
    /// Price per kW of each month's highest interval; none where it is 0 or less, or missing.
    pub price_per_kw: Vec<f64>,
    /// Steps in a billing interval, counted from the start of the run; 0 counts as 1.
    pub interval_steps: usize,
}

impl DemandCharge {
    /// The price of a month, 0 or more.
    pub(super) fn price_per_kw(&self, month: usize) -> f64 {
        self.price_per_kw.get(month).map_or(0.0, |price| price.max(0.0))
    }

    /// The billing intervals of a run of so many steps, each with its month; the last may be shorter.
    pub(super) fn intervals(&self, len: usize) -> impl Iterator<Item = (usize, Range<usize>)> {
        let size = self.interval_steps.max(1);
        let starts = (0..len.min(self.month.len())).step_by(size);
        starts.map(move |start| (self.month[start], start..(start + size).min(len)))
    }

    /// The highest mean import of each month with a price in the list, W.
    pub fn peaks_w(&self, import_w: &[f64]) -> Vec<f64> {
        let mut peaks_w = vec![0.0; self.price_per_kw.len()];
        for (month, steps) in self.intervals(import_w.len()) {
            let mean_w = import_w[steps.clone()].iter().sum::<f64>() / steps.len() as f64;
            if let Some(peak_w) = peaks_w.get_mut(month) {
                *peak_w = mean_w.max(*peak_w);
            }
        }
        peaks_w
    }

    /// What these peaks cost.
    pub fn cost(&self, peaks_w: &[f64]) -> f64 {
        peaks_w.iter().enumerate().map(|(month, peak_w)| self.price_per_kw(month) * peak_w / KILO).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_month_pays_for_its_highest_interval() {
        let charge =
            DemandCharge { month: vec![0, 0, 0, 1, 1, 2, 2], price_per_kw: vec![10.0, 0.0, -3.0], interval_steps: 2 };
        // Intervals of two steps: 1.5 kW and 3.5 kW of month 0 (the second runs into month 1), 5.5 kW of month 1, and a
        // last one of a single step, 7 kW of month 2.
        let import_w = [1e3, 2e3, 3e3, 4e3, 5e3, 6e3, 7e3];
        let peaks_w = charge.peaks_w(&import_w);
        assert_eq!(peaks_w, [3.5e3, 5.5e3, 7e3]);
        // Prices of 0 and less do not count.
        assert_eq!(charge.cost(&peaks_w), 35.0);
    }

    #[test]
    fn months_without_a_price_and_runs_without_steps_cost_nothing() {
        let charge = DemandCharge { month: vec![4; 3], price_per_kw: vec![10.0], interval_steps: 0 };
        assert_eq!(charge.peaks_w(&[1e3; 3]), [0.0]);
        assert_eq!(charge.peaks_w(&[]), [0.0]);
    }
}
