//! A year as a linear program: constant efficiencies, and demand charges, which a chain of steps cannot see.

use super::super::super::battery::BatteryState;
use super::super::super::operation::Around;
use super::super::super::optimum::{DemandCharge, EndValue, LinearBattery, LinearSite, LpSolution};
use super::super::super::planner::Store;
use super::Optimal;

/// The year as a linear program: constant efficiencies, demand charges.
pub(super) fn linear_site(
    optimal: &Optimal,
    around: &Around<'_>,
    start: &BatteryState,
    store: &Store,
    open: &[bool],
    end: EndValue,
    far_above: f64,
) -> LinearSite {
    let ev_w = around.ev.unlimited_w();
    let price = |p: Option<&Vec<f64>>| p.cloned().unwrap_or_else(|| vec![1.0; around.first.mv_w.len()]);
    let demand_charge = around.prices.and_then(|p| {
        let per_kw = p.demand_charge_per_kw?;
        Some(DemandCharge {
            month: around.calendar.iter().map(|m| usize::from(m.month0)).collect(),
            price_per_kw: per_kw.to_vec(),
            interval_steps: (p.billing_interval_s / around.axis.step_s) as usize,
        })
    });
    LinearSite {
        step_h: around.axis.step_h(),
        pv_w: around.first.before_limit_w.clone(),
        demand_w: (0..around.first.mv_w.len())
            .map(|i| around.grid.load_w[i] + ev_w.get(i).copied().unwrap_or(0.0))
            .collect(),
        buy_per_kwh: price(around.prices.map(|p| &p.buy_per_kwh)),
        sell_per_kwh: price(around.prices.map(|p| &p.sell_per_kwh)),
        import_limit_w: around.grid.import.limit_w.clone(),
        export_limit_w: around.grid.export.limit_w.clone(),
        battery: LinearBattery {
            charge_w: store.charge_w,
            discharge_w: store.discharge_w,
            eta_charge: store.eta_charge,
            eta_discharge: store.eta_discharge,
            floor_wh: store.floor_wh,
            full_wh: store.full_wh,
            start_wh: start.stored_wh,
            wear_per_kwh: optimal.wear_per_kwh,
        },
        grid_charging: open.iter().all(|open| *open),
        shed_per_kwh: far_above,
        demand_charge,
        end,
    }
}

/// Planned power at the POI, W, positive export.
pub(super) fn poi_w(solution: &LpSolution) -> Vec<f64> {
    solution.export_w.iter().zip(&solution.import_w).map(|(export_w, import_w)| export_w - import_w).collect()
}
