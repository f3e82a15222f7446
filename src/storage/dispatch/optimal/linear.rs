//! A year as a linear program: constant efficiencies, and demand charges, which a chain of steps cannot see.

use super::super::super::battery::BatteryState;
use super::super::super::operation::Around;
use super::super::super::optimum::{DemandCharge, EndValue, LinearBattery, LinearSite, LpStatus};
use super::super::super::planner::Store;
use super::Optimal;

/// The highest imports of the months that cost least, W, January first; infinite where no demand is charged, and where the
/// program could not be solved.
///
/// The program knows demand charges, but the plant only by constant efficiencies and limits on the sum at the POI. So its
/// peaks are taken, and the way there is left to those who know the plant.
pub(super) fn monthly_peaks_w(
    optimal: &Optimal,
    around: &Around<'_>,
    start: &BatteryState,
    store: &Store,
    open: &[bool],
    (end, far_above): (EndValue, f64),
) -> [f64; 12] {
    let mut peaks_w = [f64::INFINITY; 12];
    let Some(per_kw) = around.prices.and_then(|p| p.demand_charge_per_kw) else { return peaks_w };
    if per_kw.iter().all(|price| *price <= 0.0) {
        return peaks_w;
    }
    let solution = linear_site(optimal, around, start, store, open, (end, far_above)).optimum();
    if solution.status != LpStatus::Failed {
        let charged = peaks_w.iter_mut().zip(&solution.peaks_w).zip(per_kw).filter(|(_, price)| *price > 0.0);
        charged.for_each(|((peak_w, found_w), _)| *peak_w = *found_w);
    }
    peaks_w
}

/// The year as a linear program: constant efficiencies, demand charges.
fn linear_site(
    optimal: &Optimal,
    around: &Around<'_>,
    start: &BatteryState,
    store: &Store,
    open: &[bool],
    (end, far_above): (EndValue, f64),
) -> LinearSite {
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
        demand_w: around.wanted_w(),
        buy_per_kwh: price(around.prices.map(|p| &p.buy_per_kwh)),
        sell_per_kwh: price(around.prices.map(|p| &p.sell_per_kwh)),
        import_limit_w: around.grid.import.limit_w.clone(),
        export_limit_w: (0..around.grid.len()).map(|i| around.grid.export_limit_w(i)).collect(),
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
        grid_charging: open.to_vec(),
        shed_per_kwh: far_above,
        demand_charge,
        end,
    }
}
