//! The powers of one step from which figures are summed, for one plant or several side by side.

use crate::lanes::Real;
use crate::plant::GridNode;
use crate::units::KILO;

/// The powers of one step behind the first walk, mean over the step, W.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flows<N = f64> {
    /// PV at the MV bus.
    pub pv_mv_w: N,
    /// Second walk: PV and storage together.
    pub second: GridNode<N>,
    /// Charge at the DC terminals, 0 or more.
    pub charge_w: N,
    /// Discharge at the DC terminals, 0 or more.
    pub discharge_w: N,
    /// Storage loss, all causes.
    pub storage_loss_w: N,
    /// Rise of the stored energy.
    pub stored_w: N,
    /// Site load.
    pub load_w: N,
    /// Vehicles as served.
    pub ev_w: N,
    /// Import beyond the connection's limit.
    pub overload_w: N,
    /// Export above the firm limit.
    pub not_firm_w: N,
    /// Power that flows in on some phases while as much flows out on others.
    pub asymmetry_w: N,
    /// POI power with exact limits; that of the run where it has them.
    pub exact_poi_w: N,
}

impl<N: Real> Flows<N> {
    /// Exported.
    #[inline]
    pub fn export_w(&self) -> N {
        self.second.poi_w.or_zero()
    }

    /// Imported.
    #[inline]
    pub fn import_w(&self) -> N {
        (-self.second.poi_w).or_zero()
    }

    /// HV loss of the combined power.
    #[inline]
    pub fn hv_loss_w(&self) -> N {
        self.second.mv_w - self.second.after_hv_w
    }

    /// Availability loss of the combined power.
    #[inline]
    pub fn availability_loss_w(&self) -> N {
        self.second.after_hv_w - self.second.before_limit_w
    }

    /// What exact limits would export more.
    #[inline]
    pub fn limit_approximation_w(&self) -> N {
        self.exact_poi_w.or_zero() - self.export_w()
    }

    /// What is missing when everything that leaves the plant is deducted from what enters it.
    ///
    /// PV at the MV bus = storage losses + rise of the store + HV loss + availability + curtailment + load + vehicles +
    /// POI. The storage losses come from their own equations, so this checks the chain of walks, limits and battery.
    #[inline]
    pub fn residual_w(&self) -> N {
        let left_w = self.storage_loss_w
            + self.stored_w
            + self.hv_loss_w()
            + self.availability_loss_w()
            + self.second.curtailed_w
            + self.load_w
            + self.ev_w
            + self.second.poi_w;
        self.pv_mv_w - left_w
    }
}

/// Prices in a step, per kWh, and the POI powers that are billed, W.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Billed<N = f64> {
    /// Of a kWh bought.
    pub buy_per_kwh: N,
    /// Of a kWh sold.
    pub sell_per_kwh: N,
    /// The run.
    pub poi_w: N,
    /// PV and vehicles without storage.
    pub alone_poi_w: N,
    /// The run with a forecast that is always right; the run itself where its forecast is.
    pub perfect_poi_w: N,
}

impl<N: Real> Billed<N> {
    /// What a power at the POI costs per hour.
    #[inline]
    pub fn cost(&self, poi_w: N) -> N {
        energy_cost(poi_w, self.buy_per_kwh, self.sell_per_kwh)
    }
}

/// What a power at the POI, positive export, costs per hour at prices per kWh.
#[inline]
pub fn energy_cost<N: Real>(poi_w: N, buy_per_kwh: N, sell_per_kwh: N) -> N {
    let per_kwh = N::choose(poi_w.below(N::of(0.0)), buy_per_kwh, sell_per_kwh);
    -poi_w / N::of(KILO) * per_kwh
}
