//! The algorithm at work: a dispatch algorithm with its battery, its permissions and its memory.

use crate::plant::GridNode;

use super::super::Plan;
use super::super::battery::BatteryState;
use super::super::limits::{Aim, ChargeFrom};
use super::super::operation::{Around, State};
use super::super::planner::{Floor, PlannedSlot, Store};
use super::optimal::Guide;
use super::sell::{Sell, Seller};
use super::taper::Above;
use super::{DischargePath, Dispatch, Intent, Reason, View, Wish, energy_available, lgia_excess};

/// What the control remembers from step to step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Control {
    /// Whether discharge waits until the battery has been charged.
    pub locked: bool,
    /// Time since the billing interval began, h.
    pub interval_h: f64,
    /// Imported since then, Wh.
    pub interval_wh: f64,
    /// The output of the step before, W.
    pub last_output_w: Option<f64>,
}

/// A dispatch algorithm at work in a year.
pub struct Pilot<'a> {
    plan: &'a Plan,
    around: &'a Around<'a>,
    mind: Mind<'a>,
}

/// What an algorithm that looks ahead has made of the year.
enum Mind<'a> {
    /// It looks at the step alone.
    None,
    Seller(Box<Seller>),
    Guide(Box<Guide<'a>>),
}

impl<'a> Pilot<'a> {
    /// Puts a plan's algorithm to work among what stands around the storage, from the battery's state at the start.
    pub fn new(plan: &'a Plan, around: &'a Around<'a>, start: &BatteryState) -> Self {
        let mut pilot = Self { plan, around, mind: Mind::None };
        let steps = 0..around.first.mv_w.len();
        pilot.mind = match &plan.dispatch {
            Dispatch::Sell(sell) => {
                Mind::Seller(Box::new(Seller::new(sell, around, |step| pilot.charges_from_grid(step))))
            }
            Dispatch::Optimal(optimal) => {
                let open: Vec<bool> = steps.map(|step| pilot.charges_from_grid(step)).collect();
                Mind::Guide(Box::new(Guide::new(optimal, plan, around, start, &plan.store(start), &open)))
            }
            _ => Mind::None,
        };
        pilot
    }

    /// The plan of the slot in which the last step lay, of an algorithm that plans in slots.
    pub fn planned(&self) -> Option<PlannedSlot> {
        if let Mind::Seller(seller) = &self.mind { Some(seller.planned) } else { None }
    }

    /// Looks at the battery before a step.
    pub fn prepare(&self, control: &mut Control, battery: &BatteryState) {
        if let Dispatch::Site(site) = &self.plan.dispatch {
            control.locked = site.taper.locks(control.locked, &self.above(battery));
        }
    }

    /// What the algorithm asks of the limits in a step; charging from the grid where it is permitted.
    #[inline]
    pub fn aim(&self, step: usize) -> Aim {
        let aim = self.plan.dispatch.aim(step);
        if self.plan.grid_charging.is_some() && self.charges_from_grid(step) {
            return Aim { charge_from: ChargeFrom::Grid, ..aim };
        }
        aim
    }

    /// The wish for a step.
    pub fn wish(&mut self, view: &View<'_>) -> Wish {
        let from_grid = self.charges_from_grid(view.step);
        match &mut self.mind {
            Mind::None => {}
            Mind::Seller(seller) => return seller.wish(view, &self.plan.store(&view.state.battery), from_grid),
            Mind::Guide(guide) => return guide.wish(view, from_grid),
        }
        match &self.plan.dispatch {
            Dispatch::None | Dispatch::Sell(_) | Dispatch::Optimal(_) => Wish::idle(Reason::Idle),
            Dispatch::LgiaExcess(schedule) => {
                let wish = lgia_excess::intent(schedule, view);
                // Hours open to the grid fill what the excess leaves.
                let fills = wish == Intent::Idle && from_grid;
                if fills { Intent::Charge { up_to_w: view.limits.charge_w }.into() } else { wish.into() }
            }
            Dispatch::EnergyAvailable(schedule) => energy_available::intent(schedule, view).into(),
            Dispatch::Custom(custom) => custom.intent(view).into(),
            Dispatch::Site(site) => site.wish(view, from_grid),
            Dispatch::PeakShaving(shaving) => shaving.wish(view, from_grid),
            Dispatch::Smoothing(smoothing) => smoothing.wish(view, self.plan.battery.capacity_wh(&view.state.battery)),
        }
    }

    /// Whether charging from the grid is open in a step.
    fn charges_from_grid(&self, step: usize) -> bool {
        match &self.plan.grid_charging {
            Some(gate) => gate.is_open(&self.around.calendar[step], self.around.prices.map(|p| p.buy_per_kwh[step])),
            None => self.plan.dispatch.charges_from_grid(),
        }
    }

    /// Whether the battery steps in where the import limit would be passed or vehicles would go without.
    pub fn helps(&self) -> bool {
        self.plan.dispatch.helps()
    }

