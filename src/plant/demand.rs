//! What draws power on the POI bus: site load and vehicles, and how unevenly they lie on the phases.

use crate::ev::{Draw, Ev, EvState, Room};

use super::{EvNodes, Grid};

/// The draw on the POI bus in one step, W.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Demand {
    /// Load and vehicles together.
    pub total_w: f64,
    /// The part that counts against the export limit: all of it, or three times the least loaded phase where the limit
    /// holds per phase.
    pub at_export_w: f64,
    /// The part that counts against the import limit: all of it, or three times the most loaded phase.
    pub at_import_w: f64,
}

/// What vehicles asked for and got in a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Service {
    /// What they asked for.
    pub request: Draw,
    /// What they got.
    pub served: Draw,
    /// Whether they took all that grid, PV and storage had for them.
    pub takes_all: bool,
}

/// Halvings in the search for the output that the export limit lets through: a thousandth of a watt of a megawatt.
const HALVINGS: u32 = 30;

impl Grid {
    /// The draw in step `i` with the vehicles drawing `ev`.
    ///
    /// PV and storage are balanced over the phases, so that a limit per phase binds them where the draw leaves least
    /// room.
    #[inline]
    pub fn demand(&self, i: usize, ev: &Draw) -> Demand {
        let total_w = self.load_w[i] + ev.total_w();
        if !(self.export_per_phase || self.import_per_phase) {
            return Demand { total_w, at_export_w: total_w, at_import_w: total_w };
        }
        let phase_w = self.phases_w(i, ev);
        let least_w = phase_w.into_iter().fold(f64::INFINITY, f64::min);
        let most_w = phase_w.into_iter().fold(f64::NEG_INFINITY, f64::max);
        Demand {
            total_w,
            at_export_w: if self.export_per_phase { 3.0 * least_w } else { total_w },
            at_import_w: if self.import_per_phase { 3.0 * most_w } else { total_w },
        }
    }

    /// The draw of load and vehicles on each phase in step `i`, W. A load without phases is balanced.
    pub fn phases_w(&self, i: usize, ev: &Draw) -> [f64; 3] {
        let load_w = self.load_phases_w.get(i).copied().unwrap_or([self.load_w[i] / 3.0; 3]);
        std::array::from_fn(|f| load_w[f] + ev.phase_w[f])
    }

    /// Makes what vehicles got a part of the load.
    pub fn serve_always(&mut self, ev: &EvNodes) {
        if !self.load_phases_w.is_empty() || self.export_per_phase || self.import_per_phase {
            self.load_phases_w = (0..self.len()).map(|i| self.phases_w(i, &ev.served(i))).collect();
        }
        for (i, load_w) in self.load_w.iter_mut().enumerate() {
            *load_w += ev.served(i).total_w();
        }
    }

    /// Serves the vehicles in step `i` when PV and storage can put out `output_w` and `import_limit_w` may come from the
    /// grid.
    ///
    /// What the export limit does not let through cannot serve them: a static limit caps the output itself, and on
    /// unevenly loaded phases PV and storage may not export on one what they give on another. The vehicles are then cut
    /// until the output that they need is one that the limit allows beside them.
    pub fn serve(&self, i: usize, ev: &Ev, state: &mut EvState, output_w: f64, import_limit_w: f64) -> Service {
        let request = ev.request(i, state);
        let serve = |state: &mut EvState, output_w: f64| {
            let room = self.ev_room(i, output_w, import_limit_w);
            let served = ev.serve(i, state, &room);
            Service { request, served, takes_all: served.total_w() >= room.total_w * (1.0 - 1e-12) }
        };
        let certain_w = self.export_cap_w(i, &self.demand(i, &Draw::default()));
        let is_even = !(self.export_is_static || self.export_per_phase || self.import_per_phase);
        if is_even || output_w <= certain_w || import_limit_w == f64::INFINITY {
            return serve(state, output_w);
        }
        let before = state.clone();
        let service = serve(state, output_w);
        if self.is_let_through(i, &service.served, import_limit_w) {
            return service;
        }
        let (mut least_w, mut most_w) = (certain_w, output_w);
        for _ in 0..HALVINGS {
            let middle_w = 0.5 * (least_w + most_w);
            let service = serve(&mut before.clone(), middle_w);
            let fits = self.is_let_through(i, &service.served, import_limit_w);
            *(if fits { &mut least_w } else { &mut most_w }) = middle_w;
        }
        *state = before;
        Service { takes_all: false, ..serve(state, least_w) }
    }

    /// Whether the export limit allows the output that keeps the import limit beside vehicles that draw `served`.
    fn is_let_through(&self, i: usize, served: &Draw, import_limit_w: f64) -> bool {
        let demand = self.demand(i, served);
        demand.at_import_w - import_limit_w <= self.export_cap_w(i, &demand) + 1e-6
    }

    /// What the vehicles may draw in step `i` when PV and storage put out `output_w` and `import_limit_w` may come from
    /// the grid. Never negative.
    pub fn ev_room(&self, i: usize, output_w: f64, import_limit_w: f64) -> Room {
        let total_w = (import_limit_w + output_w - self.load_w[i]).max(0.0);
        if !self.import_per_phase {
            return Room { total_w, phase_w: [f64::INFINITY; 3] };
        }
        let load_w = self.phases_w(i, &Draw::default());
        Room { total_w, phase_w: load_w.map(|w| ((import_limit_w + output_w) / 3.0 - w).max(0.0)) }
    }
}
