//! Charging sites made on the spot, and what must hold in every step of them, read off the columns of the results.

use std::fmt::Write;

use pvess::ev::Draw;
use pvess::plant::{EvNodes, GridNodes};
use pvess::storage::{self, Around, Dispatch, Objective};
use pvess::time::Moment;
use pvess::{Project, Results, Simulation};

/// Power below which a step counts as balanced and a limit as kept, kW.
pub const EXACT_KW: f64 = 1e-6;

/// A site as text: a plant file and the one file of series that it names.
pub struct SiteText {
    /// The plant file behind name, site and PV.
    pub keys: String,
    /// Named columns of `site.csv`; `pv_mv_kw` is one of them.
    pub columns: Vec<(&'static str, Vec<f64>)>,
    /// `sessions.csv`, if the plant file names it.
    pub sessions: String,
    /// Length of a step, min.
    pub step_min: u32,
    /// First interval's start.
    pub start: &'static str,
}

impl SiteText {
    /// Reads it through the front door; what is wrong with it comes back as text.
    pub fn open(&self) -> Result<Project, String> {
        let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        let mut csv = names.join(",") + "\n";
        for row in 0..self.columns[0].1.len() {
            let cells: Vec<_> = self.columns.iter().map(|(_, values)| values[row].to_string()).collect();
            writeln!(csv, "{}", cells.join(",")).map_err(|e| e.to_string())?;
        }
        std::fs::write(dir.path().join("site.csv"), csv).map_err(|e| e.to_string())?;
        std::fs::write(dir.path().join("sessions.csv"), &self.sessions).map_err(|e| e.to_string())?;
        let text = format!(
            "name = \"site\"\nsite = {{ utc_offset_h = 1 }}\npv = {{ source = \"series\", file = \"site.csv\", column = \
             \"pv_mv_kw\", start = \"{}\", step_min = {} }}\n{}",
            self.start, self.step_min, self.keys
        );
        Project::from_text(&text, "plant.toml", Some(dir.path()), &[]).map_err(|p| format!("{p}\n{text}"))
    }
}

/// A project walked twice: through the corridor for its columns, and by hand for what the columns do not show.
pub struct Walked {
    pub project: Project,
    pub results: Results,
    pub ev: EvNodes,
}

impl Walked {
    pub fn new(project: Project) -> Self {
        let results = Simulation::new(&project).run();
        let p = &project;
        let pv = p.pv_year(None, 0);
        let ev = p.grid.serve_alone(&pv.mv_w, &pv.running, &p.ev);
        let first: GridNodes = p.grid.walk(&pv.mv_w, &pv.running, &ev, &[]);
        let calendar = p.axis.moments();
        let around = Around {
            axis: &p.axis,
            calendar: &calendar,
            grid: &p.grid,
            first: &first,
            pv_running: &pv.running,
            ev: &p.ev,
            prices: p.prices.as_deref(),
        };
        let stored = p.storage.as_ref().map(|plan| storage::run(plan, &around, plan.initial_state()).ev);
        let ev = stored.unwrap_or(ev);
        Self { project, results, ev }
    }

    pub fn column(&self, name: &str) -> Vec<f64> {
        self.results.timeseries.column(name).unwrap_or_else(|| panic!("no column {name}")).to_vec()
    }

    /// Everything that must hold on any site; the first breach as text.
    pub fn check(&self) -> Result<(), String> {
        Steps::of(self).check()
    }
}

/// The columns of a run side by side, kW and kWh.
struct Steps<'a> {
    of: &'a Walked,
    h: f64,
    calendar: Vec<Moment>,
    pv: Vec<f64>,
    ess: Vec<f64>,
    combined: Vec<f64>,
    before_limit: Vec<f64>,
    curtailed: Vec<f64>,
    load: Vec<f64>,
    ev: Vec<f64>,
    asked: Vec<f64>,
    poi: Vec<f64>,
    charge: Vec<f64>,
    discharge: Vec<f64>,
    soc: Vec<f64>,
    capacity: Vec<f64>,
}

macro_rules! hold {
    ($truth:expr, $($said:tt)*) => {
        let holds: bool = $truth;
        if !holds {
            return Err(format!($($said)*));
        }
    };
}

impl<'a> Steps<'a> {
    fn of(walked: &'a Walked) -> Self {
        let column = |name| walked.column(name);
        Self {
            of: walked,
            h: walked.project.axis.step_h(),
            calendar: walked.project.axis.moments(),
            pv: column("pv_mv_kw"),
            ess: column("ess_mv_kw"),
            combined: column("combined_mv_kw"),
            before_limit: column("before_limit_kw"),
            curtailed: column("curtailed_kw"),
            load: column("load_kw"),
            ev: column("ev_kw"),
            asked: column("ev_request_kw"),
            poi: column("poi_kw"),
            charge: column("charge_dc_kw"),
            discharge: column("discharge_dc_kw"),
            soc: column("soc_kwh"),
            capacity: column("capacity_kwh"),
        }
    }

