//! What battery and vehicles took that would have been curtailed without them.

use serde::Serialize;

use crate::ev::Draw;
use crate::units::KILO;

use super::super::Year;

/// Energies at the POI, kWh.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Absorbed {
    /// What the limit would curtail beside the load alone, without vehicles and battery.
    pub curtailed_without_either_kwh: f64,
    /// What vehicles took of it.
    pub vehicles_kwh: f64,
    /// What the battery was charged with of the rest, in steps in which it charged.
    pub battery_kwh: f64,
}

/// The same as sums of steps, W.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct AbsorbedSheet {
    alone_w: f64,
    vehicles_w: f64,
    battery_w: f64,
    step_h: f64,
}

impl AbsorbedSheet {
    /// Notes a year.
    ///
    /// In every step PV alone is held against the limit, first beside the load, then beside load and vehicles as
    /// served. What the first curtails and the second does not, the vehicles took; what the second curtails and the run
    /// did not while the battery charged, the battery took: never more than it was charged with.
    pub(super) fn add(&mut self, year: &Year<'_>) {
        self.step_h = year.axis.step_h();
        for i in 0..year.first.mv_w.len() {
            let curtailed_w = |ev: &Draw| {
                let demand = year.grid.demand(i, ev);
                year.grid.flow(i, year.first.mv_w[i], year.pv.running[i], &demand).curtailed_w
            };
            let alone_w = curtailed_w(&Draw::default());
            let beside_w = curtailed_w(&year.ev.served(i));
            self.alone_w += alone_w;
            self.vehicles_w += alone_w - beside_w;
            if year.storage.charge_dc_w[i] > 0.0 {
                self.battery_w += (beside_w - year.second.curtailed_w[i]).max(0.0);
            }
        }
    }

    pub(super) fn close(&self) -> Absorbed {
        let kwh = |sum_w: f64| sum_w * self.step_h / KILO;
        Absorbed {
            curtailed_without_either_kwh: kwh(self.alone_w),
            vehicles_kwh: kwh(self.vehicles_w),
            battery_kwh: kwh(self.battery_w),
        }
    }
}
