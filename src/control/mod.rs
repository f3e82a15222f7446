//! Control dynamics of an export or import limiter: meter, delay, controller, inverters and the POI, in fractions of a second.

mod controller;
mod inverter;
mod limiter;
mod meter;
mod metrics;
mod open;
mod plan;
mod settling;
mod signal;
mod stability;
mod swing;
mod table;
mod write;

pub use controller::{Controller, critical_gain};
pub use inverter::{Actuator, Inverter};
pub use limiter::Limiter;
pub use meter::Meter;
pub use metrics::Metrics;
pub use open::{EXAMPLE, Opened, reference, schema};
pub use signal::Signal;
pub use stability::{Stability, stability};
pub use table::{Compared, stability_table, table};
pub use write::{record, write_steps};

use inverter::{Follow, Unit};
use limiter::Watch;
use meter::DelayLine;
use metrics::Meters;

/// Which direction of power the limit bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Power towards the grid; inverters feed, the load takes.
    Export,
    /// Power from the grid; the controlled units are loads (chargers, a charging battery), beside the site's own load.
    Import,
}

impl Side {
    /// Power in the limited direction, W, from that of the controlled units and the site load.
    #[inline]
    fn flow_w(self, output_w: f64, load_w: f64) -> f64 {
        match self {
            Self::Export => output_w - load_w,
            Self::Import => output_w + load_w,
        }
    }

    /// The same power at the POI, positive towards the grid.
    #[inline]
    pub fn at_poi_w(self, flow_w: f64) -> f64 {
        match self {
            Self::Export => flow_w,
            Self::Import => -flow_w,
        }
    }
}

/// A loop ready to run, in SI units. Load, available power and limit have one value per step.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Length of a step, s; the meter's period is a whole multiple of it.
    pub step_s: f64,
    /// Which direction is limited.
    pub side: Side,
    /// The limit, W, 0 or more.
    pub limit_w: Vec<f64>,
    /// Site load, W; negative where the site feeds by itself.
    pub load_w: Vec<f64>,
    /// Power available to all inverters together, W, shared by rating; infinite where only the ratings bind.
    pub available_w: Vec<f64>,
    /// Power above the limit that is not yet an excursion, W.
    pub tolerance_w: f64,
    /// Setpoints at the start, share of the rating; none: where the limit is just kept.
    pub start_share: Option<f64>,
    /// The meter.
    pub meter: Meter,
    /// The controller.
    pub controller: Controller,
    /// How outputs follow setpoints.
    pub actuator: Actuator,
    /// The inverters; none is allowed.
    pub inverters: Vec<Inverter>,
    /// The watchdog, if there is one.
    pub limiter: Option<Limiter>,
}

/// One step of a run, as it is handed out.
#[derive(Debug, Clone, Copy)]
pub struct Step<'r> {
    /// Start of the step, s.
    pub time_s: f64,
    /// Power in the limited direction, W.
    pub flow_w: f64,
    /// The limit in force, W.
    pub limit_w: f64,
    /// Site load, W.
    pub load_w: f64,
    /// Power available to the inverters, each up to its rating, W.
    pub available_w: f64,
    /// Output of all inverters, W.
    pub output_w: f64,
    /// What the controller last learned of the flow, W.
    pub meter_w: f64,
    /// False while the limiter holds the inverters disconnected.
    pub connected: bool,
    units: &'r [Unit],
}

impl Step<'_> {
    /// Power above the limit, W; negative below it.
    #[inline]
    pub fn excess_w(&self) -> f64 {
        self.flow_w - self.limit_w
    }

    /// The setpoint of every inverter, W.
    pub fn setpoints_w(&self) -> impl Iterator<Item = f64> + '_ {
        self.units.iter().map(|unit| unit.setpoint_w)
    }

    /// The output of every inverter, W.
    pub fn outputs_w(&self) -> impl Iterator<Item = f64> + '_ {
        self.units.iter().map(Unit::output_w)
    }
}

/// What the loop remembers from step to step.
struct Loop {
    units: Vec<Unit>,
    line: DelayLine,
    meter_w: f64,
    watch: Watch,
}

impl Case {
    /// Rating of all inverters, W.
    pub fn rated_w(&self) -> f64 {
        self.inverters.iter().map(|inverter| inverter.rated_w).sum()
    }

    /// Steps from one sample of the meter to the next, at least 1.
    fn steps_per_sample(&self) -> usize {
        (self.meter.period_s / self.step_s).round().max(1.0) as usize
    }

