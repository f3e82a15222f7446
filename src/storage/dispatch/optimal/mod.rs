//! Optimal dispatch: the best the battery could do with everything known beforehand, walked through the real plant.

mod chain;
mod linear;

use crate::keys::Keys;

use super::super::Plan;
use super::super::battery::BatteryState;
use super::super::operation::Around;
use super::super::optimum::{EndValue, LEVELS, Levels, Values, solve};
use super::super::planner::Store;
use super::{Intent, Reason, View, Wish};
use chain::Chain;
use linear::monthly_peaks_w;

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

/// The plan of a year, the costs to go, and the way that is taken along them.
pub(super) struct Guide<'a> {
    /// From every stretch of steps and level of stored energy.
    values: Values,
    chain: Chain<'a>,
    /// The power at the DC terminals for the stretch that was decided last.
    course: Option<(usize, f64)>,
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
        let peaks_w = monthly_peaks_w(optimal, around, start, store, open, (end, far_above));
        let chain = Chain::new(optimal, plan, around, start, open, (&peaks_w, far_above));
        let values = solve(chain.len(), Levels::new(store.floor_wh, store.full_wh, LEVELS), &chain, end);
        Self { values, chain, course: None }
    }

    pub(super) fn wish(&mut self, view: &View<'_>, from_grid: bool) -> Wish {
        let mut dc_w = self.dc_w(view);
        if dc_w < 0.0 && !from_grid {
            // What is charged is what PV has over at the time, whatever was planned.
            let draw_w = view.demand.total_w.min(view.export_cap_w);
            let least_output_w = view.pv.before_limit_w.min(draw_w);
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

/// What negative prices mean for PV: no export below a feed-in price of zero, no PV where consumption is paid for.
fn price_cap(view: &View<'_>) -> (f64, bool) {
    match view.prices {
        Some((buy, sell)) if sell < 0.0 => (view.demand.total_w, buy < 0.0),
        _ => (f64::INFINITY, false),
    }
}

fn highest_price(around: &Around<'_>) -> f64 {
    let of = |p: &[f64]| p.iter().fold(0.0_f64, |high, x| high.max(x.abs()));
    let Some(prices) = around.prices else { return 1.0 };
    let demand = prices.demand_charge_per_kw.map_or(0.0, |per_kw| of(&per_kw));
    of(&prices.buy_per_kwh).max(of(&prices.sell_per_kwh)).max(demand).max(1e-3)
}
