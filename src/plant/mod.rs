//! Rooms 4 and 6: from the MV bus to the point of interconnection, walked once with PV alone and once with storage.

mod availability;
mod condition;
mod demand;
mod grid;
mod limit;
mod load;
mod nodes;

pub use availability::Availability;
pub use condition::{Condition, PvCondition};
pub use demand::{Demand, Service};
pub use grid::{Grid, Passage, after_hv_w};
pub use limit::{Direction, Limit, LimitContext, LimitKind, LimitYear, LimitYears, Margin, NoExport};
pub use load::{Load, LoadPlan};
pub use nodes::{EvNodes, GridNode, GridNodes};

#[cfg(test)]
pub(crate) use grid::tests as grid_tests;

use crate::keys::Keys;
use crate::losses::Loss;

/// What the plant file says about the plant between the MV bus and the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// HV equipment in order, first nearest the plant.
    pub equipment: Vec<Loss>,
    /// Share of the energy lost to outages.
    pub availability: Availability,
    /// Largest power the plant may export.
    pub export_limit: Limit,
    /// Largest power the plant may import.
    pub import_limit: Limit,
}

impl Plan {
    /// Reads `[plant]`; every key has a default, so the table may be missing.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let availability = Availability::read(k);
        let export_limit = Limit::read(k, Direction::Export);
        let import_limit = Limit::read(k, Direction::Import);
        let equipment = k.sections_on_base(
            "equipment",
            "transformers",
            "HV equipment in order from the MV bus to the POI",
            Loss::read,
        );
        Self { equipment, availability, export_limit, import_limit }
    }
}
