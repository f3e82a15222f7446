//! LGIA Excess: store what the export limit would curtail, deliver it in the target hours.

use super::{Intent, Schedule, View};

pub(super) const DOC: &str = "charge from PV above the export limit, discharge to the limit in the target hours";

/// Charges while PV alone exceeds the limit; there is no headroom then, so charging wins over a target hour.
pub(super) fn intent(schedule: &Schedule, view: &View<'_>) -> Intent {
    if view.pv.headroom_w < 0.0 {
        Intent::Charge { up_to_w: view.limits.charge_w }
    } else if schedule.is_on(view.moment) {
        Intent::Discharge { up_to_w: view.limits.discharge_w }
    } else {
        Intent::Idle
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::wish;
    use super::super::{Dispatch, Intent, Schedule};

    #[test]
    fn excess_charges_even_in_a_target_hour() {
        let dispatch = Dispatch::LgiaExcess(Schedule::hours(&[18]));
        assert_eq!(wish(&dispatch, -1.0, 5e6, 18), Intent::Charge { up_to_w: 5e6 });
    }

    #[test]
    fn a_target_hour_without_excess_discharges_and_another_hour_is_idle() {
        let dispatch = Dispatch::LgiaExcess(Schedule::hours(&[18]));
        assert_eq!(wish(&dispatch, 1.0, 0.0, 18), Intent::Discharge { up_to_w: 10e6 });
        assert_eq!(wish(&dispatch, 1.0, 5e6, 17), Intent::Idle);
    }

    #[test]
    fn power_exactly_at_the_limit_is_no_excess() {
        let dispatch = Dispatch::LgiaExcess(Schedule::hours(&[18]));
        assert_eq!(wish(&dispatch, 0.0, 5e6, 17), Intent::Idle);
    }
}
