//! Optimal dispatch: the best the battery could do with everything known beforehand, walked through the real plant.

mod ceilings;
mod chain;
mod course;
mod linear;
mod plant;
mod search;

use crate::keys::Keys;

use super::super::Plan;
use super::super::battery::BatteryState;
use super::super::operation::Around;
use super::super::planner::Store;
use super::{Intent, Reason, View, Wish};
use ceilings::Ceilings;
use course::Course;
use linear::{Known, Proposal};
use search::Planned;

pub(super) const DOC: &str = "the best with everything known beforehand: least bill, or most energy delivered where there are no \
                              prices; a yardstick for the others";

/// Optimal dispatch with its settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optimal {
    /// What a kWh discharged costs in wear.
    pub wear_per_kwh: f64,
    /// Stored energy that shall be left at the end of the run, Wh; none: that of the start.
    pub left_wh: Option<f64>,
}

/// What is counted for each kWh that limits leave unserved, beside the highest price.
const FAR_ABOVE: f64 = 100.0;

impl Optimal {
    /// Reads the keys beside the strategy.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let wear = k.number("wear_per_kwh", "what each kWh discharged costs in wear, in the currency of the prices");
        Self { wear_per_kwh: wear.at_least(0.0).or(0.0), left_wh: None }
    }
}

/// The plan of a year, and the way that is taken along it.
pub(super) struct Guide<'a> {
    planned: Planned<'a>,
    course: Course,
}

impl<'a> Guide<'a> {
    /// Plans a year from the battery's state at its start.
    pub(super) fn new(
        optimal: &Optimal,
        plan: &'a Plan,
        around: &'a Around<'a>,
        start: &BatteryState,
        store: &Store,
        open: &[bool],
    ) -> Self {
        let (energy_price, demand_price) = highest_prices(around);
        let known = Known {
            plan,
            around,
            start,
            store,
            open,
            left_wh: optimal.left_wh.unwrap_or(start.stored_wh),
            wear_per_kwh: optimal.wear_per_kwh,
            highest_price: energy_price,
            far_above: FAR_ABOVE * energy_price.max(demand_price),
        };
        // The chain of steps cannot see a month's peak or a day's cycles; the linear program can.
        let planned = match Proposal::find(&known) {
            Some(proposal) => Planned::along(&known, &proposal),
            None => Planned::new(&known, Ceilings::default()),
        };
        Self { planned, course: Course::new(store) }
    }

    pub(super) fn wish(&mut self, view: &View<'_>, from_grid: bool) -> Wish {
        let chain = &self.planned.chain;
        let plant = &chain.plant;
        let mut dc_w = plant.dc_w(self.course.change_wh(&self.planned, view.step, view.state.battery.stored_wh));
        if dc_w < 0.0 && !from_grid {
            // What is charged is what PV has over at the time, whatever was planned.
            let draw_w = view.demand.total_w.min(view.export_cap_w);
            let least_output_w = view.pv.before_limit_w.min(draw_w);
            dc_w = dc_w.max(plant.dc_for_output_w(view.step, view.pv.mv_w, least_output_w).min(0.0));
        }
        let intent = match dc_w {
            w if w > 0.0 => Intent::Discharge { up_to_w: w },
            w if w < 0.0 => Intent::Charge { up_to_w: -w },
            _ => Intent::Idle,
        };
        let (output_cap_w, pv_off) = price_cap(view);
        // PV stays on for what it charges alone.
        let pv_off = pv_off && (dc_w >= 0.0 || from_grid);
        let pv_off_import_w = chain.ceilings.import_w(chain.place_of(view.step).0);
        Wish { output_cap_w, pv_off, pv_off_import_w, ..Wish::new(intent, Reason::Optimal) }
    }
}

/// What negative prices mean for PV: no export below a feed-in price of zero, no PV where consumption is paid for.
fn price_cap(view: &View<'_>) -> (f64, bool) {
    match view.prices {
        Some((buy, sell)) if sell < 0.0 => (view.demand.total_w, buy < 0.0),
        _ => (f64::INFINITY, false),
    }
}

/// The highest price of energy, per kWh, and of demand, per kW.
fn highest_prices(around: &Around<'_>) -> (f64, f64) {
    let of = |p: &[f64]| p.iter().fold(0.0_f64, |high, x| high.max(x.abs()));
    let Some(prices) = around.prices else { return (1.0, 0.0) };
    let demand = prices.demand_charge_per_kw.map_or(0.0, |per_kw| of(&per_kw));
    (of(&prices.buy_per_kwh).max(of(&prices.sell_per_kwh)).max(1e-3), demand)
}
