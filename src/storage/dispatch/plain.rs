//! The plain algorithms, that look at nothing but the step and follow target hours: for several plants side by side.

use crate::lanes::{LANES, Real};
use crate::plant::GridNode;
use crate::time::Moment;

use super::super::limits::{Aim, ChargeFrom, LimitTracer, Limits};
use super::{Dispatch, Schedule, energy_available, lgia_excess};

/// The same plain algorithm in each of several plants.
#[derive(Debug, Clone, Copy)]
pub struct Plain<'a> {
    rule: Rule,
    schedules: [&'a Schedule; LANES],
    /// Whether all target hours are the same.
    alike: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Rule {
    LgiaExcess,
    EnergyAvailable,
}

impl<'a> Plain<'a> {
    /// None where they are not all the same one of the plain algorithms.
    pub fn abreast(all: [&'a Dispatch; LANES]) -> Option<Self> {
        let of = |dispatch: &'a Dispatch| match dispatch {
            Dispatch::LgiaExcess(schedule) => Some((Rule::LgiaExcess, schedule)),
            Dispatch::EnergyAvailable(schedule) => Some((Rule::EnergyAvailable, schedule)),
            _ => None,
        };
        let (rule, first) = of(all[0])?;
        let mut schedules = [first; LANES];
        for (schedule, dispatch) in schedules.iter_mut().zip(all) {
            *schedule = of(dispatch).filter(|(other, _)| *other == rule)?.1;
        }
        Some(Self { rule, schedules, alike: schedules.iter().all(|schedule| *schedule == first) })
    }

    /// Whether a step is a target hour.
    #[inline]
    pub fn targets<N: Real>(&self, moment: Moment) -> N::Mask {
        if self.alike {
            return N::mask(self.schedules[0].is_on(&moment));
        }
        N::which(|i| self.schedules[i].is_on(&moment))
    }

    /// The wished power at the DC terminals, W, positive discharging.
    #[inline]
    pub fn wished_w<N: Real>(&self, targets: N::Mask, tracer: &LimitTracer<'_, N>, pv: &GridNode<N>, cap_mv_w: N) -> N {
        let none = N::of(0.0);
        let looks = match self.rule {
            Rule::LgiaExcess => N::either(targets, pv.headroom_w.below(none)),
            Rule::EnergyAvailable => N::either(targets, pv.mv_w.positive()),
        };
        if !N::any(looks) {
            return none;
        }
        let Limits { charge_w, discharge_w } = tracer.limits(pv, || cap_mv_w, &self.aim());
        let (charges, discharges) = match self.rule {
            Rule::LgiaExcess => lgia_excess::turns(targets, pv.headroom_w),
            Rule::EnergyAvailable => energy_available::turns(targets, charge_w),
        };
        N::choose(charges, -charge_w, discharge_w.only_where(discharges))
    }

    fn aim<N: Real>(&self) -> Aim<N> {
        let charge_from = match self.rule {
            Rule::LgiaExcess => ChargeFrom::Excess,
            Rule::EnergyAvailable => ChargeFrom::AllPv,
        };
        Aim { charge_from, rated_share: N::of(1.0), discharge_to_limit: true }
    }
}
