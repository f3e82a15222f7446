//! Catalogue of dispatch algorithms: each says what it wishes; the battery makes true what is possible.

mod custom;
mod energy_available;
mod grid_charging;
mod hold;
mod lgia_excess;
mod optimal;
mod peak;
mod pilot;
mod plain;
mod reason;
mod schedule;
mod sell;
mod site;
mod smoothing;
mod taper;

pub use custom::{Command, Custom};
pub use grid_charging::GridCharging;
pub use optimal::Optimal;
pub use peak::{PeakShaver, PeakShaving};
pub use pilot::{Control, Pilot};
pub use plain::Plain;
pub use reason::Reason;
pub use schedule::Schedule;
pub use sell::{Forecast, Sell};
pub use site::{Objective, Site};
pub use smoothing::Smoothing;
pub use taper::{DischargePath, Taper};

use crate::error::Findings;
use crate::inputs::{Files, SeriesPlan};
use crate::keys::{Keys, Variant};
use crate::plant::{Demand, GridNode};
use crate::time::{Moment, TimeAxis};

use super::limits::{Aim, ChargeFrom, Limits};
use super::operation::State;

/// A wish for one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Intent {
    /// Neither charge nor discharge.
    Idle,
    /// Charge with this much, or as much of it as possible.
    Charge {
        /// Largest power into the DC terminals, W.
        up_to_w: f64,
    },
    /// Discharge this much, or as much of it as possible.
    Discharge {
        /// Largest power out of the DC terminals, W.
        up_to_w: f64,
    },
    /// Charge or discharge so that PV and storage together put out this much on the POI bus.
    Output {
        /// Wanted output before the limit, W.
        output_w: f64,
    },
}

impl Intent {
    /// As much as the limits allow, for an algorithm that charges, discharges or neither.
    fn of((charges, discharges): (bool, bool), limits: &Limits) -> Self {
        if charges {
            Self::Charge { up_to_w: limits.charge_w }
        } else if discharges {
            Self::Discharge { up_to_w: limits.discharge_w }
        } else {
            Self::Idle
        }
    }
}

/// A wish with its reason, and what it asks of the rest of the plant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wish {
    /// What the battery should do.
    pub intent: Intent,
    /// Why.
    pub reason: Reason,
    /// The highest output on the POI bus, W; infinite where nothing is asked.
    pub output_cap_w: f64,
    /// Whether PV is to be switched off, as far as the import limit lets.
    pub pv_off: bool,
    /// The import up to which PV may be off, W, where that is below the import limit; infinite where nothing is asked.
    pub pv_off_import_w: f64,
}

impl Wish {
    /// A wish that asks nothing of the rest of the plant.
    pub fn new(intent: Intent, reason: Reason) -> Self {
        Self { intent, reason, output_cap_w: f64::INFINITY, pv_off: false, pv_off_import_w: f64::INFINITY }
    }

    /// The wish to do nothing.
    pub fn idle(reason: Reason) -> Self {
        Self::new(Intent::Idle, reason)
    }

    /// What it leaves of a PV power at the MV bus, W: of PV that is off its own draw at night.
    pub fn leaves_of(&self, pv_mv_w: f64) -> f64 {
        if self.pv_off { pv_mv_w.min(0.0) } else { pv_mv_w }
    }
}

impl From<Intent> for Wish {
    fn from(intent: Intent) -> Self {
        let reason = match intent {
            Intent::Idle => Reason::Idle,
            Intent::Charge { .. } => Reason::Charge,
            Intent::Discharge { .. } | Intent::Output { .. } => Reason::Discharge,
        };
        Self::new(intent, reason)
    }
}

/// What an algorithm sees when it forms its wish for a step.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Step number on the axis.
    pub step: usize,
    /// Calendar of the step's start, standard time.
    pub moment: &'a Moment,
    /// PV alone beside the demand.
    pub pv: &'a GridNode,
    /// Load and vehicles.
    pub demand: &'a Demand,
    /// What the plant allows.
    pub limits: &'a Limits,
    /// Import limit in force, W; infinite where there is none.
    pub import_limit_w: f64,
    /// The highest output that the export limit allows, W; infinite where there is none.
    pub export_cap_w: f64,
    /// Battery and control before the step.
    pub state: &'a State,
    /// Length of the step, h.
    pub step_h: f64,
    /// Price of a kWh bought and sold, where prices are given.
    pub prices: Option<(f64, f64)>,
}

