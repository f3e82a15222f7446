//! Smoothing PV: the output may rise and fall only so fast.

use crate::keys::Keys;
use crate::units::{KILO, fraction};

use super::{Intent, Reason, View, Wish};

pub(super) const DOC: &str =
    "keep the ramps of the plant's output below a rate; the battery takes what rises too fast and fills what falls";

/// Settings of the ramp limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    /// Largest change of the output, share of the nameplate per minute.
    pub ramp_per_min: f64,
    /// The nameplate that the rate refers to, W; none: the rating of the PV inverters.
    pub nameplate_w: Option<f64>,
    /// State of charge to which the battery returns, share of the capacity.
    pub target_soc: f64,
    /// Whether PV is curtailed when it rises faster than the battery can take.
    pub curtails: bool,
}

/// Time in which a deviation from the target state of charge is worked off, h.
const RETURN_H: f64 = 4.0;

impl Smoothing {
    /// Reads the keys beside the strategy.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let ramp = k.number("max_ramp_pct_per_min", "largest change of the output, % of the nameplate per minute");
        let ramp_per_min = fraction(ramp.above(0.0).or(10.0));
        let doc = "nameplate that the rate refers to, kW; default the rating of the PV inverters, or a PV series' highest power";
        let nameplate = k.number("nameplate_kw", doc).above(0.0).optional();
        let target = k.number("target_soc_pct", "state of charge to which the battery returns, % of its capacity");
        let target_soc = fraction(target.within(0.0, 100.0).or(50.0));
        let doc = "whether PV is curtailed when it rises faster than the battery can take";
        let curtails = k.flag("curtail_up_ramps", doc, true);
        Self { ramp_per_min, nameplate_w: nameplate.map(|kw| kw * KILO), target_soc, curtails }
    }

    /// The largest change of the output from one step to the next, W; infinite without a nameplate.
    pub fn ramp_w(&self, step_h: f64) -> f64 {
        self.ramp_per_min * 60.0 * step_h * self.nameplate_w.unwrap_or(f64::INFINITY)
    }

    /// The output follows PV, leaning towards the target state of charge, within a ramp of the output before.
    ///
    /// The first step has no output before it and follows PV.
    pub(super) fn wish(&self, view: &View<'_>, capacity_wh: f64) -> Wish {
        let pv_w = view.pv.before_limit_w;
        let lean_w = (view.state.battery.stored_wh - self.target_soc * capacity_wh) / RETURN_H;
        let ramp_w = self.ramp_w(view.step_h);
        let before_w = view.state.control.last_output_w.unwrap_or(pv_w);
        // At night the battery does not put out alone for the sake of its charge.
        let aimed_w = if pv_w > 0.0 { (pv_w + lean_w).max(0.0) } else { pv_w };
        // What inverters draw at night is no output that a rise could be held to.
        let highest_w = before_w.max(0.0) + ramp_w;
        let output_w = aimed_w.clamp(before_w - ramp_w, highest_w);
        let output_cap_w = if self.curtails { highest_w } else { f64::INFINITY };
        let reason = if output_w == aimed_w { Reason::Idle } else { Reason::Smoothing };
        Wish { output_cap_w, ..Wish::new(Intent::Output { output_w }, reason) }
    }
}
