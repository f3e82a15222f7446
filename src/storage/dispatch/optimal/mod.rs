//! Optimal dispatch: the best the battery could do with everything known beforehand, walked through the real plant.

mod chain;
mod linear;

use crate::keys::Keys;

use super::super::Plan;
use super::super::battery::BatteryState;
use super::super::operation::Around;
use super::super::optimum::{EndValue, LEVELS, Levels, LpStatus, Values, solve};
use super::super::planner::Store;
use super::{Intent, Reason, View, Wish};
use chain::Chain;
use linear::{linear_site, poi_w};

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

/// What is counted for each kWh that limits leave unserved or the end is short of, beside the highest price.
const FAR_ABOVE: f64 = 100.0;

impl Optimal {
    /// Reads the keys beside the strategy.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let wear = k.number("wear_per_kwh", "what each kWh discharged costs in wear, in the currency of the prices");
        Self { wear_per_kwh: wear.at_least(0.0).or(0.0), left_wh: None }
    }
}

/// The plan of a year and how to follow it.
pub(super) enum Guide<'a> {
    /// The cost to go from every stretch of steps and level of stored energy.
    Values(Box<Follow<'a>>),
    /// The power at the POI in every step, W, positive export, where demand charges count.
    Poi(Vec<f64>),
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
        let far_above = FAR_ABOVE * highest_price(around);
        let stored_wh = optimal.left_wh.unwrap_or(start.stored_wh);
        let end = EndValue::AtLeast { stored_wh, short_per_kwh: far_above };
        // The chain of steps cannot see a month's peak; the linear program can.
        if around.prices.and_then(|p| p.demand_charge_per_kw).is_some_and(|per_kw| per_kw.iter().any(|x| *x > 0.0)) {
            let solution = linear_site(optimal, around, start, store, open, end, far_above).optimum();
            if solution.status != LpStatus::Failed {
                return Self::Poi(poi_w(&solution));
            }
        }
        let chain = Chain::new(optimal, plan, around, start, open, far_above);
        let values = solve(chain.len(), Levels::new(store.floor_wh, store.full_wh, LEVELS), &chain, end);
        Self::Values(Box::new(Follow { values, chain, course: None }))
    }

    pub(super) fn wish(&mut self, view: &View<'_>, from_grid: bool) -> Wish {
        // Without the grid's permission what is charged is what PV has over at the time, whatever was planned.
        let (pv_w, draw_w) = (view.pv.before_limit_w, view.demand.total_w.min(view.export_cap_w));
        let least_output_w = if from_grid { f64::NEG_INFINITY } else { pv_w.min(draw_w) };
        match self {
            Self::Poi(poi_w) => {
                let output_w = (view.demand.total_w + poi_w[view.step]).max(least_output_w);
                Wish::new(Intent::Output { output_w }, Reason::Optimal)
            }
            Self::Values(follow) => follow.wish(view, least_output_w),
        }
    }
}

/// The costs to go, and the way that is taken along them.
pub(super) struct Follow<'a> {
    /// From every stretch of steps and level of stored energy.
    values: Values,
    chain: Chain<'a>,
    /// The power at the DC terminals for the stretch that was decided last.
    course: Option<(usize, f64)>,
}

impl Follow<'_> {
    fn wish(&mut self, view: &View<'_>, least_output_w: f64) -> Wish {
        let mut dc_w = self.dc_w(view);
        let from_grid = least_output_w == f64::NEG_INFINITY;
        if dc_w < 0.0 && !from_grid {
            dc_w = dc_w.max(self.chain.dc_for_output_w(view.step, view.pv.mv_w, least_output_w).min(0.0));
        }
        let intent = match dc_w {
            w if w > 0.0 => Intent::Discharge { up_to_w: w },
            w if w < 0.0 => Intent::Charge { up_to_w: -w },
            _ => Intent::Idle,
        };
        let (output_cap_w, pv_off) = price_cap(view);
        // PV stays on for what it charges alone.
        let pv_off = pv_off && (dc_w >= 0.0 || from_grid);
        Wish { output_cap_w, pv_off, ..Wish::new(intent, Reason::Optimal) }
    }

    /// The best power for the stretch in which a step lies, from what is stored at its beginning.
    fn dc_w(&mut self, view: &View<'_>) -> f64 {
        let stretch = self.chain.stretch_of(view.step);
        if let Some((at, dc_w)) = self.course
            && at == stretch
        {
            return dc_w;
        }
        let change_wh = self.values.best(stretch, view.state.battery.stored_wh, &self.chain).change_wh;
        let dc_w = self.chain.dc_w(change_wh);
        self.course = Some((stretch, dc_w));
        dc_w
    }
}

/// What negative prices mean for PV: no export below a feed-in price of zero, no PV where consumption is paid for and
/// the connection carries the demand.
fn price_cap(view: &View<'_>) -> (f64, bool) {
    match view.prices {
        Some((buy, sell)) if sell < 0.0 => (view.demand.total_w, buy < 0.0 && view.pv_may_be_off),
        _ => (f64::INFINITY, false),
    }
}

fn highest_price(around: &Around<'_>) -> f64 {
    let of = |p: &[f64]| p.iter().fold(0.0_f64, |high, x| high.max(x.abs()));
    let Some(prices) = around.prices else { return 1.0 };
    let demand = prices.demand_charge_per_kw.map_or(0.0, |per_kw| of(&per_kw));
    of(&prices.buy_per_kwh).max(of(&prices.sell_per_kwh)).max(demand).max(1e-3)
}
