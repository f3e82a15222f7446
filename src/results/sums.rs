//! The figures that are sums over time: energies, money, hours.

use crate::storage::Dispatch;
use crate::units::{KILO, MEGA};

use super::bill::energy_cost;
use super::{Figures, Year};

/// Figures that are sums of a power (or of currency per hour) over time: their names, and the powers of one step.
macro_rules! summed {
    ($(#[$doc:meta])* $names:ident, $powers:ident: $($name:literal => $power:expr,)*) => {
        $(#[$doc])*
        const $names: &[&str] = &[$($name),*];

        #[inline]
        // A method behind a function pointer has too few lifetimes.
        #[allow(clippy::redundant_closure_for_method_calls)]
        fn $powers(y: &Year<'_>, i: usize) -> [f64; $names.len()] {
            [$({
                let power: fn(&Year<'_>, usize) -> f64 = $power;
                power(y, i)
            }),*]
        }
    };
}

summed! {
    /// Energies in MWh.
    ENERGIES, energies_w:
    "pv_mv_mwh" => |y, i| y.first.mv_w[i],
    "export_mwh" => |y, i| y.second.poi_w[i].max(0.0),
    "import_mwh" => |y, i| (-y.second.poi_w[i]).max(0.0),
    "curtailed_mwh" => |y, i| y.second.curtailed_w[i],
    "curtailed_without_storage_mwh" => |y, i| y.first.curtailed_w[i],
    "export_without_storage_mwh" => |y, i| y.first.poi_w[i].max(0.0),
    "charge_dc_mwh" => |y, i| y.storage.charge_dc_w[i],
    "discharge_dc_mwh" => |y, i| y.storage.discharge_dc_w[i],
    "ess_loss_mwh" => |y, i| y.storage_loss_w(i),
    "ess_stored_change_mwh" => |y, i| y.stored_w(i),
    "hv_loss_mwh" => |y, i| y.hv_loss_w(i),
    "availability_loss_mwh" => |y, i| y.availability_loss_w(i),
    "inverter_clipped_mwh" => |y, i| y.pv.inverter_clipped_w.get(i).copied().unwrap_or(0.0),
    "load_mwh" => |y, i| y.grid.load_w[i],
    "ev_served_mwh" => |y, i| y.ev.served(i).total_w(),
    "ev_served_without_storage_mwh" => |y, i| y.first_ev.served(i).total_w(),
    "import_above_limit_mwh" => |y, i| y.overload_w(i),
    "export_not_firm_mwh" => |y, i| y.export_above_w(i, y.grid.export.firm_w[i]),
    "phase_asymmetry_mwh" => |y, i| y.asymmetry_w(i),
    "limit_approximation_mwh" => |y, i| {
        y.exact_poi_w.map_or(0.0, |exact| exact[i].max(0.0) - y.second.poi_w[i].max(0.0))
    },
    "balance_residual_mwh" => |y, i| y.residual_w(i).abs(),
}

summed! {
    /// Money that follows from energy, in the currency of the prices.
    MONEY, money_per_h:
    "revenue" => |y, i| y.prices.map_or(0.0, |p| y.second.poi_w[i].max(0.0) / KILO * p.sell_per_kwh[i]),
    "cost" => |y, i| y.prices.map_or(0.0, |p| (-y.second.poi_w[i]).max(0.0) / KILO * p.buy_per_kwh[i]),
    "bill" => |y, i| bill(y, y.second.poi_w[i], i),
    "bill_without_storage" => |y, i| bill(y, y.first.poi_w[i], i),
    "forecast_error_cost" => |y, i| {
        y.perfect_poi_w.map_or(0.0, |perfect| bill(y, y.second.poi_w[i], i) - bill(y, perfect[i], i))
    },
}

summed! {
    /// Hours in which something holds.
    HOURS, hours_per_h:
    "ramp_exceeded_h" => |y, i| f64::from(u8::from(y.exceeds_ramp(i))),
}

summed! {
    /// What only a plant with a peak shaver has, MWh.
    PEAKS, peaks_w:
    "import_above_threshold_mwh" => |y, i| y.above_threshold_w(i),
}

summed! {
    /// What only a modeled array has: energy at nominal efficiency, MWh.
    NOMINAL, nominal_w:
    "nominal_mwh" => |y, i| y.pv.nominal_w[i],
}

summed! {
    /// Irradiation of its first plane, kWh/m².
    IRRADIATION, irradiation_w_m2:
    "poa_kwh_per_m2" => |y, i| y.pv.poa_w_m2[i],
}

/// What a power at the POI costs per hour.
fn bill(y: &Year<'_>, poi_w: f64, i: usize) -> f64 {
    y.prices.map_or(0.0, |prices| energy_cost(prices, poi_w, i))
}

/// The names of all sums, in the order of the files.
pub(super) fn names() -> Vec<&'static str> {
    [ENERGIES, MONEY, HOURS, PEAKS, NOMINAL, IRRADIATION].concat()
}

/// Adds a year's sums to its months.
pub(super) fn add_to(months: &mut [Option<Figures>; 12], year: &Year<'_>) {
    accumulate(months, year, ENERGIES, MEGA, energies_w);
    if year.prices.is_some() {
        accumulate(months, year, MONEY, 1.0, money_per_h);
    }
    if year.ramp_w().is_some() {
        accumulate(months, year, HOURS, 1.0, hours_per_h);
    }
    if year.dispatch.and_then(Dispatch::shaver).is_some() {
        accumulate(months, year, PEAKS, MEGA, peaks_w);
    }
    if year.sky.is_some() {
        accumulate(months, year, NOMINAL, MEGA, nominal_w);
        accumulate(months, year, IRRADIATION, KILO, irradiation_w_m2);
    }
}

/// Adds sums to the months they fall in: mean powers times hours over `scale`.
fn accumulate<const N: usize>(
    months: &mut [Option<Figures>; 12],
    year: &Year<'_>,
    names: &[&'static str],
    scale: f64,
    powers: impl Fn(&Year<'_>, usize) -> [f64; N],
) {
    let mut sums = [[0.0; N]; 12];
    for (i, moment) in year.calendar.iter().enumerate() {
        for (sum, power) in sums[usize::from(moment.month0)].iter_mut().zip(powers(year, i)) {
            *sum += power;
        }
    }
    let factor = year.axis.step_h() / scale;
    for (figures, sums) in months.iter_mut().zip(sums) {
        let Some(figures) = figures else { continue };
        for (name, sum) in names.iter().zip(sums) {
            figures.add(name, sum * factor);
        }
    }
}
