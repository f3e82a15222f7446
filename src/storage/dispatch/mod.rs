//! Catalogue of dispatch algorithms: each says what it wishes; the battery makes true what is possible.

mod custom;
mod energy_available;
mod lgia_excess;
mod schedule;

pub use custom::{Command, Custom};
pub use schedule::Schedule;

use crate::error::Findings;
use crate::inputs::{Files, SeriesPlan};
use crate::keys::{Keys, Variant};
use crate::plant::GridNode;
use crate::time::{Moment, TimeAxis};

use super::limits::{Aim, ChargeFrom, Limits};

/// A wish for one step, W at the battery's DC terminals.
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
}

/// What an algorithm sees when it forms its wish for a step.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Step number on the axis.
    pub step: usize,
    /// Calendar of the step's start, standard time.
    pub moment: &'a Moment,
    /// The first walk's powers: PV alone.
    pub pv: &'a GridNode,
    /// What the plant allows.
    pub limits: &'a Limits,
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
}

impl Dispatch {
    /// Reads `[storage.dispatch]`, keys beside the strategy included.
    pub fn read(k: &mut Keys<'_>) -> Self {
        k.tagged("strategy", "dispatch algorithm", VARIANTS, None)
    }

    /// The series file that the algorithm names, if it does.
    pub fn series(&self) -> Option<&SeriesPlan> {
        if let Self::Custom(custom) = self { Some(custom.series()) } else { None }
    }

    /// Reads the files that the algorithm names onto the axis. Problems are noted.
    pub fn load(&mut self, axis: &TimeAxis, files: &Files<'_>, findings: &Findings) {
        if let Self::Custom(custom) = self {
            custom.load(axis, files, findings);
        }
    }

    /// What the algorithm asks of the limits in a step.
    #[inline]
    pub fn aim(&self, step: usize) -> Aim {
        match self {
            Self::None | Self::LgiaExcess(_) => {
                Aim { charge_from: ChargeFrom::Excess, rated_share: 1.0, discharge_to_limit: true }
            }
            Self::EnergyAvailable(_) => {
                Aim { charge_from: ChargeFrom::AllPv, rated_share: 1.0, discharge_to_limit: true }
            }
            Self::Custom(custom) => custom.aim(step),
        }
    }

    /// The wish for a step.
    #[inline]
    pub fn intent(&self, view: &View<'_>) -> Intent {
        match self {
            Self::None => Intent::Idle,
            Self::LgiaExcess(schedule) => lgia_excess::intent(schedule, view),
            Self::EnergyAvailable(schedule) => energy_available::intent(schedule, view),
            Self::Custom(custom) => custom.intent(view),
        }
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
];

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A July day's 18:00, with a headroom and limits of 10 MW each way.
    pub(in crate::storage) fn wish(dispatch: &Dispatch, headroom_w: f64, charge_w: f64, hour: u8) -> Intent {
        let moment = Moment { year: 2021, month0: 6, day: 7, hour, minute: 0, weekend: false };
        let pv = GridNode { headroom_w, ..Default::default() };
        dispatch.intent(&View { step: 0, moment: &moment, pv: &pv, limits: &Limits { charge_w, discharge_w: 10e6 } })
    }

    #[test]
    fn without_a_strategy_the_battery_stays_idle() {
        assert_eq!(wish(&Dispatch::None, -5e6, 5e6, 18), Intent::Idle);
    }
}
