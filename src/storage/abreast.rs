//! The storage of several plants side by side, where a plain algorithm runs it: the same year as one by one.

use crate::lanes::{LANES, Lanes, Real};
use crate::losses::Loss;
use crate::plant::{GridNode, Passage};
use crate::time::Moment;

use super::Plan;
use super::battery::{Battery, BatteryState, BatteryStep, StepLength};
use super::converter::{Converter, ConverterStep};
use super::dispatch::Plain;
use super::limits::{LimitMode, LimitTracer};
use super::nodes::StorageLosses;

/// The storages of several plants and what runs them.
#[derive(Debug)]
pub struct Abreast<'a> {
    battery: Battery<Lanes>,
    converter: Converter<Lanes>,
    plain: Plain<'a>,
    mode: LimitMode,
    self_discharged: Lanes,
    step_h: f64,
}

/// What the storages did in a step.
#[derive(Debug, Clone, Copy)]
pub struct AbreastStep {
    /// At the DC terminals.
    pub done: BatteryStep<Lanes>,
    /// Up to the MV bus.
    pub at_mv: ConverterStep<Lanes>,
}

/// The conditions of a step.
#[derive(Debug, Clone, Copy)]
pub struct AbreastView<'a> {
    /// Calendar of the step's start.
    pub moment: &'a Moment,
    /// Whether a day begins.
    pub new_day: bool,
    /// From the MV bus to the POI.
    pub passage: &'a Passage<'a, Lanes>,
    /// First walk: PV alone.
    pub pv: &'a GridNode<Lanes>,
    /// The output below which the import limit is passed, W; none where no plant has such a limit.
    pub least_output_w: Option<Lanes>,
}

impl<'a> Abreast<'a> {
    /// None where they differ in what cannot be computed side by side, or are run by what is no plain algorithm.
    pub fn new(plans: [&'a Plan; LANES], step_h: f64) -> Option<Self> {
        let mode = plans[0].limits;
        if plans.iter().any(|plan| plan.limits != mode || plan.grid_charging.is_some()) {
            return None;
        }
        let lengths = plans.map(|plan| plan.battery.length(step_h));
        Some(Self {
            battery: Battery::abreast(plans.map(|plan| &plan.battery))?,
            converter: Converter::abreast(plans.map(|plan| &plan.converter))?,
            plain: Plain::abreast(plans.map(|plan| &plan.dispatch))?,
            mode,
            self_discharged: Lanes::each(|i| lengths[i].self_discharged),
            step_h,
        })
    }

    /// The same with exact limits, where the documented ones are used.
    #[must_use]
    pub fn with_exact_limits(&self) -> Option<Self> {
        (self.mode == LimitMode::Documented).then(|| Self {
            battery: self.battery.clone(),
            converter: self.converter.clone(),
            mode: LimitMode::Exact,
            ..*self
        })
    }

    /// The batteries at the start of the first year.
    pub fn initial_state(&self) -> BatteryState<Lanes> {
        self.battery.initial_state()
    }

    /// The limits behind HV equipment.
    pub fn tracer(&self, equipment: &[Loss<Lanes>]) -> LimitTracer<'_, Lanes> {
        LimitTracer::new(equipment, &self.converter, self.mode)
    }

    /// One step, as a single storage goes it.
    #[inline]
    pub fn step(
        &self,
        tracer: &LimitTracer<'_, Lanes>,
        state: &mut BatteryState<Lanes>,
        view: &AbreastView<'_>,
    ) -> AbreastStep {
        let AbreastView { passage, pv, .. } = view;
        let targets = self.plain.targets(view.moment);
        let mut dc_w = self.plain.wished_w(targets, tracer, passage, pv);
        if let Some(least_w) = view.least_output_w {
            let held_w = tracer.held_w(passage, pv.mv_w, dc_w, least_w.or_less(passage.export_cap_w));
            dc_w = Lanes::choose(least_w.above(Lanes::of(f64::NEG_INFINITY)), held_w, dc_w);
        }
        let length = StepLength { h: self.step_h, new_day: view.new_day, self_discharged: self.self_discharged };
        let (next, done) = self.battery.step(state, dc_w, &length);
        *state = next;
        AbreastStep { done, at_mv: self.converter.to_mv(&done) }
    }

    /// Energy lost in a step, all causes, Wh.
    #[inline]
    pub fn loss_wh(&self, AbreastStep { done, at_mv }: &AbreastStep) -> Lanes {
        StorageLosses::of(&self.battery, done, at_mv, self.step_h).total_wh()
    }

    /// Capacity in a state, Wh.
    pub fn capacity_wh(&self, state: &BatteryState<Lanes>) -> Lanes {
        self.battery.capacity_wh(state)
    }
}
