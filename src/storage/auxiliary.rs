//! What cooling and controls of the storage draw.

use crate::keys::Keys;
use crate::units::KILO;

/// Constant loads of the storage system on the MV bus, W.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StorageAuxiliary<N = f64> {
    /// While it neither charges nor discharges.
    pub idle_w: N,
    /// While it charges or discharges.
    pub active_w: N,
}

impl StorageAuxiliary {
    /// Reads the auxiliary keys of `[storage]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let idle =
            k.number("auxiliary_idle_kw", "cooling and controls while idle, kW, drawn at the MV bus").at_least(0.0);
        let idle_w = idle.or(0.0) * KILO;
        let doc = "the same while charging or discharging, kW; as while idle when left out";
        let active_w = k.number("auxiliary_active_kw", doc).at_least(0.0).optional().map_or(idle_w, |kw| kw * KILO);
        if active_w < idle_w {
            let (active, idle) = (active_w / KILO, idle_w / KILO);
            let message = format!("{active} is less than auxiliary_idle_kw = {idle}; it can be at least that");
            k.reject("auxiliary_active_kw", message);
        }
        Self { idle_w, active_w }
    }
}
