//! The control file as read, and the step from there to a loop ready to run.

use crate::error::Findings;
use crate::inputs::{Files, SeriesColumn};
use crate::keys::{Keys, Origin};
use crate::units::{KILO, fraction};

use super::signal::Asked;
use super::{Actuator, Case, Controller, Inverter, Limiter, Meter, Side, Signal, critical_gain};

/// The most steps that a run may have: ten days of 0.1 s, some hundred megabytes.
const MOST_STEPS: f64 = 10e6;
/// The tolerance where none is given, share of the rating of all inverters.
const TOLERANCE_SHARE: f64 = 0.01;

/// Everything a control file says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub name: String,
    run: Run,
    side: Side,
    limit: Signal,
    tolerance_w: Option<f64>,
    meter: Meter,
    period_at: Origin,
    controller: Controller,
    actuator: Actuator,
    inverters: Vec<Inverter>,
    load: Option<Signal>,
    available: Option<Signal>,
    limiter: Option<Limiter>,
}

#[derive(Debug, Clone, PartialEq)]
struct Run {
    step_s: f64,
    duration_s: f64,
    start_share: Option<f64>,
    at: Origin,
}

const fn asked(doc: &'static str, column: &'static str, low: f64) -> Asked {
    let high = f64::INFINITY;
    Asked {
        doc,
        column: SeriesColumn { key: "column", doc: "column of the power, kW", default: Some(column), low, high },
    }
}

const LIMIT: Asked = asked("the limit, kW", "limit_kw", 0.0);
const LOAD: Asked = asked("site load, kW; negative where the site feeds by itself", "load_kw", f64::NEG_INFINITY);
const AVAILABLE: Asked = asked("power available to all inverters together, kW", "pv_kw", 0.0);

impl Plan {
    /// Reads a control file.
    pub(super) fn read(k: &mut Keys<'_>) -> Self {
        let name = k.required_text("name", "name of the case");
        let run = k.section_or_default("run", "length and step of the run", Run::read);
        let (side, tolerance_w, limit) = k.required_section("limit", "the limit at the POI", read_limit);
        let doc = "the meter at the POI";
        let (meter, period_at) = k.section_or_default("meter", doc, |k| (Meter::read(k), Origin::of(k, "period_s")));
        let controller = k.section_or_default("controller", "the integral controller", Controller::read);
        let doc = "how the inverters' outputs follow their setpoints";
        let actuator = k.section_or_default("actuator", doc, Actuator::read);
        let mut inverters: Vec<_> =
            k.sections("inverter", "inverters; under an import limit, controllable loads", Inverter::read).concat();
        for (i, inverter) in inverters.iter_mut().enumerate().filter(|(_, inverter)| inverter.name.is_empty()) {
            inverter.name = format!("inverter_{}", i + 1);
        }
        refuse_same_names(k, &inverters);
        let load = k.section("load", "site load; none when left out", |k| Signal::read(k, &LOAD));
        let doc = "power available to the inverters, shared by rating; their ratings when left out";
        let available = k.section("pv", doc, |k| Signal::read(k, &AVAILABLE));
        let doc = "the watchdog of a limiter standard; none when left out";
        let limiter = k.section_on_base("limiter", ("controls", &[]), doc, Limiter::read);
        let plan = Self {
            name,
            run,
            side,
            limit,
            tolerance_w,
            meter,
            period_at,
            controller,
            actuator,
            inverters,
            load,
            available,
            limiter,
        };
        plan.warn(k);
        plan
    }

    fn warn(&self, k: &Keys<'_>) {
        if self.inverters.is_empty() {
            k.warn("inverter", "there is none; nothing is controlled");
            return;
        }
        let (count, delay) = (self.inverters.len(), self.meter.delay_samples);
        let (gain, bound) = (self.controller.gain_of(count), critical_gain(delay));
        // Half a unit of the last place: gains as people write them, such as 0.1·3.
        if gain >= bound * (1.0 - 1e-12) {
            let own = if self.controller.coordinated {
                String::new()
            } else {
                format!(": {count} inverters with loops of their own act as {gain:.3}")
            };
            let (alone, samples) = (self.controller.gain, if delay == 1 { "sample" } else { "samples" });
            let message = format!(
                "{alone} swings{own}; with a delay of {delay} {samples} the loop is stable below {bound:.3}, or less where outputs lag"
            );
            k.warn("controller.gain", &message);
        }
    }

