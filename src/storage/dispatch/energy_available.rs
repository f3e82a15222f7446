//! Energy Available: store PV whenever there is any, deliver it in the target hours.

use super::{Intent, Schedule, View};

pub(super) const DOC: &str = "charge from all PV, discharge to the limit in the target hours";

/// Charges whenever the charge limit is above zero, but a target hour wins.
pub(super) fn intent(schedule: &Schedule, view: &View<'_>) -> Intent {
    if schedule.is_on(view.moment) {
        Intent::Discharge { up_to_w: view.limits.discharge_w }
    } else if view.limits.charge_w > 0.0 {
        Intent::Charge { up_to_w: view.limits.charge_w }
    } else {
        Intent::Idle
    }
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
