//! The storage walked through a year: in every step the vehicles first, then the wish, then what limits leave of it.

use crate::ev::{Draw, Ev, EvState};
use crate::inputs::Prices;
use crate::plant::{Demand, EvNodes, Grid, GridNode, GridNodes, Passage, Service};
use crate::time::{Moment, TimeAxis};

use super::battery::{BatteryState, StepLength};
use super::converter::ConverterStep;
use super::dispatch::{Control, Intent, Pilot, View, Wish};
use super::limits::LimitTracer;
use super::nodes::{StorageLosses, StorageNodes, StorageStep};
use super::{Plan, Reason};

/// What the storage stands among: the plant, the year of PV alone, the vehicles and the prices.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The axis.
    pub axis: &'a TimeAxis,
    /// Calendar of every step.
    pub calendar: &'a [Moment],
    /// The plant.
    pub grid: &'a Grid,
    /// First walk: PV alone.
    pub first: &'a GridNodes,
    /// Whether a PV inverter runs, per step.
    pub pv_running: &'a [bool],
    /// The vehicles.
    pub ev: &'a Ev,
    /// Prices, if given.
    pub prices: Option<&'a Prices>,
}

impl Around<'_> {
    /// Load and vehicles in every step if nothing limited them, W: what strategies that look ahead plan for.
    pub(super) fn wanted_w(&self) -> Vec<f64> {
        let ev_w = self.ev.unlimited_w();
        self.grid.load_w.iter().enumerate().map(|(i, w)| w + ev_w.get(i).copied().unwrap_or(0.0)).collect()
    }
}

/// What the storage remembers from step to step and from year to year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// The battery.
    pub battery: BatteryState,
    /// Its control.
    pub control: Control,
}

/// A year of the storage.
#[derive(Debug, Clone)]
pub struct StorageYear {
    /// The storage's nodes.
    pub nodes: StorageNodes,
    /// What the vehicles got.
    pub ev: EvNodes,
    /// The memory after the last step.
    pub end: State,
}

impl Plan {
    /// The memory at the start of the first year.
    pub fn initial_state(&self) -> State {
        State { battery: self.battery.initial_state(), control: Control::default() }
    }
}

/// Walks the storage through a year, from `start`.
pub fn run(plan: &Plan, around: &Around<'_>, start: State) -> StorageYear {
    let mut operation = Operation {
        plan,
        around,
        tracer: LimitTracer::new(&around.grid.equipment, &plan.converter, plan.limits),
        pilot: Pilot::new(plan, around, &start.battery),
        state: start,
        ev: around.ev.start(),
        length: plan.battery.length(around.axis.step_h()),
    };
    let len = around.first.mv_w.len();
    let mut nodes = StorageNodes::with_capacity(len);
    let mut ev = EvNodes::default();
    for step in 0..len {
        let (done, vehicles) = operation.step(step);
        nodes.push(&done);
        if let Some((request, served)) = vehicles {
            ev.push(request, served);
        }
    }
    ev.end = (!around.ev.is_none()).then_some(operation.ev);
    StorageYear { nodes, ev, end: operation.state }
}

struct Operation<'a> {
    plan: &'a Plan,
    around: &'a Around<'a>,
    tracer: LimitTracer<'a>,
    pilot: Pilot<'a>,
    state: State,
    ev: EvState,
    length: StepLength,
}

/// What a step is meant to be once all limits have spoken.
struct Course {
    demand: Demand,
    limits: super::Limits,
    wish: Wish,
    /// Wanted power at the DC terminals, positive discharging.
    dc_w: f64,
    /// Mean discharge at the DC terminals that vehicles count on, as far as it is wanted.
    promised_w: f64,
    /// Mean discharge at the DC terminals of which all gets out.
    most_w: f64,
}