    /// How a discharge of `dc_w` goes over a step.
    pub fn path(&self, state: &State, dc_w: f64, step_h: f64) -> DischargePath {
        match &self.plan.dispatch {
            Dispatch::Site(_) if state.control.locked => DischargePath::constant(0.0, step_h),
            Dispatch::Site(site) => site.taper.path(&self.above(&state.battery), dc_w, step_h),
            Dispatch::Sell(sell) => {
                // A reserve is for nobody but the vehicles, and theirs is right under the floor of the plan.
                let floor = self.plan.floor(sell, &state.battery);
                let least_wh = floor.floor_wh - floor.boost_wh;
                let (_, eta_discharge) = self.plan.efficiencies(&state.battery);
                let most_w = (state.battery.stored_wh - least_wh).max(0.0) * eta_discharge / step_h;
                DischargePath::constant(dc_w.min(most_w), step_h)
            }
            _ => DischargePath::constant(dc_w, step_h),
        }
    }

    /// A power at the DC terminals within the rates of charge and discharge.
    #[inline]
    pub fn within_rates(&self, dc_w: f64) -> f64 {
        let Dispatch::Site(site) = &self.plan.dispatch else { return dc_w };
        let efficiency = self.plan.converter.efficiency;
        dc_w.clamp(-site.max_charge_w * efficiency, site.max_discharge_w / efficiency)
    }

    /// The import that a peak shaver still allows, W; infinite where none is set.
    #[inline]
    pub fn peak_w(&self, control: &Control) -> f64 {
        let Dispatch::Site(site) = &self.plan.dispatch else { return f64::INFINITY };
        site.peak.map_or(f64::INFINITY, |shaver| shaver.limit_w(control))
    }

    /// Lets the control remember a step's powers, once; `pv_w` is what PV alone would have put out, W.
    pub fn remember(&mut self, control: &mut Control, node: &GridNode, pv_w: f64, step_h: f64) {
        if let Mind::Seller(seller) = &mut self.mind {
            seller.note(node.before_limit_w - pv_w, node.poi_w);
        }
        if let Some(shaver) = self.plan.dispatch.shaver() {
            shaver.remember(control, (-node.poi_w).max(0.0), step_h);
        }
        control.last_output_w = Some(node.before_limit_w - node.curtailed_w);
    }

    /// Whether there is anything to remember.
    pub fn remembers(&self) -> bool {
        let dispatch = &self.plan.dispatch;
        dispatch.shaver().is_some() || matches!(dispatch, Dispatch::Smoothing(_) | Dispatch::Sell(_))
    }

    /// The battery above its minimum state of charge, with the power it could give.
    fn above(&self, state: &BatteryState) -> Above {
        let Plan { battery, converter, dispatch, .. } = self.plan;
        let rate_w = if let Dispatch::Site(site) = dispatch { site.max_discharge_w } else { f64::INFINITY };
        let capacity_wh = battery.capacity_wh(state);
        let (_, eta_discharge) = self.plan.efficiencies(state);
        Above {
            stored_wh: state.stored_wh - battery.min_soc * capacity_wh,
            capacity_wh,
            eta_discharge,
            max_w: (converter.rated_w.min(rate_w) / converter.efficiency).min(battery.max_discharge_w),
        }
    }
}

impl Plan {
    /// Charge and discharge efficiencies of the battery in force.
    fn efficiencies(&self, state: &BatteryState) -> (f64, f64) {
        let battery = &self.battery;
        battery.one_way(battery.roundtrip_efficiency(state))
    }

    /// The level under which a plan of sales does not discharge.
    fn floor(&self, sell: &Sell, state: &BatteryState) -> Floor {
        let battery = &self.battery;
        let capacity_wh = battery.capacity_wh(state);
        sell.settings.floor(battery.min_soc * capacity_wh, capacity_wh)
    }

    /// The battery as planners see it: from the POI, with the chain's efficiencies at its rated powers.
    fn store(&self, state: &BatteryState) -> Store {
        let Plan { battery, converter, dispatch, .. } = self;
        let (eta_charge, eta_discharge) = self.efficiencies(state);
        let in_w = (converter.rated_w * converter.efficiency).min(battery.max_charge_w);
        let out_w = (converter.rated_w / converter.efficiency).min(battery.max_discharge_w);
        let charge_w = -converter.mv_w(-in_w);
        let discharge_w = converter.mv_w(out_w).max(0.0);
        let ratio = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
        let capacity_wh = battery.capacity_wh(state);
        let floor = match dispatch {
            Dispatch::Sell(sell) => self.floor(sell, state),
            _ => Floor { floor_wh: battery.min_soc * capacity_wh, boost_wh: 0.0 },
        };
        Store {
            floor_wh: floor.floor_wh,
            boost_wh: floor.boost_wh,
            full_wh: capacity_wh,
            charge_w,
            discharge_w,
            eta_charge: eta_charge * ratio(in_w, charge_w),
            eta_discharge: eta_discharge * ratio(discharge_w, out_w),
        }
    }
}
