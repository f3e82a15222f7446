//! A site without losses on which strategies are tested step by step with hand arithmetic.

mod export;
mod strategies;
mod vehicles;

use jiff::civil::date;

use super::battery::tests::plain;
use super::*;
use crate::error::Findings;
use crate::ev::Ev;
use crate::keys::{Door, Node};
use crate::losses::Transformer;
use crate::plant::grid_tests::lossless;
use crate::plant::{EvNodes, Grid, GridNodes, LimitYear};
use crate::time::TimeAxis;

/// A lossless site: one value per step of what is given in kW, a battery of 100 kWh behind an inverter of 60 kW.
pub(super) struct SiteCase {
    pub grid: Grid,
    pub pv_w: Vec<f64>,
    pub ev: Ev,
    pub plan: Plan,
    pub step_s: u32,
}

pub(super) fn kilo(kw: &[f64]) -> Vec<f64> {
    kw.iter().map(|kw| kw * 1e3).collect()
}

pub(super) fn dispatch(text: &str) -> Dispatch {
    let node = Node::parse(text, "plant.toml").unwrap();
    let findings = Findings::default();
    let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
    let dispatch = Keys::read(&node, &door, Dispatch::read);
    findings.conclude(dispatch).unwrap().0
}

impl SiteCase {
    pub fn new(strategy: &str, load_kw: &[f64], pv_kw: &[f64]) -> Self {
        let len = load_kw.len();
        let import = LimitYear::standing(vec![200e3; len]);
        let grid = Grid { import, load_w: kilo(load_kw), ..lossless(len) };
        let battery =
            Battery { nameplate_wh: 100e3, usable_wh: 100e3, roundtrip_efficiency: 1.0, initial_soc: 0.5, ..plain() };
        let converter = Converter {
            rated_w: 60e3,
            efficiency: 1.0,
            transformer: Transformer::lossless(),
            auxiliary: StorageAuxiliary { idle_w: 0.0, active_w: 0.0 },
        };
        let plan = Plan {
            battery,
            life: Life::default(),
            converter,
            dispatch: dispatch(strategy),
            limits: LimitMode::Exact,
            grid_charging: None,
        };
        Self { grid, pv_w: kilo(pv_kw), ev: Ev::none(), plan, step_s: 3600 }
    }

    pub fn soc(mut self, soc: f64) -> Self {
        self.plan.battery.initial_soc = soc;
        self
    }

    /// The storage's year and the second walk.
    pub fn run(&self) -> (StorageYear, GridNodes) {
        let start = date(2021, 6, 1).at(0, 0, 0, 0);
        let len = self.pv_w.len();
        let axis = TimeAxis { start, step_s: self.step_s, len, utc_offset_s: 0, leap_days: true };
        let calendar = axis.moments();
        let running: Vec<bool> = self.pv_w.iter().map(|w| *w > 0.0).collect();
        let first = self.grid.walk(&self.pv_w, &running, &EvNodes::default(), &[]);
        let around = Around {
            axis: &axis,
            calendar: &calendar,
            grid: &self.grid,
            first: &first,
            pv_running: &running,
            ev: &self.ev,
            prices: None,
        };
        let year = run(&self.plan, &around, self.plan.initial_state());
        let mv: Vec<f64> = (0..len).map(|i| self.pv_w[i] - year.nodes.pv_off_w[i] + year.nodes.mv_w[i]).collect();
        let second = self.grid.walk(&mv, &running, &year.ev, &year.nodes.output_cap_w);
        (year, second)
    }

    /// Battery power at the POI by step, kW, positive discharging, to a watt.
    pub fn battery_kw(&self) -> Vec<f64> {
        let (year, _) = self.run();
        year.nodes.mv_w.iter().map(|w| w.round() / 1e3).collect()
    }
}

fn reasons(case: &SiteCase) -> Vec<&'static str> {
    case.run().0.nodes.reason.iter().map(|reason| reason.as_str()).collect()
}

/// Stored energy after three hours of a constant site in steps of an hour and of a minute, Wh.
fn after_three_hours(text: &str, (load_kw, pv_kw): (f64, f64), set: impl Fn(&mut SiteCase)) -> [f64; 2] {
    [(3, 3600), (180, 60)].map(|(len, step_s)| {
        let case = SiteCase::new(text, &vec![load_kw; len], &vec![pv_kw; len]);
        let mut case = SiteCase { step_s, ..case };
        set(&mut case);
        case.run().0.end.battery.stored_wh
    })
}
