//! Holding the import at a level: discharge above it, charge below it, with a band of rest between.

use super::{Intent, Reason, View, Wish};

/// Levels between which the battery rests, W of import.
pub(super) struct Hold {
    /// Above this import it discharges down to it.
    pub upper_w: f64,
    /// Below this import it charges up to it.
    pub lower_w: f64,
    /// The reason of a discharge.
    pub reason: Reason,
    /// Whether charging may draw from the grid; else it takes what PV has over.
    pub from_grid: bool,
}

impl Hold {
    pub(super) fn wish(&self, view: &View<'_>) -> Wish {
        let (output_w, draw_w) = (view.pv.before_limit_w, view.demand.at_import_w);
        let import_w = draw_w - output_w;
        if import_w > self.upper_w {
            return Wish::new(Intent::Output { output_w: draw_w - self.upper_w }, self.reason);
        }
        let target_w = if self.from_grid { draw_w - self.lower_w } else { draw_w.max(draw_w - self.lower_w) };
        // What would be curtailed is charged, too.
        let target_w = target_w.min(view.export_cap_w);
        if output_w <= target_w {
            return Wish::idle(Reason::Idle);
        }
        let reason = if output_w > draw_w.min(view.export_cap_w) { Reason::PvCharge } else { Reason::GridCharge };
        Wish::new(Intent::Output { output_w: target_w }, reason)
    }
}
