//! Optimal dispatch: the best the battery could do with everything known beforehand, walked through the real plant.

mod ceilings;
mod chain;
mod linear;
mod plant;
mod search;

use crate::keys::Keys;

use super::super::Plan;
use super::super::battery::BatteryState;
use super::super::operation::Around;
use super::super::optimum::Values;
use super::super::planner::Store;
use super::{Intent, Reason, View, Wish};
use ceilings::Ceilings;
use chain::Chain;
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

/// Share of the battery's range by which stored energy may differ from what was expected, and nothing is decided anew.
const SAME: f64 = 1e-4;

/// Share of the battery's range that is rounding.
const ROUNDING: f64 = 1e-7;

impl Optimal {
    /// Reads the keys beside the strategy.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let wear = k.number("wear_per_kwh", "what each kWh discharged costs in wear, in the currency of the prices");
        Self { wear_per_kwh: wear.at_least(0.0).or(0.0), left_wh: None }
    }
}

/// The plan of a year, the costs to go, and the way that is taken along them.
pub(super) struct Guide<'a> {
    /// From every stretch of steps and level of stored energy.
    values: Values,
    chain: Chain<'a>,
    /// What was decided last.
    course: Option<Course>,
    /// From floor to full, Wh.
    range_wh: f64,
}

/// What was decided for the steps of a stretch, and what came of it so far.
struct Course {
    /// The stretch, and the place in it where it was decided.
    decided: (usize, usize),
    /// Stored energy there, Wh.
    stored_wh: f64,
    /// Change of stored energy of each step from there on, Wh.
    changes_wh: Vec<f64>,
    /// The last place that was asked about, and the energy stored there, Wh.
    last: (usize, f64),
    /// What the stretch imported before that place, W summed over its steps.
    imported_w: f64,
}

impl Course {
    /// The change at a place with so much stored, if that is what was expected.
    fn change_wh(&self, (stretch, place): (usize, usize), stored_wh: f64, same_wh: f64) -> Option<f64> {
        let done = place.checked_sub(self.decided.1).filter(|_| stretch == self.decided.0)?;
        let expected_wh = self.stored_wh + self.changes_wh.iter().take(done).sum::<f64>();
        ((stored_wh - expected_wh).abs() <= same_wh).then(|| self.changes_wh.get(done).copied())?
    }

    /// Takes note of the step before a place of the same stretch.
    fn note(&mut self, chain: &Chain<'_>, (stretch, place): (usize, usize), stored_wh: f64) {
        let (last, last_wh) = self.last;
        if stretch == self.decided.0 && place == last + 1 {
            self.imported_w += chain.imported_w((stretch, last), stored_wh - last_wh);
            self.last = (place, stored_wh);
        }
    }
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
        let Planned { values, chain } = match Proposal::find(&known) {
            Some(proposal) => Planned::along(&known, &proposal),
            None => Planned::new(&known, Ceilings::default()),
        };
        Self { values, chain, course: None, range_wh: (store.full_wh - store.floor_wh).max(0.0) }
    }

    pub(super) fn wish(&mut self, view: &View<'_>, from_grid: bool) -> Wish {
        let mut dc_w = self.dc_w(view);
        let plant = &self.chain.plant;
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
        let pv_off_import_w = self.chain.ceilings.import_w(self.chain.place_of(view.step).0);
        Wish { output_cap_w, pv_off, pv_off_import_w, ..Wish::new(intent, Reason::Optimal) }
    }

    /// The best power for a step, from what is stored; decided for its stretch, and again where that came out otherwise.
    fn dc_w(&mut self, view: &View<'_>) -> f64 {
        let place = self.chain.place_of(view.step);
        let stored_wh = view.state.battery.stored_wh;
        if let Some(course) = &mut self.course {
            course.note(&self.chain, place, stored_wh);
        }
        let decided = self.course.as_ref().and_then(|course| course.change_wh(place, stored_wh, SAME * self.range_wh));
        let change_wh = decided.unwrap_or_else(|| {
            let before = self.course.as_ref().filter(|course| course.decided.0 == place.0);
            let imported_w = before.map_or(0.0, |course| course.imported_w);
            let changes_wh = self.chain.course_wh(&self.values, place, stored_wh, imported_w);
            let now_wh = changes_wh[0];
            self.course =
                Some(Course { decided: place, stored_wh, changes_wh, last: (place.1, stored_wh), imported_w });
            now_wh
        });
        // What rounding leaves of a rest would have the auxiliary load and the transformer run for nothing.
        if change_wh.abs() <= ROUNDING * self.range_wh { 0.0 } else { self.chain.plant.dc_w(change_wh) }
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
