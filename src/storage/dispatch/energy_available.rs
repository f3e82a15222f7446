//! Energy Available: store PV whenever there is any, deliver it in the target hours.

use super::{Intent, Schedule, View};
use crate::lanes::Real;

pub(super) const DOC: &str = "charge from all PV, discharge to the limit in the target hours";

/// Whether it charges and whether it discharges, with a target hour or not and with a charge limit.
///
/// Charges whenever the charge limit is above zero, but a target hour wins.
#[inline]
pub(super) fn turns<N: Real>(target: N::Mask, charge_limit_w: N) -> (N::Mask, N::Mask) {
    (N::both(charge_limit_w.positive(), N::not(target)), target)
}

pub(super) fn intent(schedule: &Schedule, view: &View<'_>) -> Intent {
    Intent::of(turns(schedule.is_on(view.moment), view.limits.charge_w), view.limits)
}

#[cfg(test)]
mod tests {
    use super::super::tests::wish;
    use super::super::{Dispatch, Intent, Schedule};

    #[test]
    fn the_target_hour_wins_over_charging() {
        let dispatch = Dispatch::EnergyAvailable(Schedule::hours(&[18]));
        assert_eq!(wish(&dispatch, -1.0, 5e6, 18), Intent::Discharge { up_to_w: 10e6 });
    }

    #[test]
    fn any_charge_limit_above_zero_charges_in_other_hours() {
        let dispatch = Dispatch::EnergyAvailable(Schedule::hours(&[18]));
        assert_eq!(wish(&dispatch, 1.0, 1.0, 12), Intent::Charge { up_to_w: 1.0 });
        assert_eq!(wish(&dispatch, 1.0, 0.0, 12), Intent::Idle);
    }
}