    fn check(&self) -> Result<(), String> {
        let total = |name| self.of.results.summary.total.get(name).unwrap_or(f64::NAN);
        let residual_kwh = total("balance_residual_mwh") * 1e3;
        let hours = self.of.project.axis.hours();
        hold!(residual_kwh <= EXACT_KW * hours, "{residual_kwh} kWh are left over in {hours} h");
        let mut today_kwh = 0.0;
        for i in 0..self.poi.len() {
            if i == 0 || self.calendar[i].day != self.calendar[i - 1].day {
                today_kwh = 0.0;
            }
            today_kwh += self.discharge[i] * self.h;
            let told = |said: String| format!("step {i}, {}: {said}", self.reason(i));
            self.balances(i).map_err(told)?;
            self.keeps_the_export_limit(i).map_err(told)?;
            self.keeps_the_import_limit(i, today_kwh).map_err(told)?;
            self.keeps_the_battery_s_bounds(i).map_err(told)?;
            self.serves_vehicles_first(i).map_err(told)?;
            self.asks_the_grid_s_permission(i).map_err(told)?;
            self.stores_before_it_curtails(i).map_err(told)?;
        }
        Ok(())
    }

    fn reason(&self, i: usize) -> &'static str {
        self.of.results.timeseries.reasons().get(i).map_or("no reason", |reason| reason.as_str())
    }

    /// PV less curtailment, battery at the POI, load, vehicles and POI add up, the losses between MV bus and POI taken
    /// as they are told.
    fn balances(&self, i: usize) -> Result<(), String> {
        // What is switched off at the MV bus never came as far as the limit.
        let off = self.pv[i] + self.ess[i] - self.combined[i];
        let over = self.before_limit[i] + off - self.curtailed[i] - self.load[i] - self.ev[i] - self.poi[i];
        hold!(over.abs() <= EXACT_KW, "{over} kW are left over at the POI");
        hold!(off >= -EXACT_KW && off <= self.pv[i].max(0.0) + EXACT_KW, "{off} kW of PV are off");
        hold!(self.curtailed[i] >= 0.0, "{} kW curtailed", self.curtailed[i]);
        hold!(self.poi[i].is_finite() && self.soc[i].is_finite(), "{} kW, {} kWh", self.poi[i], self.soc[i]);
        let lossless = self.of.project.grid.equipment.is_empty() && self.of.project.grid.availability_loss[i] == 0.0;
        let at_poi = self.pv[i] - self.curtailed[i] + self.ess[i] - self.load[i] - self.ev[i] - self.poi[i];
        hold!(!lossless || at_poi.abs() <= EXACT_KW, "{at_poi} kW are left over from MV bus to POI");
        Ok(())
    }

    /// Import by phase, kW.
    fn phases(&self, i: usize) -> [f64; 3] {
        let output = self.poi[i] + self.load[i] + self.ev[i];
        self.of.project.grid.phases_w(i, &self.of.ev.served(i)).map(|w| w / 1e3 - output / 3.0)
    }

    fn keeps_the_export_limit(&self, i: usize) -> Result<(), String> {
        let grid = &self.of.project.grid;
        let limit = grid.export.limit_w[i] / 1e3;
        hold!(self.poi[i] <= limit + EXACT_KW, "exports {} of {limit} kW", self.poi[i]);
        let output = self.poi[i] + self.load[i] + self.ev[i];
        hold!(!grid.export_is_static || output <= limit + EXACT_KW, "puts out {output} of {limit} kW");
        if grid.export_per_phase && !grid.export_is_static {
            let phases = self.phases(i);
            hold!(phases.iter().all(|w| -w <= limit / 3.0 + EXACT_KW), "exports {phases:?} of {limit} kW by phase");
        }
        let feeds = self.poi[i] > 1e-9;
        let zero = matches!(self.dispatch(), Some(Dispatch::Site(s)) if s.objective == Objective::ZeroFeedIn);
        hold!(!(zero && feeds), "zero feed-in exports {} kW", self.poi[i]);
        Ok(())
    }

    fn dispatch(&self) -> Option<&Dispatch> {
        self.of.project.storage.as_ref().map(|plan| &plan.dispatch)
    }

    /// An overload comes only where vehicles get nothing and the battery gives all it can.
    fn keeps_the_import_limit(&self, i: usize, today_kwh: f64) -> Result<(), String> {
        let grid = &self.of.project.grid;
        let limit = grid.import.limit_w[i] / 1e3;
        let (import, vehicles) = if grid.import_per_phase {
            let phases = self.phases(i);
            let full = (0..3).max_by(|a, b| phases[*a].total_cmp(&phases[*b])).unwrap_or(0);
            (3.0 * phases[full], self.of.ev.served(i).phase_w[full] / 1e3)
        } else {
            (-self.poi[i], self.ev[i])
        };
        // Loads of a plant before the MV bus are no vehicles: the limit is kept to the transformers' rounding.
        let over = import - limit;
        if over <= EXACT_KW {
            return Ok(());
        }
        hold!(vehicles <= EXACT_KW, "{import} of {limit} kW are imported while vehicles draw {vehicles} kW");
        // What a phase may not export is charged without taking anything from the others.
        let spare = self.charge[i] <= EXACT_KW || self.export_binds(i);
        hold!(spare, "{import} of {limit} kW are imported while the battery charges");
        let helps = self.dispatch().is_some_and(Dispatch::helps);
        let why = self.why_no_more(i, today_kwh);
        hold!(!helps || why.is_some(), "{import} of {limit} kW are imported; {} kW are given", self.discharge[i]);
        Ok(())
    }

    /// Why the battery gives no more than it does, if there is a reason.
    fn why_no_more(&self, i: usize, today_kwh: f64) -> Option<&'static str> {
        let plan = self.of.project.storage.as_ref()?;
        let (battery, converter) = (&plan.battery, &plan.converter);
        let rate_w = match &plan.dispatch {
            Dispatch::Site(site) => converter.rated_w.min(site.max_discharge_w),
            _ => converter.rated_w,
        };
        let most = (rate_w / converter.efficiency).min(battery.max_discharge_w) / 1e3;
        let (least, tapers) = match &plan.dispatch {
            Dispatch::Site(_) => (battery.min_soc, 0.05),
            Dispatch::Sell(sell) => (battery.min_soc.max(sell.settings.reserve), 0.0),
            _ => (battery.min_soc, 0.0),
        };
        let left = self.soc[i] - (least + tapers) * self.capacity[i];
        let daily = battery.max_cycles_per_day * battery.nameplate_wh / 1e3;
        if self.discharge[i] >= most * (1.0 - 1e-9) {
            Some("at its rate")
        } else if left <= 1e-6 {
            Some("empty")
        } else if today_kwh >= daily * (1.0 - 1e-9) {
            Some("done for the day")
        } else if self.export_binds(i) {
            Some("at the export limit")
        } else if self.reason(i) == "locked" {
            Some("locked")
        } else {
            None
        }
    }

    /// Whether PV and battery may put out no more: on a phase, or against a static limit.
    fn export_binds(&self, i: usize) -> bool {
        let demand = self.of.project.grid.demand(i, &self.of.ev.served(i));
        let output = self.poi[i] + self.load[i] + self.ev[i];
        output >= self.of.project.grid.export_cap_w(i, &demand) / 1e3 - EXACT_KW
    }

    fn keeps_the_battery_s_bounds(&self, i: usize) -> Result<(), String> {
        let (charge, discharge, soc) = (self.charge[i], self.discharge[i], self.soc[i]);
        hold!(charge >= 0.0 && discharge >= 0.0, "charge {charge} kW, discharge {discharge} kW");
        hold!(charge == 0.0 || discharge == 0.0, "charges {charge} kW and discharges {discharge} kW at once");
        let capacity = self.capacity[i];
        hold!(soc >= 0.0 && soc <= capacity * (1.0 + 1e-12), "{soc} of {capacity} kWh");
        let Some(plan) = &self.of.project.storage else { return Ok(()) };
        let floor = match &plan.dispatch {
            Dispatch::Sell(sell) => plan.battery.min_soc.max(sell.settings.reserve),
            _ => plan.battery.min_soc,
        };
        // A battery that does not discharge may sink below by fading; what it loses by itself in the step is forgiven.
        let itself = plan.battery.self_discharge_per_month * capacity * self.h / 700.0;
        let sank = discharge > 0.0 && soc < floor * capacity - itself - 1e-9;
        hold!(!sank, "discharges {discharge} kW to {soc} kWh of {capacity}, below {floor}");
        let (rated, eta) = (plan.converter.rated_w / 1e3, plan.converter.efficiency);
        hold!(charge <= rated * eta * (1.0 + 1e-9), "charges {charge} kW behind {rated} kW");
        hold!(discharge <= rated / eta * (1.0 + 1e-9), "discharges {discharge} kW behind {rated} kW");
        Ok(())
    }

    fn serves_vehicles_first(&self, i: usize) -> Result<(), String> {
        let (served, asked): (Draw, Draw) = (self.of.ev.served(i), self.of.ev.request(i));
        for (got, wanted) in served.phase_w.into_iter().zip(asked.phase_w) {
            hold!(got >= 0.0 && got <= wanted * (1.0 + 1e-9) + 1e-6, "vehicles get {got} of {wanted} W");
        }
        hold!((served.total_w() / 1e3 - self.ev[i]).abs() <= EXACT_KW, "the columns have other vehicles");
        // A transformer at no load is off by its own winding loss, some milliwatts.
        // Sessions have a least power, which may leave room for the battery that no car can use.
        let any_power = matches!(*self.of.project.ev, pvess::ev::Ev::Profile(_));
        let cut = self.asked[i] - self.ev[i];
        let both = any_power && cut > EXACT_KW && self.charge[i] > 1e-5 && self.takes_what_vehicles_could_use(i);
        hold!(!both, "{cut} kW of vehicles wait while {} kW are charged", self.charge[i]);
        Ok(())
    }

    /// Whether the import stands at its limit, so that charging less would let vehicles have more.
    fn takes_what_vehicles_could_use(&self, i: usize) -> bool {
        let grid = &self.of.project.grid;
        let limit = grid.import.limit_w[i] / 1e3;
        if self.export_binds(i) {
            // The battery takes what could not get out.
            return false;
        }
        if grid.import_per_phase { true } else { -self.poi[i] >= limit - EXACT_KW }
    }

    /// What stores surplus takes all that would be curtailed, as far as inverter and battery reach.
    fn stores_before_it_curtails(&self, i: usize) -> Result<(), String> {
        let Some(plan) = &self.of.project.storage else { return Ok(()) };
        let rate_w = match &plan.dispatch {
            Dispatch::Site(site) => site.max_charge_w.min(plan.converter.rated_w),
            Dispatch::PeakShaving(_) => plan.converter.rated_w,
            _ => return Ok(()),
        };
        let most = (rate_w * plan.converter.efficiency).min(plan.battery.max_charge_w) / 1e3;
        let full = self.soc[i] >= self.capacity[i] * (1.0 - 1e-9);
        let stored = full || self.charge[i] >= most * (1.0 - 1e-6);
        // A charge smaller than the transformer's own draw cannot be had.
        let draw = plan.converter.transformer.input_w(0.0, true) / 1e3 + plan.converter.auxiliary.active_w / 1e3;
        let spilled = self.curtailed[i] > draw + 1e-3;
        hold!(
            !spilled || stored,
            "{} kW curtailed while {} of {most} kW are charged",
            self.curtailed[i],
            self.charge[i]
        );
        Ok(())
    }

    /// Without permission the grid is not asked for more than the site draws anyway.
    fn asks_the_grid_s_permission(&self, i: usize) -> Result<(), String> {
        let Some(plan) = &self.of.project.storage else { return Ok(()) };
        let buy = self.of.project.prices.as_ref().map(|p| p.buy_per_kwh[i]);
        let open = plan
            .grid_charging
            .as_ref()
            .map_or(plan.dispatch.charges_from_grid(), |g| g.is_open(&self.calendar[i], buy));
        if open || self.charge[i] <= 1e-9 {
            return Ok(());
        }
        let from_pv = matches!(
            plan.dispatch,
            Dispatch::None
                | Dispatch::LgiaExcess(_)
                | Dispatch::EnergyAvailable(_)
                | Dispatch::Custom(_)
                | Dispatch::Smoothing(_)
        );
        if from_pv {
            // They take PV wherever there is any, and no more than that.
            let (converter, ac) = (&plan.converter, self.charge[i] / plan.converter.efficiency);
            let standing = (converter.transformer.loss_w(ac * 1e3, true) + converter.auxiliary.active_w) / 1e3;
            let left = self.combined[i] + standing;
            hold!(left >= self.pv[i].min(0.0) - EXACT_KW, "charges {} kW and leaves {left} kW of PV", self.charge[i]);
            return Ok(());
        }
        let grid = &self.of.project.grid;
        // Zero feed-in imports a little always, and lets the battery have it.
        let limit = if grid.import.limit_w[i].is_finite() { grid.import.limit_w[i] / 1e3 } else { 0.0 };
        let kept = match &plan.dispatch {
            Dispatch::Site(site) if site.objective == Objective::ZeroFeedIn => (0.01 * limit).max(2.0),
            _ => 0.0,
        };
        let spare = -self.poi[i] <= kept + EXACT_KW || self.export_binds(i);
        hold!(spare, "charges {} kW and draws {} kW", self.charge[i], -self.poi[i]);
        Ok(())
    }
}
