//! What remains of a year when its steps are forgotten: all that figures and loss tree are made of.

use crate::pv::Stages;
use crate::solar::Closure;
use crate::storage::{Renewal, StorageLosses};
use crate::time::Moment;

use super::bill::demand_charges;
use super::sums::{self, Months};
use super::{Nameplate, Year};

/// A year in sums.
#[derive(Debug, Clone, PartialEq)]
pub struct Closing<'a> {
    /// Figures by month.
    pub months: Months,
    /// Length of the year, h.
    pub hours: f64,
    /// Length of its months, h.
    pub month_hours: [f64; 12],
    /// Ratings the figures refer to.
    pub nameplate: Nameplate,
    /// What was done to the battery at its start.
    pub renewal: Option<Renewal>,
    /// Battery capacity in the last step of each month, Wh.
    pub month_capacity_wh: [f64; 12],
    /// Battery capacity in the last step of the year, Wh.
    pub capacity_wh: f64,
    /// Storage losses by cause.
    pub losses: StorageLosses,
    /// Energy of a modeled array after each stage.
    pub stages: Option<&'a Stages>,
    /// How well the irradiance components add up.
    pub closure: Option<Closure>,
    /// Currency of its money.
    pub currency: Option<&'a str>,
}

impl<'a> Closing<'a> {
    pub(super) fn of(year: &Year<'a>) -> Self {
        let mut months = sums::months(year);
        if let Some(prices) = year.prices.filter(|p| p.demand_charge_per_kw.is_some()) {
            let charges = |poi_w: &[f64]| demand_charges(prices, year.axis, year.calendar, |i| (-poi_w[i]).max(0.0));
            let (with, without) = (charges(&year.second.poi_w), charges(&year.first.poi_w));
            for ((month0, with), (_, without)) in with.into_iter().zip(without) {
                let Some(figures) = &mut months[month0] else { continue };
                figures.add("demand_charge", with);
                figures.add("bill", with);
                figures.add("bill_without_storage", without);
            }
        }
        let mut month_capacity_wh = [0.0; 12];
        for (moment, capacity_wh) in year.calendar.iter().zip(&year.storage.capacity_wh) {
            month_capacity_wh[usize::from(moment.month0)] = *capacity_wh;
        }
        Self {
            months,
            hours: year.axis.hours(),
            month_hours: month_hours(year.calendar, year.axis.step_h()),
            nameplate: year.nameplate,
            renewal: year.renewal,
            month_capacity_wh,
            capacity_wh: year.storage.capacity_wh.last().copied().unwrap_or(0.0),
            losses: year.storage.losses,
            stages: year.sky.map(|_| &year.pv.stages),
            closure: year.sky.and_then(|(_, sky)| sky.closure),
            currency: year.prices.map(|prices| prices.currency.as_str()),
        }
    }
}

/// How long each month of a calendar is, h.
pub fn month_hours(calendar: &[Moment], step_h: f64) -> [f64; 12] {
    let mut hours = [0.0; 12];
    for moment in calendar {
        hours[usize::from(moment.month0)] += step_h;
    }
    hours
}
