//! The storage's year as it lies behind it: every node, and where the energy was lost.

use crate::lanes::Real;

use super::battery::BatteryStep;
use super::converter::ConverterStep;
use super::dispatch::Reason;
use super::limits::Limits;
use super::planner::PlannedSlot;

/// The storage's year, one value per step; powers in W, energies in Wh.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StorageNodes {
    /// Largest charge power at the DC terminals.
    pub charge_limit_w: Vec<f64>,
    /// Largest discharge power at the DC terminals.
    pub discharge_limit_w: Vec<f64>,
    /// Charge power at the DC terminals, 0 or more.
    pub charge_dc_w: Vec<f64>,
    /// Discharge power at the DC terminals, 0 or more.
    pub discharge_dc_w: Vec<f64>,
    /// Stored energy at the step's end.
    pub stored_wh: Vec<f64>,
    /// Capacity in force.
    pub capacity_wh: Vec<f64>,
    /// Round-trip efficiency in force.
    pub roundtrip_efficiency: Vec<f64>,
    /// Node 2: inverter AC terminals, positive towards the grid.
    pub ac_w: Vec<f64>,
    /// Node 3 less auxiliary load: what the storage adds to the MV bus.
    pub mv_w: Vec<f64>,
    /// Energy lost between MV bus and stored energy in the step, all causes.
    pub loss_wh: Vec<f64>,
    /// The highest output the operation allows, whatever the limits allow; infinite where it asks for nothing.
    pub output_cap_w: Vec<f64>,
    /// PV power at the MV bus that the operation keeps switched off.
    pub pv_off_w: Vec<f64>,
    /// The import that a peak shaver still allowed; infinite where none is set.
    pub peak_import_w: Vec<f64>,
    /// Why the storage did what it did.
    pub reason: Vec<Reason>,
    /// What was planned for the slot of each step, by an algorithm that plans in slots; else empty.
    pub planned: Vec<PlannedSlot>,
    /// The same over the year by cause.
    pub losses: StorageLosses,
}

/// Energy lost in the storage over a year by cause, Wh.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StorageLosses<N = f64> {
    /// Round-trip loss of the battery.
    pub battery_wh: N,
    /// Stored energy that fading capacity could no longer hold.
    pub fade_wh: N,
    /// Self-discharge.
    pub self_discharge_wh: N,
    /// Inverter, both directions.
    pub inverter_wh: N,
    /// MV transformer, idle draw included.
    pub transformer_wh: N,
    /// Auxiliary load.
    pub auxiliary_wh: N,
}

impl<N: Real> StorageLosses<N> {
    /// What a battery and its converter lost in a step of `h` hours.
    #[inline]
    pub fn of(done: &BatteryStep<N>, at_mv: &ConverterStep<N>, h: f64) -> Self {
        let hours = N::of(h);
        Self {
            battery_wh: done.conversion_loss_wh,
            fade_wh: done.fade_loss_wh,
            self_discharge_wh: done.self_discharge_wh,
            inverter_wh: at_mv.inverter_loss_w * hours,
            transformer_wh: at_mv.transformer_loss_w * hours,
            auxiliary_wh: at_mv.auxiliary_w * hours,
        }
    }

    /// All causes together.
    #[inline]
    pub fn total_wh(&self) -> N {
        self.battery_wh
            + self.fade_wh
            + self.self_discharge_wh
            + self.inverter_wh
            + self.transformer_wh
            + self.auxiliary_wh
    }

    /// Adds those of another step.
    #[inline]
    pub fn add(&mut self, other: &Self) {
        self.battery_wh = self.battery_wh + other.battery_wh;
        self.fade_wh = self.fade_wh + other.fade_wh;
        self.self_discharge_wh = self.self_discharge_wh + other.self_discharge_wh;
        self.inverter_wh = self.inverter_wh + other.inverter_wh;
        self.transformer_wh = self.transformer_wh + other.transformer_wh;
        self.auxiliary_wh = self.auxiliary_wh + other.auxiliary_wh;
    }

    /// Those of one of the plants.
    pub fn one(&self, place: usize) -> StorageLosses {
        StorageLosses {
            battery_wh: self.battery_wh.one(place),
            fade_wh: self.fade_wh.one(place),
            self_discharge_wh: self.self_discharge_wh.one(place),
            inverter_wh: self.inverter_wh.one(place),
            transformer_wh: self.transformer_wh.one(place),
            auxiliary_wh: self.auxiliary_wh.one(place),
        }
    }
}

/// What a step adds to the year.
pub(super) struct StorageStep {
    pub limits: Limits,
    pub done: BatteryStep,
    pub at_mv: ConverterStep,
    pub stored_wh: f64,
    pub losses: StorageLosses,
    pub output_cap_w: f64,
    pub pv_off_w: f64,
    pub peak_import_w: f64,
    pub reason: Reason,
    pub planned: Option<PlannedSlot>,
}

impl StorageNodes {
    /// The year of a plant without storage: zero throughout.
    pub fn none(len: usize) -> Self {
        Self::of(|| vec![0.0; len])
    }

    pub(super) fn with_capacity(len: usize) -> Self {
        let mut nodes = Self::of(|| Vec::with_capacity(len));
        nodes.output_cap_w.reserve(len);
        nodes.pv_off_w.reserve(len);
        nodes.peak_import_w.reserve(len);
        nodes.reason.reserve(len);
        nodes
    }

    /// Every vector as `column` makes it, no losses, and nothing asked of the plant.
    fn of(column: impl Fn() -> Vec<f64>) -> Self {
        Self {
            charge_limit_w: column(),
            discharge_limit_w: column(),
            charge_dc_w: column(),
            discharge_dc_w: column(),
            stored_wh: column(),
            capacity_wh: column(),
            roundtrip_efficiency: column(),
            ac_w: column(),
            mv_w: column(),
            loss_wh: column(),
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, step: &StorageStep) {
        let StorageStep { limits, done, at_mv, losses, .. } = step;
        self.charge_limit_w.push(limits.charge_w);
        self.discharge_limit_w.push(limits.discharge_w);
        self.charge_dc_w.push(done.charge_w);
        self.discharge_dc_w.push(done.discharge_w);
        self.stored_wh.push(step.stored_wh);
        self.capacity_wh.push(done.capacity_wh);
        self.roundtrip_efficiency.push(done.roundtrip_efficiency);
        self.ac_w.push(at_mv.ac_w);
        self.mv_w.push(at_mv.mv_w);
        self.loss_wh.push(losses.total_wh());
        self.output_cap_w.push(step.output_cap_w);
        self.pv_off_w.push(step.pv_off_w);
        self.peak_import_w.push(step.peak_import_w);
        self.reason.push(step.reason);
        self.planned.extend(step.planned);
        self.losses.add(losses);
    }

    /// Whether the storage inverter runs in step `i`.
    #[inline]
    pub fn runs(&self, i: usize) -> bool {
        self.charge_dc_w[i] > 0.0 || self.discharge_dc_w[i] > 0.0
    }
}
