//! What the linear program's answer means for the site: a plan that keeps every limit and does one thing at a time.

use super::linear::LinearSite;
use super::meter::{Flow, SiteStep};

/// What the solver leaves of a power or energy that should be 0, as a share of the site's size.
const NOISE: f64 = 1e-7;

/// How far a solution is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LpStatus {
    /// Within the solver's tolerances, 1e-8 relative.
    Optimal,
    /// Within its reduced tolerances, 5e-5 relative.
    Rough,
    /// Not solved; the plan is that of an idle battery.
    Failed,
}

/// The answer of a linear program: its objective, and the plan step by step, W at the POI and Wh.
#[derive(Debug, Clone, PartialEq)]
pub struct LpSolution {
    /// How far to trust it.
    pub status: LpStatus,
    /// The least cost: energy, wear, shed demand, demand charges, the end's value. No plan can be cheaper. The cost of
    /// the plan where the solver failed.
    pub objective: f64,
    /// What the plan below costs, counted likewise. It is above the objective where the program did two opposite things
    /// at once, which only `sell ≥ buy` and `buy < 0` can bring about.
    pub cost: f64,
    /// Charge.
    pub charge_w: Vec<f64>,
    /// Discharge.
    pub discharge_w: Vec<f64>,
    /// From the grid.
    pub import_w: Vec<f64>,
    /// To the grid.
    pub export_w: Vec<f64>,
    /// PV not used.
    pub curtailed_w: Vec<f64>,
    /// Demand not served.
    pub shed_w: Vec<f64>,
    /// Stored energy at the step's end.
    pub stored_wh: Vec<f64>,
    /// Highest mean import of each billing month; empty without demand charges.
    pub peaks_w: Vec<f64>,
}

/// What the program wants of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wish {
    /// Stored energy at its end, Wh.
    pub stored_wh: f64,
    /// Import, W.
    pub import_w: f64,
}

impl Wish {
    /// The wish of a battery that keeps what it has, whatever is imported.
    pub fn idle(site: &LinearSite) -> Self {
        Self { stored_wh: site.start_wh(), import_w: f64::INFINITY }
    }
}

impl LinearSite {
    /// Walks the site along the wishes. `power_w` is the size of the site.
    pub(super) fn plan(&self, wishes: &[Wish], power_w: f64, status: LpStatus, objective: f64) -> LpSolution {
        let mut plan = LpSolution::of(status, objective, wishes.len());
        let mut stored_wh = self.start_wh();
        for (i, wish) in wishes.iter().enumerate() {
            let mut at = self.step(i);
            if self.demand_charge.is_some() {
                // No more than was wished: it could be this month's peak.
                at.import_limit_w = at.import_limit_w.min(wish.import_w + NOISE * power_w);
            }
            let wished_w = self.wished_w(&at, wish.stored_wh - stored_wh);
            let (battery_w, flow) = at.flow(wished_w).map_or((0.0, None), |flow| (wished_w, Some(flow)));
            let flow = flow.or_else(|| at.flow(0.0)).unwrap_or_default();
            stored_wh += self.change_wh(battery_w).unwrap_or(0.0);
            plan.cost += self.step_cost(&at, &flow, battery_w.max(0.0));
            plan.push(battery_w, stored_wh, &flow);
        }
        if let Some(charge) = &self.demand_charge {
            plan.peaks_w = charge.peaks_w(&plan.import_w);
            plan.cost += charge.costs(&plan.peaks_w).sum::<f64>();
        }
        plan.cost += self.end.cost(stored_wh);
        if status == LpStatus::Failed {
            plan.objective = plan.cost;
        }
        plan
    }

    /// The battery power, W (positive discharges), that comes nearest to a change of stored energy within what battery
    /// and limits allow.
    fn wished_w(&self, at: &SiteStep, change_wh: f64) -> f64 {
        if change_wh.abs() <= NOISE * self.range_wh() {
            return 0.0;
        }
        let (charge_w, discharge_w) = self.largest_w(at);
        let most_w = discharge_w.min(at.demand_w + at.export_limit_w);
        self.battery_w(change_wh).unwrap_or(0.0).clamp(-charge_w.min(at.pv_w + at.import_limit_w), most_w)
    }
}

impl LpSolution {
    fn of(status: LpStatus, objective: f64, len: usize) -> Self {
        let column = || Vec::with_capacity(len);
        Self {
            status,
            objective,
            cost: 0.0,
            charge_w: column(),
            discharge_w: column(),
            import_w: column(),
            export_w: column(),
            curtailed_w: column(),
            shed_w: column(),
            stored_wh: column(),
            peaks_w: vec![],
        }
    }

    fn push(&mut self, battery_w: f64, stored_wh: f64, flow: &Flow) {
        self.charge_w.push((-battery_w).max(0.0));
        self.discharge_w.push(battery_w.max(0.0));
        self.import_w.push(flow.import_w);
        self.export_w.push(flow.export_w);
        self.curtailed_w.push(flow.curtailed_w);
        self.shed_w.push(flow.shed_w);
        self.stored_wh.push(stored_wh);
    }
}