impl Operation<'_> {
    fn step(&mut self, step: usize) -> (StorageStep, Option<(Draw, Draw)>) {
        let h = self.length.h;
        self.length.new_day = step == 0 || self.around.calendar[step].day != self.around.calendar[step - 1].day;
        self.pilot.prepare(&mut self.state.control, &self.state.battery);
        let (mut course, vehicles) = self.vehicles_first(step);
        let mut given_w = course.dc_w;
        if course.dc_w > 0.0 {
            // A battery that tapers off may give less on the way of a smaller request than on that of the whole.
            let promised_w = course.promised_w.min(course.dc_w);
            given_w = self.pilot.path(&self.state, course.dc_w, h).mean_w().max(promised_w).min(course.most_w);
            if given_w <= 0.0 && self.state.control.locked {
                course.wish.reason = Reason::Locked;
            }
        }
        let (next, done) = self.plan.battery.step(&self.state.battery, given_w, &self.length);
        let at_mv = self.plan.converter.to_mv(&done);
        let losses = StorageLosses::of(&done, &at_mv, h);
        let wants = course.dc_w.min(course.most_w) != 0.0 && course.wish.reason != Reason::Locked;
        if wants && done.charge_w == 0.0 && done.discharge_w == 0.0 {
            course.wish.reason = match course.dc_w {
                charge_w if charge_w < 0.0 => Reason::Full,
                _ if self.plan.battery.has_cycled(&next) => Reason::CycleLimit,
                _ => Reason::Empty,
            };
        }
        let peak_import_w = self.pilot.peak_w(&self.state.control);
        self.state.battery = next;
        let pv_off_w = if course.wish.pv_off { self.pv_off_w(step, &course, &at_mv) } else { 0.0 };
        let done = StorageStep {
            limits: course.limits,
            done,
            at_mv,
            stored_wh: next.stored_wh,
            losses,
            output_cap_w: course.wish.output_cap_w,
            pv_off_w,
            peak_import_w,
            reason: course.wish.reason,
            planned: self.pilot.planned(),
        };
        self.note(step, &course, &done);
        (done, vehicles)
    }

    /// PV power at the MV bus to be switched off, W: all of it, as far as the import limit and the wish let beside the
    /// storage.
    fn pv_off_w(&self, step: usize, Course { demand, wish, .. }: &Course, at_mv: &ConverterStep) -> f64 {
        let pv_mv_w = self.around.first.mv_w[step];
        let at_limit_w = demand.at_import_w - self.import_limit_w(step);
        let least_output_w = at_limit_w.max(demand.total_w - wish.pv_off_import_w);
        let needed_w = match least_output_w {
            f64::NEG_INFINITY => 0.0,
            least_w => self.around.grid.mv_for_output_w(step, least_w) - at_mv.mv_w,
        };
        (pv_mv_w - needed_w.max(0.0)).max(0.0)
    }

    /// Serves the vehicles as far as grid, PV and battery reach, and settles what the battery is asked for.
    ///
    /// The course is laid for their full request; a battery that cannot keep it up leaves them what it can.
    fn vehicles_first(&mut self, step: usize) -> (Course, Option<(Draw, Draw)>) {
        let grid = self.around.grid;
        if self.around.ev.is_none() {
            let demand = grid.demand(step, &Draw::default());
            return (self.course(step, demand), None);
        }
        let asked = self.course(step, grid.demand(step, &self.around.ev.request(step, &self.ev)));
        let import_limit_w = self.import_limit_w(step);
        let pv_mv_w = self.around.first.mv_w[step];
        let help_w = self.help_w(step, &asked, import_limit_w);
        let output_w = self.tracer.output_w(&grid.passage(step, &asked.demand), pv_mv_w, help_w);
        let Service { request, served, takes_all } =
            grid.serve(step, self.around.ev, &mut self.ev, output_w, import_limit_w);
        let demand = grid.demand(step, &served);
        let kept_back =
            matches!(asked.wish.reason, Reason::Asymmetry | Reason::ExportLimit).then_some(asked.wish.reason);
        let less = demand != asked.demand;
        let mut course = match less {
            true if takes_all => {
                // Laid for what they asked; less demand may let less out.
                let most_w = self.most_let_out_w(step, &demand, &asked.wish);
                let mut course = Course { demand, most_w, ..asked };
                if most_w == 0.0 && course.dc_w > 0.0 {
                    course.wish.reason = self.kept_back();
                }
                course
            }
            true => self.course(step, demand),
            false => asked,
        };
        if let Some(reason) = kept_back.filter(|_| less) {
            course.wish.reason = reason;
        }
        (Course { promised_w: help_w, ..course }, Some((request, served)))
    }

    /// The most that the export limit lets the battery give beside a demand, W at its DC terminals; never negative, and
    /// endless for strategies that do not look at the limit.
    fn most_let_out_w(&self, step: usize, demand: &Demand, wish: &Wish) -> f64 {
        if !self.pilot.aim(step).discharge_to_limit {
            return f64::INFINITY;
        }
        let passage = self.around.grid.passage(step, demand);
        let pv_mv_w = wish.leaves_of(self.around.first.mv_w[step]);
        self.tracer.dc_for_output_w(&passage, pv_mv_w, passage.export_cap_w).max(0.0)
    }

    /// What the battery can do for vehicles that ask for more than PV and grid give, W at its DC terminals.
    ///
    /// It may not export on another phase what it gives on the fullest one.
    fn help_w(&self, step: usize, asked: &Course, import_limit_w: f64) -> f64 {
        let passage = self.around.grid.passage(step, &asked.demand);
        let pv_mv_w = self.around.first.mv_w[step];
        let wanted_w = asked.demand.at_import_w - import_limit_w;
        let needed_w = self.tracer.dc_for_output_w(&passage, pv_mv_w, wanted_w.min(passage.export_cap_w));
        if needed_w <= 0.0 || !self.pilot.helps() {
            return 0.0;
        }
        let ability_w = self.plan.battery.ability_w(&self.state.battery, needed_w, &self.length);
        self.pilot.path(&self.state, asked.dc_w.max(needed_w), self.length.h).mean_up_to_w(needed_w).min(ability_w)
    }

    /// What the battery is asked for beside a demand: the wish, and then the import limit, which has the last word.
    fn course(&mut self, step: usize, demand: Demand) -> Course {
        let around = self.around;
        let pv = self.pv_alone(step, &demand);
        let passage = around.grid.passage(step, &demand);
        let cap_mv_w = || passage.mv_for_output_w(passage.export_cap_w);
        let limits = self.tracer.limits(&pv, cap_mv_w, &self.pilot.aim(step));
        let import_limit_w = self.import_limit_w(step);
        let least_output_w = demand.at_import_w - import_limit_w;
        let prices = around.prices.map(|p| (p.buy_per_kwh[step], p.sell_per_kwh[step]));
        let view = View {
            step,
            moment: &around.calendar[step],
            pv: &pv,
            demand: &demand,
            limits: &limits,
            import_limit_w,
            export_cap_w: passage.export_cap_w,
            state: &self.state,
            step_h: self.length.h,
            prices,
        };
        let mut wish = self.pilot.wish(&view);
        // The import limit has the last word over what is asked of PV, too.
        wish.output_cap_w = wish.output_cap_w.max(least_output_w);
        let wished_w = self.wished_w(&view, &passage, wish.intent, wish.leaves_of(pv.mv_w));
        let above_cap = matches!(wish.intent, Intent::Output { output_w } if output_w > view.export_cap_w);
        if above_cap && wished_w < 0.0 {
            wish.reason = Reason::PvCharge;
        }
        // PV that is off comes back as far as the import limit needs it.
        let dc_w = self.held_w(&view, &passage, &mut wish, wished_w, (pv.mv_w, least_output_w));
        Course { demand, limits, wish, dc_w: self.pilot.within_rates(dc_w), promised_w: 0.0, most_w: f64::INFINITY }
    }

    /// A wish as a power at the DC terminals, positive discharging.
    fn wished_w(&self, view: &View<'_>, passage: &Passage<'_>, intent: Intent, pv_mv_w: f64) -> f64 {
        match intent {
            Intent::Idle => 0.0,
            Intent::Charge { up_to_w } => -up_to_w.max(0.0),
            Intent::Discharge { up_to_w } => up_to_w.max(0.0),
            Intent::Output { output_w } => {
                self.tracer.dc_for_output_w(passage, pv_mv_w, output_w.min(view.export_cap_w))
            }
        }
    }

    /// The wished power, or what the import limit makes of it: it stops a charge, and lets the battery discharge as far as
    /// the strategy helps and the export limit of other phases lets it.
    fn held_w(
        &self,
        view: &View<'_>,
        passage: &Passage<'_>,
        wish: &mut Wish,
        wished_w: f64,
        (pv_mv_w, least_output_w): (f64, f64),
    ) -> f64 {
        if view.import_limit_w == f64::INFINITY {
            return wished_w;
        }
        let least_mv_w = passage.mv_for_output_w(least_output_w.min(view.export_cap_w));
        let mut held_w = self.tracer.held_w(pv_mv_w, wished_w, least_mv_w);
        if !self.pilot.helps() {
            held_w = held_w.min(wished_w.max(0.0));
        }
        if wished_w < held_w {
            wish.reason = Reason::ImportLimit;
        }
        if view.export_cap_w < least_output_w {
            wish.reason = self.kept_back();
        }
        held_w
    }

    /// Why less gets out than is needed.
    fn kept_back(&self) -> Reason {
        let grid = self.around.grid;
        if grid.export_per_phase || grid.import_per_phase { Reason::Asymmetry } else { Reason::ExportLimit }
    }

    /// The walk of PV alone beside a demand; that of the first walk where there are no vehicles.
    fn pv_alone(&self, step: usize, demand: &Demand) -> GridNode {
        let around = self.around;
        if around.ev.is_none() {
            return around.first.at(step);
        }
        around.grid.flow(step, around.first.mv_w[step], around.pv_running[step], demand)
    }

    /// The import limit of a step: the connection's, or less while a peak is shaved.
    fn import_limit_w(&self, step: usize) -> f64 {
        self.around.grid.import.limit_w[step].min(self.pilot.peak_w(&self.state.control))
    }

    /// Lets the control remember what came of the step.
    fn note(&mut self, step: usize, course: &Course, done: &StorageStep) {
        if !self.pilot.remembers() {
            return;
        }
        let around = self.around;
        let runs = around.pv_running[step] || done.done.charge_w > 0.0 || done.done.discharge_w > 0.0;
        let pv_mv_w = around.first.mv_w[step] - done.pv_off_w;
        let node = around.grid.flow_below(step, pv_mv_w + done.at_mv.mv_w, runs, &course.demand, done.output_cap_w);
        let pv_w = around.grid.flow(step, pv_mv_w, around.pv_running[step], &course.demand).before_limit_w;
        self.pilot.remember(&mut self.state.control, &node, pv_w, self.length.h);
    }
}
