//! What the walks leave behind: the powers of a step and of a year.

use crate::ev::{Draw, EvState};

/// The powers of one step, W.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct GridNode<N = f64> {
    /// Node 4: the MV bus.
    pub mv_w: N,
    /// Node 5: after the HV equipment.
    pub after_hv_w: N,
    /// Node 6: after availability, before the limit.
    pub before_limit_w: N,
    /// Power given up for the export limit, never negative.
    pub curtailed_w: N,
    /// Node 7: what the grid meter sees, site load deducted.
    pub poi_w: N,
    /// Room below the export limit with the load in place; negative is excess.
    pub headroom_w: N,
}

/// The powers of a year, W: one vector per node, in the meaning of [`GridNode`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GridNodes {
    /// Node 4.
    pub mv_w: Vec<f64>,
    /// Node 5.
    pub after_hv_w: Vec<f64>,
    /// Node 6.
    pub before_limit_w: Vec<f64>,
    /// Given up for the limit.
    pub curtailed_w: Vec<f64>,
    /// Node 7.
    pub poi_w: Vec<f64>,
    /// Room below the limit.
    pub headroom_w: Vec<f64>,
}

impl GridNodes {
    pub(super) fn with_capacity(len: usize) -> Self {
        let empty = || Vec::with_capacity(len);
        Self {
            mv_w: empty(),
            after_hv_w: empty(),
            before_limit_w: empty(),
            curtailed_w: empty(),
            poi_w: empty(),
            headroom_w: empty(),
        }
    }

    #[inline]
    pub(super) fn push(&mut self, node: GridNode) {
        self.mv_w.push(node.mv_w);
        self.after_hv_w.push(node.after_hv_w);
        self.before_limit_w.push(node.before_limit_w);
        self.curtailed_w.push(node.curtailed_w);
        self.poi_w.push(node.poi_w);
        self.headroom_w.push(node.headroom_w);
    }

    /// The powers of step `i`.
    #[inline]
    pub fn at(&self, i: usize) -> GridNode {
        GridNode {
            mv_w: self.mv_w[i],
            after_hv_w: self.after_hv_w[i],
            before_limit_w: self.before_limit_w[i],
            curtailed_w: self.curtailed_w[i],
            poi_w: self.poi_w[i],
            headroom_w: self.headroom_w[i],
        }
    }
}

/// The vehicles' year: what they asked for and what they got, one value per step. Empty where there are none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EvNodes {
    request: Vec<Draw>,
    served: Vec<Draw>,
    /// The vehicles' memory after the last step; none where there are no vehicles.
    pub end: Option<EvState>,
}

impl EvNodes {
    /// Notes a step.
    pub fn push(&mut self, request: Draw, served: Draw) {
        self.request.push(request);
        self.served.push(served);
    }

    /// What they got in step `i`.
    #[inline]
    pub fn served(&self, i: usize) -> Draw {
        self.served.get(i).copied().unwrap_or_default()
    }

    /// What they asked for in step `i`.
    #[inline]
    pub fn request(&self, i: usize) -> Draw {
        self.request.get(i).copied().unwrap_or_default()
    }
}
