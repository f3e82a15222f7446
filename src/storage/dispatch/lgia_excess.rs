//! LGIA Excess: store what the export limit would curtail, deliver it in the target hours.

use super::{Intent, Schedule, View};
use crate::lanes::Real;

pub(super) const DOC: &str = "charge from PV above the export limit, discharge to the limit in the target hours";

/// Whether it charges and whether it discharges, with a target hour or not and with a headroom of PV alone.
///
/// Charges while PV alone exceeds the limit; there is no headroom then, so charging wins over a target hour.
#[inline]
pub(super) fn turns<N: Real>(target: N::Mask, headroom_w: N) -> (N::Mask, N::Mask) {
    let charges = headroom_w.below(N::of(0.0));
    (charges, N::both(target, N::not(charges)))
}

pub(super) fn intent(schedule: &Schedule, view: &View<'_>) -> Intent {
    Intent::of(turns(schedule.is_on(view.moment), view.pv.headroom_w), view.limits)
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
