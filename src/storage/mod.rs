//! Room 5: limits, then a wish, then what the battery makes of it, step by step through the year.

mod battery;
mod converter;
mod dispatch;
mod limits;
pub mod planner;

pub use battery::{Battery, BatteryState, BatteryStep, StorageAuxiliary};
pub use converter::{Converter, ConverterStep};
pub use dispatch::{Command, Custom, Dispatch, Intent, Schedule, View};
pub use limits::{Aim, ChargeFrom, LimitMode, LimitTracer, Limits};

use crate::keys::Keys;
use crate::plant::{Grid, GridNodes};
use crate::time::Moment;

/// An efficiency below this is more likely a fraction written where a percentage is meant.
pub(crate) const UNLIKELY: f64 = 0.5;

/// What the plant file says about the storage.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The battery.
    pub battery: Battery,
    /// Inverter, transformer and auxiliary load.
    pub converter: Converter,
    /// The dispatch algorithm.
    pub dispatch: Dispatch,
    /// How limits are computed.
    pub limits: LimitMode,
}

impl Plan {
    /// Reads `[storage]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        for (key, doc) in [
            ("manufacturer", "who makes it"),
            ("model", "its name"),
            ("chemistry", "its kind"),
            ("source", "where the figures come from"),
        ] {
            k.text(key, doc);
        }
        let battery = Battery::read(k);
        if battery.roundtrip_efficiency < UNLIKELY {
            k.warn("roundtrip_efficiency_pct", "is below 50 %; it is a percentage, such as 95");
        }
        let converter = Converter::read(k);
        let (dispatch, limits) = k.required_section("dispatch", "dispatch algorithm", |k| {
            let modes = [("documented", LimitMode::Documented), ("exact", LimitMode::Exact)];
            let limits =
                k.choice("limits", "how charge and discharge limits are computed", &modes, LimitMode::Documented);
            (Dispatch::read(k), limits)
        });
        Self { battery, converter, dispatch, limits }
    }
}

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
    /// The same over the year by cause.
    pub losses: StorageLosses,
}

/// Energy lost in the storage over a year by cause, Wh.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StorageLosses {
    /// Round-trip loss of the battery.
    pub battery_wh: f64,
    /// Stored energy that fading capacity could no longer hold.
    pub fade_wh: f64,
    /// Self-discharge.
    pub self_discharge_wh: f64,
    /// Inverter, both directions.
    pub inverter_wh: f64,
    /// MV transformer, idle draw included.
    pub transformer_wh: f64,
    /// Auxiliary load.
    pub auxiliary_wh: f64,
}

impl StorageLosses {
    /// All causes together.
    pub fn total_wh(&self) -> f64 {
        self.battery_wh
            + self.fade_wh
            + self.self_discharge_wh
            + self.inverter_wh
            + self.transformer_wh
            + self.auxiliary_wh
    }

    fn add(&mut self, other: &Self) {
        self.battery_wh += other.battery_wh;
        self.fade_wh += other.fade_wh;
        self.self_discharge_wh += other.self_discharge_wh;
        self.inverter_wh += other.inverter_wh;
        self.transformer_wh += other.transformer_wh;
        self.auxiliary_wh += other.auxiliary_wh;
    }
}

/// Walks the storage through a year, from `state`; gives the year and the state at its end.
///
/// `first` is the first walk: PV alone at every node. `calendar` has one moment per step of `step_h` hours. `limits`
/// is usually the plan's own mode.
pub fn run(
    plan: &Plan,
    limits: LimitMode,
    grid: &Grid,
    first: &GridNodes,
    (calendar, step_h): (&[Moment], f64),
    mut state: BatteryState,
) -> (StorageNodes, BatteryState) {
    let tracer = LimitTracer::new(grid, &plan.converter, limits);
    let mut nodes = StorageNodes::with_capacity(first.mv_w.len());
    for (step, moment) in calendar.iter().enumerate() {
        let pv = first.at(step);
        let limits = tracer.limits(step, &pv, &plan.dispatch.aim(step));
        let intent = plan.dispatch.intent(&View { step, moment, pv: &pv, limits: &limits });
        let new_day = step == 0 || moment.day != calendar[step - 1].day;
        let (next, done) = plan.battery.step(&state, intent, step_h, new_day);
        let at_mv = plan.converter.to_mv(&done);
        let losses = StorageLosses {
            battery_wh: plan.battery.conversion_loss_wh(&done, step_h),
            fade_wh: done.fade_loss_wh,
            self_discharge_wh: done.self_discharge_wh,
            inverter_wh: at_mv.inverter_loss_w * step_h,
            transformer_wh: at_mv.transformer_loss_w * step_h,
            auxiliary_wh: at_mv.auxiliary_w * step_h,
        };
        nodes.push(&limits, &done, &at_mv, next.stored_wh, &losses);
        state = next;
    }
    (nodes, state)
}

impl StorageNodes {
    /// The year of a plant without storage: zero throughout.
    pub fn none(len: usize) -> Self {
        Self::of(|| vec![0.0; len])
    }

    fn with_capacity(len: usize) -> Self {
        Self::of(|| Vec::with_capacity(len))
    }

    /// Every vector as `column` makes it, and no losses.
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
            losses: StorageLosses::default(),
        }
    }

    fn push(
        &mut self,
        limits: &Limits,
        done: &BatteryStep,
        at_mv: &ConverterStep,
        stored_wh: f64,
        losses: &StorageLosses,
    ) {
        self.charge_limit_w.push(limits.charge_w);
        self.discharge_limit_w.push(limits.discharge_w);
        self.charge_dc_w.push(done.charge_w);
        self.discharge_dc_w.push(done.discharge_w);
        self.stored_wh.push(stored_wh);
        self.capacity_wh.push(done.capacity_wh);
        self.roundtrip_efficiency.push(done.roundtrip_efficiency);
        self.ac_w.push(at_mv.ac_w);
        self.mv_w.push(at_mv.mv_w);
        self.loss_wh.push(losses.total_wh());
        self.losses.add(losses);
    }

    /// Whether the storage inverter runs in step `i`.
    #[inline]
    pub fn runs(&self, i: usize) -> bool {
        self.charge_dc_w[i] > 0.0 || self.discharge_dc_w[i] > 0.0
    }
}