/// A dispatch algorithm with its settings.
#[derive(Debug, Clone, PartialEq)]
pub enum Dispatch {
    /// The battery stays idle.
    None,
    /// Charge what the export limit would curtail; discharge in the target hours.
    LgiaExcess(Schedule),
    /// Charge from all PV outside the target hours; discharge in them.
    EnergyAvailable(Schedule),
    /// Follow a series of commands.
    Custom(Custom),
    /// An objective of a charging site.
    Site(Site),
    /// Keep the import below a threshold.
    PeakShaving(PeakShaving),
    /// Keep the output's ramps below a rate.
    Smoothing(Smoothing),
    /// Plan ahead, and sell what is left to the grid.
    Sell(Box<Sell>),
    /// The best with everything known.
    Optimal(Optimal),
}

impl Dispatch {
    /// Reads `[storage.dispatch]`, keys beside the strategy included.
    pub fn read(k: &mut Keys<'_>) -> Self {
        k.tagged("strategy", "dispatch algorithm", VARIANTS, None)
    }

    /// The series file that the algorithm names, if it does.
    pub fn series(&self) -> Option<&SeriesPlan> {
        match self {
            Self::Custom(custom) => Some(custom.series()),
            Self::Sell(sell) => sell.series(),
            _ => None,
        }
    }

    /// Reads the files that the algorithm names onto the axis; `pv_ac_w` is the rating of the PV inverters. Problems are
    /// noted.
    pub fn load(&mut self, axis: &TimeAxis, pv_ac_w: f64, files: &Files<'_>, findings: &Findings) {
        match self {
            Self::Custom(custom) => custom.load(axis, files, findings),
            Self::Sell(sell) => sell.load(axis, files, findings),
            Self::Site(Site { peak: Some(shaver), .. }) => {
                shaver.check(axis, "storage.dispatch.peak_shaver", findings);
            }
            Self::PeakShaving(shaving) => shaving.shaver.check(axis, "storage.dispatch", findings),
            Self::Smoothing(smoothing) => smoothing.nameplate_w = smoothing.nameplate_w.or(Some(pv_ac_w)),
            _ => {}
        }
    }

    /// What the algorithm asks of the limits in a step.
    #[inline]
    pub fn aim(&self, step: usize) -> Aim {
        let from = |charge_from| Aim { charge_from, rated_share: 1.0, discharge_to_limit: true };
        match self {
            Self::None | Self::LgiaExcess(_) => from(ChargeFrom::Excess),
            Self::EnergyAvailable(_) => from(ChargeFrom::AllPv),
            Self::Site(_) | Self::PeakShaving(_) | Self::Smoothing(_) | Self::Sell(_) | Self::Optimal(_) => {
                from(ChargeFrom::Grid)
            }
            Self::Custom(custom) => custom.aim(step),
        }
    }

    /// Whether the battery steps in where the import limit would be passed or vehicles would go without.
    pub fn helps(&self) -> bool {
        !matches!(self, Self::None | Self::Custom(_))
    }

    /// Whether exact limits may give another year than documented ones.
    pub fn knows_limit_modes(&self) -> bool {
        matches!(self, Self::LgiaExcess(_) | Self::EnergyAvailable(_))
    }

    /// Whether the storage may be charged from the grid where the plant file does not say.
    pub fn charges_from_grid(&self) -> bool {
        match self {
            Self::Site(site) => site.objective == Objective::GridCapacityExpansion,
            Self::PeakShaving(_) | Self::Sell(_) | Self::Optimal(_) => true,
            Self::None | Self::LgiaExcess(_) | Self::EnergyAvailable(_) | Self::Custom(_) | Self::Smoothing(_) => false,
        }
    }

    /// The same with a forecast that is always right; none where it already is, or there is no forecast.
    pub fn with_perfect_forecast(&self) -> Option<Self> {
        match self {
            Self::Sell(sell) if sell.forecast != Forecast::Perfect => {
                Some(Self::Sell(Box::new(sell.with_perfect_forecast())))
            }
            _ => None,
        }
    }

    /// The largest change of the output from one step to the next, W, where it is limited.
    pub fn ramp_w(&self, step_h: f64) -> Option<f64> {
        if let Self::Smoothing(smoothing) = self { Some(smoothing.ramp_w(step_h)) } else { None }
    }

