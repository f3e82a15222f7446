//! The storage of several plants side by side, where a plain algorithm runs it: the same year as one by one.

use crate::lanes::{LANES, Real};
use crate::losses::Loss;
use crate::plant::GridNode;
use crate::time::Moment;

use super::Plan;
use super::battery::{Battery, BatteryState, BatteryStep, StepLength};
use super::converter::{Converter, ConverterStep};
use super::dispatch::Plain;
use super::limits::{LimitMode, LimitTracer};
use super::nodes::StorageLosses;

/// The storages of several plants and what runs them.
#[derive(Debug)]
pub struct Abreast<'a, N> {
    battery: Battery<N>,
    converter: Converter<N>,
    plain: Plain<'a>,
    mode: LimitMode,
    length: StepLength<N>,
    /// What their converters draw while they rest.
    idle: ConverterStep<N>,
}

/// What the storages did in a step.
#[derive(Debug, Clone, Copy)]
pub struct AbreastStep<N> {
    /// At the DC terminals.
    pub done: BatteryStep<N>,
    /// Up to the MV bus.
    pub at_mv: ConverterStep<N>,
}

/// The conditions of a step.
#[derive(Debug, Clone, Copy)]
pub struct AbreastView<'a, N> {
    /// Calendar of the step's start.
    pub moment: Moment,
    /// Whether a day begins.
    pub new_day: bool,
    /// First walk: PV alone.
    pub pv: &'a GridNode<N>,
    /// Power at the MV bus that brings the output to the export limit, W.
    pub cap_mv_w: N,
    /// The same for the import limit; minus infinity where there is none.
    pub least_mv_w: N,
}

impl<'a, N: Real> Abreast<'a, N> {
    /// None where they differ in what cannot be computed side by side, or are run by what is no plain algorithm.
    pub fn new(plans: [&'a Plan; LANES], step_h: f64) -> Option<Self> {
        let mode = plans[0].limits;
        if plans.iter().any(|plan| plan.limits != mode || plan.grid_charging.is_some()) {
            return None;
        }
        let battery: Battery<N> = Battery::abreast(plans.map(|plan| &plan.battery))?;
        let converter = Converter::abreast(plans.map(|plan| &plan.converter))?;
        let lengths = plans.map(|plan| plan.battery.length(step_h));
        Some(Self {
            idle: converter.to_mv(&BatteryStep::default()),
            converter,
            plain: Plain::abreast(plans.map(|plan| &plan.dispatch))?,
            mode,
            length: battery.length_with(step_h, N::each(|i| lengths[i].self_discharged)),
            battery,
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
    pub fn initial_state(&self) -> BatteryState<N> {
        self.battery.initial_state()
    }

    /// The limits behind HV equipment.
    pub fn tracer(&self, equipment: &[Loss<N>]) -> LimitTracer<'_, N> {
        LimitTracer::new(equipment, &self.converter, self.mode)
    }

    /// One step, as a single storage goes it.
    #[inline]
    pub fn step(
        &self,
        tracer: &LimitTracer<'_, N>,
        state: &mut BatteryState<N>,
        view: &AbreastView<'_, N>,
    ) -> AbreastStep<N> {
        let AbreastView { pv, least_mv_w, .. } = view;
        let targets = self.plain.targets::<N>(view.moment);
        let wished_w = self.plain.wished_w(targets, tracer, pv, view.cap_mv_w);
        let dc_w = tracer.held_w(pv.mv_w, wished_w, *least_mv_w);
        let length = self.length.with_new_day(view.new_day);
        let (next, done) = self.battery.step(state, dc_w, &length);
        *state = next;
        let at_mv = if N::any(done.runs()) { self.converter.to_mv(&done) } else { self.idle };
        AbreastStep { done, at_mv }
    }

    /// Energy lost in a step, Wh.
    #[inline]
    pub fn losses(&self, AbreastStep { done, at_mv }: &AbreastStep<N>) -> StorageLosses<N> {
        StorageLosses::of(done, at_mv, self.length.h)
    }
}
