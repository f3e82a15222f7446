//! Charges on the highest import of a month.

use std::ops::Range;

use crate::inputs::Prices;
use crate::time::{Moment, TimeAxis};
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
    /// The demand charges of a run, its months counted from its start: the same month of another year is another month.
    /// None where nothing is charged.
    pub fn new(prices: &Prices, axis: &TimeAxis, calendar: &[Moment]) -> Option<Self> {
        let per_kw = prices.demand_charge_per_kw?;
        let mut charge = Self {
            month: Vec::with_capacity(calendar.len()),
            price_per_kw: vec![],
            interval_steps: (prices.billing_interval_s / axis.step_s).max(1) as usize,
        };
        let mut before = None;
        for moment in calendar {
            if before.replace(moment.month0) != Some(moment.month0) {
                charge.price_per_kw.push(per_kw[usize::from(moment.month0)]);
            }
            charge.month.push(charge.price_per_kw.len() - 1);
        }
        Some(charge)
    }

    /// The price of a month, 0 or more.
    pub(in super::super) fn price_per_kw(&self, month: usize) -> f64 {
        self.price_per_kw.get(month).map_or(0.0, |price| price.max(0.0))
    }

    /// The billing intervals of a run of so many steps, each with its month; the last may be shorter.
    pub(in super::super) fn intervals(&self, len: usize) -> impl Iterator<Item = (usize, Range<usize>)> {
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

    /// What these peaks cost, month by month.
    pub fn costs(&self, peaks_w: &[f64]) -> impl Iterator<Item = f64> {
        peaks_w.iter().enumerate().map(|(month, peak_w)| self.price_per_kw(month) * peak_w / KILO)
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
        assert_eq!(charge.costs(&peaks_w).collect::<Vec<_>>(), [35.0, 0.0, 0.0]);
    }

    #[test]
    fn months_without_a_price_and_runs_without_steps_cost_nothing() {
        let charge = DemandCharge { month: vec![4; 3], price_per_kw: vec![10.0], interval_steps: 0 };
        assert_eq!(charge.peaks_w(&[1e3; 3]), [0.0]);
        assert_eq!(charge.peaks_w(&[]), [0.0]);
    }
}