    /// The threshold on the import of billing intervals, where there is one.
    pub fn shaver(&self) -> Option<&PeakShaver> {
        match self {
            Self::Site(site) => site.peak.as_ref(),
            Self::PeakShaving(shaving) => Some(&shaving.shaver),
            _ => None,
        }
    }

    /// Whether it may switch PV off.
    pub fn switches_pv_off(&self) -> bool {
        matches!(self, Self::Sell(_) | Self::Optimal(_))
    }

    /// Whether a permission to charge from the grid means anything to it.
    pub fn may_charge_from_grid(&self) -> bool {
        match self {
            Self::None | Self::Smoothing(_) => false,
            Self::Site(site) => site.objective == Objective::GridCapacityExpansion,
            Self::LgiaExcess(_)
            | Self::EnergyAvailable(_)
            | Self::Custom(_)
            | Self::PeakShaving(_)
            | Self::Sell(_)
            | Self::Optimal(_) => true,
        }
    }

    /// Whether it makes nothing of a plant without prices.
    pub fn needs_prices(&self) -> bool {
        matches!(self, Self::Sell(_))
    }

    /// Whether each step's reason is worth a column.
    pub fn gives_reasons(&self) -> bool {
        !matches!(self, Self::None | Self::LgiaExcess(_) | Self::EnergyAvailable(_) | Self::Custom(_))
    }
}

const VARIANTS: &[Variant<Dispatch>] = &[
    Variant { name: "none", doc: "the battery stays idle", read: |_| Dispatch::None },
    Variant { name: "lgia_excess", doc: lgia_excess::DOC, read: |k| Dispatch::LgiaExcess(Schedule::read(k)) },
    Variant {
        name: "energy_available",
        doc: energy_available::DOC,
        read: |k| Dispatch::EnergyAvailable(Schedule::read(k)),
    },
    Variant { name: "custom", doc: custom::DOC, read: |k| Dispatch::Custom(Custom::read(k)) },
    Variant {
        name: "grid_capacity_expansion",
        doc: site::EXPANSION,
        read: |k| Dispatch::Site(Site::read(k, Objective::GridCapacityExpansion)),
    },
    Variant {
        name: "self_sufficiency",
        doc: site::SELF_SUFFICIENCY,
        read: |k| Dispatch::Site(Site::read(k, Objective::SelfSufficiency)),
    },
    Variant {
        name: "self_sufficiency_zero_feed_in",
        doc: site::ZERO_FEED_IN,
        read: |k| Dispatch::Site(Site::read(k, Objective::ZeroFeedIn)),
    },
    Variant { name: "peak_shaving", doc: peak::DOC, read: |k| Dispatch::PeakShaving(PeakShaving::read(k)) },
    Variant { name: "sell_to_grid", doc: sell::DOC, read: |k| Dispatch::Sell(Box::new(Sell::read(k))) },
    Variant { name: "optimal", doc: optimal::DOC, read: |k| Dispatch::Optimal(Optimal::read(k)) },
    Variant { name: "pv_smoothing", doc: smoothing::DOC, read: |k| Dispatch::Smoothing(Smoothing::read(k)) },
];

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::storage::BatteryState;

    /// What the plain algorithms wish on a July day, with a headroom and limits of 10 MW each way.
    pub(in crate::storage) fn wish(dispatch: &Dispatch, headroom_w: f64, charge_w: f64, hour: u8) -> Intent {
        let battery = BatteryState { stored_wh: 0.0, discharged_wh: 0.0, discharged_today_wh: 0.0, elapsed_h: 0.0 };
        let view = View {
            step: 0,
            moment: &Moment { year: 2021, month0: 6, day: 7, hour, minute: 0, weekend: false },
            pv: &GridNode { headroom_w, ..Default::default() },
            demand: &Demand::default(),
            limits: &Limits { charge_w, discharge_w: 10e6 },
            import_limit_w: f64::INFINITY,
            export_cap_w: f64::INFINITY,
            state: &State { battery, control: Control::default() },
            step_h: 1.0,
            prices: None,
        };
        match dispatch {
            Dispatch::LgiaExcess(schedule) => lgia_excess::intent(schedule, &view),
            Dispatch::EnergyAvailable(schedule) => energy_available::intent(schedule, &view),
            _ => Intent::Idle,
        }
    }
}