    /// Power available to an inverter, W: its share by rating of what there is, up to its rating.
    #[inline]
    fn available_to_w(&self, inverter: &Inverter, rated_w: f64, step: usize) -> f64 {
        let whole_w = self.available_w[step];
        let share_w = if whole_w.is_finite() { whole_w * (inverter.rated_w / rated_w) } else { whole_w };
        share_w.max(0.0).min(inverter.rated_w) * inverter.available_share
    }

    /// The output that would use the limit fully and keep it, W.
    #[inline]
    fn ideal_w(&self, step: usize, available_w: f64) -> f64 {
        (self.limit_w[step] - self.side.flow_w(0.0, self.load_w[step])).max(0.0).min(available_w)
    }

    /// Runs the loop. Every step is handed to `each`; the figures come back.
    ///
    /// In a step the inverters follow their setpoints; at the last step of each sample period the meter takes the
    /// power of that step, and the measurement that arrives then moves the setpoints for the next step on. While the
    /// limiter has disconnected them, outputs and setpoints are 0. A run of no steps gives figures of 0.
    pub fn run(&self, mut each: impl FnMut(&Step<'_>)) -> Metrics {
        let rated_w = self.rated_w();
        let follow = self.actuator.every(self.step_s);
        let per_sample = self.steps_per_sample();
        let mut meters = Meters::new(self);
        let mut state = self.start(rated_w);
        for n in 0..self.limit_w.len() {
            let now_s = n as f64 * self.step_s;
            let connected = self.limiter.is_none() || state.watch.connects(now_s);
            let (output_w, available_w) = self.follow(&mut state.units, &follow, rated_w, n, connected);
            let flow_w = self.side.flow_w(output_w, self.load_w[n]);
            let step = Step {
                time_s: now_s,
                flow_w,
                limit_w: self.limit_w[n],
                load_w: self.load_w[n],
                available_w,
                output_w,
                meter_w: state.meter_w,
                connected,
                units: &state.units,
            };
            each(&step);
            meters.note(&step, self.ideal_w(n, available_w));
            if let Some(limiter) = &self.limiter {
                state.watch.note(limiter, meters.is_above(&step), now_s, self.step_s);
            }
            if (n + 1) % per_sample == 0 {
                state.meter_w = state.line.pass(flow_w);
                self.correct(&mut state.units, state.meter_w - self.limit_w[n], rated_w);
            }
        }
        meters.finish(&state.watch)
    }

    fn start(&self, rated_w: f64) -> Loop {
        let ideal_share = match (self.start_share, self.limit_w.is_empty()) {
            (Some(share), _) => share,
            (None, false) if rated_w > 0.0 => self.ideal_w(0, rated_w) / rated_w,
            (None, _) => 0.0,
        };
        let settled = |inverter: &Inverter| {
            let available_w = if self.limit_w.is_empty() { 0.0 } else { self.available_to_w(inverter, rated_w, 0) };
            Unit::settled(ideal_share * inverter.rated_w, available_w)
        };
        let units: Vec<_> = self.inverters.iter().map(settled).collect();
        let output_w = units.iter().map(Unit::output_w).sum();
        let flow_w = self.side.flow_w(output_w, self.load_w.first().copied().unwrap_or(0.0));
        let line = DelayLine::filled(self.meter.delay_samples, flow_w);
        Loop { units, line, meter_w: flow_w, watch: Watch::default() }
    }

    /// Lets every inverter follow its setpoint for a step: the output of all, and what was available to them, W.
    #[inline]
    fn follow(&self, units: &mut [Unit], follow: &Follow, rated_w: f64, step: usize, connected: bool) -> (f64, f64) {
        let (mut output_w, mut all_available_w) = (0.0, 0.0);
        for (unit, inverter) in units.iter_mut().zip(&self.inverters) {
            let available_w = self.available_to_w(inverter, rated_w, step);
            if connected {
                unit.step(follow, inverter.rated_w, available_w);
            } else {
                *unit = Unit::default();
            }
            output_w += unit.output_w();
            all_available_w += available_w;
        }
        (output_w, all_available_w)
    }

    /// Moves the setpoints by what the controller makes of a measured power above the limit.
    fn correct(&self, units: &mut [Unit], excess_w: f64, rated_w: f64) {
        let correction_w = self.controller.correction_w(excess_w);
        for (unit, inverter) in units.iter_mut().zip(&self.inverters) {
            let moved_w = unit.setpoint_w + correction_w * self.controller.share(inverter.rated_w, rated_w);
            unit.setpoint_w = moved_w.max(0.0).min(inverter.rated_w);
        }
    }
}

#[cfg(test)]
mod tests;