    /// The loop in SI units on the steps of the run. Problems are noted; nothing comes back then.
    pub(super) fn load(&self, files: &Files<'_>, findings: &Findings) -> Option<Case> {
        if !findings.is_clean() {
            return None;
        }
        let step_s = self.run.step_s;
        self.check_period(findings);
        let len = self.run.steps(findings);
        let or = |signal: &Option<Signal>, power_w: f64| match signal {
            Some(signal) => signal.load(step_s, len, files, findings),
            None => Some(vec![power_w; len]),
        };
        // All three are read before giving up, so that what is wrong with each is told.
        let limit_w = self.limit.load(step_s, len, files, findings);
        let (load_w, available_w) = (or(&self.load, 0.0), or(&self.available, f64::INFINITY));
        let rated_w: f64 = self.inverters.iter().map(|inverter| inverter.rated_w).sum();
        Some(Case {
            step_s,
            side: self.side,
            limit_w: limit_w?,
            load_w: load_w?,
            available_w: available_w?,
            tolerance_w: self.tolerance_w.unwrap_or(TOLERANCE_SHARE * rated_w),
            start_share: self.run.start_share,
            meter: self.meter,
            controller: self.controller,
            actuator: self.actuator,
            inverters: self.inverters.clone(),
            limiter: self.limiter.clone(),
        })
    }

    fn check_period(&self, findings: &Findings) {
        let (period_s, step_s) = (self.meter.period_s, self.run.step_s);
        let steps = period_s / step_s;
        if steps < 1.0 - 1e-9 {
            let message = format!("{period_s} is below run.step_s = {step_s}; the meter samples at most once per step");
            self.period_at.refuse(findings, message);
        } else if (steps - steps.round()).abs() > 1e-6 * steps {
            let message = format!("{period_s} is no whole multiple of run.step_s = {step_s}");
            self.period_at.refuse(findings, message);
        }
    }
}

impl Run {
    fn read(k: &mut Keys<'_>) -> Self {
        let step_s = k.number("step_s", "length of a step, s").within(0.001, 60.0).or(0.1);
        let duration_s = k.number("duration_s", "length of the run, s").above(0.0).or(600.0);
        let doc = "setpoints at the start, % of the rating; default where the limit is just kept";
        let start_share = k.number("start_pct", doc).within(0.0, 100.0).optional().map(fraction);
        Self { step_s, duration_s, start_share, at: Origin::of(k, "duration_s") }
    }

    fn steps(&self, findings: &Findings) -> usize {
        let steps = (self.duration_s / self.step_s).round();
        if !(1.0..=MOST_STEPS).contains(&steps) {
            let (duration_s, step_s) = (self.duration_s, self.step_s);
            let message =
                format!("{duration_s} s in steps of {step_s} s are {steps} steps; from 1 to {MOST_STEPS} can be run");
            self.at.refuse(findings, message);
            return 0;
        }
        steps as usize
    }
}

fn read_limit(k: &mut Keys<'_>) -> (Side, Option<f64>, Signal) {
    let doc = "direction that is limited: towards the grid, or from it";
    let side = k.choice("side", doc, &[("export", Side::Export), ("import", Side::Import)], Side::Export);
    let doc = "power above the limit that is not yet an excursion, kW; default 1 % of the inverters' ratings";
    let tolerance_w = k.number("tolerance_kw", doc).at_least(0.0).optional().map(|kw| kw * KILO);
    (side, tolerance_w, Signal::read(k, &LIMIT))
}

fn refuse_same_names(k: &Keys<'_>, inverters: &[Inverter]) {
    for (i, inverter) in inverters.iter().enumerate() {
        let name = &inverter.name;
        if inverters[..i].iter().any(|before| before.name == *name) {
            k.reject("inverter", format!("two are called \"{name}\"; each needs a name of its own"));
        }
        if name.contains(|c: char| matches!(c, ',' | '"' | ';') || c.is_control()) {
            k.reject("inverter", format!("\"{name}\" cannot head a column of a CSV file; leave out commas and quotes"));
        }
    }
}
